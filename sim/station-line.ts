/**
 * Two stations of as many relations on one line of 1 Gb/s, a controller and what stands for its devices: relation r of one is joined to
 * relation r of the other. Both send to relations in turn, whatever their keys, and rekey them one after another meanwhile.
 */
import { lower } from '../hdl-gen/ir/lower.ts';
import type { Random } from '../hdl-gen/sim/random.ts';
import { Clock } from '../hdl-gen/sim/testbench.ts';
import { compileToWasm, type WasmDesign } from '../hdl-gen/sim/wasm/compile.ts';
import type { StationOptions } from '../hw/station/registers.ts';
import { station } from '../hw/station.ts';
import type { EngineName } from '../spec/aead-engines.ts';
import { PROFILE_NAMES } from '../spec/header.ts';
import type { Role } from '../spec/peer-rules.ts';
import { KeySchedule, MASTER_KEY_OCTETS } from '../sw/keys/key-schedule.ts';
import { zeroize } from '../sw/keys/material.ts';
import type { PeerSettings } from '../sw/reference-model/peer.ts';
import { FRAME_GAP_OCTETS } from './bus/frame-ports.ts';
import { StationBench } from './station-bench.ts';

export interface StationLine {
  readonly engine: EngineName;
  readonly relations: number;
  /** records that each station is given, of relations in turn */
  readonly frames: number;
  /** octets of the C_SDU of a record */
  readonly length: (frame: number) => number;
  /** default: all of them, one relation like the other */
  readonly settingsOf?: (relation: number, side: Role) => Partial<PeerSettings>;
  /** a rekey of the next relation begins when so many records were given; undefined: none */
  readonly rekeyEvery?: number;
  /** what arrives instead of a frame; default: the frame, at once */
  readonly channel?: (frame: Uint8Array, relation: number) => readonly Uint8Array[];
  /** cycles that a key stays Obsolete */
  readonly obsoleteTimeout?: number;
}

export interface StationLineResult {
  readonly frames: Readonly<Record<Role, number>>;
  readonly delivered: Readonly<Record<Role, number>>;
  readonly refused: number;
  /** pushed by the follower because it was asked to */
  readonly rekeys: number;
  readonly compared: number;
  readonly cycles: number;
  /** cycles from the first octet of a frame to that of the next one of the same station, less its octets and the least gap: by frame */
  readonly idle: readonly number[];
}

const SIDES: readonly Role[] = ['initiator', 'follower'];
const QUIET = 3000;

const designs = new Map<string, WasmDesign>();

function designOf(options: StationOptions): WasmDesign {
  const kind = JSON.stringify(options);
  const known = designs.get(kind) ?? compileToWasm(lower(station(options).elaborate()));
  designs.set(kind, known);
  return known;
}

/** Settings of one relation, as of a controller's and of its devices'. */
export function settingsOf(relation: number, side: Role, obsoleteTimeout: number): PeerSettings {
  const controller = Uint8Array.of(2, 0, 0, 0, 0, 1);
  const device = Uint8Array.of(2, 0, 0, 0, 1, 2);
  const [own, other] = side === 'initiator' ? [controller, device] : [device, controller];
  return {
    profile: PROFILE_NAMES[relation % 2] ?? 'std',
    encrypt: relation % 3 !== 2,
    vlanTci: relation % 4 === 3 ? 0xc000 + relation : undefined,
    source: own,
    destination: other,
    transmitFrameId: (side === 'initiator' ? 0x8400 : 0x8000) + relation,
    receiveFrameId: (side === 'initiator' ? 0x8000 : 0x8400) + relation,
    passReceived: true,
    obsoleteTimeout,
  };
}

/** @throws StationMismatch where a station does something else than its model */
export async function runStationLine(line: StationLine): Promise<StationLineResult> {
  const clock = new Clock();
  const ends = SIDES.map((side) => new End(side, line, clock));
  const [initiator, follower] = ends as [End, End];
  initiator.peer = follower;
  follower.peer = initiator;
  for (const end of ends) end.start();
  for (let quiet = 0; quiet < QUIET || ends.some((end) => !end.done); quiet++) {
    await clock.settle();
    for (const end of ends) end.bench.step();
    if (ends.some((end) => !end.bench.idle)) quiet = 0;
    clock.advance();
  }
  for (const end of ends) end.finish();
  while (ends.some((end) => !end.finished)) {
    await clock.settle();
    for (const end of ends) end.bench.step();
    clock.advance();
  }
  const sum = (end: End, name: 'framesSent' | 'framesDelivered' | 'framesRefused'): number =>
    end.bench.counts.reduce((all, counts) => all + counts[name], 0);
  return {
    frames: { initiator: sum(initiator, 'framesSent'), follower: sum(follower, 'framesSent') },
    delivered: { initiator: sum(initiator, 'framesDelivered'), follower: sum(follower, 'framesDelivered') },
    refused: sum(initiator, 'framesRefused') + sum(follower, 'framesRefused'),
    rekeys: follower.rekeys,
    compared: initiator.bench.compared + follower.bench.compared,
    cycles: clock.cycle,
    idle: ends.flatMap((end) => end.idle),
  };
}

/** One station and its software, which is one task. */
class End {
  readonly bench: StationBench;
  peer: End | undefined;
  done = false;
  finished = false;
  rekeys = 0;
  readonly idle: number[] = [];
  readonly #side: Role;
  readonly #line: StationLine;
  readonly #clock: Clock;
  readonly #keys: readonly KeySchedule[];
  #endedAt: number | undefined;
  #begun = false;
  #finishing = false;

  constructor(side: Role, line: StationLine, clock: Clock) {
    this.#side = side;
    this.#line = line;
    this.#clock = clock;
    const { engine, relations, channel = (frame) => [frame], obsoleteTimeout = 2000 } = line;
    const settings = Array.from({ length: relations }, (_, relation) => ({
      ...settingsOf(relation, side, obsoleteTimeout),
      ...line.settingsOf?.(relation, side),
    }));
    const hardware = { role: side, slots: 2, relations, engine };
    this.bench = new StationBench({
      hardware,
      design: designOf(hardware),
      clock,
      relations: settings,
      onSent: (frame, relation, firstAt) => {
        if (this.#endedAt !== undefined) this.idle.push(firstAt - this.#endedAt);
        this.#endedAt = firstAt + frame.length + FRAME_GAP_OCTETS;
        for (const arriving of channel(frame, relation)) this.peer?.bench.receive(arriving);
      },
    });
    this.#keys = settings.map(
      ({ profile = 'paper' }, relation) =>
        new KeySchedule(new Uint8Array(MASTER_KEY_OCTETS).fill(1 + relation), { profile, engine, relation }),
    );
  }

  start(): void {
    this.#clock.fork(async () => {
      const { frames, relations, length, rekeyEvery } = this.#line;
      await this.bench.begin();
      this.#begun = true;
      await this.#clock.when(() => this.peer?.#begun === true);
      for (let relation = 0; relation < relations; relation++) await this.#push(relation);
      for (let frame = 0; frame < frames; frame++) {
        await this.bench.send(frame % relations, {
          cSdu: payloadOf(this.#side, frame, length(frame)),
          apduStatus: Uint8Array.of(frame >> 8, frame, 0x35, 0),
        });
        if (this.#side === 'initiator' && rekeyEvery !== undefined && frame % rekeyEvery === rekeyEvery - 1)
          await this.#rekey(Math.floor(frame / rekeyEvery) % relations);
        await this.#serve();
      }
      this.done = true;
      while (!this.#finishing) {
        await this.#clock.until(this.#clock.cycle + 50);
        await this.#serve();
      }
      await this.bench.compareAll();
      this.finished = true;
    });
  }

  finish(): void {
    this.#finishing = true;
  }

  async #serve(): Promise<void> {
    await this.bench.readPayloads();
    const event = await this.bench.driver.takeEvent();
    if (this.#side === 'initiator' || event?.interrupts.request !== true) return;
    const asked = await this.bench.driver.relation(event.relation).request();
    if (asked === undefined) return;
    this.#keys[event.relation]?.advance();
    await this.#push(event.relation);
    this.rekeys++;
  }

  /** Unless the rekey before is still under way. */
  async #rekey(relation: number): Promise<void> {
    const { pushReady } = await this.bench.driver.relation(relation).status();
    if (!pushReady) return;
    this.#keys[relation]?.advance();
    await this.#push(relation);
  }

  async #push(relation: number): Promise<void> {
    const keys = this.#keys[relation];
    if (keys === undefined) return;
    const material = keys.material(this.#side);
    const result = await this.bench.push(relation, keys.keyId, material);
    zeroize(material);
    if (result !== 'accepted') throw new Error(`${this.#side}: a Push of relation ${relation} was refused`);
  }
}

function payloadOf(side: Role, frame: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (at * 7 + frame * 13 + (side === 'initiator' ? 1 : 2)) & 0xff);
}

/** A channel of that chance each to lose a frame, to repeat it, to change an octet of it, and to bring it later. */
export function disturbedChannel(random: Random, chance: number): (frame: Uint8Array) => readonly Uint8Array[] {
  const held: Uint8Array[] = [];
  return (frame) => {
    const now = held.splice(0, random.chance(0.5) ? 1 : 0);
    if (random.chance(chance)) return now;
    if (random.chance(chance)) return [frame, frame, ...now];
    if (random.chance(chance)) {
      const changed = frame.slice();
      const at = random.below(frame.length);
      changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
      return [changed, frame, ...now];
    }
    if (random.chance(chance)) {
      held.push(frame);
      return now;
    }
    return [frame, ...now];
  };
}
