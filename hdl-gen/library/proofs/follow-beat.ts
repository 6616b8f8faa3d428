/**
 * That a part between two streams never loses, invents, doubles, reorders or changes a beat: one beat is followed from its
 * entry to its leaving. Which one is the solver's choice, so it holds for all.
 */
import { type Bit, type Build, bits, type Payload, type StreamSink } from '../../index.ts';
import { wordBits, wordOf } from '../payload.ts';
import type { Queue, StreamSides } from '../stream-part.ts';

/**
 * Adds the properties to a body that has built the part.
 * @param choose free: 1 to follow the beat that enters now
 */
export function followBeat<P extends Payload>(m: Build, { from, to }: StreamSides<P>, payload: P, choose: Bit, queue: Queue): void {
  const countBits = queue.count.width;
  const r = m.registers({
    /** beats that entered and did not leave */
    inside: bits(countBits),
    following: bits(1),
    followed: bits(wordBits(payload)),
    /** beats that leave before it */
    ahead: bits(countBits),
  });
  const remaining = r.inside.sub(to.fire.zext(countBits));
  r.inside.next(remaining.add(from.fire.zext(countBits)));
  const { leaves } = m.let({ leaves: to.fire.and(r.following).and(r.ahead.eq(0)) });
  m.when(from.fire.and(choose).and(r.following.not()), () => {
    r.following.next(1);
    r.followed.next(wordOf(from, payload));
    r.ahead.next(remaining);
  })
    .elseWhen(leaves, () => r.following.next(0))
    .elseWhen(to.fire, () => r.ahead.next(r.ahead.sub(1)));

  const offered = wordOf(to as unknown as StreamSink<P>, payload);
  m.assert('holds_what_entered_and_did_not_leave', queue.count.eq(r.inside).and(r.inside.le(queue.depth)));
  m.assert('offers_what_it_holds_and_nothing_else', to.valid.eq(r.inside.ne(0)));
  m.when(r.following, () => {
    m.assert('followed_beat_is_inside', r.ahead.lt(r.inside));
    m.assert('followed_beat_is_unchanged', queue.behind(r.ahead).eq(r.followed));
    m.when(r.ahead.eq(0), () => m.assert('followed_beat_comes_in_its_turn', offered.eq(r.followed)));
  });
  m.cover('full', queue.count.eq(queue.depth));
  m.cover('followed_beat_leaves', leaves);
}
