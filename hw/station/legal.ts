/** What holds of every context, whatever happens: asserted where contexts are kept, so said in every simulation, and proved for ever. */
import { type Bit, cat, mux, u } from '../../hdl-gen/index.ts';
import type { Role } from '../../spec/peer-rules.ts';
import { allViews, formatView, isLegalView, SLOT_STATE_CODE, type SlotState, slotName } from '../../spec/slot-machine.ts';
import { allOf, anyOf } from '../one-hot.ts';
import type { ContextValue } from './context.ts';

const { Unused, Obsolete } = SLOT_STATE_CODE;

export interface Law {
  readonly name: string;
  readonly holds: Bit;
}

export function lawsOf({ slots: ofContext, request, withdrawn }: ContextValue, role: Role): readonly Law[] {
  const slots = [...ofContext].map((slot, index) => ({
    ...{ provider: slot.provider, consumer: slot.consumer, keyId: slot.keyId, until: slot.until },
    inUse: cat(slot.provider, slot.consumer).any(),
    suffix: slotName(index).toLowerCase(),
  }));
  const inView = (view: 'provider' | 'consumer', states: readonly SlotState[]): Bit =>
    allOf(slots.flatMap((slot, index) => states.slice(index, index + 1).map((state) => slot[view].eq(SLOT_STATE_CODE[state]))));
  const hasKey = (view: 'provider' | 'consumer'): Bit => anyOf(slots.map((slot) => slot[view].ne(Unused)));
  const differ = slots.flatMap((a, index) => slots.slice(index + 1).map((b) => a.inUse.and(b.inUse).not().or(a.keyId.ne(b.keyId))));
  const remembers = request.valid.or(withdrawn.valid);
  return [
    // both views are legal (paper, section IV.B), and have a key or not together
    ...(['provider', 'consumer'] as const).flatMap((view) =>
      allViews(slots.length)
        .filter((states) => !isLegalView(states))
        .map((states) => ({ name: `${view}_never_${formatView(states).toLowerCase()}`, holds: inView(view, states).not() })),
    ),
    { name: 'provider_keeps_nothing_obsolete', holds: anyOf(slots.map(({ provider }) => provider.eq(Obsolete))).not() },
    { name: 'views_begin_together', holds: hasKey('provider').eq(hasKey('consumer')) },
    // one key for one KeyId, and nothing left of one that is gone
    { name: 'key_ids_differ', holds: allOf(differ) },
    ...slots.map(({ inUse, keyId, suffix }) => ({ name: `unused_is_zero_${suffix}`, holds: inUse.or(keyId.any().not()) })),
    ...slots.map(({ consumer, until, suffix }) => ({
      name: `time_of_obsolete_alone_${suffix}`,
      holds: consumer.eq(Obsolete).or(until.any().not()),
    })),
    // M7: a follower's provider goes with its consumer, and keeps nothing Obsolete
    ...slots
      .filter(() => role === 'follower')
      .map(({ provider, consumer, suffix }) => ({
        name: `provider_with_consumer_${suffix}`,
        holds: provider.eq(mux(consumer.eq(Obsolete), u(2, Unused), consumer)),
      })),
    { name: 'remembers_nothing_without_a_key', holds: hasKey('provider').or(remembers.not()) },
  ];
}
