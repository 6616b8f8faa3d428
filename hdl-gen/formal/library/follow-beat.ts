/**
 * That a part between two streams never loses, invents, doubles, reorders or changes a beat: one beat is followed from its
 * entry to its leaving. Which one is the solver's choice, so it holds for all.
 */
import { type Bit, type Bits, type BitsShape, type Build, bits, type Payload } from '../../index.ts';
import { bitsToCount } from '../../library/counting.ts';
import { wordBits, wordOf } from '../../library/payload.ts';
import type { Queue, StreamSides } from '../../library/stream-part.ts';

export interface Followed {
  /** beats that entered and did not leave */
  readonly inside: Bits<number>;
  readonly following: Bit;
  readonly word: Bits<number>;
  /** beats that leave before the followed one */
  readonly ahead: Bits<number>;
}

/**
 * Adds what can be said from outside.
 * @param depth beats that the part holds at most
 * @param choose free: 1 to follow the beat that enters now
 */
export function followBeat<P extends Payload>(m: Build, { from, to }: StreamSides<P>, payload: P, depth: number, choose: Bit): Followed {
  const count: BitsShape<number> = bits(bitsToCount(depth));
  const word: BitsShape<number> = bits(wordBits(payload));
  const r = m.registers({ inside: count, following: bits(1), followed: word, ahead: count });
  const remaining = r.inside.sub(to.fire.zext(count.width));
  r.inside.next(remaining.add(from.fire.zext(count.width)));
  const { leaves } = m.let({ leaves: to.fire.and(r.following).and(r.ahead.eq(0)) });
  m.when(from.fire.and(choose).and(r.following.not()), () => {
    r.following.next(1);
    r.followed.next(wordOf(from));
    r.ahead.next(remaining);
  })
    .elseWhen(leaves, () => r.following.next(0))
    .elseWhen(to.fire, () => r.ahead.next(r.ahead.sub(1)));

  const offered = wordOf(to);
  m.assert('offers_only_what_entered', to.valid.not().or(r.inside.ne(0)));
  m.when(to.valid.and(r.following).and(r.ahead.eq(0)), () => m.assert('followed_beat_comes_in_its_turn', offered.eq(r.followed)));
  m.cover('full', r.inside.eq(depth));
  m.cover('followed_beat_leaves', leaves);
  return { inside: r.inside, following: r.following, word: r.followed, ahead: r.ahead };
}

/** Adds where the beats are meanwhile, which makes it hold for ever. */
export function holdBeats(m: Build, valid: Bit, { inside, following, word, ahead }: Followed, queue: Queue): void {
  m.assert('holds_what_entered_and_did_not_leave', queue.count.eq(inside));
  m.assert('offers_what_it_holds', valid.eq(queue.count.ne(0)));
  m.when(following, () => {
    m.assert('followed_beat_is_inside', ahead.lt(inside));
    m.assert('followed_beat_is_unchanged', queue.behind(ahead).eq(word));
  });
}
