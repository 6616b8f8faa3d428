/** Two stations on reference models in place of hardware, with a channel between them; their software may be started again at any time. */
import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { AgreementMessageKind } from '../../../spec/agreement.ts';
import { announcedKeyId, canStartRekey, currentKeyId, type Role } from '../../../spec/peer-rules.ts';
import { parseMessage } from '../../../sw/agreement/message.ts';
import { RelationDriver } from '../../../sw/control-plane/driver.ts';
import { FollowerAssociation } from '../../../sw/control-plane/follower-association.ts';
import { InitiatorAssociation } from '../../../sw/control-plane/initiator-association.ts';
import type { AgentEvent } from '../../../sw/control-plane/key-source.ts';
import { KeySchedule } from '../../../sw/keys/key-schedule.ts';
import type { SlotMaterial } from '../../../sw/keys/material.ts';
import type { ReferencePeer } from '../../../sw/reference-model/peer.ts';
import { partiesOf } from '../agreement/ends.ts';
import { payloadOf, peerOf } from '../reference-model/peers.ts';
import { FakeRegisters } from './fake-registers.ts';

export const ROLES = ['initiator', 'follower'] as const;
const OTHER = { initiator: 'follower', follower: 'initiator' } as const;
export const TIMING = { firstRetry: 5, longestRetry: 20, giveUpAfter: 60 };
/** Ticks under one key, and without a frame of the peer. */
export const REKEY = 40;
export const SILENCE = 80;
/** Ticks after which an announcement is withdrawn. */
export const ANNOUNCEMENT = 15;
export const SECRET = new Uint8Array(32).fill(9);

/** Ticks under one key, and without a frame of the peer. */
export interface Pace {
  readonly rekey: number;
  readonly silence: number;
  /** as of the initiator */
  readonly mayBegin?: () => boolean;
}
const PACE: Pace = { rekey: REKEY, silence: SILENCE };

/** Octets as random as a run that can be seen again needs them, 32 at most. */
export function randomOf(seed: number): (octets: number) => Uint8Array {
  let count = 0;
  return (octets) => Uint8Array.from(createHash('sha256').update(`${seed} ${count++}`).digest().subarray(0, octets));
}

/** The reference model as a driver sees hardware. */
export class ModelDriver extends RelationDriver {
  readonly peer: ReferencePeer;
  /** keys that were in it at any time */
  readonly keys: string[] = [];
  received = 0;

  constructor(peer: ReferencePeer) {
    super(new FakeRegisters());
    this.peer = peer;
  }

  override async status() {
    const { state } = this.peer;
    return {
      provider: state.slots.map(({ provider }) => provider),
      consumer: state.slots.map(({ consumer }) => consumer),
      currentKeyId: currentKeyId(state) ?? 0,
      nextKeyId: announcedKeyId(state) ?? 0,
      pushReady: canStartRekey(state),
    };
  }
  override async pushKey(keyId: Parameters<RelationDriver['pushKey']>[0], material: SlotMaterial) {
    const result = this.peer.push(keyId, material);
    if (result === 'accepted') this.keys.push(Buffer.concat([material.transmit.key, material.transmit.iv]).toString('hex'));
    return result;
  }
  override async cancel() {
    return this.peer.cancel();
  }
  override async eraseAll() {
    this.peer.eraseAll();
  }
  override async request() {
    return this.peer.state.request;
  }
  override async transmitCounter() {
    return this.peer.lastTransmitCounter;
  }
  override async framesDelivered() {
    return this.received;
  }
}

export interface Channel {
  /** ticks after which each copy of a frame arrives; none: it is lost  @param kind of a message of the agreement; undefined: a cyclic frame */
  delays(kind: AgreementMessageKind | undefined): readonly number[];
}
export const GOOD: Channel = { delays: () => [1] };

interface Station {
  readonly driver: ModelDriver;
  association: InitiatorAssociation | FollowerAssociation;
}

export class World {
  now = 0;
  channel: Channel = GOOD;
  readonly stations: Readonly<Record<Role, Station>>;
  readonly events: { readonly at: number; readonly role: Role; readonly event: AgentEvent }[] = [];
  /** payloads that came out where they were meant to */
  readonly delivered: Record<Role, number> = { initiator: 0, follower: 0 };
  /** the octets that were agreed on, which must be zero by now */
  readonly masterKeys: Uint8Array[] = [];
  readonly schedules: KeySchedule[] = [];
  /** all frames, for whoever replays them, and of them the messages of the agreement */
  readonly sent: { readonly to: Role; readonly frame: Uint8Array }[] = [];
  readonly messages: { readonly to: Role; readonly frame: Uint8Array }[] = [];
  #wire: { readonly at: number; readonly to: Role; readonly frame: Uint8Array }[] = [];
  readonly #sent: Record<Role, Set<string>> = { initiator: new Set(), follower: new Set() };
  #sequence = 0;
  readonly #random: (octets: number) => Uint8Array;

  readonly #pace: Pace;

  constructor(seed: number, pace = PACE) {
    this.#pace = pace;
    this.#random = randomOf(seed);
    const station = (role: Role): Station => {
      const driver = new ModelDriver(peerOf(role, 3));
      return { driver, association: this.#software(role, driver) };
    };
    this.stations = { initiator: station('initiator'), follower: station('follower') };
  }

  /** Software of its own, which knows nothing of what was before. */
  async restart(role: Role): Promise<void> {
    const station = this.stations[role];
    station.association = this.#software(role, station.driver);
    await station.association.start();
  }

  /** Its software does nothing until it is called awake; frames come and go, and hardware does what it does. */
  readonly asleep = new Set<Role>();

  /** Something arrived, and its software was not called for it yet. */
  readonly #interrupted = new Set<Role>();

  /** Frames to it are lost. */
  readonly deaf = new Set<Role>();

  inject(to: Role, frame: Uint8Array): void {
    this.#wire.push({ at: this.now + 1, to, frame });
  }

  /** A tick: what is due arrives, each station sends a cyclic frame if it has a key, and its software looks around. */
  async tick(): Promise<void> {
    this.now++;
    const due = this.#wire.filter(({ at }) => at <= this.now);
    this.#wire = this.#wire.filter(({ at }) => at > this.now);
    for (const { to, frame } of due) {
      this.#arrive(to, frame);
      this.#interrupted.add(to);
    }
    for (const role of ROLES) {
      const { driver } = this.stations[role];
      driver.peer.elapse(1);
      const payload = payloadOf(++this.#sequence);
      const frame = driver.peer.transmit(payload);
      if (frame === undefined) continue;
      this.#sent[role].add(String(payload.cSdu));
      this.#send(OTHER[role], frame);
    }
    for (const role of ROLES) {
      const { association } = this.stations[role];
      if (this.asleep.has(role)) continue;
      // as interrupts and a timer call it
      const isDue = !(association instanceof InitiatorAssociation) || association.dueAt <= this.now;
      if (this.#interrupted.delete(role) || isDue) await association.service();
    }
  }

  async ticks(count: number): Promise<void> {
    for (let left = count; left > 0; left--) await this.tick();
  }

  /** What must hold at any time: no key comes twice, so no nonce does; nothing else is delivered than what the other end sent. */
  check(): void {
    for (const role of ROLES) {
      const { keys } = this.stations[role].driver;
      expect(new Set(keys).size, `${role}: a key was used twice`).toBe(keys.length);
    }
  }

  #arrive(to: Role, frame: Uint8Array): void {
    if (this.deaf.has(to)) return;
    const station = this.stations[to];
    if (parseMessage(frame) !== undefined) {
      station.association.receive(frame);
      return;
    }
    const outcome = station.driver.peer.receive(frame);
    if (outcome.kind !== 'delivered') return;
    expect(this.#sent[OTHER[to]].delete(String(outcome.cSdu)), 'delivered once, as it was sent').toBe(true);
    station.driver.received++;
    this.delivered[to]++;
  }

  #send(to: Role, frame: Uint8Array): void {
    const kind = parseMessage(frame)?.kind;
    this.sent.push({ to, frame });
    if (kind !== undefined) this.messages.push({ to, frame });
    for (const delay of this.channel.delays(kind)) this.#wire.push({ at: this.now + delay, to, frame });
  }

  #software(role: Role, driver: ModelDriver) {
    const port = {
      send: (frame: Uint8Array) => this.#send(OTHER[role], frame),
      now: () => this.now,
      random: (octets: number) => this.#random(octets),
    };
    const onEvent = (event: AgentEvent): void => {
      this.events.push({ at: this.now, role, event });
    };
    const keysOf = (masterKey: Uint8Array) => {
      this.masterKeys.push(masterKey);
      const schedule = new KeySchedule(masterKey);
      this.schedules.push(schedule);
      return schedule;
    };
    const common = { parties: partiesOf(role), psk: SECRET, keysOf, onEvent };
    return role === 'follower'
      ? new FollowerAssociation(driver, port, common)
      : new InitiatorAssociation(driver, port, {
          ...common,
          trigger: { time: this.#pace.rekey, announcement: ANNOUNCEMENT },
          nRttEvery: 3,
          timing: TIMING,
          silence: this.#pace.silence,
          ...(this.#pace.mayBegin === undefined ? {} : { mayBegin: this.#pace.mayBegin }),
        });
  }
}

/** Both stations ask for an association. */
export async function started(seed: number, pace = PACE): Promise<World> {
  const world = new World(seed, pace);
  for (const role of ROLES) await world.stations[role].association.start();
  return world;
}

/** Long enough for silence to be noticed, and for the longest wait of an association that is under way. */
const RECOVERY = 2 * SILENCE;
/** And then for some rekeys, n-RTT among them. */
const AFTERWARDS = 4 * REKEY;
/** Nothing is lost any more: the connection works again, both ways, and goes on to new keys. */
export async function recovers(world: World, why: string): Promise<void> {
  await world.ticks(RECOVERY);
  const before = { ...world.delivered };
  const keys = world.stations.initiator.driver.keys.length;
  await world.ticks(AFTERWARDS);
  for (const role of ROLES) {
    expect(world.stations[role].association.associated, why).toBe(true);
    expect(world.delivered[role] - before[role], `${why}: every frame to the ${role} is delivered`).toBe(AFTERWARDS);
  }
  expect(world.stations.initiator.driver.keys.length, `${why}: keys go on`).toBeGreaterThan(keys + 2);
  world.check();
}
