/** A FIFO with one clock. */
import { BadSize } from '../errors/width-errors.ts';
import {
  type Bits,
  type BitsShape,
  type Build,
  bits,
  input,
  type Module,
  module,
  mux,
  output,
  type Payload,
  type PortShape,
  parametric,
  type StreamOptions,
  stream,
  u,
  type Wire,
} from '../index.ts';
import { bitsToCount, isBelow } from './counting.ts';
import { nameOf, offer, wordBits, wordOf } from './payload.ts';
import type { Queue, StreamPorts, StreamSides } from './stream-part.ts';

type SyncFifoPorts<P extends Payload, L extends boolean> = StreamPorts<P, P, L> & {
  /** beats inside */
  readonly level: PortShape<'out', BitsShape<number>>;
};

export interface SyncFifoSides<P extends Payload, L extends boolean> extends StreamSides<P, P, L> {
  readonly level: Wire<number>;
}

/**
 * A FIFO between two streams of one clock, in distributed memory. The first beat shows without being asked (first-word
 * fall-through), one cycle after it was written. `from.ready` does not look at `to.ready`, so a full FIFO takes a beat in
 * the cycle after one has left: a depth of 1 passes a beat every other cycle. No beat is lost, doubled or changed.
 * @param payload of the streams
 * @param depth beats, at least 1, a power of two or not
 * @param options `last: false` for streams without it
 * @throws BadSize
 * @function
 */
export const syncFifo = parametric(
  <P extends Payload, const L extends boolean = true>(
    payload: P,
    depth: number,
    options: Pick<StreamOptions<L>, 'last'> = {},
  ): Module<SyncFifoPorts<P, L>> => {
    if (!Number.isInteger(depth) || depth < 1) throw new BadSize('depth of a FIFO', depth, 'at least 1');
    return module(
      `sync_fifo_${nameOf(payload, options.last)}_${depth}`,
      syncFifoPorts(payload, depth, options),
      (io, m) => {
        buildSyncFifo(m, io, payload, depth, options.last);
      },
      `A stream through a memory, ${depth} beats deep.`,
    );
  },
);

export function syncFifoPorts<P extends Payload, const L extends boolean = true>(
  payload: P,
  depth: number,
  options: Pick<StreamOptions<L>, 'last'> = {},
): SyncFifoPorts<P, L> {
  return { from: input(stream(payload, options)), to: output(stream(payload, options)), level: output(bits(bitsToCount(depth))) };
}

/** The body apart, for the proof that looks inside. */
export function buildSyncFifo<P extends Payload, L extends boolean>(
  m: Build,
  { from, to, level }: SyncFifoSides<P, L>,
  payload: P,
  depth: number,
  last = true,
): Queue {
  const addressBits = bitsToCount(depth - 1);
  const levelBits = bitsToCount(depth);
  const r = m.registers({ writeAddress: bits(addressBits), readAddress: bits(addressBits), count: bits(levelBits) });
  const words = m.memory('words', bits(wordBits(payload, last)), depth, { style: 'distributed' });
  const after = (address: Bits<number>): Bits<number> =>
    depth === 2 ** addressBits ? address.add(1) : mux(address.eq(depth - 1), u(addressBits, 0), address.add(1));
  /** the address of what leaves after `ahead` others, on a ring of `depth` places */
  const behind = (ahead: Bits<number>): Bits<number> => {
    const sum = r.readAddress.zext(levelBits + 1).add(ahead.zext(levelBits + 1));
    return mux(sum.ge(depth), sum.sub(depth), sum).trunc(addressBits);
  };

  from.ready.set(r.count.ne(depth));
  to.valid.set(r.count.ne(0));
  offer(to, payload, words.read(r.readAddress));
  level.set(r.count);
  m.when(from.fire, () => {
    words.write(r.writeAddress, wordOf(from));
    r.writeAddress.next(after(r.writeAddress));
    m.when(to.fire.not(), () => r.count.next(r.count.add(1)));
  });
  m.when(to.fire, () => {
    r.readAddress.next(after(r.readAddress));
    m.when(from.fire.not(), () => r.count.next(r.count.sub(1)));
  });
  m.assert('never_beyond_depth', isBelow(r.count, depth + 1));
  m.assert('addresses_in_the_memory', isBelow(r.writeAddress, depth).and(isBelow(r.readAddress, depth)));
  m.assert('addresses_apart_by_the_level', r.writeAddress.eq(behind(r.count)));
  return { depth, count: r.count, behind: (ahead) => words.read(behind(ahead)) };
}
