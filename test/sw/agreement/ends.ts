/** Two ends of a relation that know each other, for the tests of the agreement. */
import { FIRST_KEY_ID, type KeyId, nextKeyId } from '../../../spec/key-id.ts';
import type { Role } from '../../../spec/peer-rules.ts';
import type { AgreementAction } from '../../../sw/agreement/actions.ts';
import { type FollowerEvent, type FollowerState, followerState, stepFollower } from '../../../sw/agreement/follower.ts';
import { randomOctetsOf } from '../../../sw/agreement/handshake.ts';
import { type InitiatorEvent, type InitiatorState, initiatorState, stepInitiator } from '../../../sw/agreement/initiator.ts';
import { type AgreementMessage, parseMessage } from '../../../sw/agreement/message.ts';
import type { Parties } from '../../../sw/agreement/parties.ts';
import { keyPairOf } from '../../../sw/noise/diffie-hellman.ts';

export const TIMING = { firstRetry: 100, longestRetry: 400, giveUpAfter: 2000 } as const;
export const NEXT: KeyId = nextKeyId(FIRST_KEY_ID, 'n-RTT');
export const psk = (): Uint8Array => new Uint8Array(32).fill(7);

const STATIC = { initiator: keyPairOf(new Uint8Array(32).fill(1)), follower: keyPairOf(new Uint8Array(32).fill(2)) };

export function partiesOf(role: Role, changes: Partial<Parties> = {}): Parties {
  return {
    role,
    relation: 5,
    initiatorAddress: Uint8Array.of(2, 0, 0, 0, 0, 1),
    followerAddress: Uint8Array.of(2, 0, 0, 0, 0, 2),
    profile: 'paper',
    engine: 'xor',
    agreement: 'classic',
    staticKeys: STATIC[role],
    remoteStatic: STATIC[role === 'initiator' ? 'follower' : 'initiator'].publicKey,
    ...changes,
  };
}

let generated = 0;
/** Octets that never come again; no secret here. @param octets as `randomOctetsOf` has it */
export function ephemeral(length = 32): Uint8Array {
  const octets = new Uint8Array(length);
  new DataView(octets.buffer).setUint32(0, ++generated);
  return octets;
}

/** What an end did in a step. */
export interface Did {
  readonly actions: readonly AgreementAction[];
  readonly sent: readonly Uint8Array[];
  readonly messages: readonly AgreementMessage[];
  readonly masterKey: Uint8Array | undefined;
}

function didOf(actions: readonly AgreementAction[]): Did {
  const sent = actions.flatMap((action) => (action.kind === 'send' ? [action.frame] : []));
  const key = actions.find((action) => action.kind === 'install' || action.kind === 'confirmed');
  return { actions, sent, messages: sent.map(messageOf), masterKey: key?.masterKey };
}

export function messageOf(frame: Uint8Array): AgreementMessage {
  const message = parseMessage(frame);
  if (message === undefined) throw new RangeError('no message of the agreement');
  return message;
}

/** Does what the machines ask for where it is about memory. */
export function obey(actions: readonly AgreementAction[]): void {
  for (const action of actions) {
    if (action.kind !== 'erase') continue;
    for (const secret of action.secrets) {
      if (secret instanceof Uint8Array) secret.fill(0);
      else secret.erase();
    }
  }
}

export class InitiatorEnd {
  state: InitiatorState;
  constructor(changes: Partial<Parties> = {}) {
    this.state = initiatorState(partiesOf('initiator', changes), TIMING);
  }
  step(event: InitiatorEvent): Did {
    const { state, actions } = stepInitiator(this.state, event);
    this.state = state;
    obey(actions);
    return didOf(actions);
  }
  begin(now = 0, keyId = NEXT, secret = psk()): Did {
    return this.step({ kind: 'begin', keyId, psk: secret, ephemeral: ephemeral(randomOctetsOf(this.state.parties, 'request')), now });
  }
  receive(message: AgreementMessage | undefined): Did {
    if (message === undefined) throw new RangeError('nothing was sent');
    return this.step({ kind: 'received', message });
  }
}

export class FollowerEnd {
  state: FollowerState;
  constructor(changes: Partial<Parties> = {}, keyId = NEXT, secret = psk()) {
    this.state = followerState(partiesOf('follower', changes));
    this.expect(keyId, secret);
  }
  expect(keyId: KeyId, secret = psk()): Did {
    return this.step({ kind: 'expect', keyId, psk: secret });
  }
  step(event: FollowerEvent): Did {
    const { state, actions } = stepFollower(this.state, event);
    this.state = state;
    obey(actions);
    return didOf(actions);
  }
  receive(message: AgreementMessage | undefined): Did {
    if (message === undefined) throw new RangeError('nothing was sent');
    return this.step({ kind: 'received', message, ephemeral: ephemeral(randomOctetsOf(this.state.parties, 'answer')) });
  }
}
