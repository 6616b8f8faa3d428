/** Inout ports: from the edge of the design to one pin of a foreign module, through instances, and read nowhere on the way. */

import { PadConnection } from '../errors/foreign-errors.ts';
import { SliceOutOfRange, WidthMismatch } from '../errors/width-errors.ts';
import type { PadBits } from '../ir/external.ts';
import { requireOpen, type StatementSink } from './running.ts';

/** An inout port of the module, or bits of it. */
export class Pad<W extends number> {
  readonly width: W;
  readonly pad: PadBits;

  constructor(pad: PadBits, width: W) {
    this.pad = pad;
    this.width = width;
  }

  /** @throws SliceOutOfRange */
  bit(index: number): Pad<1> {
    if (!Number.isInteger(index) || index < 0 || index >= this.width) throw new SliceOutOfRange(index, 1, this.width);
    return new Pad({ ...this.pad, low: this.pad.low + index, width: 1 }, 1);
  }
}

/** An inout pin of an instance. */
export interface PadPin<W extends number> {
  readonly width: W;
  /** @throws WidthMismatch, PadConnection */
  connect(pad: Pad<W>): void;
}

export interface PadConnectionMade {
  readonly pin: string;
  readonly pad: PadBits;
}

/** @param made where the connection is noted */
export function padPin(owner: StatementSink, instance: string, pin: string, width: number, made: PadConnectionMade[]): PadPin<number> {
  return {
    width,
    connect(pad) {
      requireOpen(owner, `pin ${pin} of ${instance}`);
      if (!(pad instanceof Pad)) throw new PadConnection(`pin ${pin} of ${instance}`, 'something that is no inout port');
      if (pad.width !== width) throw new WidthMismatch(`connection of pin ${pin} of ${instance}`, width, pad.width, []);
      if (made.some((other) => other.pin === pin)) throw new PadConnection(`pin ${pin} of ${instance}`, 'a second inout port');
      made.push({ pin, pad: pad.pad });
    },
  };
}
