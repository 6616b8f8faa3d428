/** Moves of bits between values, a limb of the result at a time: what comes from one place by one distance comes at once. */
import { ones } from '../../ir/ones.ts';
import type { Value } from './arithmetic.ts';
import { type Code, OP } from './encode.ts';
import { isNarrow } from './layout.ts';
import { shuffled } from './shuffles.ts';

/** Bits [low, low + width) of `source`, which stand from bit `at` on in the result. */
export interface Move {
  readonly source: Value;
  readonly low: number;
  readonly width: number;
  readonly at: number;
}

/** Bits of one source that move by one distance, within a limb of the result. */
interface Stretch {
  readonly source: Value;
  /** of a bit in the source, above its place in the result */
  readonly distance: number;
  /** where in the limb they stand */
  mask: bigint;
}

/** Sets the locals of `result`; bits that no move brings are 0. */
export function emitMoves(code: Code, given: readonly Move[], result: Value): void {
  const { width } = result;
  const moves = shuffled(code, width, given);
  const narrow = isNarrow(width) && moves.every(({ source }) => isNarrow(source.width));
  const size = narrow ? 32 : 64;
  result.limbs.forEach((local, index) => {
    const from = size * index;
    let any = false;
    for (const stretch of stretchesOf(moves, from, Math.min(from + size, width))) {
      if (narrow) pushNarrow(code, stretch);
      else pushLimb(code, stretch, from);
      if (any) code.op(narrow ? OP.i32Or : OP.i64Or);
      any = true;
    }
    if (!any && narrow) code.i32(0);
    else if (!any) code.i64(0n);
    if (!narrow && isNarrow(width)) code.op(OP.i32WrapI64);
    code.set(local);
  });
}

function stretchesOf(moves: readonly Move[], from: number, to: number): readonly Stretch[] {
  const found: Stretch[] = [];
  for (const { source, low, width, at } of moves) {
    const [first, end] = [Math.max(at, from), Math.min(at + width, to)];
    if (first >= end) continue;
    const distance = low - at;
    const mask = ones(end - first) << BigInt(first - from);
    const same = found.find((other) => other.source === source && other.distance === distance);
    if (same === undefined) found.push({ source, distance, mask });
    else same.mask |= mask;
  }
  return found;
}

function pushNarrow(code: Code, { source, distance, mask }: Stretch): void {
  code.get(limbOf(source, 0));
  if (distance > 0) code.i32(distance).op(OP.i32ShrU);
  if (distance < 0) code.i32(-distance).op(OP.i32Shl);
  if (present(source, distance, 32) !== mask) code.i32(Number(mask)).op(OP.i32And);
}

function pushLimb(code: Code, { source, distance, mask }: Stretch, from: number): void {
  const low = from + distance;
  const index = Math.floor(low / 64);
  const shift = low - 64 * index;
  // what comes from a limb, and is wanted
  const has = (i: number): boolean => source.limbs[i] !== undefined && (mask & (i === index ? ones(64 - shift) : ~ones(64 - shift))) !== 0n;
  if (has(index)) {
    push64(code, source, index);
    if (shift > 0) code.i64(BigInt(shift)).op(OP.i64ShrU);
  }
  if (shift > 0 && has(index + 1)) {
    push64(code, source, index + 1);
    code.i64(BigInt(64 - shift)).op(OP.i64Shl);
    if (has(index)) code.op(OP.i64Or);
  }
  if (present(source, low, 64) !== mask) code.i64(mask).op(OP.i64And);
}

/** The places in a window of a source, from bit `low` on, where it has bits. */
function present(source: Value, low: number, size: number): bigint {
  const [from, to] = [Math.max(0, low), Math.min(source.width, low + size)];
  return from >= to ? 0n : ones(to - from) << BigInt(from - low);
}

function push64(code: Code, source: Value, index: number): void {
  code.get(limbOf(source, index));
  if (isNarrow(source.width)) code.op(OP.i64ExtendI32U);
}

function limbOf(value: Value, index: number): number {
  const local = value.limbs[index];
  if (local === undefined) throw new RangeError(`limb ${index} of ${value.width} bits`);
  return local;
}
