/** The handshake of streams (AXI4-Stream, ARM IHI 0051, 2.2.1): what is offered stays, unchanged, until it is taken. */
import { type AnyBits, type Bit, type Bits, type Build, cat } from '../../hdl-gen/index.ts';

export interface ObservedStream {
  readonly valid: Bit;
  readonly ready: Bit;
  readonly data: AnyBits;
  readonly last: Bit;
}

/** Asserts it of a stream that the design under proof drives. Returns whether an offer of the last cycle still waits. */
export function offerStays(m: Build, name: string, stream: ObservedStream): Bit {
  const { waited, kept } = offer(m, name, stream);
  m.assert(`${name}_stays_until_taken`, waited.not().or(kept));
  return waited;
}

/** Assumes it of a stream that arrives there. */
export function assumeOfferStays(m: Build, name: string, stream: ObservedStream): void {
  const { waited, kept } = offer(m, name, stream);
  m.assume(`${name}_stays_until_taken`, waited.not().or(kept));
}

function offer(m: Build, name: string, { valid, ready, data, last }: ObservedStream): { waited: Bit; kept: Bit } {
  const waited = m.past(`${name}_waited`, valid.and(ready.not()));
  const beat = cat(last, data) as AnyBits as Bits<number>;
  return { waited, kept: valid.and(beat.eq(m.past(`${name}_offered`, beat))) };
}
