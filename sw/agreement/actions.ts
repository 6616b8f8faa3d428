/** What the agreement's state machines ask of whoever runs them; they do nothing themselves. */
import type { KeyId } from '../../spec/key-id.ts';
import type { HandshakeState } from '../noise/handshake-state.ts';

/** Why an attempt came to nothing. The old key goes on, and the next attempt may come at any time. */
export type FailureReason =
  /** no answer in time: the peer, or the way to it or back, is down, or it knows other keys */
  | 'noAnswer'
  /** no answer, but requests from the peer: it takes itself for the initiator too. A hint, since such a request is not verified */
  | 'peerIsInitiatorToo'
  /** the software stopped it */
  | 'stopped';

export interface Failure {
  readonly keyId: KeyId;
  readonly attempt: number;
  readonly reason: FailureReason;
}

export type AgreementAction =
  | { readonly kind: 'send'; readonly frame: Uint8Array }
  /**
   * Initiator: the follower is authentic and has the key. Install it, for good, and say so with the event `installed`; the master key is the
   * taker's to zero.
   */
  | { readonly kind: 'install'; readonly keyId: KeyId; readonly masterKey: Uint8Array }
  /** Follower: the initiator has installed the key; it may be installed as soon as a frame asks for it */
  | { readonly kind: 'confirmed'; readonly keyId: KeyId; readonly masterKey: Uint8Array }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** secrets that the state no longer has: zero them */
  | { readonly kind: 'erase'; readonly secrets: readonly (Uint8Array | HandshakeState)[] };

/** A step of a machine with states S: the state before it is not changed. */
export interface Step<S> {
  readonly state: S;
  readonly actions: readonly AgreementAction[];
}

export function erasing(...secrets: readonly (Uint8Array | HandshakeState)[]): AgreementAction {
  return { kind: 'erase', secrets };
}

/** What was not taken for part of the agreement, for the status. */
export interface Dropped {
  /** for another station or relation, or of a kind that this role does not take */
  readonly misaddressed: number;
  /** of another KeyId or attempt, or come again: delayed, repeated, or replayed */
  readonly outOfPlace: number;
  /** not authentic */
  readonly forged: number;
}

export const NOTHING_DROPPED: Dropped = { misaddressed: 0, outOfPlace: 0, forged: 0 };

export function dropping<S extends { readonly dropped: Dropped }>(state: S, why: keyof Dropped): Step<S> {
  return { state: { ...state, dropped: { ...state.dropped, [why]: state.dropped[why] + 1 } }, actions: [] };
}
