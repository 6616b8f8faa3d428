/**
 * The frame FIFO never loses, invents, reorders or changes a word: one word of any committed frame is followed from its
 * writing to its reading. Which one is the solver's choice, so it holds for all.
 */
import { bits, bool, input, module } from '../../hdl-gen/index.ts';
import { frameFifo } from '../../hw/frame-fifo.ts';

const WIDTH = 4;
const DEPTH = 4;
const COUNT_BITS = 4;

export const frameFifoIntegrity = module(
  'frame_fifo_integrity',
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
    const fifo = m.instance('fifo', frameFifo(WIDTH, DEPTH));
    fifo.write.set(io.write);
    fifo.writeData.set(io.writeData);
    fifo.commit.set(io.commit);
    fifo.discard.set(io.discard);
    fifo.read.set(io.read);
    const r = m.registers({
      /** words of committed frames not yet read, and of the frame being written */
      committed: bits(COUNT_BITS),
      open: bits(COUNT_BITS),
      lost: bits(1),
      following: bits(1),
      followingOpen: bits(1),
      word: bits(WIDTH),
      /** words to be read before it */
      ahead: bits(COUNT_BITS),
    });
    const { accept } = m.let({ accept: io.write.and(fifo.space.ne(0)) });
    const { spoilt } = m.let({ spoilt: r.lost.or(io.write.and(fifo.space.eq(0))) });
    const { openNext } = m.let({ openNext: r.open.add(accept.zext(COUNT_BITS)) });
    const { taken } = m.let({ taken: io.read.and(fifo.readValid) });
    const { kept } = m.let({ kept: io.commit.and(spoilt.not()) });
    const ends = io.commit.or(io.discard);

    r.lost.next(spoilt.and(ends.not()));
    m.when(ends, () => r.open.next(0)).otherwise(() => r.open.next(openNext));
    const { arrives } = m.let({ arrives: openNext.and(kept.sext(COUNT_BITS)) });
    r.committed.next(r.committed.add(arrives).sub(taken.zext(COUNT_BITS)));

    const { chosen } = m.let({ chosen: accept.and(io.choose).and(r.following.not()) });
    m.when(chosen, () => {
      r.following.next(1);
      r.followingOpen.next(1);
      r.word.next(io.writeData);
      r.ahead.next(r.committed.add(r.open).sub(taken.zext(COUNT_BITS)));
    }).elseWhen(taken.and(r.following), () => r.ahead.next(r.ahead.sub(1)));
    m.when(ends.and(r.followingOpen.or(chosen)), () => {
      r.followingOpen.next(0);
      m.when(kept.not(), () => r.following.next(0));
    });
    m.when(taken.and(r.following).and(r.ahead.eq(0)), () => r.following.next(0));

    m.assert('level_is_what_was_committed', fifo.level.eq(r.committed.trunc(3)));
    m.assert('the_word_comes_out_as_it_went_in', taken.and(r.following).and(r.ahead.eq(0)).not().or(fifo.readData.eq(r.word)));
    m.assert('nothing_open_comes_out', taken.and(r.followingOpen).and(r.ahead.eq(0)).not());
    m.cover('followed_word_read', taken.and(r.following).and(r.ahead.eq(0)));
    m.cover('overflow', fifo.overflow);
  },
  'Follows one word through the frame FIFO.',
);
