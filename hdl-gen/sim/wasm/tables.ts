/** Tables of 256 octets, such as an S-box, for all octets of a value. */
import { newValue, type Value } from './arithmetic.ts';
import { type Code, OP } from './encode.ts';
import { slot } from './layout.ts';

const OCTETS_OF_LIMB = 8;

/** @param table where it begins  @param address a wide value of whole octets  @returns what the table has for each of them */
export function emitLookUp(code: Code, table: number, { width, limbs }: Value): Value {
  const result = newValue(code, width);
  for (let octet = 0; octet < width / 8; octet++) {
    const [limb, place] = [Math.floor(octet / OCTETS_OF_LIMB), octet % OCTETS_OF_LIMB];
    code.get(slot(limbs, limb));
    if (place > 0) code.i64(BigInt(8 * place)).op(OP.i64ShrU);
    code.op(OP.i32WrapI64).i32(0xff).op(OP.i32And).memory(OP.i64Load8U, table);
    if (place > 0)
      code
        .i64(BigInt(8 * place))
        .op(OP.i64Shl)
        .get(slot(result.limbs, limb))
        .op(OP.i64Or);
    code.set(slot(result.limbs, limb));
  }
  return result;
}
