/** The FIFO of descriptors never loses, invents, reorders or changes a word, and keeps what it shows until it is taken. */
import { type AnyBits, type Bits, bits, bool, input, module, u } from '../../hdl-gen/index.ts';
import { wordFifo } from '../../hw/word-fifo.ts';
import { at, followWord } from './follow-word.ts';

const WIDTH = 4;

/** @param depth words, a power of two; the control logic is the same at every depth */
export function wordFifoIntegrity(depth: number) {
  const pointerBits = Math.log2(depth) + 1;
  return module(
    `word_fifo_integrity_${depth}`,
    { write: input(bool), writeData: input(bits(WIDTH)), read: input(bool), choose: input(bool) },
    (io, m) => {
      const fifo = m.instance('fifo', wordFifo(WIDTH, depth));
      fifo.write.set(io.write);
      fifo.writeData.set(io.writeData);
      fifo.read.set(io.read);
      const r = m.registers({ count: bits(pointerBits) });
      const { written } = m.let({ written: io.write.and(fifo.full.not()) });
      const { taken } = m.let({ taken: io.read.and(fifo.readValid) });
      r.count.next(r.count.add(written.zext(pointerBits)).sub(taken.zext(pointerBits)));
      m.assert('full_when_it_holds_its_depth', fifo.full.eq(r.count.eq(depth)));
      m.assert('shows_what_it_has', fifo.readValid.eq(r.count.ne(0)));
      m.assert('never_beyond_depth', r.count.le(depth));
      const waited = m.past('waited', fifo.readValid.and(io.read.not()));
      m.assert('offer_stays', waited.not().or(fifo.readValid.and(fifo.readData.eq(m.past('offered', fifo.readData)))));

      const inside = m.observe('fifo', { writePointer: bits(pointerBits), readPointer: bits(pointerBits), words: bits(WIDTH * depth) });
      m.assert('counts', inside.writePointer.sub(inside.readPointer).eq(r.count));
      const stored = Array.from({ length: depth }, (_, index) => inside.words.bits(WIDTH * index, WIDTH) as AnyBits as Bits<number>);
      followWord(m, io.choose, {
        written,
        data: io.writeData as AnyBits as Bits<number>,
        count: r.count,
        finished: r.count,
        keeps: written,
        drops: u(1, 0),
        taken,
        first: fifo.readData as AnyBits as Bits<number>,
        contents: Array.from({ length: depth }, (_, place) => at(stored, inside.readPointer.add(place).trunc(pointerBits - 1))),
      });
      m.cover('full', fifo.full);
    },
    'Follows one word through the FIFO of descriptors.',
  );
}
