/**
 * The initiator of the n-RTT agreement as a pure function (rule M10): it alone has timers. It repeats its request until an authentic
 * answer comes or time is up, installs the key, and only then repeats the confirmation until the follower is seen to use the key.
 */
import type { AgreementTiming } from '../../spec/agreement.ts';
import type { KeyId } from '../../spec/key-id.ts';
import type { HandshakeState } from '../noise/handshake-state.ts';
import { type Dropped, dropping, erasing, type FailureReason, NOTHING_DROPPED, type Step } from './actions.ts';
import { concluded, handshakeOf } from './handshake.ts';
import { type AgreementMessage, encodeMessage } from './message.ts';
import { isFrom, type Parties } from './parties.ts';

const NOTHING = new Uint8Array();

/** A frame that is sent again and again. Times in the unit of `now`. */
interface Repeated {
  readonly frame: Uint8Array;
  readonly againAt: number;
  readonly wait: number;
}

export type Phase =
  | { readonly kind: 'idle' }
  /** no answer yet: the attempt may still come to nothing */
  | {
      readonly kind: 'requesting';
      readonly keyId: KeyId;
      readonly attempt: number;
      readonly handshake: HandshakeState;
      readonly request: Repeated;
      readonly giveUpAt: number;
      readonly sawRequest: boolean;
    }
  /** answered: the key is the taker's to install; nothing is sent until it is */
  | { readonly kind: 'agreed'; readonly keyId: KeyId; readonly attempt: number; readonly confirmation: Uint8Array }
  /** installed: there is no way back but a withdrawal of the announcement (M12) */
  | { readonly kind: 'confirming'; readonly keyId: KeyId; readonly attempt: number; readonly confirmation: Repeated };

export interface InitiatorState {
  readonly parties: Parties;
  readonly timing: AgreementTiming;
  readonly phase: Phase;
  /** the number of the last attempt: the next one has a higher one */
  readonly attempts: number;
  readonly dropped: Dropped;
}

export type InitiatorEvent =
  /**
   * A key for this KeyId is wanted; nothing happens while another agreement is not settled (R17).
   * @field psk from the master key before; copied
   * @field ephemeral `randomOctetsOf` a request, fresh for every attempt; copied
   * @field attempt its number, 31 random bits for an association, since a restart forgets how many there were; default: the next
   */
  | {
      readonly kind: 'begin';
      readonly keyId: KeyId;
      readonly psk: Uint8Array;
      readonly ephemeral: Uint8Array;
      readonly attempt?: number;
      readonly now: number;
    }
  | { readonly kind: 'received'; readonly message: AgreementMessage }
  | { readonly kind: 'tick'; readonly now: number }
  /** the hardware has taken the key */
  | { readonly kind: 'installed'; readonly now: number }
  /** the follower was seen to hold the key: the own provider uses it */
  | { readonly kind: 'settled' }
  /** the announcement of the installed key was withdrawn before the follower was ready: nobody confirms it any more */
  | { readonly kind: 'withdrawn' }
  /** what is not installed is given up */
  | { readonly kind: 'stop' };

export function initiatorState(parties: Parties, timing: AgreementTiming): InitiatorState {
  return { parties, timing, phase: { kind: 'idle' }, attempts: 0, dropped: NOTHING_DROPPED };
}

/** When the next `tick` is due; undefined while nothing waits for time. */
export function dueAt({ phase }: InitiatorState): number | undefined {
  if (phase.kind === 'requesting') return Math.min(phase.request.againAt, phase.giveUpAt);
  return phase.kind === 'confirming' ? phase.confirmation.againAt : undefined;
}

export function stepInitiator(state: InitiatorState, event: InitiatorEvent): Step<InitiatorState> {
  const { phase } = state;
  switch (event.kind) {
    case 'begin':
      return phase.kind === 'idle' ? begin(state, event) : unchanged(state);
    case 'received':
      return received(state, event.message);
    case 'tick':
      return tick(state, event.now);
    case 'installed':
      return phase.kind === 'agreed' ? installed(state, phase, event.now) : unchanged(state);
    case 'settled':
    case 'withdrawn':
      return phase.kind === 'confirming' ? unchanged({ ...state, phase: { kind: 'idle' } }) : unchanged(state);
    case 'stop':
      return phase.kind === 'requesting' ? fail(state, phase, 'stopped') : unchanged({ ...state, phase: { kind: 'idle' } });
  }
}

function begin(state: InitiatorState, event: InitiatorEvent & { kind: 'begin' }): Step<InitiatorState> {
  const { keyId, psk, ephemeral, now, attempt = state.attempts + 1 } = event;
  const { parties, timing } = state;
  const handshake = handshakeOf(parties, { keyId, attempt }, psk);
  const frame = frameOf(parties, 'request', keyId, attempt, handshake.writeMessage(NOTHING, ephemeral));
  const phase: Phase = {
    kind: 'requesting',
    keyId,
    attempt,
    handshake,
    request: { frame, againAt: now + timing.firstRetry, wait: timing.firstRetry },
    giveUpAt: now + timing.giveUpAfter,
    sawRequest: false,
  };
  return { state: { ...state, phase, attempts: attempt }, actions: [{ kind: 'send', frame }] };
}

function received(state: InitiatorState, message: AgreementMessage): Step<InitiatorState> {
  const { parties, phase } = state;
  const isForUs = isFrom('follower', parties, message);
  if (!isForUs || message.kind !== 'answer') {
    const { state: next } = dropping(state, 'misaddressed');
    if (!isForUs || message.kind !== 'request' || phase.kind !== 'requesting') return unchanged(next);
    return unchanged({ ...next, phase: { ...phase, sawRequest: true } });
  }
  // an answer to an attempt that is over, or one more copy: stale (R23)
  if (phase.kind !== 'requesting' || message.master !== phase.keyId.master || message.attempt !== phase.attempt)
    return dropping(state, 'outOfPlace');
  const handshake = phase.handshake.clone();
  try {
    handshake.readMessage(message.noise);
  } catch {
    handshake.erase();
    return dropping(state, 'forged');
  }
  const { keyId, attempt } = phase;
  const { masterKey, confirmation } = concluded(handshake);
  const frame = frameOf(parties, 'confirmation', keyId, attempt, confirmation);
  return {
    state: { ...state, phase: { kind: 'agreed', keyId, attempt, confirmation: frame } },
    actions: [{ kind: 'install', keyId, masterKey }, erasing(phase.handshake)],
  };
}

function installed(state: InitiatorState, phase: Phase & { kind: 'agreed' }, now: number): Step<InitiatorState> {
  const { keyId, attempt, confirmation: frame } = phase;
  const wait = state.timing.firstRetry;
  const confirmation: Repeated = { frame, againAt: now + wait, wait };
  return { state: { ...state, phase: { kind: 'confirming', keyId, attempt, confirmation } }, actions: [{ kind: 'send', frame }] };
}

function tick(state: InitiatorState, now: number): Step<InitiatorState> {
  const { phase, timing } = state;
  if (phase.kind === 'requesting') {
    if (now >= phase.giveUpAt) return fail(state, phase, phase.sawRequest ? 'peerIsInitiatorToo' : 'noAnswer');
    if (now < phase.request.againAt) return unchanged(state);
    const request = again(phase.request, timing, now);
    return { state: { ...state, phase: { ...phase, request } }, actions: [{ kind: 'send', frame: request.frame }] };
  }
  if (phase.kind !== 'confirming' || now < phase.confirmation.againAt) return unchanged(state);
  const confirmation = again(phase.confirmation, timing, now);
  return { state: { ...state, phase: { ...phase, confirmation } }, actions: [{ kind: 'send', frame: confirmation.frame }] };
}

/** Exponential back-off. */
function again({ frame, wait }: Repeated, { longestRetry }: AgreementTiming, now: number): Repeated {
  const next = Math.min(2 * wait, longestRetry);
  return { frame, wait: next, againAt: now + next };
}

function fail(
  state: InitiatorState,
  { keyId, attempt, handshake }: Phase & { kind: 'requesting' },
  reason: FailureReason,
): Step<InitiatorState> {
  return {
    state: { ...state, phase: { kind: 'idle' } },
    actions: [{ kind: 'failed', failure: { keyId, attempt, reason } }, erasing(handshake)],
  };
}

function frameOf(parties: Parties, kind: 'request' | 'confirmation', keyId: KeyId, attempt: number, noise: Uint8Array): Uint8Array {
  const { relation, initiatorAddress: source, followerAddress: destination } = parties;
  return encodeMessage({ kind, source, destination, relation, master: keyId.master, attempt, noise });
}

function unchanged(state: InitiatorState): Step<InitiatorState> {
  return { state, actions: [] };
}
