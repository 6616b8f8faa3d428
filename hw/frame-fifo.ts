import { bits, bool, input, module, mux, output } from '../hdl-gen/index.ts';

/**
 * A FIFO that takes a frame on approval: words are written one by one, and become readable together with
 * `commit`, or vanish with `discard`. So nothing leaves before its verdict, and a frame that did not fit
 * disappears whole.
 *
 * Writing, committing and discarding in one cycle: the word written in the cycle of `commit` belongs to the
 * frame. A word that meets a full memory marks its frame as lost; its commit becomes a discard and pulses
 * `overflow`. The read side shows the first word without being asked (`readValid`), and `read` takes it.
 *
 * @param width bits of a word
 * @param depth words, a power of two
 */
export function frameFifo(width: number, depth: number) {
  const addressBits = Math.log2(depth);
  const pointerBits = addressBits + 1;
  return module(
    `frame_fifo_${width}x${depth}`,
    {
      write: input(bool),
      writeData: input(bits(width)),
      commit: input(bool),
      discard: input(bool),
      overflow: output(bool),
      /** words that can still be written */
      space: output(bits(pointerBits)),
      /** committed words not yet read */
      level: output(bits(pointerBits)),
      readValid: output(bool),
      readData: output(bits(width)),
      read: input(bool),
    },
    (io, m) => {
      const r = m.registers({
        writePointer: bits(pointerBits),
        committed: bits(pointerBits),
        readPointer: bits(pointerBits),
        valid: bits(1),
        lost: bits(1),
      });
      const memory = m.memory('words', bits(width), depth);

      const { full } = m.let({ full: r.writePointer.sub(r.readPointer).eq(depth) });
      const { accept } = m.let({ accept: io.write.and(full.not()) });
      const { written } = m.let({ written: r.writePointer.add(accept.zext(pointerBits)) });
      const { spoilt } = m.let({ spoilt: r.lost.or(io.write.and(full)) });
      const { keep } = m.let({ keep: io.commit.and(spoilt.not()) });

      m.when(accept, () => memory.write(r.writePointer.trunc(addressBits), io.writeData));
      r.writePointer.next(written);
      r.lost.next(spoilt);
      m.when(keep, () => r.committed.next(written));
      m.when(io.commit.or(io.discard), () => {
        r.lost.next(0);
        m.when(keep.not(), () => r.writePointer.next(r.committed));
      });
      io.overflow.set(io.commit.and(spoilt));

      const { fetch } = m.let({ fetch: r.readPointer.ne(r.committed).and(r.valid.not().or(io.read)) });
      const word = memory.readSync('word', r.readPointer.trunc(addressBits), { enable: fetch, onCollision: 'old' });
      // what was read before, or never written, does not show
      io.readData.set(mux(r.valid, word, 0));
      io.readValid.set(r.valid);
      m.when(fetch, () => {
        r.valid.next(1);
        r.readPointer.next(r.readPointer.add(1));
      }).elseWhen(io.read, () => r.valid.next(0));

      io.space.set(r.readPointer.sub(r.writePointer).add(depth));
      io.level.set(r.committed.sub(r.readPointer).add(r.valid.zext(pointerBits)));

      m.assert('never_beyond_depth', r.writePointer.sub(r.readPointer).le(depth));
      m.assert('committed_behind_write', r.committed.sub(r.readPointer).le(r.writePointer.sub(r.readPointer)));
    },
    'FIFO that takes a frame on approval: commit makes its words readable, discard drops them.',
  );
}
