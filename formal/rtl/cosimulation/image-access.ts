/** What software asks of images, of either direction, at the ports of the hardware. */
import type { Random } from '../../../hdl-gen/sim/random.ts';
import type { Values } from './cosimulate.ts';

export interface ImageAccess<Asks extends string> {
  readonly relation: number;
  readonly asks: Asks;
  readonly isWrite: boolean;
  readonly wordNumber: number;
  readonly data: number;
}

/** Without an access anything may stand beside it. @param asks all that can be asked, in the order of the one-hot choice */
export function accessInputs<Asks extends string>(
  random: Random,
  access: ImageAccess<Asks> | undefined,
  asks: readonly Asks[],
  relations: number,
): Values {
  return {
    access: Number(access !== undefined),
    is_write: Number(access?.isWrite ?? random.chance(0.5)),
    relation: access?.relation ?? random.below(relations),
    word_number: access?.wordNumber ?? 0,
    data: access?.data ?? random.next(),
    which: access === undefined ? 0 : 2 ** asks.indexOf(access.asks),
  };
}
