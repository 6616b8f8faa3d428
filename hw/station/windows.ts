/** What was delivered under each key of a relation, so that late frames can be delivered too, each once (M13): the twin of `verdictOn` in `spec/delivery.ts`. */
import { type Bit, bits, bool, input, module, mux, output, u } from '../../hdl-gen/index.ts';
import { WINDOW } from '../../spec/delivery.ts';
import { KEY_ID_BITS } from '../../spec/key-id.ts';
import { SLOT_STATE_CODE, slotName } from '../../spec/slot-machine.ts';
import { anyOf, chosen } from '../one-hot.ts';
import { COUNTER_BITS, relationContext, TIME_BITS } from './context.ts';
import { lookAt } from './look.ts';

const { Unused, Obsolete } = SLOT_STATE_CODE;

/** The bits of a place in the window. */
const PLACE_BITS = Math.log2(WINDOW);

/**
 * Beside the context of the one relation of a peer, and in step with it: each slot has the newest counter that was delivered under
 * its key, and a bit for each of the 64 before it. An authentic frame moves the window of its own key, and nothing else does; it goes
 * with the key. Which header is obeyed is the context's to say: that of the newest frame.
 * @param slots 2 to 4
 */
export function deliveryWindows(slots: number) {
  return module(
    `delivery_windows_${slots}`,
    {
      /** before and behind what happens in this cycle */
      context: input(relationContext(slots)),
      next: input(relationContext(slots)),
      now: input(bits(TIME_BITS)),
      /** late frames are delivered */
      wanted: input(bool),
      /** a frame has its verdict: whether the ICV matched, and what stands in it */
      verdict: input(bool),
      authentic: input(bool),
      frameKeyId: input(bits(KEY_ID_BITS)),
      counter: input(bits(COUNTER_BITS)),

      /** it is delivered, and obeyed */
      newest: output(bool),
      /** it is delivered, though a newer one was before it */
      late: output(bool),
    },
    (io, m) => {
      const looks = lookAt(m, io.context, io.now);
      const windows = looks.map((_, index) =>
        m.registers({ newest: bits(COUNTER_BITS), before: bits(WINDOW) }, `_${slotName(index).toLowerCase()}`),
      );
      const opens = looks.map(
        ({ consumer, held }, index) =>
          m.let({ opens: consumer.ne(Unused).and(held.keyId.eq(io.frameKeyId)) }, `_${slotName(index).toLowerCase()}`).opens,
      );
      const { last, before } = m.let({
        last: chosen(
          opens,
          windows.map(({ newest }) => newest),
        ),
        before: chosen(
          opens,
          windows.map((window) => window.before),
        ),
      });

      // ---- where the frame stands: ahead of the newest, or behind it by `offset` + 1
      const { trusted } = m.let({ trusted: io.verdict.and(io.authentic).and(io.counter.any()).and(anyOf(opens)) });
      const { ahead } = m.let({ ahead: io.counter.gt(last) });
      const { offset } = m.let({ offset: mux(ahead, io.counter.sub(last), last.sub(io.counter)).sub(1) });
      const { isNear } = m.let({ isNear: offset.shr(PLACE_BITS).any().not() });
      const place = offset.take(PLACE_BITS);
      const { bit } = m.let({ bit: u(WINDOW, 1).shl(place) });
      const { isOld } = m.let({ isOld: anyOf(looks.map(({ consumer }, index) => consumer.eq(Obsolete).and(opens[index] as Bit))) });
      const { isFirst } = m.let({ isFirst: mux(ahead, u(1, 1), isNear.and(before.and(bit).any().not())) });
      io.newest.set(trusted.and(ahead).and(isOld.not()));
      io.late.set(trusted.and(io.wanted).and(isFirst).and(ahead.and(isOld.not()).not()));

      // ---- the window of its key
      const { moves } = m.let({ moves: io.newest.or(io.late) });
      // the first frame of a key marks counter 0 as delivered, which is nobody's
      const { after } = m.let({
        after: mux(ahead, mux(isNear, before.shl(place).shl(1).or(bit), 0), before.or(bit)),
      });
      windows.forEach((window, index) => {
        const gone = io.next.slots.at(index).consumer.eq(Unused);
        m.when(gone, () => {
          window.newest.next(0);
          window.before.next(0);
        }).elseWhen(moves.and(opens[index] as Bit), () => {
          m.when(ahead, () => window.newest.next(io.counter));
          window.before.next(after);
        });
      });
      m.unused(io.context.newest, io.context.sent, io.context.request, io.context.withdrawn);
      m.unused(io.next.newest, io.next.sent, io.next.request, io.next.withdrawn);
    },
    'What was delivered under each key of a relation: its newest counter, and a window behind it.',
  );
}
