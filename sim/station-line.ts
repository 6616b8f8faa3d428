/**
 * Two stations of as many relations on one line of 1 Gb/s, a controller and what stands for its devices: relation r of one is joined to
 * relation r of the other. Both send to relations in turn, whatever their keys, and rekey them one after another meanwhile.
 */
import { setImmediate } from 'node:timers/promises';
import type { Simulator } from '../hdl-gen/sim/simulator.ts';
import { Clock } from '../hdl-gen/sim/testbench.ts';
import { windowsFor } from '../hw/peer-options.ts';
import type { StationOptions } from '../hw/station/registers.ts';
import type { EngineName } from '../spec/aead-engines.ts';
import { CLOCK_HZ, type SendTiming } from '../spec/cyclic.ts';
import type { Delivery } from '../spec/delivery.ts';
import type { Role } from '../spec/peer-rules.ts';
import { imageLayouts } from '../sw/control-plane/process-images.ts';
import { KeySchedule, MASTER_KEY_OCTETS } from '../sw/keys/key-schedule.ts';
import { zeroize } from '../sw/keys/material.ts';
import type { PeerSettings } from '../sw/reference-model/peer.ts';
import { SimulationAborted } from './aborted.ts';
import { buildSimulators } from './backend.ts';
import { FRAME_GAP_OCTETS } from './bus/frame-ports.ts';
import { stationHardware } from './hardware.ts';
import { settingsOf } from './line-settings.ts';
import type { Arrival, Origin } from './network/line-channel.ts';
import type { SimulationOptions } from './options.ts';
import { StationBench } from './station-bench.ts';
import type { Verdict } from './station-scoreboard.ts';

export interface StationLine {
  readonly engine: EngineName;
  readonly relations: number;
  /** key slots of each relation, 2 to 4; default 2 */
  readonly slots?: number;
  /** records that each station is given, of relations in turn */
  readonly frames: number;
  /** octets of the C_SDU of a record */
  readonly length: (frame: number) => number;
  /** what the hardware is generated for, and each relation wants that does not say otherwise; default `newest` */
  readonly delivery?: Delivery;
  /** default: all of them, one relation like the other */
  readonly settingsOf?: (relation: number, side: Role) => Partial<PeerSettings>;
  /** a rekey of the next relation begins when so many records were given; undefined: none */
  readonly rekeyEvery?: number;
  /** what arrives instead of a frame, by who sent it; default: the frame, at once */
  readonly channel?: (frame: Uint8Array, side: Role) => readonly Arrival[];
  /** relations that no key is installed in; default: none */
  readonly withoutKey?: readonly number[];
  /** each relation has an image as well, which is sent at its ticks and published anew with each record; default: none has */
  readonly images?: LineImages;
  /** cycles that a key stays Obsolete */
  readonly obsoleteTimeout?: number;
  /** default: the embedded one */
  readonly simulator?: SimulationOptions['simulator'];
  /** of what the hardware powers up with; default 1 */
  readonly seed?: number;
  /** records that the controller was given so far, and rekeys */
  readonly onProgress?: (given: number, rekeys: number) => void;
  readonly signal?: AbortSignal;
}

export interface LineImages {
  /** octets of each image */
  readonly length: number;
  /** default: the phases one behind the other, of a period with as many as there are relations or more, each of a unit */
  readonly timing?: (relation: number) => SendTiming;
  /** default: 125 MHz; less makes units shorter in cycles */
  readonly clockHz?: number;
  /** frames of images that each station sends before the run ends */
  readonly frames: number;
}

/** A frame of an image. */
export interface Tick {
  readonly relation: number;
  /** from the tick to its first octet */
  readonly cycles: number;
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
  readonly verdicts: readonly Verdict<Origin>[];
  /** frames of images of both stations */
  readonly ticks: readonly Tick[];
  /** images that software has acquired, each of them new */
  readonly acquired: number;
}

const SIDES: readonly Role[] = ['initiator', 'follower'];
const QUIET = 3000;
const CYCLES_A_TURN = 1000;

function hardwareOf(role: Role, { engine, relations, slots = 2, images, delivery = 'newest' }: StationLine): StationOptions {
  const hardware = { role, slots, relations, engine, ...windowsFor(delivery) };
  if (images === undefined) return hardware;
  const imageWords = 3 * relations * Math.ceil(images.length / 4);
  return { ...hardware, imageWords, clockHz: images.clockHz ?? CLOCK_HZ };
}

/** Each in a unit of its own. */
function oneByOne(relations: number) {
  const reductionRatio = 2 ** Math.ceil(Math.log2(relations));
  return (relation: number): SendTiming => ({ sendClockFactor: 1, reductionRatio, phase: 1 + relation });
}

/** @throws StationMismatch where a station does something else than its model, ToolMissing, ToolFailed, SimulatorDied, SimulationAborted */
export async function runStationLine(line: StationLine): Promise<StationLineResult> {
  const clock = new Clock();
  const hardware = { initiator: stationHardware(hardwareOf('initiator', line)), follower: stationHardware(hardwareOf('follower', line)) };
  const simulators = await buildSimulators(line.simulator ?? 'wasm', hardware, line.seed ?? 1, line.signal);
  try {
    const initiator = new End('initiator', line, clock, simulators.initiator);
    const follower = new End('follower', line, clock, simulators.follower);
    initiator.peer = follower;
    follower.peer = initiator;
    await untilQuiet([initiator, follower], clock, line.signal);
    return resultOf(initiator, follower, clock.cycle);
  } finally {
    for (const side of SIDES) simulators[side].close();
  }
}

async function untilQuiet(ends: readonly End[], clock: Clock, signal: AbortSignal | undefined): Promise<void> {
  const cycle = async (): Promise<void> => {
    // an interrupt is heard when the event loop has its turn
    if (clock.cycle % CYCLES_A_TURN === 0) await setImmediate();
    if (signal?.aborted === true) throw new SimulationAborted();
    await clock.settle();
    for (const end of ends) {
      end.bench.step(clock.cycle, 1, true);
      end.bench.sample(clock.cycle, 1);
    }
    clock.advance();
  };
  for (const end of ends) end.start();
  for (let quiet = 0; quiet < QUIET || ends.some((end) => !end.done); quiet++) {
    await cycle();
    if (ends.some((end) => !end.bench.idle)) quiet = 0;
  }
  for (const end of ends) end.finish();
  while (ends.some((end) => !end.finished)) await cycle();
}

function resultOf(initiator: End, follower: End, cycles: number): StationLineResult {
  const ends = [initiator, follower];
  const sum = (end: End, name: 'framesSent' | 'framesDelivered' | 'framesRefused'): number =>
    end.bench.counts.reduce((all, counts) => all + counts[name], 0);
  return {
    frames: { initiator: sum(initiator, 'framesSent'), follower: sum(follower, 'framesSent') },
    delivered: { initiator: sum(initiator, 'framesDelivered'), follower: sum(follower, 'framesDelivered') },
    refused: sum(initiator, 'framesRefused') + sum(follower, 'framesRefused'),
    rekeys: follower.rekeys,
    compared: initiator.bench.compared + follower.bench.compared,
    cycles,
    idle: ends.flatMap((end) => end.idle),
    verdicts: ends.flatMap((end) => end.verdicts),
    ticks: ends.flatMap((end) => end.ticks),
    acquired: initiator.acquired + follower.acquired,
  };
}

/** One station and its software, which is one task. */
class End {
  readonly bench: StationBench<Origin>;
  peer: End | undefined;
  begun = false;
  done = false;
  finished = false;
  rekeys = 0;
  readonly idle: number[] = [];
  readonly verdicts: Verdict<Origin>[] = [];
  readonly ticks: Tick[] = [];
  acquired = 0;
  readonly #side: Role;
  readonly #line: StationLine;
  readonly #clock: Clock;
  readonly #keys: readonly KeySchedule[];
  #endedAt: number | undefined;
  #finishing = false;

  constructor(side: Role, line: StationLine, clock: Clock, simulator: Simulator) {
    this.#side = side;
    this.#line = line;
    this.#clock = clock;
    const { engine, relations, channel = (frame) => [{ frame, origin: 'sent' }], obsoleteTimeout = 2000, delivery = 'newest' } = line;
    const settings = Array.from({ length: relations }, (_, relation) => ({
      ...settingsOf(relation, side, obsoleteTimeout),
      delivery,
      ...line.settingsOf?.(relation, side),
    }));
    this.bench = new StationBench({
      hardware: hardwareOf(side, line),
      simulator,
      clock,
      relations: settings,
      onVerdict: (verdict) => this.verdicts.push(verdict),
      onSent: (frame, firstAt, relation, tickAt) => {
        if (relation !== undefined && tickAt !== undefined) this.ticks.push({ relation, cycles: firstAt - tickAt });
        if (this.#endedAt !== undefined) this.idle.push(firstAt - this.#endedAt);
        this.#endedAt = firstAt + frame.length + FRAME_GAP_OCTETS;
        for (const arriving of channel(frame, side)) this.peer?.bench.receive(arriving.frame, arriving.origin);
      },
    });
    this.#keys = settings.map(
      ({ profile = 'paper' }, relation) =>
        new KeySchedule(new Uint8Array(MASTER_KEY_OCTETS).fill(1 + relation), { profile, engine, relation }),
    );
  }

  start(): void {
    this.#clock.fork(async () => {
      const { frames, relations, length, rekeyEvery, withoutKey = [] } = this.#line;
      await this.bench.begin();
      this.begun = true;
      await this.#clock.when(() => this.peer?.begun === true);
      for (let relation = 0; relation < relations; relation++) if (!withoutKey.includes(relation)) await this.#push(relation);
      await this.#layOut();
      for (let frame = 0; frame < frames; frame++) {
        await this.#publish(frame);
        await this.bench.send(frame % relations, {
          cSdu: payloadOf(this.#side, frame, length(frame)),
          apduStatus: Uint8Array.of(frame >> 8, frame, 0x35, 0),
        });
        if (this.#side === 'initiator' && rekeyEvery !== undefined && frame % rekeyEvery === rekeyEvery - 1)
          await this.#rekey(Math.floor(frame / rekeyEvery) % relations);
        await this.#serve();
        if (this.#side === 'follower') this.#line.onProgress?.(frame + 1, this.rekeys);
      }
      const { images } = this.#line;
      for (let frame = frames; this.ticks.length < (images?.frames ?? 0); frame++) {
        await this.#publish(frame);
        await this.#serve();
      }
      await this.#stopImages();
      this.done = true;
      while (!this.#finishing) {
        await this.#clock.until(this.#clock.cycle + 50);
        await this.#serve();
      }
      await this.bench.compareAll();
      this.finished = true;
    });
  }

  async #layOut(): Promise<void> {
    const { images, relations } = this.#line;
    if (images === undefined) return;
    const layouts = imageLayouts(Array<number>(relations).fill(images.length), await this.bench.driver.images(0).capacity());
    const timing = images.timing ?? oneByOne(relations);
    for (const [relation, layout] of layouts.entries()) {
      if (layout === undefined) continue;
      await this.bench.expectImage(relation, layout);
      await this.bench.layOut(relation, layout, timing(relation));
    }
  }

  /** Of the relations in turn; and acquires what has come of the one before. */
  async #publish(frame: number): Promise<void> {
    const { images, relations } = this.#line;
    if (images === undefined) return;
    if (await this.bench.acquire((frame + relations - 1) % relations)) this.acquired++;
    await this.bench.publish(frame % relations, payloadOf(this.#side, 1000 + frame, images.length), frame & 0xff);
  }

  async #stopImages(): Promise<void> {
    const { images, relations } = this.#line;
    for (let relation = 0; images !== undefined && relation < relations; relation++)
      await this.bench.driver.images(relation).layOutProvider(undefined);
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
    if (!pushReady || this.#line.withoutKey?.includes(relation) === true) return;
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
