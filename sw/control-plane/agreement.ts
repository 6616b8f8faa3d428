/** Runs either end of the n-RTT agreement: does what its state machine asks for, and keeps the agreed key until the agent takes it. */
import type { AgreementTiming } from '../../spec/agreement.ts';
import type { KeyId } from '../../spec/key-id.ts';
import type { AgreementAction, Dropped, Failure } from '../agreement/actions.ts';
import { isAssociation } from '../agreement/association.ts';
import { type FollowerEvent, type FollowerState, followerState, stepFollower } from '../agreement/follower.ts';
import { randomOctetsOf } from '../agreement/handshake.ts';
import { dueAt, type InitiatorEvent, type InitiatorState, initiatorState, type Phase, stepInitiator } from '../agreement/initiator.ts';
import { parseMessage } from '../agreement/message.ts';
import type { Parties } from '../agreement/parties.ts';

const ATTEMPT_OCTETS = 4;

/** What an agreement needs of the world. */
export interface AgreementPort {
  /** sends an acyclic frame of the host's; it may be lost */
  send(frame: Uint8Array): void;
  /** the time, in the unit of the timing */
  now(): number;
  /** octets that nobody can guess */
  random(octets: number): Uint8Array;
}

/** Secrets in the hands of an agent, and those that it gives back. */
class Held {
  #masterKey: Uint8Array | undefined;

  /** The agreed key, once; whoever takes it zeroes it. */
  take(): Uint8Array | undefined {
    const key = this.#masterKey;
    this.#masterKey = undefined;
    return key;
  }

  get ready(): boolean {
    return this.#masterKey !== undefined;
  }

  put(masterKey: Uint8Array): void {
    this.erase();
    this.#masterKey = masterKey;
  }

  erase(): void {
    this.#masterKey?.fill(0);
    this.#masterKey = undefined;
  }
}

export class InitiatorAgreement {
  readonly #port: AgreementPort;
  readonly #held = new Held();
  #state: InitiatorState;
  #failure: Failure | undefined;

  constructor(parties: Parties, timing: AgreementTiming, port: AgreementPort) {
    this.#port = port;
    this.#state = initiatorState(parties, timing);
  }

  get phase(): Phase['kind'] {
    return this.#state.phase.kind;
  }

  /** When `tick` is to be called. */
  get dueAt(): number | undefined {
    return dueAt(this.#state);
  }

  /** @param psk is erased */
  begin(keyId: KeyId, psk: Uint8Array): void {
    const ephemeral = this.#port.random(randomOctetsOf(this.#state.parties, 'request'));
    const attempt = isAssociation(keyId) ? { attempt: attemptOf(this.#port.random(ATTEMPT_OCTETS)) } : {};
    this.#step({ kind: 'begin', keyId, psk, ephemeral, now: this.#port.now(), ...attempt });
    ephemeral.fill(0);
    psk.fill(0);
  }

  /** A frame that came for the host. Returns whether it is one of the agreement's. */
  receive(frame: Uint8Array): boolean {
    const message = parseMessage(frame);
    if (message !== undefined) this.#step({ kind: 'received', message });
    return message !== undefined;
  }

  tick(): void {
    this.#step({ kind: 'tick', now: this.#port.now() });
  }

  /** The agreed master key; whoever takes it installs its key, calls `installed`, and zeroes it. */
  takeMasterKey(): Uint8Array | undefined {
    return this.#held.take();
  }

  installed(): void {
    this.#step({ kind: 'installed', now: this.#port.now() });
  }

  settled(): void {
    this.#step({ kind: 'settled' });
  }

  withdrawn(): void {
    this.#step({ kind: 'withdrawn' });
  }

  /** Why the last attempt failed, once. */
  takeFailure(): Failure | undefined {
    const failure = this.#failure;
    this.#failure = undefined;
    return failure;
  }

  stop(): void {
    this.#step({ kind: 'stop' });
    this.#held.erase();
  }

  #step(event: InitiatorEvent): void {
    const { state, actions } = stepInitiator(this.#state, event);
    this.#state = state;
    for (const action of actions) {
      if (action.kind === 'failed') this.#failure = action.failure;
      else perform(action, this.#port, this.#held);
    }
  }
}

/** Of the follower: the n-RTT agreement, and beside it the association, which may begin anew at any time. */
export class FollowerAgreement {
  readonly #parties: Parties;
  readonly #port: AgreementPort;
  readonly #nRtt: Answering;
  readonly #association: Answering;

  constructor(parties: Parties, port: AgreementPort) {
    this.#parties = parties;
    this.#port = port;
    this.#nRtt = new Answering(parties, port);
    this.#association = new Answering(parties, port);
  }

  /** Of the n-RTT agreement. */
  get dropped(): Dropped {
    return this.#nRtt.dropped;
  }

  /** @param psk is the agreement's from now on, which erases it */
  expect(keyId: KeyId, psk: Uint8Array): void {
    (isAssociation(keyId) ? this.#association : this.#nRtt).step({ kind: 'expect', keyId, psk });
  }

  /** A frame that came for the host. Returns whether it is one of the agreement's. */
  receive(frame: Uint8Array): boolean {
    const message = parseMessage(frame);
    if (message === undefined) return false;
    const ephemeral = this.#port.random(randomOctetsOf(this.#parties, 'answer'));
    (isAssociation(message) ? this.#association : this.#nRtt).step({ kind: 'received', message, ephemeral });
    ephemeral.fill(0);
    return true;
  }

  /** Whether the initiator has confirmed a key that was not taken yet. */
  get confirmed(): boolean {
    return this.#nRtt.held.ready;
  }

  /** The confirmed master key; whoever takes it zeroes it. */
  takeMasterKey(): Uint8Array | undefined {
    return this.#nRtt.held.take();
  }

  /** The confirmed master key of a new association, in place of all that there is; whoever takes it zeroes it. */
  takeAssociation(): Uint8Array | undefined {
    return this.#association.held.take();
  }

  stop(): void {
    for (const one of [this.#nRtt, this.#association]) one.stop();
  }
}

/** The follower's machine, and the key that it agreed on. */
class Answering {
  readonly held = new Held();
  readonly #port: AgreementPort;
  #state: FollowerState;

  constructor(parties: Parties, port: AgreementPort) {
    this.#port = port;
    this.#state = followerState(parties);
  }

  get dropped(): Dropped {
    return this.#state.dropped;
  }

  step(event: FollowerEvent): void {
    const { state, actions } = stepFollower(this.#state, event);
    this.#state = state;
    for (const action of actions) perform(action, this.#port, this.held);
  }

  stop(): void {
    this.step({ kind: 'stop' });
    this.held.erase();
  }
}

/** 31 bits, so that others can follow. */
function attemptOf(octets: Uint8Array): number {
  return new DataView(octets.buffer, octets.byteOffset).getUint32(0) >>> 1;
}

function perform(action: AgreementAction, port: AgreementPort, held: Held): void {
  if (action.kind === 'send') port.send(action.frame);
  if (action.kind === 'install' || action.kind === 'confirmed') held.put(action.masterKey);
  if (action.kind !== 'erase') return;
  for (const secret of action.secrets) {
    if (secret instanceof Uint8Array) secret.fill(0);
    else secret.erase();
  }
}
