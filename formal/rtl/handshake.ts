/**
 * The handshake of streams (AXI4-Stream, ARM IHI 0051, 2.2.1): what is offered stays, unchanged, until it is taken. `prove`
 * asks that of every stream port; here it is asked of a stream inside.
 */
import { type AnyBits, type Bit, type Build, cat } from '../../hdl-gen/index.ts';

export interface ObservedStream {
  readonly valid: Bit;
  readonly ready: Bit;
  readonly data: AnyBits;
  readonly last: Bit;
}

/** Asserts it of a stream that the design under proof drives. */
export function offerStays(m: Build, name: string, { valid, ready, data, last }: ObservedStream): void {
  const waited = m.past(`${name}_waited`, valid.and(ready.not()));
  const beat = cat(last, data);
  m.assert(`${name}_stays_until_taken`, waited.not().or(valid.and(beat.eq(m.past(`${name}_offered`, beat)))));
}
