/** Products of wide values in WebAssembly, which multiplies 64 bits and keeps the low 64 of the product. */
import { maskLimb, type Value } from './arithmetic.ts';
import { type Code, I64, OP } from './encode.ts';

const LOW = 0xffff_ffffn;

/** The product modulo 2^width, as on paper: digit by digit, of 32 bits each, so that a product and two carries fit 64. */
export function emitProduct(code: Code, width: number, a: Value, b: Value, result: Value): void {
  const count = result.limbs.length;
  if (count === 1) {
    for (const local of [...a.limbs, ...b.limbs]) code.get(local);
    code.op(OP.i64Mul);
    maskLimb(code, width, 0);
    for (const local of result.limbs) code.set(local);
    return;
  }
  const [x, y] = [digitsOf(code, a), digitsOf(code, b)];
  const sums = x.map(() => code.local(I64));
  for (const local of sums) code.i64(0n).set(local);
  const [sum, carry] = [code.local(I64), code.local(I64)];
  x.forEach((digit, low) => {
    code.i64(0n).set(carry);
    y.slice(0, sums.length - low).forEach((other, index) => {
      const place = sums[low + index];
      if (place === undefined) return;
      code.get(digit).get(other).op(OP.i64Mul).get(place).op(OP.i64Add).get(carry).op(OP.i64Add).set(sum);
      code.get(sum).i64(LOW).op(OP.i64And).set(place);
      code.get(sum).i64(32n).op(OP.i64ShrU).set(carry);
    });
  });
  result.limbs.forEach((local, index) => {
    const [low, high] = sums.slice(2 * index);
    if (low === undefined || high === undefined) return;
    code.get(low).get(high).i64(32n).op(OP.i64Shl, OP.i64Or);
    maskLimb(code, width, index);
    code.set(local);
  });
}

/** The halves of each limb, the lowest first. */
function digitsOf(code: Code, { limbs }: Value): number[] {
  return limbs.flatMap((limb) => {
    const [low, high] = [code.local(I64), code.local(I64)];
    code.get(limb).i64(LOW).op(OP.i64And).set(low);
    code.get(limb).i64(32n).op(OP.i64ShrU).set(high);
    return [low, high];
  });
}
