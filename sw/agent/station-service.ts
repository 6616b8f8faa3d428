/**
 * The relations of a station as a service: one mailbox and one identity for all of them, a bound on the agreements that are under way at once,
 * and rekeys that do not come all together. What befalls one relation leaves the others alone.
 */
import { type AgentConfiguration, requireOneStation } from '../../spec/agent-configuration.ts';
import { ConfigurationError } from '../../spec/configuration.ts';
import type { RekeyKind } from '../../spec/key-id.ts';
import type { Role } from '../../spec/peer-rules.ts';
import { parseMessage } from '../agreement/message.ts';
import { AgreementPlaces } from '../control-plane/agreement-places.ts';
import { HardwareMismatch } from '../control-plane/driver.ts';
import { type KeyPair, keyPairOf } from '../noise/diffie-hellman.ts';
import { HardwareLost, Stopped } from './guarded-registers.ts';
import type { Log } from './log.ts';
import { Outbox } from './outbox.ts';
import { RelationService } from './relation-service.ts';
import { hardwareSettings } from './relation-setup.ts';
import type { AgentState } from './state-file.ts';
import type { StationHardware } from './station-hardware.ts';
import { type AgentStatus, stateOf } from './status.ts';

const NS_PER_MS = 1e6;
/** ns until the state is written again, where it could not be. */
const WRITE_AGAIN_AFTER = 10e9;
/** Messages of each relation that wait for room in the mailbox. */
const OUTBOX_EACH = 8;

/** After these the service can't go on. */
const FINAL: readonly (abstract new (...args: never[]) => Error)[] = [Stopped, HardwareLost, HardwareMismatch, ConfigurationError];

export interface StationServiceOptions {
  readonly role: Role;
  readonly configuration: AgentConfiguration;
  /** where the configuration comes from, for messages */
  readonly source: string;
  /** 32 octets each, the PSKs in the order of the relations; copied */
  readonly secrets: { readonly identity: Uint8Array; readonly psks: readonly Uint8Array[] };
  readonly hardware: StationHardware;
  readonly allowInsecure: boolean;
  /** ns; it never jumps */
  readonly now: () => number;
  readonly random: (octets: number) => Uint8Array;
  readonly log: Log;
  /** as it was read; the caller writes what `onState` gives */
  readonly state: AgentState;
  /** @returns what is wrong with the agent, if it could not be written: that does not hinder its work */
  readonly onState: (state: AgentState) => string | undefined;
  /** called before each relation is looked at */
  readonly onLook?: () => void;
}

export class StationService {
  readonly #options: StationServiceOptions;
  readonly #identity: KeyPair;
  readonly #places: AgreementPlaces;
  readonly #outbox: Outbox;
  /** by the number that messages name, in the order of the configuration */
  readonly #byNumber: ReadonlyMap<number, RelationService>;
  readonly #relations: readonly RelationService[];
  readonly #startedAt: number;
  #state: AgentState;
  /** when the state is to be written */
  #writeAt = 0;
  #fault: string | undefined;
  /** places of relations that are to be looked at in the next look, whatever the time */
  readonly #asked = new Set<number>();
  #mailboxOpen = false;
  /** what is wrong with what all relations share, as it was told */
  readonly #faults: { mailbox?: string; events?: string } = {};

  /** @throws ConfigurationError where the relations can't be those of one station, or the hardware has fewer */
  constructor(options: StationServiceOptions) {
    const { role, configuration, source, secrets, hardware, now, state } = options;
    const { relations, agreements } = configuration;
    requireOneStation(role, relations, source);
    if (relations.length > hardware.relations.length)
      throw new ConfigurationError(source, [
        `relations: expected at most ${hardware.relations.length}, which the hardware has, found ${relations.length}`,
      ]);
    this.#options = options;
    this.#identity = keyPairOf(secrets.identity);
    this.#places = new AgreementPlaces(agreements);
    this.#outbox = new Outbox(OUTBOX_EACH * relations.length);
    this.#startedAt = now();
    this.#state = { ...state, starts: state.starts + 1 };
    this.#byNumber = new Map(relations.map(({ relation }, index) => [relation, this.#relation(index)]));
    this.#relations = [...this.#byNumber.values()];
  }

  /**
   * Sets the hardware up, and asks for the associations.
   * @throws HardwareMismatch, ConfigurationError where the hardware is not what the configuration says; what an access of the registers throws
   */
  async begin(): Promise<void> {
    await this.#openMailbox();
    const { role, configuration, hardware } = this.#options;
    if (hardware.withdraw !== undefined) {
      // nothing is erased on hardware of somebody else
      for (const relation of this.#relations) await relation.check();
      await hardware.withdraw(configuration.relations.map((relation) => hardwareSettings(role, relation)));
    }
    for (const relation of this.#relations) {
      this.#options.onLook?.();
      await relation.begin();
    }
    this.#writeState();
    await this.#outbox.flush(this.#options.hardware.mailbox);
  }

  /**
   * Asks the hardware what has come and what has happened, and looks at the relations that it is of, and at those that are due.
   * @throws Stopped, HardwareLost, HardwareMismatch, ConfigurationError
   */
  async poll(): Promise<void> {
    const { now, onLook, configuration } = this.#options;
    onLook?.();
    await this.#survive(
      () => this.#takeMessages(),
      (what) => this.#failed('mailbox', what),
    );
    if (configuration.look === 'all') this.#askAll();
    else
      await this.#survive(
        () => this.#takeEvents(),
        (what) => {
          this.#failed('events', what);
          this.#askAll();
        },
      );
    for (const [index, relation] of this.#relations.entries()) {
      if (!this.#asked.delete(index) && relation.dueAt > now()) continue;
      onLook?.();
      await this.#survive(
        () => relation.poll(),
        (what) => relation.failed(what),
      );
      if (!relation.agreeing) this.#release(index);
    }
    await this.#survive(
      () => this.#outbox.flush(this.#options.hardware.mailbox),
      (what) => this.#failed('mailbox', what),
    );
    this.#writeState();
  }

  /**
   * @param number of the relation; undefined: the only one
   * @returns why not, if it can't be
   */
  rekey(number: number | undefined, kind: RekeyKind): string | undefined {
    const numbers = [...this.#byNumber.keys()];
    const [only] = numbers;
    if (number === undefined && numbers.length > 1)
      return `expected the number of a relation, one of ${numbers.join(', ')}: name it with --relation`;
    const relation = this.#byNumber.get(number ?? only ?? 0);
    if (relation === undefined) return `found no relation ${number}, expected one of ${numbers.join(', ')}`;
    this.#askFor(relation);
    return relation.rekey(kind);
  }

  get status(): AgentStatus {
    const { role, now } = this.#options;
    const { starts, associations } = this.#state;
    const relations = this.#relations.map((relation) => relation.status);
    return {
      role,
      state: stateOf(relations, this.#fault),
      ...(this.#fault === undefined ? {} : { reason: this.#fault }),
      uptime: Math.floor((now() - this.#startedAt) / NS_PER_MS),
      starts,
      associations,
      agreementsAtOnce: this.#places.most,
      relations,
    };
  }

  /** Its secrets are erased; the hardware goes on. */
  stop(): void {
    for (const relation of this.#relations) relation.stop();
    this.#identity.privateKey.fill(0);
  }

  #relation(index: number): RelationService {
    const { configuration, secrets, hardware } = this.#options;
    const [settings, psk, driver] = [configuration.relations[index], secrets.psks[index], hardware.relations[index]];
    if (settings === undefined || psk === undefined || driver === undefined)
      throw new RangeError(`relation ${index} has no settings, no PSK or no hardware`);
    return new RelationService({
      ...this.#options,
      settings,
      hardware: driver,
      identity: this.#identity,
      psk,
      // those that associate together are to rekey one after another, over half of the time that a key may be in use
      firstRekey: 1 - index / (2 * configuration.relations.length),
      place: { take: () => this.#places.take(index), release: () => this.#release(index) },
      send: (frame) => this.#outbox.put(frame),
      onAssociated: () => {
        this.#state = { ...this.#state, associations: this.#state.associations + 1 };
        this.#writeAt = 0;
      },
    });
  }

  /** A place for an agreement is free. */
  #release(index: number): void {
    const next = this.#places.release(index);
    if (next !== undefined) this.#asked.add(next);
  }

  #askFor(relation: RelationService): void {
    this.#asked.add(this.#relations.indexOf(relation));
  }

  #askAll(): void {
    for (const index of this.#relations.keys()) this.#asked.add(index);
  }

  /** A fault of ours, or hardware that does what it must not: the connections go on in the hardware. */
  async #survive(act: () => Promise<void>, failed: (what: string) => void): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (FINAL.some((kind) => error instanceof kind)) throw error;
      this.#mailboxOpen = false;
      failed(error instanceof Error ? error.message : String(error));
    }
  }

  /** Messages are lost, which are sent again, or events, for which all relations are looked at. Told once for as long as it lasts. */
  #failed(of: 'mailbox' | 'events', what: string): void {
    if (this.#faults[of] === what) return;
    this.#faults[of] = what;
    this.#options.log('warning', 'failure', { what });
  }

  async #openMailbox(): Promise<void> {
    if (this.#mailboxOpen) return;
    const { hardware, configuration } = this.#options;
    await hardware.mailbox.open();
    await hardware.mailbox.interruptOnReceive(configuration.look === 'events');
    this.#mailboxOpen = true;
    delete this.#faults.mailbox;
  }

  async #takeMessages(): Promise<void> {
    await this.#openMailbox();
    const { mailbox } = this.#options.hardware;
    for (let frame = await mailbox.receive(); frame !== undefined; frame = await mailbox.receive()) {
      const message = parseMessage(frame);
      const relation = message && this.#byNumber.get(message.relation);
      if (relation === undefined) continue;
      relation.receive(frame);
      this.#askFor(relation);
    }
  }

  async #takeEvents(): Promise<void> {
    // the hardware may have more relations than are configured: those are nobody's
    for (const index of await this.#options.hardware.takeEvents()) this.#asked.add(index);
    delete this.#faults.events;
  }

  #writeState(): void {
    const { now, onState } = this.#options;
    if (now() < this.#writeAt) return;
    this.#fault = onState(this.#state);
    this.#writeAt = this.#fault === undefined ? Number.POSITIVE_INFINITY : now() + WRITE_AGAIN_AFTER;
  }
}
