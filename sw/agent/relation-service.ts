/** One relation as a service: sets the hardware up, associates, rekeys, and goes on whatever comes between; its caller keeps the time. */
import { type AgentConfiguration, addressOctets } from '../../spec/agent-configuration.ts';
import { ConfigurationError, cyclesOf } from '../../spec/configuration.ts';
import { formatKeyId, type KeyId, type RekeyKind, wireKeyId } from '../../spec/key-id.ts';
import type { Role } from '../../spec/peer-rules.ts';
import type { Parties } from '../agreement/parties.ts';
import { HardwareMismatch, RelationDriver, type Status } from '../control-plane/driver.ts';
import { FollowerAssociation } from '../control-plane/follower-association.ts';
import { FrameMailbox } from '../control-plane/frame-mailbox.ts';
import { InitiatorAssociation } from '../control-plane/initiator-association.ts';
import type { AgentEvent } from '../control-plane/key-source.ts';
import type { RegisterSpace } from '../control-plane/register-space.ts';
import { KeySchedule } from '../keys/key-schedule.ts';
import { type KeyPair, keyPairOf } from '../noise/diffie-hellman.ts';
import type { Log } from './log.ts';
import type { AgentState } from './state-file.ts';
import type { AgentStatus, KeyStatus } from './status.ts';

const NS_PER_MS = 1e6;
/** ns until another try, where the hardware did what it must not */
const TRY_AGAIN_AFTER = 1e9;
/** Messages that wait for room in the mailbox: what is older is lost, and sent again by who waits for its answer. */
const OUTBOX_MAX = 8;

export interface RelationServiceOptions {
  readonly role: Role;
  readonly configuration: AgentConfiguration;
  /** where the configuration comes from, for messages */
  readonly source: string;
  /** 32 octets each; copied */
  readonly secrets: { readonly identity: Uint8Array; readonly psk: Uint8Array };
  /** registers of the relation, and of the mailbox of the host's frames */
  readonly registers: { readonly peer: RegisterSpace; readonly host: RegisterSpace };
  readonly allowInsecure: boolean;
  /** ns; it never jumps */
  readonly now: () => number;
  readonly random: (octets: number) => Uint8Array;
  readonly log: Log;
  /** as it was read; the caller writes what `onState` gives */
  readonly state: AgentState;
  readonly onState: (state: AgentState) => void;
}

interface KeyInUse {
  readonly keyId: KeyId;
  readonly since: number;
}

export class RelationService {
  readonly #options: RelationServiceOptions;
  readonly #driver: RelationDriver;
  readonly #mailbox: FrameMailbox;
  readonly #identity: KeyPair;
  readonly #psk: Uint8Array;
  readonly #startedAt: number;
  #association: InitiatorAssociation | FollowerAssociation | undefined;
  #outbox: Uint8Array[] = [];
  #state: AgentState;
  #tryAgainAt = 0;
  /** what a key that is used is recognised by: the last one that was installed and not given up */
  #installed: KeyId | undefined;
  #inUse: KeyInUse | undefined;
  #slots: Status = { provider: [], consumer: [], currentKeyId: 0, nextKeyId: 0, pushReady: false };
  #framesSent = 0;
  #presence = { delivered: 0, at: 0 };
  #rekeys = { '0-RTT': 0, 'n-RTT': 0 };
  #failures = 0;
  #lastFailure: AgentStatus['lastFailure'];
  #fault: string | undefined;

  constructor(options: RelationServiceOptions) {
    this.#options = options;
    const { secrets, registers, now, state } = options;
    this.#driver = new RelationDriver(registers.peer);
    this.#mailbox = new FrameMailbox(registers.host);
    this.#identity = keyPairOf(secrets.identity);
    this.#psk = Uint8Array.from(secrets.psk);
    this.#startedAt = now();
    this.#state = { ...state, starts: state.starts + 1 };
  }

  /**
   * Sets the hardware up, and asks for an association. Settings that it has already are written again and change nothing: what it sends goes on.
   * @throws HardwareMismatch, ConfigurationError where the hardware is not what the configuration says
   */
  async begin(): Promise<void> {
    const { role, configuration, source, allowInsecure, onState, now } = this.#options;
    const hardware = await this.#driver.identify({ allowInsecure });
    if (hardware.role !== role)
      throw new HardwareMismatch('role of the hardware', hardware.role, role, 'start the agent with --role of the hardware');
    const faults = (['engine', 'slots'] as const)
      .filter((name) => hardware[name] !== configuration[name])
      .map((name) => `${name}: expected ${hardware[name]}, which the hardware has, found ${configuration[name]}`);
    if (faults.length > 0) throw new ConfigurationError(source, faults);
    await this.#driver.configure(settingsOf(role, configuration));
    await this.#mailbox.open();
    onState(this.#state);
    this.#presence = { delivered: await this.#driver.framesDelivered(), at: now() };
    await this.#associate();
  }

  /** Looks at the hardware, and does what is due. @throws what an access of the registers throws */
  async poll(): Promise<void> {
    const association = this.#association;
    if (association === undefined) {
      if (this.#options.now() >= this.#tryAgainAt) await this.begin();
      return;
    }
    for (let frame = await this.#mailbox.receive(); frame !== undefined; frame = await this.#mailbox.receive()) association.receive(frame);
    await association.service();
    await this.#flush();
    await this.#look(association.associated);
  }

  /** Something went wrong that is not of the registers: the hardware goes on, and in a while it is set up anew. */
  failed(what: string): void {
    this.#fail(what);
    this.#end();
    this.#tryAgainAt = this.#options.now() + TRY_AGAIN_AFTER;
  }

  /** Something is wrong with the agent that does not hinder its work; undefined: no more. */
  degraded(reason: string | undefined): void {
    this.#fault = reason;
  }

  /** @returns why not, if it can't be */
  rekey(kind: RekeyKind): string | undefined {
    const association = this.#association;
    if (association instanceof FollowerAssociation) return 'only the initiator begins a rekey: ask the agent of the other station';
    if (association?.rekey(kind) !== true) return 'the stations have no keys yet that a rekey could begin from: wait for the association';
    this.#options.log('info', 'rekeyAsked', { kind });
    return undefined;
  }

  get status(): AgentStatus {
    const { role, configuration, now } = this.#options;
    const { provider, consumer, currentKeyId, nextKeyId } = this.#slots;
    const secured = this.#association?.associated === true;
    const isSilent = now() - this.#presence.at >= configuration.silence;
    const state = !secured ? 'associating' : isSilent ? 'peerSilent' : this.#fault === undefined ? 'secured' : 'degraded';
    return {
      role,
      relation: configuration.relation,
      peer: role === 'initiator' ? configuration.followerAddress : configuration.initiatorAddress,
      state,
      ...(this.#fault === undefined ? {} : { reason: this.#fault }),
      uptime: Math.floor((now() - this.#startedAt) / NS_PER_MS),
      starts: this.#state.starts,
      associations: this.#state.associations,
      rekeys: { ...this.#rekeys },
      failures: this.#failures,
      ...(this.#lastFailure === undefined ? {} : { lastFailure: this.#lastFailure }),
      slots: provider.map((view, slot) => ({ provider: view, consumer: consumer[slot] ?? 'Unused' })),
      currentKeyId,
      nextKeyId,
      framesDelivered: this.#presence.delivered,
      ...(this.#inUse === undefined ? {} : { key: this.#keyStatus(this.#inUse) }),
    };
  }

  /** Its secrets are erased; the hardware goes on. */
  stop(): void {
    this.#end();
    this.#identity.privateKey.fill(0);
    this.#psk.fill(0);
  }

  #keyStatus({ keyId, since }: KeyInUse): KeyStatus {
    const { framesPerKey, sendInterval } = this.#options.configuration;
    const framesLeft = Math.max(0, framesPerKey - this.#framesSent);
    const age = Math.floor((this.#options.now() - since) / NS_PER_MS);
    return { keyId, age, framesSent: this.#framesSent, framesLeft, timeLeft: Math.floor((framesLeft * sendInterval) / NS_PER_MS) };
  }

  async #associate(): Promise<void> {
    const { role, configuration, now, random } = this.#options;
    const { profile, engine, relation } = configuration;
    const port = { send: (frame: Uint8Array) => this.#send(frame), now, random };
    const common = {
      parties: partiesOf(role, configuration, this.#identity),
      psk: this.#psk,
      keysOf: (masterKey: Uint8Array) => new KeySchedule(masterKey, { profile, engine, relation }),
      onEvent: (event: AgentEvent) => this.#tell(event),
    };
    const orNever = (value: number): number => (value === 0 ? Number.POSITIVE_INFINITY : value);
    const { rekeyFrames, rekeyInterval, announcementTimeout, nRttEvery, silence, firstRetry, longestRetry, giveUpAfter } = configuration;
    const association =
      role === 'follower'
        ? new FollowerAssociation(this.#driver, port, { ...common, counterAlarm: rekeyFrames })
        : new InitiatorAssociation(this.#driver, port, {
            ...common,
            trigger: {
              frames: rekeyFrames,
              ...(rekeyInterval === 0 ? {} : { time: rekeyInterval }),
              ...(announcementTimeout === 0 ? {} : { announcement: announcementTimeout }),
            },
            nRttEvery: orNever(nRttEvery),
            silence,
            timing: { firstRetry, longestRetry, giveUpAfter },
          });
    await association.start();
    this.#association = association;
    await this.#flush();
  }

  #end(): void {
    this.#association?.stop();
    this.#association = undefined;
    this.#inUse = undefined;
    this.#installed = undefined;
    this.#outbox = [];
  }

  #send(frame: Uint8Array): void {
    this.#outbox.push(frame);
    if (this.#outbox.length > OUTBOX_MAX) this.#outbox.shift();
  }

  async #flush(): Promise<void> {
    for (let frame = this.#outbox[0]; frame !== undefined; frame = this.#outbox[0]) {
      if (!(await this.#mailbox.send(frame))) return;
      this.#outbox.shift();
    }
  }

  async #look(associated: boolean): Promise<void> {
    this.#slots = await this.#driver.status();
    this.#framesSent = await this.#driver.transmitCounter();
    const delivered = await this.#driver.framesDelivered();
    if (delivered !== this.#presence.delivered) this.#presence = { delivered, at: this.#options.now() };
    const { provider, currentKeyId } = this.#slots;
    // nobody but this agent erases keys: the hardware was loaded or reset, and has no settings either
    if (associated && !provider.includes('Active')) return this.failed('the hardware has lost its keys: it was loaded anew or reset');
    if (this.#installed === undefined || provider.includes('Pending') || currentKeyId !== wireKeyId(this.#installed)) return;
    if (this.#inUse?.keyId === this.#installed) return;
    if (this.#inUse !== undefined) this.#rekeys[this.#installed.communication === 0 ? 'n-RTT' : '0-RTT']++;
    this.#inUse = { keyId: this.#installed, since: this.#options.now() };
    this.#options.log('info', 'keyInUse', { keyId: formatKeyId(this.#installed) });
  }

  #tell(event: AgentEvent): void {
    const { log, onState } = this.#options;
    switch (event.kind) {
      case 'keyInstalled':
        this.#installed = event.keyId;
        return log('debug', event.kind, { keyId: formatKeyId(event.keyId) });
      case 'pushDeferred':
        return log('debug', event.kind, { keyId: formatKeyId(event.keyId) });
      case 'associated':
        this.#state = { ...this.#state, associations: this.#state.associations + 1 };
        this.#inUse = undefined;
        onState(this.#state);
        return log('info', event.kind, { associations: this.#state.associations });
      case 'announcementWithdrawn':
      case 'keyDropped':
        this.#installed = this.#inUse?.keyId;
        return this.#fail(event.kind, { keyId: formatKeyId(event.keyId) });
      case 'agreementFailed':
        return this.#fail(`${event.kind}: ${event.failure.reason}`, { keyId: formatKeyId(event.failure.keyId) });
      case 'nRttRequested':
        return log('debug', event.kind, { wireKeyId: event.keyId });
      case 'peerSilent':
        return this.#fail(event.kind);
      case 'chainExhausted':
        return this.#fail(event.kind, { keyId: formatKeyId(event.keyId) });
      case 'counterRunsOut':
        return this.#fail(event.kind, { counter: event.counter });
    }
  }

  #fail(what: string, facts: Readonly<Record<string, string | number>> = {}): void {
    this.#failures++;
    this.#lastFailure = { at: new Date().toISOString(), what };
    this.#options.log('warning', 'failure', { what, ...facts });
  }
}

function partiesOf(role: Role, configuration: AgentConfiguration, staticKeys: KeyPair): Parties {
  const { relation, initiatorAddress, followerAddress, profile, engine, agreement, peerPublicKey } = configuration;
  return {
    role,
    relation,
    initiatorAddress: addressOctets(initiatorAddress),
    followerAddress: addressOctets(followerAddress),
    profile,
    engine,
    agreement,
    staticKeys,
    remoteStatic: Uint8Array.from(Buffer.from(peerPublicKey, 'hex')),
  };
}

function settingsOf(role: Role, configuration: AgentConfiguration): Parameters<RelationDriver['configure']>[0] {
  const { initiatorAddress, followerAddress, initiatorFrameId, followerFrameId, profile, protection, vlanTci } = configuration;
  const initiator = { address: addressOctets(initiatorAddress), frameId: initiatorFrameId };
  const follower = { address: addressOctets(followerAddress), frameId: followerFrameId };
  const [own, other] = role === 'initiator' ? [initiator, follower] : [follower, initiator];
  return {
    profile,
    encrypt: protection === 'encryption',
    vlanTci: vlanTci === 0 ? undefined : vlanTci,
    source: own.address,
    destination: other.address,
    transmitFrameId: own.frameId,
    receiveFrameId: other.frameId,
    passReceived: true,
    passTransmitted: true,
    obsoleteTimeout: cyclesOf(configuration.obsoleteTimeout, configuration.clockPeriod),
    counterThreshold: configuration.rekeyFrames,
  };
}
