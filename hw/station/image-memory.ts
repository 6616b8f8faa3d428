/** What the images of both directions have in common: where their buffers stand, and how software asks for them. */
import { type AnyBits, type Bit, type Bits, bits, bool, input, struct, u, type ValueOf } from '../../hdl-gen/index.ts';
import { C_SDU_MAX } from '../../spec/header.ts';
import { IMAGE_WORDS_MAX } from '../../spec/image-registers.ts';
import { LENGTH_BITS } from '../frame-length.ts';
import { relationBits } from './store.ts';

/** Where the buffers of an image stand, in the order of the fields of its register. */
export const ImageLayout = struct({
  /** octets of an image; 0 where there is none */
  length: bits(LENGTH_BITS),
  /** word of the memory with which its first buffer begins */
  offset: bits(16),
});
export const NO_IMAGE = { length: u(LENGTH_BITS, 0), offset: u(16, 0) };
/** Number of a word of an image. */
export const IMAGE_WORD_BITS = Math.ceil(Math.log2(IMAGE_WORDS_MAX));

/**
 * An access of software: stays until the cycle of `done`.
 * @param relations 2 to 256
 * @param kinds of things that it can ask for: `which` is one-hot
 */
export function imageRequest(relations: number, kinds: number) {
  return {
    access: input(bool),
    isWrite: input(bool),
    relation: input(bits(relationBits(relations))),
    which: input(bits(kinds)),
    wordNumber: input(bits(IMAGE_WORD_BITS)),
    data: input(bits(32)),
  } as const;
}

/** Words of an image of so many octets. */
export function imageWords(length: AnyBits): Bits<typeof IMAGE_WORD_BITS> {
  return length.as(bits(LENGTH_BITS)).add(3).shr(2).take(IMAGE_WORD_BITS);
}

/** There is no room for an image of more than the longest C_SDU, nor for one whose buffers end behind the memory. */
export function fitsMemory({ length, offset }: ValueOf<typeof ImageLayout>, words: number): Bit {
  const one = imageWords(length).zext(18);
  return length.le(C_SDU_MAX).and(offset.zext(18).add(one).add(one.shl(1)).le(words));
}
