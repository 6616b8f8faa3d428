/**
 * One word is followed through a FIFO, from its writing to its reading. Which one is the solver's choice, so what is
 * proved of it holds for all: none is lost, invented, overtaken or changed.
 */
import { type AnyBits, type Bit, type Bits, type Build, bits, mux, u } from '../../hdl-gen/index.ts';

/** A FIFO as the one who follows sees it, in one cycle. */
export interface ObservedFifo {
  /** the word that the FIFO takes, and whether it takes one */
  readonly written: Bit;
  readonly data: Bits<number>;
  /** words in it, those of an unfinished frame included; and those that may leave */
  readonly count: Bits<number>;
  readonly finished: Bits<number>;
  /** what has been written since the last frame stays, this cycle's word included; or vanishes */
  readonly keeps: Bit;
  readonly drops: Bit;
  /** the first word leaves, and which one it is */
  readonly taken: Bit;
  readonly first: Bits<number>;
  /** all words, the first to leave first; those beyond `count` don't matter */
  readonly contents: readonly Bits<number>[];
}

/** Asserts that the word written in a cycle with `choose` comes out unchanged, behind those before it. */
export function followWord(m: Build, choose: Bit, fifo: ObservedFifo): void {
  const { width } = fifo.data;
  const countBits = fifo.count.width;
  const r = m.registers({ following: bits(1), followingOpen: bits(1), followed: bits(width), ahead: bits(countBits) });
  const { chosen } = m.let({ chosen: fifo.written.and(choose).and(r.following.not()) });
  const { arrives } = m.let({ arrives: fifo.taken.and(r.following).and(r.ahead.eq(0)) });
  m.when(chosen, () => {
    r.following.next(1);
    r.followingOpen.next(1);
    r.followed.next(fifo.data);
    r.ahead.next(fifo.count.sub(fifo.taken.zext(countBits)));
  }).elseWhen(fifo.taken.and(r.following), () => r.ahead.next(r.ahead.sub(1)));
  m.when(arrives, () => r.following.next(0));
  m.when(fifo.keeps.or(fifo.drops), () => r.followingOpen.next(0));
  m.when(fifo.drops.and(r.followingOpen.or(chosen)), () => r.following.next(0));

  m.assert('the_word_comes_out_as_it_went_in', arrives.not().or(fifo.first.eq(r.followed)));
  m.assert('nothing_unfinished_comes_out', arrives.and(r.followingOpen).not());
  m.assert('open_only_while_following', r.followingOpen.not().or(r.following));
  // what makes it hold for ever: the word stands where it should
  m.assert('the_word_is_in_the_fifo', r.following.not().or(r.ahead.lt(fifo.count)));
  m.assert('behind_the_finished_until_its_frame_ends', r.following.not().or(r.followingOpen.ne(r.ahead.lt(fifo.finished))));
  m.assert('at_its_place', r.following.not().or(at(fifo.contents, r.ahead).eq(r.followed)));
  m.cover('followed_word_read', arrives.and(r.followed.ne(0)));
}

/** The word at a place, 0 beyond the last. */
export function at(words: readonly Bits<number>[], index: AnyBits): Bits<number> {
  const place = index as Bits<number>;
  const width = words[0]?.width ?? 1;
  return words.reduceRight<Bits<number>>((rest, word, here) => mux(place.eq(here), word, rest), u(width, 0) as AnyBits as Bits<number>);
}
