/**
 * The follower of the n-RTT agreement as a pure function (rule M10): it has no timers and only answers. What it answered stands until the
 * confirmation comes or the initiator begins anew: to forget it sooner could leave the initiator with a key that nobody else has.
 */
import type { KeyId } from '../../spec/key-id.ts';
import { equalTags } from '../aead/aead.ts';
import { NoiseUsage } from '../noise/errors.ts';
import { type Dropped, dropping, erasing, NOTHING_DROPPED, type Step } from './actions.ts';
import { isAssociation } from './association.ts';
import { concluded, handshakeOf } from './handshake.ts';
import { type AgreementMessage, encodeMessage } from './message.ts';
import { isFrom, type Parties } from './parties.ts';

const NOTHING = new Uint8Array();

interface Answered {
  readonly attempt: number;
  readonly request: Uint8Array;
  /** sent again when the same request comes again */
  readonly answer: Uint8Array;
  readonly masterKey: Uint8Array;
  /** the confirmation that must come */
  readonly confirmation: Uint8Array;
}

export interface FollowerState {
  readonly parties: Parties;
  /** what the next agreement is for; undefined before the first `expect`, and from the confirmation to the next */
  readonly expected: { readonly keyId: KeyId; readonly psk: Uint8Array } | undefined;
  readonly answered: Answered | undefined;
  readonly dropped: Dropped;
}

export type FollowerEvent =
  /** the next KeyId that can be agreed on; the machine erases `psk` when it is of no more use */
  | { readonly kind: 'expect'; readonly keyId: KeyId; readonly psk: Uint8Array }
  /** @field ephemeral `randomOctetsOf` an answer, fresh for every message, if one is due; copied */
  | { readonly kind: 'received'; readonly message: AgreementMessage; readonly ephemeral: Uint8Array }
  /** everything is forgotten */
  | { readonly kind: 'stop' };

export function followerState(parties: Parties): FollowerState {
  return { parties, expected: undefined, answered: undefined, dropped: NOTHING_DROPPED };
}

export function stepFollower(state: FollowerState, event: FollowerEvent): Step<FollowerState> {
  switch (event.kind) {
    case 'expect':
      return { state: { ...state, expected: { keyId: event.keyId, psk: event.psk }, answered: undefined }, actions: [forgetting(state)] };
    case 'received':
      return received(state, event.message, event.ephemeral);
    case 'stop':
      return { state: { ...state, expected: undefined, answered: undefined }, actions: [forgetting(state)] };
  }
}

function received(state: FollowerState, message: AgreementMessage, ephemeral: Uint8Array): Step<FollowerState> {
  const { parties, expected } = state;
  if (!isFrom('initiator', parties, message) || message.kind === 'answer') return dropping(state, 'misaddressed');
  if (expected === undefined || message.master !== expected.keyId.master) return dropping(state, 'outOfPlace');
  return message.kind === 'request' ? request(state, expected, message, ephemeral) : confirm(state, expected, message);
}

/**
 * The same request has the same answer; one of a later attempt begins anew; one of an earlier attempt comes too late. The attempts of an
 * association have no order, since an initiator that restarted has forgotten its own: any other request begins anew. One that is replayed
 * does too, and delays the association, but no more: nothing comes of an answer without its confirmation.
 */
function request(
  state: FollowerState,
  { keyId, psk }: NonNullable<FollowerState['expected']>,
  { attempt, noise }: AgreementMessage,
  ephemeral: Uint8Array,
): Step<FollowerState> {
  const { parties, answered } = state;
  const same = answered !== undefined && attempt === answered.attempt && equalTags(noise, answered.request);
  if (same) return { state, actions: [{ kind: 'send', frame: answered.answer }] };
  if (answered !== undefined && attempt <= answered.attempt && !isAssociation(keyId)) return dropping(state, 'outOfPlace');
  const handshake = handshakeOf(parties, { keyId, attempt }, psk);
  let reply: Uint8Array;
  try {
    handshake.readMessage(noise);
    reply = handshake.writeMessage(NOTHING, ephemeral);
  } catch (error) {
    handshake.erase();
    if (error instanceof NoiseUsage) throw error;
    return dropping(state, 'forged');
  }
  const answer = encodeMessage({
    kind: 'answer',
    source: parties.followerAddress,
    destination: parties.initiatorAddress,
    relation: parties.relation,
    master: keyId.master,
    attempt,
    noise: reply,
  });
  const before = answered === undefined ? [] : [answered.masterKey, answered.confirmation];
  return {
    state: { ...state, answered: { attempt, request: noise, answer, ...concluded(handshake) } },
    actions: [{ kind: 'send', frame: answer }, erasing(...before)],
  };
}

/** The initiator has installed the key, for good: it may be used. */
function confirm(
  state: FollowerState,
  { keyId, psk }: NonNullable<FollowerState['expected']>,
  { attempt, noise }: AgreementMessage,
): Step<FollowerState> {
  const { answered } = state;
  if (answered === undefined || attempt !== answered.attempt) return dropping(state, 'outOfPlace');
  if (!equalTags(noise, answered.confirmation)) return dropping(state, 'forged');
  return {
    state: { ...state, expected: undefined, answered: undefined },
    actions: [{ kind: 'confirmed', keyId, masterKey: answered.masterKey }, erasing(psk, answered.confirmation)],
  };
}

function forgetting({ expected, answered }: FollowerState) {
  return erasing(
    ...(expected === undefined ? [] : [expected.psk]),
    ...(answered === undefined ? [] : [answered.masterKey, answered.confirmation]),
  );
}
