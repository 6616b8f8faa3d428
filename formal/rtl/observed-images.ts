/** What the proofs of images of both directions see of the hardware, and what they ask of software. */
import { type Bit, type Bits, type Build, bits, cat, vec } from '../../hdl-gen/index.ts';
import { columnsOf } from '../../hw/station/wide-memory.ts';
import { implies } from './conditions.ts';

export interface ObservedImages {
  /** what is remembered of the image of each relation */
  readonly stands: readonly Bits<number>[];
  /** what of it shows to whoever asked */
  readonly shown: Bits<number>;
}

/** @param width of what is remembered of an image */
export function observeImages(m: Build, instance: string, width: number, relations: number): ObservedImages {
  const columns = columnsOf(width).map((columnBits, column) => {
    const { images, read_image } = m.observe(
      instance,
      { images: vec(bits(columnBits), relations), read_image: bits(columnBits) },
      `_${column}`,
    );
    return { images: [...(images as Iterable<Bits<number>>)], shown: read_image as Bits<number> };
  });
  const whole = (parts: readonly Bits<number>[]): Bits<number> => cat(...parts.toReversed());
  return {
    stands: Array.from({ length: relations }, (_, relation) => whole(columns.map(({ images }) => images[relation] as Bits<number>))),
    shown: whole(columns.map(({ shown }) => shown)),
  };
}

/** What is asked stays until it is answered. */
export function assumeStays(m: Build, name: string, waits: Bit, parts: readonly unknown[]): void {
  const all = cat(...parts.map((part) => part as Bits<number>));
  const before = m.past(`${name}_before`, cat(waits, all));
  m.assume(`${name}_stays`, implies(before.bit(all.width), before.take(all.width).eq(all)));
}
