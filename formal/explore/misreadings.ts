/**
 * Naive readings of rules that `step` always keeps: what `step` gives is changed to what a peer without them would have.
 * None of this is built anywhere; it is here to be found by the properties.
 */
import type { PeerEvent, PeerState, Slot, StepOptions } from '../../spec/peer-rules.ts';

type Views = 'provider' | 'consumer';

/** A peer after an event, as it is without some part of a rule. */
export function misread(before: PeerState, after: PeerState, event: PeerEvent, { disabled, obsoleteTimeout }: StepOptions): PeerState {
  if (disabled === undefined || disabled.size === 0) return after;
  const demoted: Pick<Slot, 'consumer' | 'remaining'> = {
    consumer: obsoleteTimeout > 0 ? 'Obsolete' : 'Unused',
    remaining: obsoleteTimeout,
  };
  const switched = after.slots.some(({ consumer }, index) => consumer === 'Active' && before.slots[index]?.consumer !== 'Active');
  const changed = (change: (slot: Slot, old: Slot) => Slot): PeerState => ({
    ...after,
    slots: after.slots.map((slot, index) => change(slot, before.slots[index] ?? slot)),
  });
  if (disabled.has('M2: one Active key')) return changed((slot, old) => stillActive(stillActive(slot, old, 'provider'), old, 'consumer'));
  if (disabled.has('M9: from the Switch') && event.kind === 'push')
    return changed((slot, old) => (old.consumer === 'Active' ? { ...slot, ...demoted } : slot));
  if (disabled.has('M9: a timer for each key') && switched)
    return changed((slot) => (slot.consumer === 'Obsolete' ? { ...slot, remaining: obsoleteTimeout } : slot));
  return after;
}

/** Each slot is a machine by itself: that another one becomes Active does not concern it. */
function stillActive(slot: Slot, old: Slot, view: Views): Slot {
  return old[view] === 'Active' && slot[view] !== 'Active' ? { ...slot, keyId: old.keyId, [view]: 'Active', remaining: 0 } : slot;
}

/** The key of a slot is wiped as soon as one of the views has done with it. */
export function erasesEarly({ slots }: PeerState, slot: number, { disabled }: StepOptions): boolean {
  const { provider, consumer } = slots[slot] ?? {};
  return disabled?.has('M3: erased when Unused in both views') === true && (provider === 'Unused' || consumer === 'Unused');
}

/** There is one window, and it begins anew with the key that is switched to. */
export function forgetsWindow(before: PeerState, after: PeerState, slot: number, { disabled }: StepOptions): boolean {
  const leaves = before.slots[slot]?.consumer === 'Active' && after.slots[slot]?.consumer !== 'Active';
  return leaves && disabled?.has('M13: a window for each key') === true;
}
