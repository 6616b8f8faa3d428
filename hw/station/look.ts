/** What a context says at a moment: which keys are in use, and whether another one may come. */
import { type Bit, type Bits, type Build, mux, u } from '../../hdl-gen/index.ts';
import { SLOT_STATE_CODE, slotName } from '../../spec/slot-machine.ts';
import { anyOf, chosen } from '../one-hot.ts';
import type { KeyIdBits } from '../successor.ts';
import type { ContextValue, SlotValue, TIME_BITS } from './context.ts';

const { Unused, Pending, Active, Obsolete } = SLOT_STATE_CODE;

export type Time = Bits<typeof TIME_BITS>;

/** A slot at a moment. */
export interface SlotLook {
  readonly held: SlotValue;
  /** the key stays Obsolete no longer: it opens nothing any more, whatever the context still says */
  readonly ranOut: Bit;
  /** the state that counts */
  readonly consumer: Bits<2>;
  readonly free: Bit;
  readonly providerPending: Bit;
  readonly providerActive: Bit;
  readonly consumerPending: Bit;
}

/** What opens frames at a moment, of a slot; names its wires, so once in a module. */
export function consumerAt(m: Build, held: SlotValue, now: Time, suffix: string): Pick<SlotLook, 'ranOut' | 'consumer'> {
  const { ranOut } = m.let({ ranOut: held.consumer.eq(Obsolete).and(isOver(held.until, now)) }, suffix);
  const { consumer } = m.let({ consumer: mux(ranOut, u(2, Unused), held.consumer) }, suffix);
  return { ranOut, consumer };
}

/** Names a wire for each of them, so once in a module. */
export function lookAt(m: Build, context: ContextValue, now: Time): readonly SlotLook[] {
  return [...context.slots].map((held, index): SlotLook => {
    const suffix = `_${slotName(index).toLowerCase()}`;
    const { ranOut, consumer } = consumerAt(m, held, now, suffix);
    const named = m.let(
      {
        free: held.provider.eq(Unused).and(consumer.eq(Unused)),
        providerPending: held.provider.eq(Pending),
        providerActive: held.provider.eq(Active),
        consumerPending: held.consumer.eq(Pending),
      },
      suffix,
    );
    return { held, ranOut, consumer, ...named };
  });
}

/** Whether a time has come. */
function isOver(time: Time, now: Time): Bit {
  return now
    .sub(time)
    .bit(now.width - 1)
    .not();
}

/** KeyId of the key that is Pending in the provider's view; 0 where none is. */
export function pendingKeyId(slots: readonly SlotLook[]): KeyIdBits {
  return chosen(
    slots.map(({ providerPending }) => providerPending),
    slots.map(({ held }) => held.keyId),
  );
}

/** Whether a Push would be accepted, its KeyId apart: a slot Unused in both views, nothing Pending (M3, M8). */
export function takesPush(slots: readonly SlotLook[]): Bit {
  const pending = anyOf(slots.map(({ providerPending, consumerPending }) => providerPending.or(consumerPending)));
  return anyOf(slots.map(({ free }) => free)).and(pending.not());
}
