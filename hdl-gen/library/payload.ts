/** The beats of a stream as words that a memory or a register can hold: `last` on top, then the fields in their order. */
import { type AnyAggregate, type Bit, type Bits, cat, type Payload, type StreamSource, struct, type Wire } from '../index.ts';

/** Bits of a word: those of all fields, and of `last` where the stream has it. */
export function wordBits(payload: Payload, last = true): number {
  return struct(payload).width + (last ? 1 : 0);
}

/** Either side of a stream. */
interface Offer {
  readonly last?: Bit;
  readonly payload: AnyAggregate;
}

/** What is offered on a stream now, as a word. */
export function wordOf({ last, payload }: Offer): Bits<number> {
  const fields = payload.asBits();
  return last === undefined ? fields : cat(last, fields);
}

/** Offers a word on a stream: the fields, and `last` where the stream has it, not `valid`. */
export function offer<P extends Payload, L extends boolean>(source: StreamSource<P, L>, payload: P, word: Bits<number>): void {
  const { width } = struct(payload);
  const { last } = source as { readonly last?: Wire<1> };
  last?.set(word.bit(width));
  source.payload.set(word.take(width).as(struct(payload)));
}

/** Names a payload, for the name of a module: `data8_keep1`. */
export function nameOf(payload: Payload, last = true): string {
  const fields = Object.entries(payload).map(
    ([key, { kind, width }]) => `${key.toLowerCase()}${kind === 'bits' ? '' : kind === 'signed' ? 's' : kind}${width}`,
  );
  return [...fields, ...(last ? [] : ['nolast'])].join('_');
}
