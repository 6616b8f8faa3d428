/**
 * Windows of a relation, whatever happens to it: one counter of the solver's choice is followed under the key of each slot. It is
 * delivered once at most while the key lives; it is delivered, where late frames are wanted, unless it was before or is more than
 * 64 behind the newest; nothing is delivered without the ICV, and nothing but that moves a window.
 */
import { bits, bool, input, module } from '../../hdl-gen/index.ts';
import { COUNTER_BITS, relationContext, TIME_BITS } from '../../hw/station/context.ts';
import { deliveryWindows } from '../../hw/station/windows.ts';
import { WINDOW } from '../../spec/delivery.ts';
import { KEY_ID_BITS } from '../../spec/key-id.ts';
import { SLOT_STATE_CODE, slotName } from '../../spec/slot-machine.ts';
import { allOf, anyOf, implies } from './conditions.ts';

const { Unused, Obsolete } = SLOT_STATE_CODE;

export function windowsDeliverOnce(slots: number) {
  const Context = relationContext(slots);
  return module(
    `windows_deliver_once_${slots}`,
    {
      next: input(Context),
      now: input(bits(TIME_BITS)),
      wanted: input(bool),
      verdict: input(bool),
      authentic: input(bool),
      frameKeyId: input(bits(KEY_ID_BITS)),
      counter: input(bits(COUNTER_BITS)),
      choice: input(bits(COUNTER_BITS)),
    },
    (io, m) => {
      const { context, followed, chosen } = m.registers({ context: Context, followed: bits(COUNTER_BITS), chosen: bits(1) });
      context.next(io.next);
      chosen.next(1);
      m.when(chosen.not(), () => followed.next(io.choice));
      const dut = m.instance('dut', deliveryWindows(slots));
      dut.context.set(context);
      dut.next.set(io.next);
      dut.now.set(io.now);
      dut.wanted.set(io.wanted);
      dut.verdict.set(io.verdict.and(chosen));
      dut.authentic.set(io.authentic);
      dut.frameKeyId.set(io.frameKeyId);
      dut.counter.set(io.counter);
      const { delivers } = m.let({ delivers: dut.newest.or(dut.late) });
      const { trusted } = m.let({ trusted: io.verdict.and(chosen).and(io.authentic).and(io.counter.ne(0)) });
      const { isFollowed } = m.let({ isFollowed: io.counter.eq(followed) });
      const slot = [...context.slots].map((held, index) => {
        const name = `_${index}`;
        const { had } = m.registers({ had: bits(1) }, name);
        const left = held.until.sub(io.now);
        // visited within half a wrap
        m.assume(`its_time_is_near_${index}`, left.ne(2 ** (TIME_BITS - 1)));
        const ranOut = held.consumer.eq(Obsolete).and(left.eq(0).or(left.bit(TIME_BITS - 1)));
        const opens = held.consumer.ne(Unused).and(ranOut.not()).and(held.keyId.eq(io.frameKeyId));
        const named = m.let({ opens }, name);
        m.when(io.next.slots.at(index).consumer.eq(Unused), () => had.next(0)).elseWhen(named.opens.and(delivers).and(isFollowed), () =>
          had.next(1),
        );
        const { newest, before } = m.observe(
          'dut',
          { newest: bits(COUNTER_BITS), before: bits(WINDOW) },
          `_${slotName(index).toLowerCase()}`,
        );
        return { index, held, had, newest, before, opens: named.opens };
      });

      m.assume('key_ids_differ', allOf(slot.flatMap((a, i) => slot.slice(i + 1).map((b) => a.opens.and(b.opens).not()))));
      for (const { index, held, had, newest, before, opens } of slot) {
        const behind = newest.sub(followed);
        const isBehind = followed.lt(newest);
        const place = behind.sub(1);
        const isInside = isBehind.and(place.lt(WINDOW));
        const bit = before.shr(place.take(Math.log2(WINDOW))).bit(0);
        const now = opens.and(isFollowed);
        m.assert(`once_${index}`, implies(now.and(delivers), had.not()));
        m.assert(`not_beyond_the_window_${index}`, implies(now.and(isBehind).and(isInside.not()), delivers.not()));
        const due = allOf([now, trusted, io.wanted, had.not(), isBehind.not().or(isInside)]);
        m.assert(`each_that_is_due_${index}`, implies(due, delivers));
        const inUse = held.consumer.ne(Obsolete);
        m.assert(`newest_${index}`, implies(opens, dut.newest.eq(allOf([trusted, inUse, io.counter.gt(newest)]))));
        m.assert(`late_only_where_wanted_${index}`, implies(dut.late, io.wanted));
        // what makes it hold for ever
        m.assert(`nothing_without_a_key_${index}`, held.consumer.ne(Unused).or(newest.any().or(before.any()).or(had).not()));
        m.assert(`none_ahead_${index}`, implies(had, followed.le(newest)));
        m.assert(`the_newest_was_${index}`, implies(followed.eq(newest).and(newest.any()), had.eq(chosen)));
        m.assert(`its_bit_${index}`, implies(isInside.and(chosen).and(followed.any()), had.eq(bit)));
        const moved = m.past(`moves_${index}`, opens.and(delivers)).or(held.consumer.eq(Unused));
        m.assert(
          `moves_by_what_it_delivers_${index}`,
          moved.or(newest.eq(m.past(`newest_${index}`, newest)).and(before.eq(m.past(`before_${index}`, before)))),
        );
      }
      const nothing = slot.map(({ had, newest, before }) => anyOf([had, newest.any(), before.any()]));
      m.assert('nothing_before_it_is_chosen', chosen.or(anyOf(nothing).not()));
      m.assert('nothing_without_the_icv', implies(delivers, trusted.and(anyOf(slot.map(({ opens }) => opens)))));
      m.cover('late_under_an_old_key', dut.late.and(anyOf(slot.map(({ opens, held }) => opens.and(held.consumer.eq(Obsolete))))));
    },
    'One counter under the key of each slot, followed.',
  );
}
