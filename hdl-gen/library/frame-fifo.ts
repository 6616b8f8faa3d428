/** A FIFO that takes frames on approval. */
import { BadSize } from '../errors/width-errors.ts';
import {
  type BitsShape,
  bits,
  bool,
  input,
  type Module,
  module,
  mux,
  output,
  type Payload,
  type PortShape,
  parametric,
  type StreamOptions,
  type StreamShape,
  type StructShape,
  stream,
  struct,
} from '../index.ts';
import { nameOf, offer } from './payload.ts';

/** A beat without its handshake: the fields, and `last` where the stream has it. */
type Beat<P extends Payload, L extends boolean> = L extends true ? P & { readonly last: BitsShape<1> } : P;

type FrameFifoPorts<P extends Payload, L extends boolean> = {
  /** `beat` is written; nobody asks whether there is room */
  readonly write: PortShape<'in', BitsShape<1>>;
  readonly beat: PortShape<'in', StructShape<Beat<P, L>>>;
  readonly commit: PortShape<'in', BitsShape<1>>;
  readonly discard: PortShape<'in', BitsShape<1>>;
  readonly overflow: PortShape<'out', BitsShape<1>>;
  /** beats that can still be written */
  readonly space: PortShape<'out', BitsShape<number>>;
  /** committed beats that have not been taken */
  readonly level: PortShape<'out', BitsShape<number>>;
  readonly to: PortShape<'out', StreamShape<P, L>>;
};

/**
 * A FIFO that takes a frame on approval: beats are written one by one, and can be taken together behind `commit`, or vanish with
 * `discard`. So nothing leaves before its verdict, and a frame that did not fit disappears whole.
 *
 * Writing, committing and discarding in one cycle: the beat written in the cycle of `commit` belongs to the frame. A beat that meets a
 * full memory marks its frame as lost; its commit becomes a discard and pulses `overflow`. The first beat shows without being asked
 * (first-word fall-through), two cycles after its commit; what was taken, or never written, does not show.
 * @param payload of the stream
 * @param depth beats, a power of two
 * @param options `last: false` for a stream without it
 * @throws BadSize
 * @function
 */
export const frameFifo = parametric(
  <P extends Payload, const L extends boolean = true>(
    payload: P,
    depth: number,
    options: Pick<StreamOptions<L>, 'last'> = {},
  ): Module<FrameFifoPorts<P, L>> => {
    const addressBits = Math.log2(depth);
    if (!Number.isInteger(addressBits) || depth < 2) throw new BadSize('depth of a frame FIFO', depth, 'a power of two, at least 2');
    const pointerBits = addressBits + 1;
    const fields = options.last === false ? payload : { last: bool, ...payload };
    const beat = struct(fields) as unknown as StructShape<Beat<P, L>>;
    const ports: FrameFifoPorts<P, L> = {
      write: input(bool),
      beat: input(beat),
      commit: input(bool),
      discard: input(bool),
      overflow: output(bool),
      space: output(bits(pointerBits)),
      level: output(bits(pointerBits)),
      to: output(stream(payload, options)),
    };
    return module(
      `frame_fifo_${nameOf(payload, options.last)}_${depth}`,
      ports,
      (io, m) => {
        const r = m.registers({
          writePointer: bits(pointerBits),
          committed: bits(pointerBits),
          readPointer: bits(pointerBits),
          valid: bits(1),
          lost: bits(1),
        });
        const words = m.memory('words', bits(beat.width), depth);

        const { full } = m.let({ full: r.writePointer.sub(r.readPointer).eq(depth) });
        const { accept } = m.let({ accept: io.write.and(full.not()) });
        const { written } = m.let({ written: r.writePointer.add(accept.zext(pointerBits)) });
        const { spoilt } = m.let({ spoilt: r.lost.or(io.write.and(full)) });
        const { keep } = m.let({ keep: io.commit.and(spoilt.not()) });

        m.when(accept, () => words.write(r.writePointer.trunc(addressBits), io.beat.asBits()));
        r.writePointer.next(written);
        r.lost.next(spoilt);
        m.when(keep, () => r.committed.next(written));
        m.when(io.commit.or(io.discard), () => {
          r.lost.next(0);
          m.when(keep.not(), () => r.writePointer.next(r.committed));
        });
        io.overflow.set(io.commit.and(spoilt));

        const { fetch } = m.let({ fetch: r.readPointer.ne(r.committed).and(r.valid.not().or(io.to.ready)) });
        const word = words.readSync('word', r.readPointer.trunc(addressBits), { enable: fetch, onCollision: 'old' });
        const { shown } = m.let({ shown: mux(r.valid, word, 0) });
        offer(io.to, payload, shown);
        io.to.valid.set(r.valid);
        m.when(fetch, () => {
          r.valid.next(1);
          r.readPointer.next(r.readPointer.add(1));
        }).elseWhen(io.to.ready, () => r.valid.next(0));

        io.space.set(r.readPointer.sub(r.writePointer).add(depth));
        io.level.set(r.committed.sub(r.readPointer).add(r.valid.zext(pointerBits)));

        m.assert('never_beyond_depth', r.writePointer.sub(r.readPointer).le(depth));
        m.assert('committed_behind_write', r.committed.sub(r.readPointer).le(r.writePointer.sub(r.readPointer)));
      },
      'FIFO that takes a frame on approval: commit makes its words readable, discard drops them.',
    );
  },
);
