/** Where the images of relations stand in a memory, those that have room and those that are refused. */
import type { Random } from '../../../hdl-gen/sim/random.ts';
import { C_SDU_MAX } from '../../../spec/header.ts';

/** Three for each image. */
const BUFFERS = 3;
/** Of an image, but for the longest. */
const SHORT = 40;
/** That the field of a length can say. */
const LENGTHS = 2 ** 11;
const OFFSETS = 2 ** 16;

export function wordsOfImage(length: number): number {
  return Math.ceil(length / 4);
}

/** @param offset of its first buffer, in words, and `words` of the memory */
export function fitsImages(length: number, offset: number, words: number): boolean {
  return length <= C_SDU_MAX && offset + BUFFERS * wordsOfImage(length) <= words;
}

/** As a register says it, with anything in the bits that it has not. */
function layoutWord(random: Random, length: number, offset: number): number {
  return (random.below(32) * 2 ** 27 + length * 2 ** 16 + offset) >>> 0;
}

/** A layout for a relation, apart from those of the others. The first one has room for the longest C_SDU, the others share what is left. */
export function imageLayoutOf(random: Random, relation: number, relations: number, words: number): number {
  const longest = BUFFERS * wordsOfImage(C_SDU_MAX);
  const room = Math.floor((words - longest) / (relations - 1));
  const [from, to] = relation === 0 ? [0, longest] : [longest + (relation - 1) * room, longest + relation * room];
  const length = random.chance(0.5) && relation === 0 ? C_SDU_MAX : 1 + random.below(SHORT);
  const last = to - BUFFERS * wordsOfImage(length);
  if (random.chance(0.1)) return layoutWord(random, 0, words);
  return layoutWord(random, length, random.chance(0.2) ? last : from + random.below(last - from + 1));
}

/** One that is refused: an image that is too long, or whose buffers end behind the memory. */
export function refusedLayout(random: Random, words: number): number {
  if (random.chance(0.3))
    return layoutWord(random, C_SDU_MAX + 1 + (random.chance(0.5) ? 0 : random.below(LENGTHS - 1 - C_SDU_MAX)), random.below(2));
  const length = random.chance(0.2) ? C_SDU_MAX : random.below(SHORT);
  const first = words - BUFFERS * wordsOfImage(length) + 1;
  const [near, far] = [first + random.below(2), OFFSETS - 1 - random.below(2)];
  return layoutWord(random, length, random.chance(0.6) ? near : random.chance(0.5) ? far : first + random.below(OFFSETS - first));
}
