/**
 * The main job in simulation: an initiator and a follower in hardware, a network that loses, delays, reorders and
 * duplicates, an attacker, the control plane on the registers, and the reference model beside each peer.
 */
import type { Simulator } from '../hdl-gen/sim/simulator.ts';
import { Clock } from '../hdl-gen/sim/testbench.ts';
import { SIDES } from '../judge/points.ts';
import { FRAME_MAX } from '../spec/header.ts';
import type { Role } from '../spec/peer-rules.ts';
import type { KeySource } from '../sw/control-plane/key-source.ts';
import { SimulationAborted } from './aborted.ts';
import { FRAME_GAP_OCTETS } from './bus/frame-ports.ts';
import { Connection } from './connection.ts';
import { Lanes } from './lanes.ts';
import { type ChannelSettings, longestDelay } from './network/channel.ts';
import type { PeerBench } from './peer-bench.ts';
import { type PeerEnd, peerEnd } from './peer-end.ts';
import type { Side, SimulationResult } from './report/result.ts';
import { RESET_CYCLES } from './reset.ts';
import type { ScenarioOptions } from './scenario-options.ts';
import { SafetyViolation, type Scoreboard } from './scoreboard.ts';
import { expectedStatistics } from './statistics.ts';
import type { Origin } from './tally.ts';
import type { Watcher } from './watch.ts';
import type { PeerWaves } from './waves.ts';

/** Cycles in which the software settles before the first frame. */
const SET_UP_CYCLES = 2000;
/** Send intervals without a frame, from either peer, and beyond a silence that is noticed, after which the connection is given up. */
const PATIENCE = 1000;
/** Cycles between two looks at the event loop: Ctrl-C, progress. */
const BREATH = 1 << 14;

export interface ScenarioTools {
  readonly simulators: Readonly<Record<Side, Simulator>>;
  /** how to see the same run again */
  readonly replay: string;
  readonly simulatorName: string;
  readonly settings: SimulationResult['settings'];
  /** a broken key schedule, for tests */
  readonly keysOf?: (role: Role, masterKey: Uint8Array) => KeySource;
  readonly onProgress?: (progress: { readonly done: number; readonly of: number; readonly rekeys: number }) => void;
  /** sees every frame at every point, and every key */
  readonly watcher?: Watcher;
  /** sees the ports of the peers in every cycle */
  readonly waves?: Pick<PeerWaves, 'changed' | 'passed' | 'isOver'>;
  readonly signal?: AbortSignal;
}

/** Cycles that a frame is in the channel at most, and waits for others at the receiver's port. */
export function longestWay(channel: ChannelSettings): number {
  return longestDelay(channel) + 2 * (FRAME_MAX + FRAME_GAP_OCTETS);
}

/**
 * @throws ScoreboardMismatch at the first difference from the model; SafetyViolation when an attack succeeds or
 * a key repeats; PropertyFailure when an assertion of the hardware fails; SimulationAborted
 */
export class Scenario {
  readonly #options: ScenarioOptions;
  readonly #tools: ScenarioTools;
  readonly #clock = new Clock();
  readonly #connection: Connection;
  readonly #lanes: Lanes<PeerBench<Origin>>;
  readonly #benches: Readonly<Record<Side, PeerBench<Origin>>>;
  readonly #scoreboards: Readonly<Record<Side, Scoreboard<Origin>>>;
  #restarts: ScenarioOptions['restarts'];

  constructor(options: ScenarioOptions, tools: ScenarioTools) {
    this.#options = options;
    this.#tools = tools;
    this.#restarts = options.restarts;
    this.#connection = new Connection(options, { ...tools, clock: this.#clock, longestWay: longestWay(options.channel) });
    const ends = { initiator: this.#end('initiator'), follower: this.#end('follower') };
    this.#scoreboards = { initiator: ends.initiator.scoreboard, follower: ends.follower.scoreboard };
    this.#benches = { initiator: ends.initiator.bench, follower: ends.follower.bench };
    const { link } = this.#connection;
    const { waves } = tools;
    this.#lanes = new Lanes({
      clock: this.#clock,
      lanes: SIDES.map((side) => this.#benches[side]),
      window: Math.max(1, options.channel.delay),
      deliver: (cycle) => link.deliver(cycle, (to, frame, origin) => this.#benches[to].receive(frame, origin)),
      nextAt: () => link.nextAt,
      ...(waves === undefined
        ? {}
        : {
            watcher: {
              isOver: (cycle) => waves.isOver(cycle),
              passed: (cycle) => waves.passed(cycle),
              changed: (cycle, { side }, ports) => waves.changed(cycle, side, ports),
            },
          }),
    });
  }

  #end(side: Side): PeerEnd {
    const { interval, frames } = this.#options;
    return peerEnd({
      side,
      connection: this.#connection,
      options: this.#options,
      simulator: this.#tools.simulators[side],
      clock: this.#clock,
      replay: this.#tools.replay,
      isOver: () => SIDES.every((one) => this.#benches[one].payloadsSent === frames),
      // the peers are not in step: their cycles are shifted against each other
      firstAt: SET_UP_CYCLES + (side === 'follower' ? Math.floor(interval / 3) : 0),
      ...(this.#tools.keysOf === undefined ? {} : { keysOf: this.#tools.keysOf }),
    });
  }

  async run(): Promise<SimulationResult> {
    const { frames } = this.#options;
    // by itself: what is seen of a cycle begins with all that the ports show in the first
    await this.#lanes.run(1);
    await this.#lanes.run(RESET_CYCLES - 1);
    for (const side of SIDES) {
      this.#benches[side].endReset();
      this.#benches[side].start();
    }
    this.#connection.associations.begins('start', this.#clock.cycle);
    let hostFrames = 0;
    let progress = { sent: 0, at: 0 };
    const busy = (): boolean => SIDES.some((side) => !this.#benches[side].idle) || !this.#connection.link.isEmpty;
    while (busy()) {
      const sent = Math.min(...SIDES.map((side) => this.#benches[side].payloadsSent));
      if (this.#options.hostEvery > 0 && sent >= (hostFrames + 1) * this.#options.hostEvery) {
        hostFrames++;
        for (const side of SIDES) this.#benches[side].sendHostFrame(this.#connection.hostFrame(side, hostFrames));
      }
      await this.#lanes.run(64);
      this.#lookAtAssociations();
      if (sent > progress.sent) progress = { sent, at: this.#clock.cycle };
      if (this.#clock.cycle - progress.at > PATIENCE * this.#options.interval + this.#options.silence + SET_UP_CYCLES) {
        throw new SafetyViolation('initiator', this.#clock.cycle, `no payload went out for ${PATIENCE} send intervals`, this.#tools.replay);
      }
      if (this.#clock.cycle % BREATH < 64) await this.#breathe(sent, frames);
    }
    // let the last frames be opened, read and time out
    await this.#lanes.run(8 * 1024 + longestDelay(this.#options.channel));
    for (const side of SIDES) this.#benches[side].stop();
    await this.#lanes.run(1);
    const finished = SIDES.map((side) => this.#statistics(side));
    while (finished.some(({ done }) => !done)) await this.#lanes.run(1);
    for (const side of SIDES) this.#scoreboards[side].finish(this.#clock.cycle);
    return this.result();
  }

  /** The registers must count what was seen, and what the model made of it: reading them is the last thing the software does. */
  #statistics(side: Side): { readonly done: boolean } {
    const state = { done: false };
    this.#clock.fork(async () => {
      const registers = await this.#benches[side].statistics();
      for (const [name, expected] of Object.entries(expectedStatistics(this.#connection.outcomes[side], this.#connection.tally.of(side)))) {
        if (registers[name] === expected) continue;
        const problem = `register ${name} reads ${registers[name]}, but ${expected} were counted`;
        throw new SafetyViolation(side, this.#clock.cycle, problem, this.#tools.replay);
      }
      state.done = true;
    });
    return state;
  }

  async #breathe(done: number, of: number): Promise<void> {
    this.#tools.onProgress?.({ done, of, rekeys: this.#connection.finishedRekeys });
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#tools.signal?.aborted === true) throw new SimulationAborted();
  }

  /** Restarts that are due, and whether what was asked for is there. */
  #lookAtAssociations(): void {
    const due = this.#restarts.filter(({ side, frame }) => this.#benches[side].payloadsSent >= frame);
    this.#restarts = this.#restarts.filter((restart) => !due.includes(restart));
    for (const { side } of due) {
      this.#connection.associations.begins('restart', this.#clock.cycle);
      this.#benches[side].restart();
    }
    if (due.length === 0 && SIDES.every((side) => this.#benches[side].associated)) this.#connection.associated();
  }

  /** What was found up to now. */
  result(): SimulationResult {
    const { initiator, follower } = this.#scoreboards;
    return this.#connection.result({ initiator: initiator.compared, follower: follower.compared });
  }
}
