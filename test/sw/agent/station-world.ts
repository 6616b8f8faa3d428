/**
 * A controller and its devices, each with the service of its station, on reference models in place of hardware; the time is counted. In each
 * interval every station sends a cyclic frame in each relation that has keys, and its service looks at its hardware.
 */
import { ModelDriver } from '../../../sim/relations/model-driver.ts';
import { type AgentConfiguration, parseAgentConfiguration, type RelationSettings } from '../../../spec/agent-configuration.ts';
import type { Role } from '../../../spec/peer-rules.ts';
import type { AgentState } from '../../../sw/agent/state-file.ts';
import type { HostMailbox, RelationHardware, StationHardware } from '../../../sw/agent/station-hardware.ts';
import { StationService } from '../../../sw/agent/station-service.ts';
import type { RelationStatus } from '../../../sw/agent/status.ts';
import { HardwareMismatch } from '../../../sw/control-plane/identify.ts';
import { keyPairOf } from '../../../sw/noise/diffie-hellman.ts';
import { ReferencePeer } from '../../../sw/reference-model/peer.ts';
import { randomOf } from '../control-plane/association-world.ts';

export const INTERVAL = 1_000_000;
/** ns; as short as E1 to E7 let it be */
export const REKEY_INTERVAL = 200 * INTERVAL;
export const SILENCE = 300 * INTERVAL;
export const GIVE_UP = 60 * INTERVAL;
const CONTROLLER = '02:00:00:00:00:01';
const SLOTS = 2;

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');
const octetOf = (number: number): string => (number & 0xff).toString(16).padStart(2, '0');
const addressOf = (number: number): string => `02:00:00:00:${octetOf(1 + (number >> 8))}:${octetOf(number)}`;
export const secretOf = (number: number): Uint8Array => new Uint8Array(32).fill(number);
export const identityOf = (who: Role, number: number): Uint8Array => secretOf(who === 'initiator' ? 0x80 : number);

/** The controller's relations, or the only one of a device. */
export function configurationOf(
  role: Role,
  numbers: readonly number[],
  settings: Readonly<Record<string, unknown>> = {},
): AgentConfiguration {
  const publicKey = (number: number): string =>
    hex(keyPairOf(role === 'initiator' ? identityOf('follower', number) : identityOf('initiator', number)).publicKey);
  return parseAgentConfiguration(
    {
      identity: 'none',
      psk: 'none',
      initiatorAddress: CONTROLLER,
      sendInterval: INTERVAL,
      channelDelay: INTERVAL,
      obsoleteTimeout: 20 * INTERVAL,
      keyGeneration: 5 * INTERVAL,
      rekeyInterval: REKEY_INTERVAL,
      announcementTimeout: 100 * INTERVAL,
      nRttEvery: 4,
      silence: SILENCE,
      firstRetry: 4 * INTERVAL,
      longestRetry: 16 * INTERVAL,
      giveUpAfter: GIVE_UP,
      ...settings,
      relations: numbers.map((number) => ({
        relation: number,
        followerAddress: addressOf(number),
        followerFrameId: 0x8100 + number,
        peerPublicKey: publicKey(number),
      })),
    },
    'the world',
  );
}

/** A reference model that takes its settings as hardware does. */
export class ModelHardware extends ModelDriver implements RelationHardware {
  readonly role: Role;
  windows = false;
  peer: ReferencePeer | undefined;
  delivered = 0;
  /** frames that failed verification */
  failed = 0;
  /** thrown by each access, as by hardware that does what it must not */
  broken: Error | undefined;
  #counterThreshold = 0;
  /** what it had when its events were taken last */
  #told = '';

  constructor(role: Role) {
    super(
      () => this.present(),
      () => this.delivered,
      { pushed: () => undefined, erased: () => undefined },
    );
    this.role = role;
  }

  async identify() {
    if (this.broken !== undefined) throw this.broken;
    return {
      role: this.role,
      slots: SLOTS,
      engine: 'aes-128-gcm',
      insecure: false,
      windows: this.windows,
      mapVersion: { major: 4, minor: 0 },
      buildId: 0,
    } as const;
  }

  async configure(settings: Parameters<RelationHardware['configure']>[0]): Promise<void> {
    this.#counterThreshold = settings.counterThreshold ?? 0;
    this.peer ??= new ReferencePeer(this.role, SLOTS, { ...settings, obsoleteTimeout: settings.obsoleteTimeout / 125_000 });
  }

  /** Whether a slot, the request, or the threshold of the counter has changed since this was asked last: payloads are no event. */
  takeEvent(): boolean {
    if (this.peer === undefined) return false;
    const { state, lastTransmitCounter } = this.peer;
    const slots = state.slots.map(({ provider, consumer, keyId }) => [provider, consumer, keyId]);
    const now = JSON.stringify([slots, state.request, lastTransmitCounter >= this.#counterThreshold]);
    const isNew = now !== this.#told;
    this.#told = now;
    return isNew;
  }

  async statistics() {
    return { framesIcvFailed: this.failed };
  }

  override async status() {
    if (this.broken !== undefined) throw this.broken;
    return super.status();
  }

  present(): ReferencePeer {
    if (this.peer === undefined) throw new HardwareMismatch('hardware', 'no settings', 'settings', 'configure it');
    return this.peer;
  }
}

/** What is sent waits for the network; what came for the station. */
export class ModelMailbox implements HostMailbox {
  readonly received: Uint8Array[] = [];
  readonly sent: Uint8Array[] = [];
  /** thrown by each access */
  broken: Error | undefined;
  async open(): Promise<void> {
    if (this.broken !== undefined) throw this.broken;
  }
  async interruptOnReceive(): Promise<void> {
    if (this.broken !== undefined) throw this.broken;
  }
  async send(frame: Uint8Array): Promise<boolean> {
    if (this.broken !== undefined) throw this.broken;
    this.sent.push(frame.slice());
    return true;
  }
  async receive(): Promise<Uint8Array | undefined> {
    if (this.broken !== undefined) throw this.broken;
    return this.received.shift();
  }
}

export interface Station {
  readonly role: Role;
  readonly numbers: readonly number[];
  readonly hardware: StationHardware & { readonly relations: readonly ModelHardware[]; readonly mailbox: ModelMailbox };
  service: StationService;
  state: AgentState;
  /** what is wrong with the file of its state */
  fault: string | undefined;
  /** when its state was to be written */
  readonly writes: number[];
}

export class StationWorld {
  readonly controller: Station;
  /** by the number of the relation */
  readonly devices: ReadonlyMap<number, Station>;
  /** nothing reaches these, nor comes from them */
  readonly cut = new Set<number>();
  /** payloads that came out, by relation: at the controller, and at the device */
  readonly delivered = new Map<number, { initiator: number; follower: number }>();
  /** of the controller, and of all devices */
  readonly log: Readonly<Record<string, unknown>>[] = [];
  readonly deviceLog: Readonly<Record<string, unknown>>[] = [];
  readonly #settings: Readonly<Record<string, unknown>>;
  readonly #forgeriesPerKey: number | undefined;
  readonly #random: (octets: number) => Uint8Array;
  now = 0;

  /** @param forgeriesPerKey bound of each key, in place of that of its AEAD */
  constructor(relations: number, settings: Readonly<Record<string, unknown>> = {}, forgeriesPerKey?: number) {
    this.#forgeriesPerKey = forgeriesPerKey;
    this.#settings = settings;
    this.#random = randomOf(1);
    const numbers = Array.from({ length: relations }, (_, index) => index + 1);
    this.controller = this.#station('initiator', numbers);
    this.devices = new Map(numbers.map((number) => [number, this.#station('follower', [number])] as const));
    for (const number of numbers) this.delivered.set(number, { initiator: 0, follower: 0 });
  }

  async begin(): Promise<void> {
    for (const station of this.#stations) await station.service.begin();
  }

  /** Software of its own, which knows nothing of what was before but its state. */
  async restart(station: Station): Promise<void> {
    station.service = this.#service(station);
    await station.service.begin();
  }

  async intervals(count: number, onEach: () => void = () => {}): Promise<void> {
    for (let left = count; left > 0; left--) {
      await this.#interval();
      onEach();
    }
  }

  /** @throws Error where it takes more intervals than that */
  async until(reached: () => boolean, most = 1000): Promise<void> {
    for (let left = most; !reached(); left--) {
      if (left === 0) throw new Error(`not so after ${most} intervals: ${JSON.stringify(this.controller.service.status)}`);
      await this.#interval();
    }
  }

  relation(number: number): RelationStatus {
    const found = this.controller.service.status.relations.find(({ relation }) => relation === number);
    if (found === undefined) throw new RangeError(`no relation ${number}`);
    return found;
  }

  get #stations(): readonly Station[] {
    return [this.controller, ...this.devices.values()];
  }

  /** What was sent arrives, and every station sends a cyclic frame. */
  exchange(): void {
    for (const [index, number] of this.controller.numbers.entries()) this.#exchange(index, number);
    for (const frame of this.controller.hardware.mailbox.sent.splice(0)) {
      const number = (((frame[4] ?? 0) - 1) << 8) | (frame[5] ?? 0);
      if (!this.cut.has(number)) this.devices.get(number)?.hardware.mailbox.received.push(frame);
    }
    for (const [number, { hardware }] of this.devices) {
      const sent = hardware.mailbox.sent.splice(0);
      if (!this.cut.has(number)) this.controller.hardware.mailbox.received.push(...sent);
    }
  }

  async #interval(): Promise<void> {
    this.now += INTERVAL;
    this.exchange();
    for (const { service } of this.#stations) await service.poll();
  }

  /** Both send a cyclic frame. */
  #exchange(index: number, number: number): void {
    const ends = [this.controller.hardware.relations[index], this.devices.get(number)?.hardware.relations[0]] as const;
    const [initiator, follower] = [ends[0]?.peer, ends[1]?.peer];
    const counts = this.delivered.get(number);
    if (initiator === undefined || follower === undefined || ends[0] === undefined || ends[1] === undefined || counts === undefined) return;
    const payload = { cSdu: Uint8Array.of(number, 0), apduStatus: new Uint8Array(4) };
    const frames = [initiator.transmit(payload), follower.transmit(payload)] as const;
    for (const peer of [initiator, follower]) peer.elapse(1);
    if (this.cut.has(number)) return;
    const came = (peer: ReferencePeer, frame: Uint8Array | undefined): number =>
      frame !== undefined && peer.receive(frame).kind === 'delivered' ? 1 : 0;
    const [atFollower, atInitiator] = [came(follower, frames[0]), came(initiator, frames[1])];
    ends[0].delivered += atInitiator;
    ends[1].delivered += atFollower;
    counts.initiator += atInitiator;
    counts.follower += atFollower;
  }

  #station(role: Role, numbers: readonly number[]): Station {
    const relations = numbers.map(() => new ModelHardware(role));
    const begun = {
      role,
      numbers,
      hardware: {
        relations,
        mailbox: new ModelMailbox(),
        takeEvents: async () => relations.flatMap((relation, place) => (relation.takeEvent() ? [place] : [])),
      },
      state: { starts: 0, associations: 0 },
      fault: undefined,
      writes: [],
    };
    const station = begun as Omit<Station, 'service'> as Station;
    station.service = this.#service(station);
    return station;
  }

  #service(station: Station): StationService {
    const { role, numbers, hardware, state } = station;
    const configuration = configurationOf(role, numbers, this.#settings);
    const bounded = (relation: RelationSettings): RelationSettings => ({
      ...relation,
      forgeriesPerKey: this.#forgeriesPerKey ?? relation.forgeriesPerKey,
    });
    return new StationService({
      role,
      configuration: { ...configuration, relations: configuration.relations.map(bounded) },
      source: 'the world',
      secrets: { identity: identityOf(role, numbers[0] ?? 0), psks: numbers.map(secretOf) },
      hardware,
      allowInsecure: false,
      now: () => this.now,
      random: (octets) => this.#random(octets),
      log: (level, event, facts) => {
        (role === 'initiator' ? this.log : this.deviceLog).push({ at: this.now / INTERVAL, level, event, ...facts });
      },
      state,
      onState: (next) => {
        station.writes.push(this.now);
        if (station.fault === undefined) station.state = next;
        return station.fault;
      },
    });
  }
}
