/**
 * The frame FIFO never loses, invents, reorders or changes a word of a committed frame; a frame that did not fit or was
 * discarded vanishes whole; what it shows stays until it is taken.
 */
import { type AnyBits, type Bit, type Bits, bits, bool, input, module, mux, u } from '../../hdl-gen/index.ts';
import { frameFifo } from '../../hdl-gen/library/index.ts';
import { at, followWord } from './follow-word.ts';

const WIDTH = 4;

/** @param depth words, a power of two; the control logic is the same at every depth */
export function frameFifoIntegrity(depth: number) {
  const pointerBits = Math.log2(depth) + 1;
  const countBits = pointerBits + 1;
  return module(
    `frame_fifo_integrity_${depth}`,
    {
      write: input(bool),
      writeData: input(bits(WIDTH)),
      commit: input(bool),
      discard: input(bool),
      read: input(bool),
      /** follow the word that is written now */
      choose: input(bool),
    },
    (io, m) => {
      const fifo = m.instance('fifo', frameFifo({ word: bits(WIDTH) }, depth, { last: false }));
      fifo.write.set(io.write);
      fifo.beat.set({ word: io.writeData });
      fifo.commit.set(io.commit);
      fifo.discard.set(io.discard);
      fifo.to.ready.set(io.read);

      // what a FIFO of frames is, counted: words of finished frames not yet read, words of the one being written
      const r = m.registers({ finished: bits(countBits), unfinished: bits(countBits), spoilt: bits(1) });
      const { full } = m.let({ full: fifo.space.eq(0) });
      const { written } = m.let({ written: io.write.and(full.not()) });
      const { spoiltNow } = m.let({ spoiltNow: r.spoilt.or(io.write.and(full)) });
      const { keeps } = m.let({ keeps: io.commit.and(spoiltNow.not()) });
      const { drops } = m.let({ drops: io.commit.or(io.discard).and(keeps.not()) });
      const { taken } = m.let({ taken: io.read.and(fifo.to.valid) });
      const { unfinishedNow } = m.let({ unfinishedNow: r.unfinished.add(written.zext(countBits)) });
      const { finishes } = m.let({ finishes: mux(keeps, unfinishedNow, 0) });
      r.finished.next(r.finished.add(finishes).sub(taken.zext(countBits)));
      r.unfinished.next(mux(keeps.or(drops), u(countBits, 0), unfinishedNow));
      r.spoilt.next(spoiltNow.and(io.commit.or(io.discard).not()));

      m.assert('level_is_what_was_committed', fifo.level.zext(countBits).eq(r.finished));
      m.assert('overflow_says_what_was_lost', fifo.overflow.eq(io.commit.and(spoiltNow)));
      m.assert('nothing_out_of_nothing', taken.not().or(r.finished.ne(0)));
      const waited = m.past('waited', fifo.to.valid.and(io.read.not()));
      m.assert('offer_stays', waited.not().or(fifo.to.valid.and(fifo.to.word.eq(m.past('offered', fifo.to.word)))));
      m.assert('shows_after_a_cycle', m.past('had_level', fifo.level.ne(0).and(io.read.not())).not().or(fifo.to.valid));

      const inside = m.observe('fifo', {
        writePointer: bits(pointerBits),
        committed: bits(pointerBits),
        readPointer: bits(pointerBits),
        lost: bits(1),
        words: bits(WIDTH * depth),
      });
      m.assert('counts_the_unfinished', inside.writePointer.sub(inside.committed).zext(countBits).eq(r.unfinished));
      m.assert('knows_what_is_spoilt', inside.lost.eq(r.spoilt));

      const contents = wordsInOrder({ readValid: fifo.to.valid, readData: fifo.to.word }, inside, WIDTH, depth);
      followWord(m, io.choose, {
        written,
        data: io.writeData as AnyBits as Bits<number>,
        count: r.finished.add(r.unfinished),
        finished: r.finished,
        keeps,
        drops,
        taken,
        first: fifo.to.word as AnyBits as Bits<number>,
        contents,
      });
      m.cover('overflow', fifo.overflow);
      m.cover('full', full.and(fifo.to.valid));
    },
    'Follows one word through the frame FIFO.',
  );
}

interface ObservedFrameFifo {
  readonly readPointer: AnyBits;
  readonly words: AnyBits;
}

/** The words of a frame FIFO, the first to be read first: the one that shows, then those in the memory behind the read pointer. */
export function wordsInOrder(
  shows: { readonly readValid: Bit; readonly readData: AnyBits },
  { readPointer, words }: ObservedFrameFifo,
  width: number,
  depth: number,
): readonly Bits<number>[] {
  const stored = Array.from({ length: depth }, (_, index) => (words as Bits<number>).bits(width * index, width) as Bits<number>);
  const pointer = readPointer as Bits<number>;
  const fromMemory = (ahead: number) => at(stored, pointer.add(ahead % (2 * depth)).trunc(pointer.width - 1));
  return Array.from({ length: depth + 1 }, (_, place) => {
    const shown = place === 0 ? (shows.readData as Bits<number>) : fromMemory(place - 1);
    return mux(shows.readValid, shown, fromMemory(place));
  });
}
