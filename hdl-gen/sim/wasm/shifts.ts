/** Shifts by amounts that are computed, of values in locals (`arithmetic.ts`). */
import { emitBinary, emitConstant, emitMux, emitSlice, limb, maskLimb, narrowMask, newValue, type Value } from './arithmetic.ts';
import { type Code, I64, OP } from './encode.ts';
import { isNarrow } from './layout.ts';

type Shift = 'shl' | 'shr' | 'sar';

/** Bits of the amount that say how far within a limb. */
const WITHIN_LIMB = 6;

export function emitShift(code: Code, op: Shift, a: Value, amount: Value): Value {
  const by = isNarrow(amount.width) ? amount : clamped(code, amount);
  if (a.width > 64) return wideShift(code, op, a, by);
  return isNarrow(a.width) ? narrowShift(code, op, a, by) : limbShift(code, op, a, by);
}

/** An amount in 32 bits, of which all are 1 where it has more: no value is as wide. */
function clamped(code: Code, { limbs }: Value): Value {
  const result = newValue(code, 32);
  const [low, ...high] = limbs;
  const local = limb(result, 0);
  if (low === undefined) return result;
  code.i32(-1).get(low).op(OP.i32WrapI64);
  code.get(low).i64(32n).op(OP.i64ShrU);
  for (const other of high) code.get(other).op(OP.i64Or);
  code.i64(0n).op(OP.i64Ne, OP.select).set(local);
  return result;
}

function narrowShift(code: Code, op: Shift, a: Value, amount: Value): Value {
  const result = newValue(code, a.width);
  const [value, by, out] = [limb(a, 0), limb(amount, 0), limb(result, 0)];
  if (op === 'sar') {
    // WebAssembly takes the amount modulo 32: beyond the width only the sign is left
    code
      .get(value)
      .i32(32 - a.width)
      .op(OP.i32Shl)
      .i32(32 - a.width)
      .op(OP.i32ShrS);
    code.get(by).i32(31).get(by).i32(32).op(OP.i32LtU, OP.select, OP.i32ShrS);
  } else {
    code
      .get(value)
      .get(by)
      .op(op === 'shl' ? OP.i32Shl : OP.i32ShrU);
    if (2 ** amount.width > 32) code.i32(0).get(by).i32(32).op(OP.i32LtU, OP.select);
  }
  if (op !== 'shr' && a.width < 32) code.i32(narrowMask(a.width)).op(OP.i32And);
  code.set(out);
  return result;
}

/** The same in one limb of 64 bits. */
function limbShift(code: Code, op: Shift, a: Value, amount: Value): Value {
  const result = newValue(code, a.width);
  const [value, by, out] = [limb(a, 0), limb(amount, 0), limb(result, 0)];
  if (op === 'sar') {
    const align = BigInt(64 - a.width);
    code.get(value).i64(align).op(OP.i64Shl).i64(align).op(OP.i64ShrS);
    code.get(by).i32(63).get(by).i32(64).op(OP.i32LtU, OP.select, OP.i64ExtendI32U, OP.i64ShrS);
  } else {
    code
      .get(value)
      .get(by)
      .op(OP.i64ExtendI32U, op === 'shl' ? OP.i64Shl : OP.i64ShrU);
    if (2 ** amount.width > 64) code.i64(0n).get(by).i32(64).op(OP.i32LtU, OP.select);
  }
  if (op !== 'shr') maskLimb(code, a.width, 0);
  code.set(out);
  return result;
}

/** By whole limbs first, a stage for each bit of their number, then within limbs; what is larger than the width shifts everything out. */
function wideShift(code: Code, op: Shift, a: Value, amount: Value): Value {
  const { width } = a;
  const count = a.limbs.length;
  const stages = Math.max(0, Math.min(amount.width - WITHIN_LIMB, Math.ceil(Math.log2(count))));
  const fill = code.local(I64);
  let limbs = op === 'sar' ? signed(code, a, fill) : a.limbs;
  if (op !== 'sar') code.i64(0n).set(fill);
  // from which limb the bits of another one come that are shifted in
  const step = op === 'shl' ? -1 : 1;
  for (let stage = 0; stage < stages; stage++) {
    const select = limb(emitSlice(code, 1, amount, WITHIN_LIMB + stage), 0);
    const before = limbs;
    limbs = before.map((local, index) => {
      const moved = code.local(I64);
      code
        .get(before[index + step * 2 ** stage] ?? fill)
        .get(local)
        .get(select)
        .op(OP.select)
        .set(moved);
      return moved;
    });
  }
  const by = code.local(I64);
  code.get(limb(amount, 0)).op(OP.i64ExtendI32U).set(by);
  const [out, back] = op === 'shl' ? [OP.i64Shl, OP.i64ShrU] : [OP.i64ShrU, OP.i64Shl];
  const result = newValue(code, width);
  result.limbs.forEach((local, index) => {
    // WebAssembly takes amounts modulo 64: the rest of 64 is 1 and the complement, and 0 shifts nothing in
    code
      .get(limbs[index] ?? fill)
      .get(by)
      .op(out);
    code
      .get(limbs[index + step] ?? fill)
      .i64(1n)
      .op(back)
      .get(by)
      .i64(-1n)
      .op(OP.i64Xor, back, OP.i64Or);
    maskLimb(code, width, index);
    code.set(local);
  });
  if (amount.width <= WITHIN_LIMB + stages) return result;
  const beyond = emitSlice(code, amount.width - WITHIN_LIMB - stages, amount, WITHIN_LIMB + stages);
  const isBeyond = emitBinary(code, 'ne', 1, beyond, emitConstant(code, beyond.width, 0n));
  const empty = newValue(code, width);
  empty.limbs.forEach((local, index) => {
    code.get(fill);
    maskLimb(code, width, index);
    code.set(local);
  });
  return emitMux(code, width, isBeyond, empty, result);
}

/** The limbs with copies of the sign in the top one, and those copies in `fill`. */
function signed(code: Code, { width, limbs }: Value, fill: number): readonly number[] {
  const align = BigInt((64 - (width % 64)) % 64);
  const top = code.local(I64);
  code
    .get(limbs.at(-1) ?? fill)
    .i64(align)
    .op(OP.i64Shl)
    .i64(align)
    .op(OP.i64ShrS)
    .set(top);
  code.get(top).i64(63n).op(OP.i64ShrS).set(fill);
  return [...limbs.slice(0, -1), top];
}
