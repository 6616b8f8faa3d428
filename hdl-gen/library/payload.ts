/** The beats of a stream as words that a memory or a register can hold: `last` on top, then the fields in their order. */
import { type AnyAggregate, type AnyBits, type Bit, type Bits, cat, type Payload, type StreamSource, struct } from '../index.ts';

/** Bits of a word: those of all fields, and `last`. */
export function wordBits(payload: Payload): number {
  return struct(payload).width + 1;
}

/** Either side of a stream. */
interface Offer {
  readonly last: Bit;
  readonly payload: AnyAggregate;
}

/** What is offered on a stream now, as a word. */
export function wordOf({ last, payload }: Offer): Bits<number> {
  return cat(last, payload.asBits()) as AnyBits as Bits<number>;
}

/** Offers a word on a stream: `last` and the fields, not `valid`. */
export function offer<P extends Payload>(source: StreamSource<P>, payload: P, word: Bits<number>): void {
  const { width } = struct(payload);
  source.last.set(word.bit(width));
  source.payload.set(word.take(width).as(struct(payload)));
}

/** Names a payload, for the name of a module: `data8_keep1`. */
export function nameOf(payload: Payload): string {
  return Object.entries(payload)
    .map(([key, { kind, width }]) => `${key.toLowerCase()}${kind === 'bits' ? '' : kind === 'signed' ? 's' : kind}${width}`)
    .join('_');
}
