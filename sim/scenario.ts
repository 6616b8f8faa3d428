/**
 * A controller in hardware, and a device for each of its relations: a station of one relation in hardware, or a reference model. Each
 * relation has a link, an attacker and incidents of its own; what comes for the controller waits at its port, in a switch that stores and forwards.
 */
import { Random } from '../hdl-gen/sim/random.ts';
import type { Simulator } from '../hdl-gen/sim/simulator.ts';
import { Clock } from '../hdl-gen/sim/testbench.ts';
import { OTHER } from '../judge/points.ts';
import { ETHERTYPE_PROFINET, FRAME_ID_OCTETS, FRAME_MAX, placeOf, TPID_VLAN, VLAN_TAG_OCTETS } from '../spec/header.ts';
import { SimulationAborted } from './aborted.ts';
import { FRAME_GAP_OCTETS } from './bus/frame-ports.ts';
import { Connection, type ConnectionTools } from './connection.ts';
import { type Device, HardwareDevice } from './device.ts';
import { type Lane, Lanes, type LaneWatcher } from './lanes.ts';
import { ModelDevice } from './model-device.ts';
import { type ChannelSettings, longestDelay } from './network/channel.ts';
import type { Results } from './recorded-run.ts';
import type { Side, SimulationResult } from './report/result.ts';
import type { Restart } from './restart.ts';
import { SafetyViolation } from './safety-violation.ts';
import type { ScenarioOptions } from './scenario-options.ts';
import { type KeysOf, NOTHING_COMPARED, StationEnd, type StationRelation } from './station-end.ts';
import type { Watcher } from './watch.ts';
import type { StationWaves } from './waves.ts';

/** Cycles in which a station makes its memories empty, and in which the software of one relation is set up, before the first frame. */
const SET_UP_CYCLES = 2000;
/** Send intervals without a frame of a relation, and beyond a silence that is noticed, after which the run is given up. */
const PATIENCE = 1000;
/** Cycles between two looks at the event loop, and in which the last frames are opened and read. */
const BREATH = 1 << 14;
const LAST_CYCLES = 8 * 1024;
/** Everything random has a seed of its own. */
const CROSSING_SALT = 0x63727373;

export interface ScenarioTools extends Omit<ConnectionTools, 'clock' | 'watcher'> {
  readonly controller: Simulator;
  /** of the devices in hardware, those of the first relations */
  readonly devices: readonly Simulator[];
  /** what sees every frame of a relation at every point, and every key */
  readonly watcherOf?: (relation: number) => Watcher;
  /** sees the ports of the hardware in every cycle, by its names in `endNames` */
  readonly waves?: Pick<StationWaves, 'changed' | 'passed' | 'isOver'>;
  readonly onProgress?: (progress: { readonly done: number; readonly of: number; readonly rekeys: number }) => void;
  readonly signal?: AbortSignal;
  /** a broken key schedule, for tests */
  readonly keysOf?: KeysOf;
}

/** The names of the controller and of the devices in hardware, for waves. */
export function endNames(devices: number, relations: number): readonly string[] {
  return ['initiator', ...Array.from({ length: devices }, (_, relation) => (relations === 1 ? 'follower' : `follower_${relation}`))];
}

/** Cycles that a frame is in the channel at most, and waits for those of all relations at the receiver's port. */
export function longestWay(channels: readonly ChannelSettings[]): number {
  return Math.max(...channels.map(longestDelay)) + 2 * channels.length * (FRAME_MAX + FRAME_GAP_OCTETS);
}

/**
 * @throws StationMismatch at the first difference from a model; SafetyViolation when an attack succeeds;
 * PropertyFailure when an assertion of the hardware fails; SimulationAborted
 */
export class Scenario {
  readonly #tools: ScenarioTools;
  readonly #clock = new Clock();
  readonly #relations: readonly [StationRelation, ...StationRelation[]];
  readonly #controller: StationEnd;
  readonly #devices: readonly Device[];
  readonly #lanes: Lanes<Lane>;
  readonly #crossing: Random;
  /** of each relation, those that are still to come */
  readonly #restarts: (readonly Restart[])[];

  /** @param relations with slots, engine and channel in common */
  constructor(relations: readonly ScenarioOptions[], tools: ScenarioTools) {
    this.#tools = tools;
    this.#crossing = new Random((relations[0]?.seed ?? 0) ^ CROSSING_SALT);
    this.#restarts = relations.map(({ restarts }) => restarts);
    const clock = this.#clock;
    const { replay, keysOf } = tools;
    const more = { replay, ...(keysOf === undefined ? {} : { keysOf }) };
    const setUp = SET_UP_CYCLES * (1 + relations.length);
    const [first, ...others] = relations.map((options, relation) => ({
      options,
      connection: new Connection(options, {
        ...tools,
        settings: { ...tools.settings, delivery: options.delivery },
        clock,
        ...(tools.watcherOf === undefined ? {} : { watcher: tools.watcherOf(relation) }),
        onPassing: (from, frame) => this.#cross(relation, from, frame),
      }),
      // the phases of the relations are spread over the send interval
      firstAt: setUp + Math.floor((relation * options.interval) / relations.length),
    }));
    if (first === undefined) throw new RangeError('a network without relations');
    this.#relations = [first, ...others];
    const isOver = (): boolean =>
      this.#relations.every(
        ({ options: { frames } }, relation) =>
          this.#controller.payloadsSent(relation) === frames && this.#devices[relation]?.payloadsSent === frames,
      );
    this.#controller = new StationEnd({
      side: 'initiator',
      simulator: tools.controller,
      clock,
      relations: this.#relations,
      connectionOf: (frame) => this.#connectionTo(frame, 'initiator'),
      isOver,
      ...more,
    });
    this.#devices = this.#relations.map(({ connection, options, firstAt }, relation): Device => {
      const simulator = tools.devices[relation];
      // nobody is in step with another
      const common = {
        ...{ connection, options, clock, isOver, firstAt: firstAt + Math.floor(options.interval / 3) },
        connectionOf: (frame: Uint8Array) => (this.#connectionTo(frame, 'follower') === connection ? connection : undefined),
      };
      return simulator === undefined ? new ModelDevice(common) : new HardwareDevice({ ...common, ...more, simulator });
    });
    const lanes: readonly Lane[] = [this.#controller, ...this.#devices];
    this.#lanes = new Lanes<Lane>({
      clock,
      lanes,
      window: Math.max(1, Math.min(...relations.map(({ channel }) => channel.delay))),
      deliver: (cycle) => this.#deliver(cycle),
      nextAt: () => this.#relations.reduce((least, { connection }) => Math.min(least, connection.link.nextAt), Number.POSITIVE_INFINITY),
      ...(tools.waves === undefined ? {} : { watcher: laneWatcher(lanes, tools.waves) }),
    });
  }

  /** Returns the result of each relation. */
  async run(): Promise<Results> {
    // by itself: what is seen of a cycle begins with all that the ports show in the first
    await this.#lanes.run(1);
    this.#controller.start();
    for (const [relation, { connection }] of this.#relations.entries()) {
      this.#devices[relation]?.start();
      connection.associations.begins('start', this.#clock.cycle);
    }
    const total = this.#relations.reduce((sum, { options }) => sum + options.frames, 0);
    const hostFrames = this.#relations.map(() => 0);
    let progress = { sent: 0, at: 0 };
    while (!this.#idle) {
      this.#sendHostFrames(hostFrames);
      await this.#lanes.run(64);
      const sent = this.#lookAtRelations();
      if (sent > progress.sent) progress = { sent, at: this.#clock.cycle };
      this.#checkPatience(progress.at);
      if (this.#clock.cycle % BREATH < 64) await this.#breathe(sent, total);
    }
    await this.#lanes.run(LAST_CYCLES + this.#tools.longestWay);
    await this.#finish();
    return this.result();
  }

  /** What was found up to now, of each relation. */
  result(): Results {
    const [first, ...others] = this.#relations;
    return [this.#resultOf(first, 0), ...others.map((other, index) => this.#resultOf(other, index + 1))];
  }

  #resultOf({ connection }: StationRelation, relation: number): SimulationResult {
    return connection.result({
      initiator: this.#controller.comparedOf(relation),
      follower: this.#devices[relation]?.compared ?? NOTHING_COMPARED,
    });
  }

  get #idle(): boolean {
    return (
      this.#controller.idle && this.#devices.every(({ idle }) => idle) && this.#relations.every(({ connection }) => connection.link.isEmpty)
    );
  }

  /** The attacker of a relation tries one of its frames on another, under that one's FrameID, from its source or from its own. */
  #cross(relation: number, from: Side, frame: Uint8Array): void {
    const { attacks = 0, attackKinds } = this.#relations[relation]?.options ?? {};
    if (this.#relations.length < 2 || attackKinds?.has('crossed') !== true || !this.#crossing.chance(attacks)) return;
    const other = (relation + 1 + this.#crossing.below(this.#relations.length - 1)) % this.#relations.length;
    this.#relations[other]?.connection.cross(from, frame, this.#crossing.chance(0.5));
  }

  #deliver(cycle: number): void {
    for (const [relation, { connection }] of this.#relations.entries())
      connection.link.deliver(cycle, (to, frame, origin) => {
        if (to === 'initiator') this.#controller.receive(frame, origin);
        else this.#devices[relation]?.receive(frame, origin);
      });
  }

  /** Returns how many payloads were sent both ways by all. */
  #lookAtRelations(): number {
    let sent = 0;
    for (const [relation, { connection }] of this.#relations.entries()) {
      const device = this.#devices[relation];
      if (this.#restart(relation)) connection.associations.begins('restart', this.#clock.cycle);
      else if (this.#controller.associated(relation) && device?.associated === true) connection.associated();
      sent += Math.min(this.#controller.payloadsSent(relation), device?.payloadsSent ?? 0);
    }
    return sent;
  }

  /** Starts the software of the ends whose time has come again. Returns whether there is one. */
  #restart(relation: number): boolean {
    const device = this.#devices[relation];
    const sent = { initiator: this.#controller.payloadsSent(relation), follower: device?.payloadsSent ?? 0 };
    const due = this.#restarts[relation]?.filter(({ side, frame }) => sent[side] >= frame) ?? [];
    for (const { side } of due) {
      if (side === 'initiator') this.#controller.restart(relation);
      else device?.restart?.();
    }
    this.#restarts[relation] = this.#restarts[relation]?.filter((restart) => !due.includes(restart)) ?? [];
    return due.length > 0;
  }

  #sendHostFrames(sent: number[]): void {
    for (const [relation, { connection, options }] of this.#relations.entries()) {
      const { hostEvery } = options;
      const number = (sent[relation] ?? 0) + 1;
      const device = this.#devices[relation];
      const payloads = Math.min(this.#controller.payloadsSent(relation), device?.payloadsSent ?? 0);
      if (hostEvery === 0 || payloads < number * hostEvery) continue;
      sent[relation] = number;
      this.#controller.sendHostFrame(relation, connection.hostFrame('initiator', number));
      device?.sendHostFrame(connection.hostFrame('follower', number));
    }
  }

  /** The registers must say what was seen: reading them is the last thing the software does. */
  async #finish(): Promise<void> {
    this.#controller.stop();
    for (const device of this.#devices) device.stop();
    await this.#lanes.run(1);
    const ends = [this.#controller, ...this.#devices];
    let open = ends.length;
    for (const end of ends) {
      this.#clock.fork(async () => {
        await end.finish?.();
        open--;
      });
    }
    while (open > 0) await this.#lanes.run(1);
  }

  #checkPatience(since: number): void {
    const longest = Math.max(...this.#relations.map(({ options }) => PATIENCE * options.interval + options.silence + SET_UP_CYCLES));
    if (this.#clock.cycle - since <= longest) return;
    throw new SafetyViolation('initiator', this.#clock.cycle, `no payload went out for ${PATIENCE} send intervals`, this.#tools.replay);
  }

  async #breathe(done: number, of: number): Promise<void> {
    const rekeys = this.#relations.reduce((sum, { connection }) => sum + connection.finishedRekeys, 0);
    this.#tools.onProgress?.({ done, of, rekeys });
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#tools.signal?.aborted === true) throw new SimulationAborted();
  }

  /** The connection whose frames to that side have the FrameID of a frame. */
  #connectionTo(frame: Uint8Array, side: Side): Connection | undefined {
    const word = (at: number): number => ((frame[at] ?? 0) << 8) | (frame[at + 1] ?? 0);
    const untagged = placeOf('paper', 'frameId');
    const at = untagged + (word(untagged - FRAME_ID_OCTETS) === TPID_VLAN ? VLAN_TAG_OCTETS : 0);
    if (word(at - FRAME_ID_OCTETS) !== ETHERTYPE_PROFINET) return undefined;
    return this.#relations.find(({ connection }) => connection.streams[OTHER[side]].frameId === word(at))?.connection;
  }
}

function laneWatcher(lanes: readonly Lane[], waves: NonNullable<ScenarioTools['waves']>): LaneWatcher<Lane> {
  const names = new Map(endNames(lanes.length - 1, lanes.length - 1).map((name, lane) => [lanes[lane], name]));
  return {
    isOver: (cycle) => waves.isOver(cycle),
    passed: (cycle) => waves.passed(cycle),
    changed: (cycle, lane, ports) => waves.changed(cycle, names.get(lane) ?? '', ports),
  };
}
