/** The beats of a stream as words that a memory or a register can hold: `last` on top, then the fields in their order. */
import {
  type AnyBits,
  type Bits,
  cat,
  type Payload,
  type Signed,
  type SignedWire,
  type StreamSink,
  type StreamSource,
  type Wire,
} from '../index.ts';

/** Bits of a word: those of all fields, and `last`. */
export function wordBits(payload: Payload): number {
  return Object.values(payload).reduce((sum, { width }) => sum + width, 1);
}

/** What is offered on a stream now, as a word. */
export function wordOf<P extends Payload>(sink: StreamSink<P>, payload: P): Bits<number> {
  const fields = sink as unknown as Readonly<Record<string, Bits<number> | Signed<number>>>;
  const parts = [...Object.keys(payload)].flatMap((key) => fields[key] ?? []);
  return cat(sink.last, ...parts.map((value) => (value.isSigned ? value.asBits() : value))) as AnyBits as Bits<number>;
}

/** Offers a word on a stream: `last` and the fields, not `valid`. */
export function offer<P extends Payload>(source: StreamSource<P>, payload: P, word: Bits<number>): void {
  const fields = source as unknown as Readonly<Record<string, Wire<number> | SignedWire<number>>>;
  let low = word.width - 1;
  source.last.set(word.bit(low));
  for (const [key, { width }] of Object.entries(payload)) {
    low -= width;
    const place = fields[key];
    const value = word.bits(low, width);
    if (place?.isSigned === true) place.set(value.asSigned());
    else place?.set(value);
  }
}

/** Names a payload, for the name of a module: `data8_keep1`. */
export function nameOf(payload: Payload): string {
  return Object.entries(payload)
    .map(([key, { kind, width }]) => `${key.toLowerCase()}${kind === 'signed' ? 's' : ''}${width}`)
    .join('_');
}
