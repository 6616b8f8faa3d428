import { announcedKind, INDEX_MODULUS, type KeyId, wireKeyId } from './key-id.ts';
import type { RuleSwitch } from './rules.ts';
import { isAllowed, type SlotState, stepView, type View, type ViewEvent } from './slot-machine.ts';

/**
 * One peer of the rekeying protocol as a pure function (paper, sections IV and V, completed by rules M1 to M13):
 * what Push, cancel, a received frame and time do to its slots. No keys, no frames, no clock: whoever has those calls
 * `step`. Within one moment the order is time, erase, frame, Push (rule M3 needs one arbiter).
 */
export type Role = 'initiator' | 'follower';
export type { RuleId, RuleSwitch } from './rules.ts';

/** One slot of a peer: both views of it, and what it holds. */
export interface Slot {
  readonly provider: SlotState;
  readonly consumer: SlotState;
  /** undefined if and only if the slot is Unused in both views (then its key is erased) */
  readonly keyId: KeyId | undefined;
  /** ticks of Obsolete that are left in the consumer view; 0 in every other state */
  readonly remaining: number;
}

export interface PeerState {
  readonly role: Role;
  /** of the indices of a KeyId on the wire: 4 in all that is built */
  readonly indexModulus: number;
  readonly slots: readonly Slot[];
  /** follower: wire KeyId of the rekey that the newest frame asks for */
  readonly request: number | undefined;
  /** initiator: wire KeyId of the announcement that was withdrawn under the Active key; no key is pushed under it until the provider switches (M12) */
  readonly withdrawn: number | undefined;
}

export type PeerEvent =
  /** software installs a key */
  | { readonly kind: 'push'; readonly keyId: KeyId }
  /**
   * A frame was opened with the key of `slot`. `fresh`: newest of all frames so far (`newest` of `verdictOn` in
   * `delivery.ts`). `authentic` is true unless given: only the search for what M1 prevents says otherwise.
   */
  | { readonly kind: 'received'; readonly slot: number; readonly nextKeyId: number; readonly fresh: boolean; readonly authentic?: boolean }
  | { readonly kind: 'elapse'; readonly ticks: number }
  /** software of an initiator withdraws the key that it has announced and not switched to */
  | { readonly kind: 'cancel' }
  /** software gives the association up: no key is left, and the next Push is a first one */
  | { readonly kind: 'eraseAll' };

export interface StepOptions {
  /** ticks that a key stays Obsolete in the consumer view; 0 drops it at once */
  readonly obsoleteTimeout: number;
  /** rules to do without, to find what they prevent; only those kept by the peer make a difference */
  readonly disabled?: ReadonlySet<RuleSwitch>;
}

export class PushNotAllowed extends Error {
  constructor(state: PeerState, keyId: KeyId) {
    const slots = state.slots.map((slot) => `${slot.provider}/${slot.consumer}${slot.keyId ? ` key ${wireKeyId(slot.keyId)}` : ''}`);
    super(
      `Push of KeyId ${keyId.master}|${keyId.communication} (wire ${wireKeyId(keyId)}) is not allowed in slots [${slots.join(', ')}]: ` +
        'it needs a slot Unused in both views, nothing Pending, and a wire KeyId neither in use nor withdrawn. Ask canPush first.',
    );
    this.name = 'PushNotAllowed';
  }
}

export class CancelNotAllowed extends Error {
  constructor({ role, slots, withdrawn }: PeerState) {
    const views = slots.map(({ provider, consumer }) => `${provider}/${consumer}`).join(', ');
    const before = withdrawn === undefined ? 'nothing was withdrawn' : `wire KeyId ${withdrawn} was withdrawn`;
    super(
      `cancel is not allowed: this is ${role === 'initiator' ? 'an initiator' : 'a follower'}, its slots are [${views}], and ` +
        `${before} under the Active key; it needs an initiator with a key Pending in both views, and nothing withdrawn before. Ask canCancel first.`,
    );
    this.name = 'CancelNotAllowed';
  }
}

const NONE: ReadonlySet<RuleSwitch> = new Set();

const FREE_SLOT: Slot = { provider: 'Unused', consumer: 'Unused', keyId: undefined, remaining: 0 };

/**
 * A peer without any key.
 * @param slots number of key slots, 2 or more
 */
export function initialState(role: Role, slots: number, indexModulus = INDEX_MODULUS): PeerState {
  return { role, indexModulus, slots: Array.from({ length: slots }, () => FREE_SLOT), request: undefined, withdrawn: undefined };
}

export function providerView(state: PeerState): View {
  return state.slots.map((slot) => slot.provider);
}

export function consumerView(state: PeerState): View {
  return state.slots.map((slot) => slot.consumer);
}

/** Wire KeyId of the key that the provider encrypts with; undefined before the first Push. */
export function currentKeyId(state: PeerState): number | undefined {
  return heldKeyId(
    state,
    state.slots.find((slot) => slot.provider === 'Active'),
  );
}

/**
 * The nextKeyId of the next frame: the announcement of an initiator, the ready signal of a follower. It is made
 * from installed slot state alone, never from an intention, and repeated until it has had its effect.
 */
export function announcedKeyId(state: PeerState): number | undefined {
  return (
    heldKeyId(
      state,
      state.slots.find((slot) => slot.provider === 'Pending'),
    ) ?? currentKeyId(state)
  );
}

/** The slot whose key opens a frame with this currentKeyId on the wire (paper, IV.C: one look-up, no trial decryption). */
export function openingSlot(state: PeerState, wire: number, disabled: ReadonlySet<RuleSwitch> = NONE): number | undefined {
  const found = state.slots.findIndex(
    (slot) => slot.consumer !== 'Unused' && !(slot.consumer === 'Pending' && disabled.has('M2')) && heldKeyId(state, slot) === wire,
  );
  return found < 0 ? undefined : found;
}

/** Whether a Push of this key would be accepted (rules M3, M4, M8, M12; a KeyId is never held twice). */
export function canPush(state: PeerState, keyId: KeyId, disabled: ReadonlySet<RuleSwitch> = NONE): boolean {
  const target = pushTarget(state, disabled);
  if (target === undefined) return false;
  const wire = wireKeyId(keyId, state.indexModulus);
  const isHeld = state.slots.some((slot, index) => index !== target && heldKeyId(state, slot) === wire);
  if (wire === state.withdrawn && !disabled.has('M12: KeyId not given again')) return false;
  return !isHeld || disabled.has('M3: KeyId held once');
}

/** Whether an initiator may start a rekey now (M8): nothing Pending in either own view, and a slot free. */
export function canStartRekey(state: PeerState, disabled: ReadonlySet<RuleSwitch> = NONE): boolean {
  return currentKeyId(state) !== undefined && pushTarget(state, disabled) !== undefined;
}

/** Whether an initiator may withdraw its announcement now (M12): no view has switched to the key, and it is the first under this Active key. */
export function canCancel({ role, slots, withdrawn }: PeerState, disabled: ReadonlySet<RuleSwitch> = NONE): boolean {
  const isFirst = withdrawn === undefined || disabled.has('M12: one withdrawal');
  return role === 'initiator' && isFirst && slots.some(isPending);
}

/**
 * The peer after an event; `state` itself is left alone, and is what a frame returns that changes nothing.
 * @throws PushNotAllowed where `canPush` says no
 * @throws CancelNotAllowed where `canCancel` says no
 */
export function step(state: PeerState, event: PeerEvent, options: StepOptions): PeerState {
  switch (event.kind) {
    case 'push':
      return push(state, event.keyId, options);
    case 'received':
      return received(state, event, options);
    case 'elapse':
      return elapse(state, event.ticks);
    case 'cancel':
      return cancel(state, options);
    case 'eraseAll':
      return initialState(state.role, state.slots.length, state.indexModulus);
  }
}

/** The slot that a Push would fill: the lowest one Unused in both views. */
function pushTarget(state: PeerState, disabled: ReadonlySet<RuleSwitch>): number | undefined {
  const providerPending = state.slots.findIndex((slot) => slot.provider === 'Pending');
  if (providerPending >= 0) return disabled.has('M4') ? providerPending : undefined;
  if (state.slots.some((slot) => slot.consumer === 'Pending') && !disabled.has('M8')) return undefined;
  const free = (slot: Slot): boolean =>
    slot.provider === 'Unused' && (slot.consumer === 'Unused' || (slot.consumer === 'Obsolete' && disabled.has('M3')));
  const target = state.slots.findIndex(free);
  return target < 0 ? undefined : target;
}

function push(state: PeerState, keyId: KeyId, { disabled = NONE }: StepOptions): PeerState {
  const target = pushTarget(state, disabled);
  if (target === undefined || !canPush(state, keyId, disabled)) throw new PushNotAllowed(state, keyId);
  const emptied = state.slots.map((slot, index) => (index === target ? { ...FREE_SLOT, keyId } : slot));
  const event: ViewEvent = { kind: 'push', slot: target };
  const pushed = withViews({ ...state, slots: emptied, request: undefined }, (view) => pushedView(view, event));
  const early = disabled.has(state.role === 'initiator' ? 'M6' : 'M7');
  return early && pushed.slots[target]?.provider === 'Pending' ? switchProvider(pushed, target) : pushed;
}

/** With a rule off a Push can come where the slot machine has none: the slot becomes Pending all the same. */
function pushedView(view: View, event: ViewEvent): View {
  return isAllowed(view, event) ? stepView(view, event, false) : view.with(event.slot, 'Pending');
}

function cancel(state: PeerState, { disabled }: StepOptions): PeerState {
  if (!canCancel(state, disabled)) throw new CancelNotAllowed(state);
  return { ...withoutPending(state), withdrawn: announcedKeyId(state) };
}

/** The key that is Pending in both views is erased. */
function withoutPending(state: PeerState): PeerState {
  const slot = state.slots.findIndex(isPending);
  if (slot < 0) return state;
  const withdrawn = withViews(state, (view) => stepView(view, { kind: 'withdraw', slot }, false));
  return { ...withdrawn, slots: withdrawn.slots.map(erased) };
}

/** In both views: where one has switched to it, the other peer is on it. */
function isPending({ provider, consumer }: Slot): boolean {
  return provider === 'Pending' && consumer === 'Pending';
}

function received(state: PeerState, event: Extract<PeerEvent, { kind: 'received' }>, options: StepOptions): PeerState {
  const { disabled = NONE } = options;
  if (event.authentic === false && !disabled.has('M1')) return state;
  if (!event.fresh) return disabled.has('M9') ? restartTimer(state, event.slot, options.obsoleteTimeout) : state;

  const followed = consumerFollows(state, event.slot, options.obsoleteTimeout);
  const after =
    state.role === 'initiator' ? providerIfReady(followed, event.nextKeyId) : listen(dropped(followed, event, disabled), event, disabled);
  return after === state ? state : { ...after, slots: after.slots.map(erased) };
}

/** The first fresh frame under the Pending key switches the consumer, and a follower's provider with it (M7). */
function consumerFollows(state: PeerState, slot: number, obsoleteTimeout: number): PeerState {
  if (state.slots[slot]?.consumer !== 'Pending') return state;
  const before = consumerView(state);
  const view = stepView(before, { kind: 'switch', slot }, obsoleteTimeout > 0);
  const slots = state.slots.map((held, index) => {
    const consumer = view[index] ?? held.consumer;
    const demoted = before[index] === 'Active';
    return { ...held, consumer, remaining: demoted ? obsoleteTimeout : held.remaining };
  });
  const switched = { ...state, slots };
  return state.role === 'follower' && slots[slot]?.provider === 'Pending' ? switchProvider(switched, slot) : switched;
}

/** Initiator, M6: the follower says that it holds the Pending key. */
function providerIfReady(state: PeerState, nextKeyId: number): PeerState {
  const pending = state.slots.findIndex((slot) => slot.provider === 'Pending' && heldKeyId(state, slot) === nextKeyId);
  return pending < 0 ? state : switchProvider(state, pending);
}

/** Follower, M12: the newest frame under its Active key no longer announces the key that it holds ready. */
function dropped(
  state: PeerState,
  event: { readonly slot: number; readonly nextKeyId: number },
  disabled: ReadonlySet<RuleSwitch>,
): PeerState {
  const underActive = state.slots[event.slot]?.consumer === 'Active';
  return underActive && announcedKeyId(state) !== event.nextKeyId && !disabled.has('M12: the follower drops')
    ? withoutPending(state)
    : state;
}

/** Follower, M5: takes the request of a frame under its Active key. */
function listen(
  state: PeerState,
  event: { readonly slot: number; readonly nextKeyId: number },
  disabled: ReadonlySet<RuleSwitch>,
): PeerState {
  const pending = state.slots.some(({ provider, consumer }) => provider === 'Pending' || consumer === 'Pending');
  const active = state.slots.find(({ consumer }) => consumer === 'Active');
  const current = heldKeyId(state, active);
  if (current === undefined || pending) return state;
  const { nextKeyId } = event;
  if (disabled.has('M5')) return { ...state, request: nextKeyId === announcedKeyId(state) ? undefined : nextKeyId };
  if (state.slots[event.slot] !== active && !disabled.has('M5: Active key')) return state;
  const request = announcedKind(current, nextKeyId, state.indexModulus) === undefined ? undefined : nextKeyId;
  return request === state.request ? state : { ...state, request };
}

/** A provider never sends under an old key again, so its old key is dropped at once. */
function switchProvider(state: PeerState, slot: number): PeerState {
  const view = stepView(providerView(state), { kind: 'switch', slot }, false);
  return { ...state, withdrawn: undefined, slots: state.slots.map((held, index) => ({ ...held, provider: view[index] ?? held.provider })) };
}

function restartTimer(state: PeerState, slot: number, obsoleteTimeout: number): PeerState {
  const slots = state.slots.map((held, index) =>
    index === slot && held.consumer === 'Obsolete' ? { ...held, remaining: obsoleteTimeout } : held,
  );
  return { ...state, slots };
}

/** Obsolete runs down; what has run out times out, one slot after another. */
function elapse(state: PeerState, ticks: number): PeerState {
  const left = (slot: Slot): Slot => ({ ...slot, remaining: Math.max(0, slot.remaining - ticks) });
  const slots = state.slots.map(left);
  const view = slots.reduce<View>(
    (now, slot, index) =>
      slot.consumer === 'Obsolete' && slot.remaining === 0 ? stepView(now, { kind: 'timeout', slot: index }, true) : now,
    consumerView(state),
  );
  return { ...state, slots: slots.map((slot, index) => erased({ ...slot, consumer: view[index] ?? slot.consumer })) };
}

function erased(slot: Slot): Slot {
  return slot.provider === 'Unused' && slot.consumer === 'Unused' ? FREE_SLOT : slot;
}

function withViews(state: PeerState, change: (view: View) => View): PeerState {
  const provider = change(providerView(state));
  const consumer = change(consumerView(state));
  const slots = state.slots.map((slot, index) => ({
    ...slot,
    provider: provider[index] ?? slot.provider,
    consumer: consumer[index] ?? slot.consumer,
  }));
  return { ...state, slots };
}

/** Wire KeyId of the key in a slot; undefined for an Unused one. */
export function wireKeyIdOf(state: PeerState, slot: number): number | undefined {
  return heldKeyId(state, state.slots[slot]);
}

function heldKeyId({ indexModulus }: PeerState, slot: Slot | undefined): number | undefined {
  return slot?.keyId === undefined ? undefined : wireKeyId(slot.keyId, indexModulus);
}
