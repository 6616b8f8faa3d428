/** One relation as a service: sets its hardware up, associates, rekeys, and goes on whatever comes between; its station keeps the time. */
import type { RelationSettings } from '../../spec/agent-configuration.ts';
import { ConfigurationError } from '../../spec/configuration.ts';
import { formatKeyId, type RekeyKind } from '../../spec/key-id.ts';
import type { Role } from '../../spec/peer-rules.ts';
import { HardwareMismatch, type Status } from '../control-plane/driver.ts';
import { FollowerAssociation } from '../control-plane/follower-association.ts';
import { InitiatorAssociation } from '../control-plane/initiator-association.ts';
import type { AgentEvent } from '../control-plane/key-source.ts';
import { KeySchedule } from '../keys/key-schedule.ts';
import type { KeyPair } from '../noise/diffie-hellman.ts';
import { Forgeries } from './forgeries.ts';
import { KeyInUse } from './key-in-use.ts';
import type { Log } from './log.ts';
import { hardwareSettings, partiesOf, rekeying } from './relation-setup.ts';
import type { RelationHardware } from './station-hardware.ts';
import type { KeyStatus, RelationStatus } from './status.ts';

const NS_PER_MS = 1e6;
/** ns until another try, where the hardware did what it must not */
const TRY_AGAIN_AFTER = 1e9;
/**
 * ns between two looks at a relation at which nothing happens: what it counts is told as it was then. Its count of failed verdicts wraps at
 * 1 Gb/s in 48 min (2^32 of the shortest frames).
 */
const LOOK_EVERY = 1e9;
/** So many looks at least come in the time after which a peer is taken for silent: it is noticed so much later at most. */
const LOOKS_IN_SILENCE = 4;

export interface RelationServiceOptions {
  readonly role: Role;
  readonly settings: RelationSettings;
  /** where they come from, for messages */
  readonly source: string;
  readonly hardware: RelationHardware;
  /** of this station, which erases it */
  readonly identity: KeyPair;
  /** the secret of the association, 32 octets; copied */
  readonly psk: Uint8Array;
  readonly allowInsecure: boolean;
  /** as of `RekeyTrigger` */
  readonly firstRekey: number;
  /** for agreements, of which a station has some at once: whether one may begin now, and that one has come to nothing */
  readonly place: { readonly take: () => boolean; readonly release: () => void };
  /** a message for the other station; it may be lost */
  readonly send: (frame: Uint8Array) => void;
  /** ns; it never jumps */
  readonly now: () => number;
  readonly random: (octets: number) => Uint8Array;
  readonly log: Log;
  readonly onAssociated: () => void;
}

/** Of the slots, as it is told. */
type Shown = Pick<RelationStatus, 'slots' | 'currentKeyId' | 'nextKeyId'>;

export class RelationService {
  readonly #options: RelationServiceOptions;
  readonly #psk: Uint8Array;
  readonly #log: Log;
  readonly #key = new KeyInUse();
  readonly #forgeries: Forgeries;
  #association: InitiatorAssociation | FollowerAssociation | undefined;
  #tryAgainAt = 0;
  #lookAt = 0;
  #countAt = 0;
  #shown: Shown = { slots: [], currentKeyId: 0, nextKeyId: 0 };
  #framesSent = 0;
  #presence = { delivered: 0, at: 0 };
  #associations = 0;
  #failures = 0;
  #lastFailure: RelationStatus['lastFailure'];

  constructor(options: RelationServiceOptions) {
    const { psk, log, settings } = options;
    this.#options = options;
    this.#psk = Uint8Array.from(psk);
    this.#forgeries = new Forgeries(settings.forgeriesPerKey);
    this.#log = (level, event, facts) => log(level, event, { relation: settings.relation, ...facts });
  }

  /** @throws HardwareMismatch, ConfigurationError where the hardware is not what the configuration says */
  async check(): Promise<void> {
    const { role, settings, source, allowInsecure, hardware } = this.#options;
    const found = await hardware.identify({ allowInsecure });
    if (found.role !== role)
      throw new HardwareMismatch('role of the hardware', found.role, role, 'start the agent with --role of the hardware');
    const faults = [
      ...(['engine', 'slots'] as const)
        .filter((name) => found[name] !== settings[name])
        .map((name) => `${name}: expected ${found[name]}, which the hardware has, found ${settings[name]}`),
      ...(settings.delivery === 'window' && !found.windows
        ? ['delivery: expected newest, since the hardware has no windows (keyturn gen --delivery window makes them), found window']
        : []),
    ];
    if (faults.length > 0) throw new ConfigurationError(source, faults);
  }

  /**
   * Sets the hardware up, and asks for an association. Settings that it has already are written again and change nothing: what it sends goes on.
   * @throws HardwareMismatch, ConfigurationError where the hardware is not what the configuration says
   */
  async begin(): Promise<void> {
    await this.check();
    const { role, settings, now, hardware } = this.#options;
    await hardware.configure(hardwareSettings(role, settings));
    this.#presence = { delivered: await hardware.framesDelivered(), at: now() };
    this.#forgeries.begun();
    const association = this.#associationOf();
    await association.start();
    this.#association = association;
  }

  /** A message that came for this relation. */
  receive(frame: Uint8Array): void {
    this.#association?.receive(frame);
  }

  /** Looks at the hardware, and does what is due. @throws what the hardware throws */
  async poll(): Promise<void> {
    const association = this.#association;
    if (association === undefined) {
      if (this.#options.now() >= this.#tryAgainAt) await this.begin();
      return;
    }
    await association.service();
    await this.#look(association.associated);
  }

  /** Something went wrong that is not of the registers: the hardware goes on, and in a while it is set up anew. */
  failed(what: string): void {
    this.#fail(what);
    this.#end();
    this.#tryAgainAt = this.#options.now() + TRY_AGAIN_AFTER;
  }

  /** When it is to be looked at, at the latest: what its hardware, its peer or a hand has asked for comes before. In ns. */
  get dueAt(): number {
    const association = this.#association;
    if (association === undefined) return this.#tryAgainAt;
    if (association instanceof FollowerAssociation) return this.#lookAt;
    // no event tells of the first frame of the peer; no more wait for theirs than may agree at once
    const awaitsFrame = !association.associated && association.agreeing;
    return awaitsFrame ? this.#options.now() : Math.min(this.#lookAt, association.dueAt);
  }

  /** @returns why not, if it can't be */
  rekey(kind: RekeyKind): string | undefined {
    const association = this.#association;
    if (association instanceof FollowerAssociation) return 'only the initiator begins a rekey: ask the agent of the other station';
    if (association?.rekey(kind) !== true) return 'the stations have no keys yet that a rekey could begin from: wait for the association';
    this.#log('info', 'rekeyAsked', { kind });
    return undefined;
  }

  /** Whether it takes one of the places for agreements. */
  get agreeing(): boolean {
    return this.#association instanceof InitiatorAssociation && this.#association.agreeing;
  }

  get status(): RelationStatus {
    const { role, settings, now } = this.#options;
    const secured = this.#association?.associated === true;
    const isSilent = now() - this.#presence.at >= settings.silence;
    const key = this.#keyStatus();
    return {
      relation: settings.relation,
      peer: role === 'initiator' ? settings.followerAddress : settings.initiatorAddress,
      state: !secured ? 'associating' : isSilent ? 'peerSilent' : 'secured',
      associations: this.#associations,
      rekeys: this.#key.rekeys,
      failures: this.#failures,
      ...(this.#lastFailure === undefined ? {} : { lastFailure: this.#lastFailure }),
      ...this.#shown,
      framesDelivered: this.#presence.delivered,
      ...(key === undefined ? {} : { key }),
    };
  }

  /** Its secrets are erased; the hardware goes on. */
  stop(): void {
    this.#end();
    this.#psk.fill(0);
  }

  #keyStatus(): KeyStatus | undefined {
    if (this.#key.current === undefined) return undefined;
    const { keyId, since } = this.#key.current;
    const { framesPerKey, sendInterval } = this.#options.settings;
    const framesLeft = Math.max(0, framesPerKey - this.#framesSent);
    const age = Math.floor((this.#options.now() - since) / NS_PER_MS);
    return {
      keyId,
      age,
      framesSent: this.#framesSent,
      framesLeft,
      timeLeft: Math.floor((framesLeft * sendInterval) / NS_PER_MS),
      failedVerdicts: this.#forgeries.count,
    };
  }

  #associationOf(): InitiatorAssociation | FollowerAssociation {
    const { role, settings, identity, hardware, send, now, random, firstRekey, place } = this.#options;
    const { profile, engine, relation } = settings;
    const common = {
      parties: partiesOf(role, settings, identity),
      psk: this.#psk,
      keysOf: (masterKey: Uint8Array) => new KeySchedule(masterKey, { profile, engine, relation }),
      onEvent: (event: AgentEvent) => this.#tell(event),
    };
    const port = { send, now, random };
    return role === 'follower'
      ? new FollowerAssociation(hardware, port, { ...common, counterAlarm: settings.rekeyFrames })
      : new InitiatorAssociation(hardware, port, { ...common, ...rekeying(settings, firstRekey), mayBegin: place.take });
  }

  #end(): void {
    this.#association?.stop();
    this.#association = undefined;
    this.#key.forget();
  }

  async #look(associated: boolean): Promise<void> {
    const { hardware, now, settings } = this.#options;
    this.#lookAt = now() + Math.min(LOOK_EVERY, settings.silence / LOOKS_IN_SILENCE);
    const status = await hardware.status();
    this.#shown = shownOf(status);
    this.#framesSent = await hardware.transmitCounter();
    const delivered = await hardware.framesDelivered();
    if (delivered !== this.#presence.delivered) this.#presence = { delivered, at: now() };
    // nobody but this agent erases keys: the hardware was loaded or reset, and has no settings either
    if (associated && !status.provider.includes('Active'))
      return this.failed('the hardware has lost its keys: it was loaded anew or reset');
    const keyId = this.#key.looked(status, now());
    if (keyId !== undefined) {
      this.#forgeries.switched();
      this.#log('info', 'keyInUse', { keyId: formatKeyId(keyId) });
    }
    if (now() >= this.#countAt) await this.#countForgeries();
  }

  /** R6: a key that may have seen too many is replaced; a follower can't, and tells. */
  async #countForgeries(): Promise<void> {
    const { hardware, now } = this.#options;
    this.#countAt = now() + LOOK_EVERY;
    const { framesIcvFailed = 0 } = await hardware.statistics();
    if (!this.#forgeries.looked(framesIcvFailed)) return;
    this.#fail('forgeriesNearBound', { failedVerdicts: this.#forgeries.count });
    if (this.#association instanceof InitiatorAssociation) this.#association.rekey('0-RTT');
  }

  #tell(event: AgentEvent): void {
    switch (event.kind) {
      case 'keyInstalled':
        this.#key.installed(event.keyId);
        this.#forgeries.installed();
        return this.#log('debug', event.kind, { keyId: formatKeyId(event.keyId) });
      case 'pushDeferred':
        return this.#log('debug', event.kind, { keyId: formatKeyId(event.keyId) });
      case 'associated':
        this.#associations++;
        this.#key.associated();
        this.#options.onAssociated();
        return this.#log('info', event.kind, { associations: this.#associations });
      case 'announcementWithdrawn':
      case 'keyDropped':
        this.#key.givenUp();
        return this.#fail(event.kind, { keyId: formatKeyId(event.keyId) });
      case 'agreementFailed':
        // those that wait come first: a peer that never answers would hold the place for ever
        this.#options.place.release();
        return this.#fail(`${event.kind}: ${event.failure.reason}`, { keyId: formatKeyId(event.failure.keyId) });
      case 'nRttRequested':
        return this.#log('debug', event.kind, { wireKeyId: event.keyId });
      case 'peerSilent':
        this.#options.place.release();
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
    this.#log('warning', 'failure', { what, ...facts });
  }
}

function shownOf({ provider, consumer, currentKeyId, nextKeyId }: Status): Shown {
  return { slots: provider.map((view, slot) => ({ provider: view, consumer: consumer[slot] ?? 'Unused' })), currentKeyId, nextKeyId };
}
