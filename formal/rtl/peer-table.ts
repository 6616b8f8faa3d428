/**
 * The rules of a peer as a finite table, made from `step` of `spec/peer-rules.ts` alone: for every pair of views that it can
 * reach, what one cycle does to them. KeyIds stay symbolic: all that the rules ask of them is one bit (`Situation.names`).
 */
import type { KeyId } from '../../spec/key-id.ts';
import { nextWireKeyId, wireKeyId } from '../../spec/key-id.ts';
import {
  announcedKeyId,
  canCancel,
  canPush,
  consumerView,
  initialState,
  type PeerState,
  providerView,
  type Role,
  step,
} from '../../spec/peer-rules.ts';
import { SLOT_STATE_CODE, type View } from '../../spec/slot-machine.ts';

/** What happens in one cycle, in this order: slots run out; a fresh frame, a Push or a cancel. */
export interface Situation {
  /** slots whose Obsolete key runs out */
  readonly expires: readonly number[];
  /** slot whose key opened a fresh frame */
  readonly frame?: number;
  /** what the frame's nextKeyId names: the provider-Pending key, for a follower also another successor of the frame's own, or neither */
  readonly names: Named;
  readonly push: boolean;
  /** nothing was withdrawn before */
  readonly cancel: boolean;
  /** a key that is switched from stays Obsolete for a while */
  readonly keepsObsolete: boolean;
}

export type Named = 'pending' | 'successor' | 'neither';

export interface Outcome {
  readonly provider: View;
  readonly consumer: View;
  /** what becomes of the follower's request; `take`: it is the frame's nextKeyId */
  readonly request: 'keep' | 'clear' | 'take';
  /** what becomes of the initiator's withdrawn KeyId; `take`: it is that of the key that was Pending */
  readonly withdrawn: 'keep' | 'clear' | 'take';
  /** the slot that a Push fills; undefined where none is accepted */
  readonly pushed: number | undefined;
}

export interface Row {
  readonly provider: View;
  readonly consumer: View;
  readonly outcomes: readonly { readonly situation: Situation; readonly outcome: Outcome }[];
  /** what `eraseAll` makes of it, whatever else happens */
  readonly erased: Outcome;
}

const PUSHED: KeyId = { master: 1, communication: 0 };
/** Held by no slot, and no successor of what the slots hold. */
const NAMED_BY_NOBODY: KeyId = { master: 2, communication: 2 };
const EARLIER = -1;

const QUIET: Situation = { expires: [], push: false, cancel: false, names: 'neither', keepsObsolete: false };

/** Every reachable pair of views, with what each situation makes of it. */
export function peerTable(role: Role, slots: number): readonly Row[] {
  const first = initialState(role, slots);
  const rows = new Map<string, Row>();
  const queue: (readonly [View, View])[] = [[providerView(first), consumerView(first)]];
  for (const [provider, consumer] of queue) {
    const name = `${provider.join()}/${consumer.join()}`;
    if (rows.has(name)) continue;
    const outcomes = situations(role, provider, consumer).map((situation) => ({
      situation,
      outcome: outcomeOf(role, provider, consumer, situation),
    }));
    rows.set(name, { provider, consumer, outcomes, erased: erasedOutcome(role, provider, consumer) });
    for (const { outcome } of outcomes) queue.push([outcome.provider, outcome.consumer]);
  }
  return [...rows.values()];
}

function situations(role: Role, provider: View, consumer: View): Situation[] {
  const both = [false, true];
  const named: readonly Named[] = [
    ...(provider.includes('Pending') ? (['pending'] as const) : []),
    ...(role === 'follower' ? (['successor'] as const) : []),
    'neither',
  ];
  const obsolete = consumer.flatMap((state, slot) => (state === 'Obsolete' ? [slot] : []));
  const subsets = Array.from({ length: 2 ** obsolete.length }, (_, mask) => obsolete.filter((_slot, index) => (mask >> index) & 1));
  const frames = consumer.flatMap((state, slot) => (state === 'Pending' || state === 'Active' ? [slot] : []));
  return subsets.flatMap((expires) => [
    { ...QUIET, expires },
    { ...QUIET, expires, push: true },
    ...(role === 'initiator' ? [{ ...QUIET, expires, cancel: true }] : []),
    ...frames.flatMap((frame) =>
      named.flatMap((names) => both.map((keepsObsolete) => ({ ...QUIET, expires, frame, names, keepsObsolete }))),
    ),
  ]);
}

function outcomeOf(role: Role, provider: View, consumer: View, situation: Situation): Outcome {
  const state = stateOf(role, provider, consumer, situation);
  const { next, pushed, asked } = after(state, situation);
  const requested = after({ ...state, request: EARLIER }, situation).next.request;
  const request = requested === EARLIER ? 'keep' : requested === undefined ? 'clear' : 'take';
  if (request === 'take' && (requested !== asked || next.request !== asked))
    throw new Error(`the rules take a request that no frame made: ${requested}`);
  const views = { provider: providerView(next), consumer: consumerView(next) };
  if (next.withdrawn === undefined) {
    const earlier = situation.cancel ? EARLIER : after({ ...state, withdrawn: EARLIER }, situation).next.withdrawn;
    return { ...views, request, withdrawn: earlier === EARLIER ? 'keep' : 'clear', pushed };
  }
  if (next.withdrawn !== announcedKeyId(state)) throw new Error(`the rules withdraw what was not announced: ${next.withdrawn}`);
  return { ...views, request, withdrawn: 'take', pushed };
}

/** The key that runs out in the same cycle does so first. */
function erasedOutcome(role: Role, provider: View, consumer: View): Outcome {
  const before = { ...stateOf(role, provider, consumer, QUIET), request: EARLIER, withdrawn: EARLIER };
  const next = step(before, { kind: 'eraseAll' }, { obsoleteTimeout: 1 });
  if (next.request !== undefined || next.withdrawn !== undefined) throw new Error('the rules keep a request or a withdrawal without a key');
  return { provider: providerView(next), consumer: consumerView(next), request: 'clear', withdrawn: 'clear', pushed: undefined };
}

/** A concrete peer in these views; slot i holds the key i of master key 0. */
function stateOf(role: Role, provider: View, consumer: View, { expires }: Situation): PeerState {
  const slots = provider.map((ofProvider, slot) => {
    const ofConsumer = consumer[slot] ?? 'Unused';
    const inUse = ofProvider !== 'Unused' || ofConsumer !== 'Unused';
    const remaining = ofConsumer === 'Obsolete' ? (expires.includes(slot) ? 1 : 2) : 0;
    return { provider: ofProvider, consumer: ofConsumer, keyId: inUse ? { master: 0, communication: slot } : undefined, remaining };
  });
  return { ...initialState(role, slots.length), slots };
}

function after(
  before: PeerState,
  { frame, push, cancel, names, keepsObsolete }: Situation,
): { next: PeerState; pushed?: number; asked?: number } {
  const options = { obsoleteTimeout: keepsObsolete ? 1 : 0 };
  const elapsed = step(before, { kind: 'elapse', ticks: 1 }, options);
  if (frame !== undefined) {
    const nextKeyId = namedKeyId(elapsed, frame, names);
    return { next: step(elapsed, { kind: 'received', slot: frame, nextKeyId, fresh: true }, options), asked: nextKeyId };
  }
  if (cancel) return { next: canCancel(elapsed) ? step(elapsed, { kind: 'cancel' }, options) : elapsed };
  if (!push || !canPush(elapsed, PUSHED)) return { next: elapsed };
  const next = step(elapsed, { kind: 'push', keyId: PUSHED }, options);
  return { next, pushed: next.slots.findIndex((slot) => slot.keyId === PUSHED) };
}

/** A nextKeyId for which the rules' questions about it have this answer; the keys that are held are successors by 0-RTT alone. */
function namedKeyId(state: PeerState, frame: number, names: Named): number {
  const wire = (keyId: KeyId | undefined): number => (keyId === undefined ? 0 : wireKeyId(keyId));
  if (names === 'successor') return nextWireKeyId(wire(state.slots[frame]?.keyId), 'n-RTT');
  const pending = state.slots.find((slot) => slot.provider === 'Pending');
  return names === 'pending' ? wire(pending?.keyId) : wireKeyId(NAMED_BY_NOBODY);
}

/** A view as the state vectors of the hardware have it: 2 bits a slot, slot A lowest. */
export function viewCode(view: View): number {
  return view.reduce((sum, state, slot) => sum | (SLOT_STATE_CODE[state] << (2 * slot)), 0);
}
