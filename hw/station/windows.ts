/** What was delivered under each key of a relation, so that late frames can be delivered too, each once (M13): the twin of `verdictOn` in `spec/delivery.ts`. */
import {
  type AnyBits,
  type Bit,
  type Bits,
  type Build,
  bits,
  bool,
  cat,
  input,
  module,
  mux,
  output,
  parametric,
  struct,
  u,
  type ValueOf,
} from '../../hdl-gen/index.ts';
import { WINDOW } from '../../spec/delivery.ts';
import { KEY_ID_BITS } from '../../spec/key-id.ts';
import { SLOT_STATE_CODE, slotName } from '../../spec/slot-machine.ts';
import { anyOf, chosen } from '../one-hot.ts';
import { relationsName } from '../peer-options.ts';
import { COUNTER_BITS, relationContext, TIME_BITS } from './context.ts';
import { consumerAt } from './look.ts';
import { relationBits } from './store.ts';
import { wideMemory } from './wide-memory.ts';

const { Unused, Obsolete } = SLOT_STATE_CODE;

/** The bits of a place in the window. */
const PLACE_BITS = Math.log2(WINDOW);

/** Of the key in one slot. */
export const DeliveryWindow = struct({
  /** counter of the newest that was delivered; 0: nothing was */
  newest: bits(COUNTER_BITS),
  /** bit i: the frame with the counter `newest - 1 - i` was, too */
  before: bits(WINDOW),
});

/**
 * Beside the contexts, and in step with their events: each slot has the newest counter that was delivered under its key, and a bit for
 * each of the 64 before it. An authentic frame moves the window of its own key, and nothing else does; a key begins with an empty one.
 * Which header is obeyed is the context's to say: that of the newest frame.
 *
 * Of one relation windows are registers, and an event may happen in every cycle. Of many they are block RAM, as the contexts are: an event
 * happens in every other cycle at most, and a verdict to the relation that `verdictRelation` named in the cycle before.
 * @param slots 2 to 4
 * @param relations 1 to 256
 */
export const deliveryWindows = parametric((slots: number, relations = 1) => {
  const number = bits(relationBits(relations));
  return module(
    relationsName(`delivery_windows_${slots}`, relations),
    {
      /** of the relation to which something happens in this cycle, before that */
      context: input(relationContext(slots)),
      relation: input(number),
      now: input(bits(TIME_BITS)),
      /** a key is pushed: the slot that takes it */
      filled: input(bits(slots)),
      /** a frame has its verdict: whether the ICV matched, and what stands in it */
      verdict: input(bool),
      verdictRelation: input(number),
      authentic: input(bool),
      frameKeyId: input(bits(KEY_ID_BITS)),
      counter: input(bits(COUNTER_BITS)),
      /** late frames are delivered */
      wanted: input(bool),

      /** it is delivered, and obeyed */
      newest: output(bool),
      /** it is delivered, though a newer one was before it */
      late: output(bool),
    },
    (io, m) => {
      const slotsAt = [...io.context.slots].map((held, index) => {
        const suffix = `_${slotName(index).toLowerCase()}`;
        const { consumer } = consumerAt(m, held, io.now, suffix);
        const { opens } = m.let({ opens: consumer.ne(Unused).and(held.keyId.eq(io.frameKeyId)) }, suffix);
        return { consumer, opens, window: relations === 1 ? inRegister(m, suffix) : inMemory(m, suffix, relations, io) };
      });
      if (relations === 1) m.unused(io.relation, io.verdictRelation);
      const opens = slotsAt.map((slot) => slot.opens);
      const { last, before } = m.let({
        last: chosen(
          opens,
          slotsAt.map(({ window }) => window.held.newest),
        ),
        before: chosen(
          opens,
          slotsAt.map(({ window }) => window.held.before),
        ),
      });

      // ---- where the frame stands: ahead of the newest, or behind it by `offset` + 1
      const { trusted } = m.let({ trusted: io.verdict.and(io.authentic).and(io.counter.any()).and(anyOf(opens)) });
      const { ahead } = m.let({ ahead: io.counter.gt(last) });
      const { offset } = m.let({ offset: mux(ahead, io.counter.sub(last), last.sub(io.counter)).sub(1) });
      const { isNear } = m.let({ isNear: offset.shr(PLACE_BITS).any().not() });
      const place = offset.take(PLACE_BITS);
      const { bit } = m.let({ bit: u(WINDOW, 1).shl(place) });
      const { isOld } = m.let({ isOld: anyOf(slotsAt.map((slot) => slot.consumer.eq(Obsolete).and(slot.opens))) });
      const { isFirst } = m.let({ isFirst: mux(ahead, u(1, 1), isNear.and(before.and(bit).any().not())) });
      io.newest.set(trusted.and(ahead).and(isOld.not()));
      io.late.set(trusted.and(io.wanted).and(isFirst).and(ahead.and(isOld.not()).not()));

      // ---- the window of its key
      const { delivers } = m.let({ delivers: io.newest.or(io.late) });
      // the first frame of a key marks counter 0 as delivered, which is nobody's
      const { marked } = m.let({ marked: mux(ahead, mux(isNear, before.shl(place).shl(1).or(bit), 0), before.or(bit)) });
      slotsAt.forEach(({ window, ...slot }, index) => {
        const moves = delivers.and(slot.opens);
        window.change({ begins: io.filled.bit(index), moves, isNewest: ahead, counter: io.counter, newest: last, marked });
      });
      m.unused(io.context.newest, io.context.sent, io.context.request, io.context.withdrawn);
    },
    'What was delivered under each key: its newest counter, and a window behind it.',
  );
});

/** What happens to the window of a slot. */
interface Change {
  /** a key comes */
  readonly begins: Bit;
  /** a frame is delivered under its key: as the newest, or behind the one that was */
  readonly moves: Bit;
  readonly isNewest: Bit;
  readonly counter: Bits<typeof COUNTER_BITS>;
  readonly newest: Bits<typeof COUNTER_BITS>;
  /** those before it, behind the frame */
  readonly marked: Bits<typeof WINDOW>;
}

/** The windows of one slot: that of the relation to which something happens. */
interface Kept {
  readonly held: ValueOf<typeof DeliveryWindow>;
  readonly change: (change: Change) => void;
}

function inRegister(m: Build, suffix: string): Kept {
  const { window } = m.registers({ window: DeliveryWindow }, suffix);
  return {
    held: window,
    change: ({ begins, moves, isNewest, counter, marked }) =>
      m
        .when(begins, () => {
          window.newest.next(0);
          window.before.next(0);
        })
        .elseWhen(moves, () => {
          m.when(isNewest, () => window.newest.next(counter));
          window.before.next(marked);
        }),
  };
}

/** A key that comes finds the word as it was left, so nothing has to empty it before. */
function inMemory(
  m: Build,
  suffix: string,
  relations: number,
  { relation, verdictRelation }: { readonly relation: AnyBits; readonly verdictRelation: AnyBits },
): Kept {
  const windows = wideMemory(m, `windows${suffix}`, DeliveryWindow.width, relations);
  return {
    held: windows.read(`window${suffix}`, verdictRelation).as(DeliveryWindow),
    change: ({ begins, moves, isNewest, counter, newest, marked }) => {
      const after = cat(mux(isNewest, counter, newest), marked);
      m.when(begins.or(moves), () => windows.write(relation, mux(begins, u(DeliveryWindow.width, 0), after)));
    },
  };
}
