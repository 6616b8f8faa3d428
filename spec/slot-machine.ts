/**
 * The state machine of a key slot (paper, section IV.B, Fig. 5): one table, for n slots and for the provider
 * and the consumer view. Whoever needs the machine derives it from here.
 */
export const SLOT_STATES = ['Unused', 'Pending', 'Active', 'Obsolete'] as const;
export type SlotState = (typeof SLOT_STATES)[number];

/** Encoding in registers and hardware, 2 bits a slot. */
export const SLOT_STATE_CODE: Readonly<Record<SlotState, number>> = { Unused: 0, Pending: 1, Active: 2, Obsolete: 3 };

/** What can happen to one slot. `demote` befalls the Active slot when another one is switched to. */
export type SlotEvent = 'push' | 'pushFirst' | 'switch' | 'withdraw' | 'demote' | 'demoteAtOnce' | 'timeout';

export interface SlotTransition {
  readonly from: SlotState;
  readonly event: SlotEvent;
  readonly to: SlotState;
}

/** The table. `pushFirst`: with no key at all there is nothing to switch from, so the first one is Active at once; with it the legal pairs are the paper's seven. */
export const SLOT_TRANSITIONS: readonly SlotTransition[] = [
  { from: 'Unused', event: 'push', to: 'Pending' },
  { from: 'Unused', event: 'pushFirst', to: 'Active' },
  { from: 'Pending', event: 'switch', to: 'Active' },
  { from: 'Pending', event: 'withdraw', to: 'Unused' },
  { from: 'Active', event: 'demote', to: 'Obsolete' },
  { from: 'Active', event: 'demoteAtOnce', to: 'Unused' },
  { from: 'Obsolete', event: 'timeout', to: 'Unused' },
];

/** The slots of one view, slot A first. */
export type View = readonly SlotState[];

/** Event on a whole view: `slot` is the one pushed to, switched to, withdrawn, or timed out. */
export interface ViewEvent {
  readonly kind: 'push' | 'switch' | 'withdraw' | 'timeout';
  readonly slot: number;
}

export class IllegalTransition extends Error {
  constructor(view: View, event: ViewEvent) {
    super(`slot machine: ${event.kind} of slot ${slotName(event.slot)} is not allowed in ${formatView(view)}`);
    this.name = 'IllegalTransition';
  }
}

function transition(state: SlotState | undefined, event: SlotEvent): SlotState | undefined {
  return SLOT_TRANSITIONS.find((row) => row.from === state && row.event === event)?.to;
}

/** Whether the event may happen: Push needs an Unused slot and nothing Pending, Switch and withdrawal a Pending slot, Timeout an Obsolete one. */
export function isAllowed(view: View, event: ViewEvent): boolean {
  if (event.kind === 'push' && view.includes('Pending')) return false;
  return nextSlotState(view, event) !== undefined;
}

function nextSlotState(view: View, event: ViewEvent): SlotState | undefined {
  const first = event.kind === 'push' && view.every((other) => other === 'Unused');
  return transition(view[event.slot], first ? 'pushFirst' : event.kind);
}

/**
 * The view after an event.
 * @param keepsObsolete whether the demoted key stays Obsolete for a while (a consumer with a timeout) or is
 * dropped at once (a provider, which never sends under an old key; a consumer with timeout 0)
 * @throws IllegalTransition
 */
export function stepView(view: View, event: ViewEvent, keepsObsolete: boolean): View {
  const next = nextSlotState(view, event);
  if (next === undefined || !isAllowed(view, event)) throw new IllegalTransition(view, event);
  const demotion = keepsObsolete ? 'demote' : 'demoteAtOnce';
  return view.map((state, slot) => {
    if (slot === event.slot) return next;
    return event.kind === 'switch' ? (transition(state, demotion) ?? state) : state;
  });
}

/** Every event that could be tried on a view of n slots. */
export function viewEvents(slots: number): readonly ViewEvent[] {
  const kinds = ['push', 'switch', 'withdraw', 'timeout'] as const;
  return Array.from({ length: slots }, (_, slot) => kinds.map((kind) => ({ kind, slot }))).flat();
}

/** Legal views of n slots: all Unused, or one Active and at most one Pending; 7, 25, 81 for n = 2, 3, 4. */
export function isLegalView(view: View): boolean {
  const count = (state: SlotState): number => view.filter((other) => other === state).length;
  return view.every((state) => state === 'Unused') || (count('Active') === 1 && count('Pending') <= 1);
}

/** All 4^n combinations, legal or not. */
export function allViews(slots: number): readonly View[] {
  if (slots === 0) return [[]];
  return allViews(slots - 1).flatMap((view) => SLOT_STATES.map((state) => [...view, state]));
}

/** Letters as in the paper: `AP` is slot A Active, slot B Pending. */
export function formatView(view: View): string {
  return view.map((state) => state.charAt(0)).join('');
}

/** `A`, `B`, … */
export function slotName(slot: number): string {
  return String.fromCharCode(65 + slot);
}
