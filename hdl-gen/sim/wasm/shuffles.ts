/** Whole octets of a block that move by many distances, as in a reversal: a shuffle of a vector moves them all at once. */
import { addTo } from '../../ir/lists.ts';
import { newValue, type Value } from './arithmetic.ts';
import { type Code, SIMD, V128 } from './encode.ts';
import { limbCount, slot } from './layout.ts';
import type { Move } from './moves.ts';

/** Distances from which on it pays. */
const MANY = 4;
const OCTETS = 16;

/** The moves to a value of so many bits, where those that are many come from a value in which they stand where they go. */
export function shuffled(code: Code, width: number, moves: readonly Move[]): readonly Move[] {
  if (limbCount(width) !== 2) return moves;
  const bySource = new Map<Value, Move[]>();
  for (const move of moves) addTo(bySource, move.source, move);
  return [...bySource].flatMap(([source, own]) => {
    const pays = new Set(own.map(({ low, at }) => low - at)).size >= MANY;
    if (!pays || source.limbs.length !== 2 || !own.every(isOfOctets)) return own;
    const result = emitShuffle(code, source, own);
    return own.map(({ at, width: size }): Move => ({ source: result, low: at, width: size, at }));
  });
}

function isOfOctets({ low, width, at }: Move): boolean {
  return low % 8 === 0 && width % 8 === 0 && at % 8 === 0;
}

function emitShuffle(code: Code, source: Value, moves: readonly Move[]): Value {
  // what stands where nothing comes to is left out of the moves
  const from = Array<number>(OCTETS).fill(0);
  for (const { low, width, at } of moves) for (let bit = 0; bit < width; bit += 8) from[(at + bit) / 8] = (low + bit) / 8;
  const vector = code.local(V128);
  code.get(slot(source.limbs, 0)).simd(SIMD.i64x2Splat);
  code.get(slot(source.limbs, 1)).simd(SIMD.i64x2ReplaceLane, 1);
  code
    .simd(SIMD.v128Const, ...from)
    .simd(SIMD.i8x16Swizzle)
    .set(vector);
  const result = newValue(code, 8 * OCTETS);
  result.limbs.forEach((limb, index) => code.get(vector).simd(SIMD.i64x2ExtractLane, index).set(limb));
  return result;
}
