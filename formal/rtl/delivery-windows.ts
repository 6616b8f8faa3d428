/**
 * Windows of one relation or of many, whatever happens to them: one counter of the solver's choice is followed under the key of each slot
 * of one relation, of its choice too. It is delivered once at most while the key lives; it is delivered, where late frames are wanted,
 * unless it was before or is more than 64 behind the newest; nothing is delivered without the ICV, and nothing but that moves a window.
 */
import { type Bits, type Build, bits, bool, cat, input, module, vec } from '../../hdl-gen/index.ts';
import { COUNTER_BITS, relationContext, TIME_BITS } from '../../hw/station/context.ts';
import { relationBits } from '../../hw/station/store.ts';
import { columnsOf } from '../../hw/station/wide-memory.ts';
import { DeliveryWindow, deliveryWindows } from '../../hw/station/windows.ts';
import { WINDOW } from '../../spec/delivery.ts';
import { KEY_ID_BITS } from '../../spec/key-id.ts';
import { SLOT_STATE_CODE, slotName } from '../../spec/slot-machine.ts';
import { allOf, anyOf, implies } from './conditions.ts';
import { at } from './follow-word.ts';

const { Unused, Obsolete } = SLOT_STATE_CODE;

export function windowsDeliverOnce(slots: number, relations = 1) {
  const number = bits(relationBits(relations));
  return module(
    `windows_deliver_once_${slots}_of_${relations}`,
    {
      context: input(relationContext(slots)),
      relation: input(number),
      now: input(bits(TIME_BITS)),
      filled: input(bits(slots)),
      verdict: input(bool),
      verdictRelation: input(number),
      authentic: input(bool),
      frameKeyId: input(bits(KEY_ID_BITS)),
      counter: input(bits(COUNTER_BITS)),
      wanted: input(bool),
      /** of the solver's choice */
      choice: input(bits(COUNTER_BITS)),
      choiceOfRelation: input(number),
    },
    (io, m) => {
      const { followed, ofRelation, chosen } = m.registers({ followed: bits(COUNTER_BITS), ofRelation: number, chosen: bool });
      chosen.next(1);
      m.when(chosen.not(), () => {
        followed.next(io.choice);
        ofRelation.next(io.choiceOfRelation);
      });
      const dut = m.instance('dut', deliveryWindows(slots, relations));
      dut.context.set(io.context);
      dut.relation.set(io.relation);
      dut.now.set(io.now);
      dut.filled.set(io.filled);
      dut.verdict.set(io.verdict);
      dut.verdictRelation.set(io.verdictRelation);
      dut.authentic.set(io.authentic);
      dut.frameKeyId.set(io.frameKeyId);
      dut.counter.set(io.counter);
      dut.wanted.set(io.wanted);

      // ---- what happens around it: one event at a time, of a relation that there is
      const pushed = io.filled.any();
      const { happens } = m.let({ happens: pushed.or(io.verdict) });
      const before = { happened: m.past('happened', happens), named: m.past('named', io.verdictRelation) };
      m.assume('one_slot_is_filled', io.filled.and(io.filled.sub(1)).any().not());
      m.assume('a_push_is_no_verdict', pushed.and(io.verdict).not());
      m.assume('nothing_happens_before_it_is_chosen', chosen.or(happens.not()));
      for (const name of ['relation', 'verdictRelation', 'choiceOfRelation'] as const)
        m.assume(`${name}_there_is`, io[name].le(relations - 1));
      if (relations > 1) {
        m.assume('two_cycles_apart', happens.and(before.happened).not());
        m.assume('named_in_the_cycle_before', implies(io.verdict, io.relation.eq(before.named)));
      }
      const { here } = m.let({ here: io.relation.eq(ofRelation) });
      const { delivers } = m.let({ delivers: dut.newest.or(dut.late) });
      const { trusted } = m.let({ trusted: io.verdict.and(io.authentic).and(io.counter.ne(0)) });
      const { isFollowed } = m.let({ isFollowed: io.counter.eq(followed) });
      const slot = [...io.context.slots].map((held, index) => {
        const name = `_${index}`;
        /** there is a key since the last Push, and the counter was delivered under it */
        const { came, had } = m.registers({ came: bool, had: bool }, name);
        const left = held.until.sub(io.now);
        // visited within half a wrap
        m.assume(`its_time_is_near_${index}`, left.ne(2 ** (TIME_BITS - 1)));
        const ranOut = held.consumer.eq(Obsolete).and(left.eq(0).or(left.bit(TIME_BITS - 1)));
        const isIt = held.consumer.ne(Unused).and(ranOut.not()).and(held.keyId.eq(io.frameKeyId));
        const { opens } = m.let({ opens: isIt.and(here) }, name);
        m.assume(`a_key_came_by_a_push_${index}`, implies(opens, came));
        const { fills } = m.let({ fills: io.filled.bit(index).and(here) }, name);
        m.when(fills, () => {
          came.next(1);
          had.next(0);
        }).elseWhen(opens.and(delivers).and(isFollowed), () => had.next(1));
        return { index, held, came, had, opens, fills, isIt, ...windowOf(m, index, relations, ofRelation) };
      });
      m.assume('key_ids_differ', allOf(slot.flatMap((a, i) => slot.slice(i + 1).map((b) => a.isIt.and(b.isIt).not()))));

      for (const { index, held, came, had, window, shown, opens, fills } of slot) {
        const { newest } = window;
        const behind = newest.sub(followed);
        const isBehind = followed.lt(newest);
        const place = behind.sub(1);
        const isInside = isBehind.and(place.lt(WINDOW));
        const bit = window.before.shr(place.take(Math.log2(WINDOW))).bit(0);
        const now = opens.and(isFollowed);
        m.assert(`once_${index}`, implies(now.and(delivers), had.not()));
        m.assert(`not_beyond_the_window_${index}`, implies(now.and(isBehind).and(isInside.not()), delivers.not()));
        const due = allOf([now, trusted, io.wanted, had.not(), isBehind.not().or(isInside)]);
        m.assert(`each_that_is_due_${index}`, implies(due, delivers));
        const inUse = held.consumer.ne(Obsolete);
        m.assert(`newest_${index}`, implies(opens, dut.newest.eq(allOf([trusted, inUse, io.counter.gt(newest)]))));
        // what makes it hold for ever
        m.assert(`begins_with_nothing_${index}`, implies(m.past(`fills_${index}`, fills), anyOf([window.asBits().any(), had]).not()));
        m.assert(`none_ahead_${index}`, implies(had, came.and(followed.le(newest))));
        m.assert(`the_newest_was_${index}`, implies(came.and(followed.eq(newest)).and(newest.any()), had));
        m.assert(`its_bit_${index}`, implies(came.and(isInside).and(followed.any()), had.eq(bit)));
        const moved = m.past(`moves_${index}`, opens.and(delivers).or(fills));
        const wasHeld = m.past(`held_${index}`, window.asBits());
        m.assert(`moves_by_what_it_delivers_${index}`, anyOf([moved, came.not(), window.asBits().eq(wasHeld)]));
        m.assert(`moves_when_something_happens_${index}`, implies(moved, before.happened));
        const isShown = came.and(before.named.eq(ofRelation));
        if (shown !== undefined) m.assert(`shows_what_was_held_${index}`, implies(isShown, shown.eq(wasHeld)));
      }
      m.assert('follows_a_relation_there_is', ofRelation.le(relations - 1));
      m.assert('late_only_where_wanted', implies(dut.late, io.wanted));
      m.assert('nothing_before_it_is_chosen', chosen.or(anyOf(slot.map(({ came }) => came)).not()));
      m.assert('nothing_without_the_icv', implies(delivers, trusted.and(anyOf(slot.map(({ isIt }) => isIt)))));
      m.cover('late_under_an_old_key', dut.late.and(anyOf(slot.map(({ opens, held }) => opens.and(held.consumer.eq(Obsolete))))));
    },
    'One counter under the key of each slot of one relation, followed.',
  );
}

/** What is held of a slot of the relation that is followed, and what the memory of many shows. */
function windowOf(m: Build, index: number, relations: number, relation: Bits<number>) {
  const suffix = `_${slotName(index).toLowerCase()}`;
  if (relations === 1) return { ...m.observe('dut', { window: DeliveryWindow }, suffix), shown: undefined };
  const columns = columnsOf(DeliveryWindow.width).map((width, column) => {
    const { windows, window } = m.observe('dut', { windows: vec(bits(width), relations), window: bits(width) }, `${suffix}_${column}`);
    return { held: at([...windows], relation), shown: window };
  });
  const word = (of: 'held' | 'shown'): Bits<number> => cat(...columns.map((column) => column[of]).toReversed());
  return { window: word('held').as(DeliveryWindow), shown: word('shown') };
}
