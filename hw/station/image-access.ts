/** Registers of process images (`spec/image-registers.ts`), as those of a station ask for them. */
import { type Bit, type Bits, bits, bool, bundle, input, output } from '../../hdl-gen/index.ts';
import { IMAGE_REGISTERS, type ImageRegisterName } from '../../spec/image-registers.ts';
import type { ADDRESS_BITS, Register } from '../../spec/registers.ts';
import { IMAGE_WORD_BITS } from './image-memory.ts';
import { relationBits } from './store.ts';

/** Those that each relation has, in the order of the bits that ask for them. */
export const IMAGE_ACCESS = (Object.keys(IMAGE_REGISTERS) as ImageRegisterName[]).filter(
  (name): name is Exclude<ImageRegisterName, 'imageCapacity'> => name !== 'imageCapacity',
);

/** One access; stays until the cycle of `done`. An output of the registers. @param relations 2 to 256 */
export function imageAccess(relations: number) {
  return bundle({
    access: output(bool),
    isWrite: output(bool),
    relation: output(bits(relationBits(relations))),
    /** by the place in `IMAGE_ACCESS`, one-hot */
    which: output(bits(IMAGE_ACCESS.length)),
    /** of a word of an image */
    wordNumber: output(bits(IMAGE_WORD_BITS)),
    data: output(bits(32)),
    done: input(bool),
    /** with `done` of a write: nothing was changed by it */
    fails: input(bool),
    /** with `done` of a read */
    found: input(bits(32)),
  });
}

type Offset = Bits<typeof ADDRESS_BITS>;

/** Whether a word at that offset is of the register. */
export function isWithin(at: Offset, { offset, words = 1 }: Register): Bit {
  return words === 1 ? at.eq(offset) : at.ge(offset).and(at.lt(offset + 4 * words));
}

/** Number of the word of an image at that offset. */
export function wordWithin(at: Offset, { offset }: Register): Bits<typeof IMAGE_WORD_BITS> {
  return at.sub(offset).shr(2).take(IMAGE_WORD_BITS);
}
