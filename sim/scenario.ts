/**
 * The main job in simulation: an initiator and a follower in hardware, a network that loses, delays, reorders and
 * duplicates, an attacker, the control plane on the registers, and the reference model beside each peer.
 */
import { Random } from '../hdl-gen/sim/random.ts';
import type { Simulator } from '../hdl-gen/sim/simulator.ts';
import { Clock } from '../hdl-gen/sim/testbench.ts';
import { OTHER, type Point, SIDES } from '../judge/points.ts';
import { AEAD_ENGINES } from '../spec/aead-engines.ts';
import type { RelationConfiguration } from '../spec/configuration.ts';
import { FRAME_MAX } from '../spec/header.ts';
import { formatKeyId } from '../spec/key-id.ts';
import type { Role } from '../spec/peer-rules.ts';
import { AEADS } from '../sw/aead/engines.ts';
import type { Failure } from '../sw/agreement/actions.ts';
import { parseMessage } from '../sw/agreement/message.ts';
import type { Parties } from '../sw/agreement/parties.ts';
import type { KeySource } from '../sw/control-plane/key-source.ts';
import { parseFrame, type SecuredFrame } from '../sw/frame/secured-frame.ts';
import { KeySchedule, MASTER_KEY_OCTETS } from '../sw/keys/key-schedule.ts';
import { keyPairOf } from '../sw/noise/diffie-hellman.ts';
import { type Outcome, type PeerSettings, ReferencePeer } from '../sw/reference-model/peer.ts';
import { SimulationAborted } from './aborted.ts';
import { FRAME_GAP_OCTETS } from './bus/frame-ports.ts';
import { Attacker } from './network/attacker.ts';
import { BurstChannel, type BurstSettings } from './network/bursts.ts';
import { type ChannelSettings, type Fate, fateOf, longestDelay } from './network/channel.ts';
import { isCut, type Outage } from './network/outage.ts';
import { PeerBench, type PeerBenchOptions } from './peer-bench.ts';
import { RekeyLog } from './rekey-log.ts';
import type { Side, SimulationResult } from './report/result.ts';
import { SafetyViolation, Scoreboard } from './scoreboard.ts';
import { type Origin, Tally } from './tally.ts';
import type { Traffic, TrafficStream } from './traffic/traffic.ts';
import type { Watcher } from './watch.ts';

/** Cycles of reset at the start; before they are over, registers hold what the simulator likes. */
export const RESET_CYCLES = 4;
/** Cycles in which the software settles before the first frame. */
const SET_UP_CYCLES = 2000;
/** Frames kept before and after a rekey, for its timeline. */
const FRAMES_BEFORE = 8;
/** Send intervals without a frame, from either peer, after which the connection is given up. */
const PATIENCE = 1000;
/** Send intervals after which a message of the agreement is sent again, at first and at most, and after which it is given up. */
const AGREEMENT_INTERVALS = { firstRetry: 20, longestRetry: 80, giveUpAfter: 300 } as const;
/** An attacker goes for a message of the agreement so many times as often as for a cyclic frame: there are few of them. */
const AGREEMENT_ATTACKS = 30;
/** The only one in the hardware of today. */
const RELATION = 0;
/** Cycles between two looks at the event loop: Ctrl-C, progress. */
const BREATH = 1 << 14;

export interface ScenarioOptions {
  readonly seed: number;
  /** ns of a cycle */
  readonly cycleNs: number;
  /** payloads in each direction */
  readonly frames: number;
  readonly slots: number;
  readonly engine: RelationConfiguration['engine'];
  readonly encrypt: boolean;
  /** cycles from one payload of a provider to its next */
  readonly interval: number;
  readonly channel: ChannelSettings;
  readonly bursts: BurstSettings;
  readonly outages: readonly Outage[];
  /** probability of an attack with each frame */
  readonly attacks: number;
  /** frames under one key after which the initiator rekeys; 0: not by counter */
  readonly rekeyFrames: number;
  /** cycles under one key after which it rekeys; 0: not by time */
  readonly rekeyCycles: number;
  /** frames under one key after which the follower reports that its counter runs out (E6) */
  readonly counterAlarm: number;
  /** cycles that a key stays Obsolete */
  readonly obsoleteTimeout: number;
  /** cycles after which an unfinished rekey is reported; 0: never */
  readonly alarmAfter: number;
  /** a frame of the host's own goes along with every so many payloads; 0: none */
  readonly hostEvery: number;
  /** every so many rekeys one is n-RTT; 0: none */
  readonly nRttEvery: number;
  readonly profile: string;
  readonly traffic: Traffic;
}

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
  /** after every cycle */
  readonly onCycle?: (cycle: number) => void;
  readonly signal?: AbortSignal;
}

interface InFlight {
  readonly at: number;
  readonly to: Side;
  readonly frame: Uint8Array;
  readonly origin: Origin;
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
  readonly #network: Random;
  readonly #attacker: Readonly<Record<Side, Attacker>>;
  readonly #benches: Readonly<Record<Side, PeerBench<Origin>>>;
  readonly #models: Readonly<Record<Side, ReferencePeer>>;
  readonly #scoreboards: Readonly<Record<Side, Scoreboard<Origin>>>;
  readonly #streams: Readonly<Record<Side, TrafficStream>>;
  readonly #tally: Tally;
  readonly #bursts: Readonly<Record<Side, BurstChannel>>;
  /** the numbers of genuine frames, for those that an attacker sends again */
  readonly #numbers = new WeakMap<Uint8Array, Origin>();
  /** KeyIds of the newest frame of each peer */
  readonly #keyIds: Partial<Record<Side, Pick<SecuredFrame, 'currentKeyId' | 'nextKeyId'>>> = {};
  /** what the model of each peer made of the frames that arrived */
  readonly #outcomes: Readonly<Record<Side, Record<Outcome['kind'], number>>> = { initiator: noOutcomes(), follower: noOutcomes() };
  readonly #inFlight: InFlight[] = [];
  readonly #failedAgreements: SimulationResult['failedAgreements'][number][] = [];
  readonly #rekeys: RekeyLog;

  constructor(options: ScenarioOptions, tools: ScenarioTools) {
    this.#options = options;
    this.#tools = tools;
    this.#network = new Random(options.seed ^ 0x6e657477);
    this.#streams = { initiator: options.traffic.initiatorToFollower, follower: options.traffic.followerToInitiator };
    this.#attacker = {
      initiator: new Attacker(options.attacks, new Random(options.seed ^ 0x61747431)),
      follower: new Attacker(options.attacks, new Random(options.seed ^ 0x61747432)),
    };
    const bursts = (salt: number): BurstChannel => new BurstChannel(options.bursts, new Random(options.seed ^ salt));
    this.#bursts = { initiator: bursts(0x62727374), follower: bursts(0x62727375) };
    this.#tally = new Tally({
      receiveFrameId: { initiator: this.#streams.follower.frameId, follower: this.#streams.initiator.frameId },
      longestDelay: longestWay(options.channel),
      before: 2 * FRAMES_BEFORE,
      cycleNs: options.cycleNs,
    });
    this.#rekeys = new RekeyLog(options.cycleNs, () => this.#tally.burden, options.alarmAfter);
    const masterKey = new Random(options.seed ^ 0x6b657973).bytes(MASTER_KEY_OCTETS);
    const identities = { initiator: this.#identity('initiator'), follower: this.#identity('follower') };
    const settings = { initiator: this.#settings('initiator'), follower: this.#settings('follower') };
    this.#models = {
      initiator: new ReferencePeer('initiator', options.slots, settings.initiator, AEADS[options.engine]),
      follower: new ReferencePeer('follower', options.slots, settings.follower, AEADS[options.engine]),
    };
    this.#scoreboards = { initiator: this.#scoreboard('initiator'), follower: this.#scoreboard('follower') };
    const bench = (side: Side): PeerBench<Origin> =>
      new PeerBench<Origin>({
        side,
        simulator: tools.simulators[side],
        clock: this.#clock,
        scoreboard: this.#scoreboards[side],
        settings: settings[side],
        keys: tools.keysOf?.(side, masterKey) ?? new KeySchedule(masterKey, { ...options, relation: RELATION }),
        trigger: {
          ...(options.rekeyFrames > 0 ? { frames: options.rekeyFrames } : {}),
          ...(options.rekeyCycles > 0 ? { time: options.rekeyCycles } : {}),
        },
        counterAlarm: options.counterAlarm,
        onAgentEvent: (event) => {
          if (event.kind === 'agreementFailed') this.#agreementFailed(event.failure);
          if (event.kind !== 'counterRunsOut') return;
          throw new SafetyViolation(side, this.#clock.cycle, `no rekey has begun, and the counter is at ${event.counter}`, tools.replay);
        },
        ...(options.nRttEvery === 0 ? {} : { nRtt: this.#nRtt(side, identities) }),
        traffic: this.#streams[side],
        peerTraffic: this.#streams[OTHER[side]],
        frames: options.frames,
        interval: options.interval,
        // the peers are not in step: their cycles are shifted against each other
        firstAt: SET_UP_CYCLES + (side === 'follower' ? Math.floor(options.interval / 3) : 0),
        onSent: (frame, isHost, firstAt) => this.#onSent(side, frame, isHost, firstAt),
        onSeen: (point, at, frame, origin) => this.#onSeen(side, point, at, frame, origin),
        onInstalled: (keyId, material) => tools.watcher?.key(side, this.#clock.cycle, keyId, material),
        onStalled: () => this.#tally.stalled(side),
      });
    this.#benches = { initiator: bench('initiator'), follower: bench('follower') };
    masterKey.fill(0);
  }

  async run(): Promise<SimulationResult> {
    const { frames } = this.#options;
    await this.#cycles(RESET_CYCLES);
    for (const side of SIDES) {
      this.#benches[side].endReset();
      this.#benches[side].start();
    }
    let hostFrames = 0;
    let progress = { sent: 0, at: 0 };
    const busy = (): boolean => SIDES.some((side) => !this.#benches[side].idle) || this.#inFlight.length > 0;
    while (busy()) {
      const sent = Math.min(...SIDES.map((side) => this.#benches[side].payloadsSent));
      if (this.#options.hostEvery > 0 && sent >= (hostFrames + 1) * this.#options.hostEvery) {
        hostFrames++;
        for (const side of SIDES) this.#benches[side].sendHostFrame(this.#hostFrame(side, hostFrames));
      }
      await this.#cycles(64);
      if (sent > progress.sent) progress = { sent, at: this.#clock.cycle };
      if (this.#clock.cycle - progress.at > PATIENCE * this.#options.interval + SET_UP_CYCLES) {
        throw new SafetyViolation('initiator', this.#clock.cycle, `no payload went out for ${PATIENCE} send intervals`, this.#tools.replay);
      }
      if (this.#clock.cycle % BREATH < 64) await this.#breathe(sent, frames);
    }
    // let the last frames be opened, read and time out
    await this.#cycles(8 * 1024 + longestDelay(this.#options.channel));
    for (const side of SIDES) this.#benches[side].stop();
    await this.#cycles(1);
    const finished = SIDES.map((side) => this.#statistics(side));
    while (finished.some(({ done }) => !done)) await this.#cycles(1);
    for (const side of SIDES) this.#scoreboards[side].finish(this.#clock.cycle);
    return this.result();
  }

  /** The registers must count what was seen, and what the model made of it: reading them is the last thing the software does. */
  #statistics(side: Side): { readonly done: boolean } {
    const state = { done: false };
    this.#clock.fork(async () => {
      const registers = await this.#benches[side].statistics();
      for (const [name, expected] of Object.entries(this.#expectedStatistics(side))) {
        if (registers[name] === expected) continue;
        const problem = `register ${name} reads ${registers[name]}, but ${expected} were counted`;
        throw new SafetyViolation(side, this.#clock.cycle, problem, this.#tools.replay);
      }
      state.done = true;
    });
    return state;
  }

  #expectedStatistics(side: Side): Readonly<Record<string, number>> {
    const { delivered, stale, unknownKey, icvFailed, malformed, passed } = this.#outcomes[side];
    const { framesSent, stalledCycles } = this.#tally.of(side);
    return {
      framesSent,
      framesReceived: delivered + stale + unknownKey + icvFailed + malformed,
      framesDelivered: delivered,
      framesStale: stale,
      framesUnknownKey: unknownKey,
      framesIcvFailed: icvFailed,
      framesMalformed: malformed,
      framesPassed: passed,
      framesOverflowed: 0,
      stalledCycles,
    };
  }

  async #cycles(count: number): Promise<void> {
    const clock = this.#clock;
    const { initiator, follower } = this.#benches;
    const { simulators, onCycle } = this.#tools;
    for (let index = 0; index < count; index++) {
      if (clock.mustSettle) await clock.settle();
      this.#arrivals();
      initiator.drive();
      follower.drive();
      simulators.initiator.step();
      simulators.follower.step();
      initiator.sample(clock.cycle);
      follower.sample(clock.cycle);
      onCycle?.(clock.cycle);
      clock.advance();
    }
    if (clock.mustSettle) await clock.settle();
  }

  async #breathe(done: number, of: number): Promise<void> {
    this.#tools.onProgress?.({ done, of, rekeys: this.#rekeys.records(this.#clock.cycle).filter(({ finished }) => finished).length });
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#tools.signal?.aborted === true) throw new SimulationAborted();
  }

  #arrivals(): void {
    for (let next = this.#inFlight[0]; next !== undefined && next.at <= this.#clock.cycle; next = this.#inFlight[0]) {
      this.#inFlight.shift();
      this.#benches[next.to].receive(next.frame, next.origin);
    }
  }

  #send(to: Side, delay: number, frame: Uint8Array, origin: Origin): void {
    const at = this.#clock.cycle + delay;
    const index = this.#inFlight.findLastIndex((other) => other.at <= at) + 1;
    this.#inFlight.splice(index, 0, { at, to, frame, origin });
  }

  #onSent(from: Side, frame: Uint8Array, isHost: boolean, firstAt: number): void {
    const to = OTHER[from];
    const now = this.#clock.cycle;
    const message = isHost ? parseMessage(frame) : undefined;
    if (message !== undefined) {
      this.#tally.agreementMessage(from);
      this.#rekeys.agreementMessage(message.master);
    }
    const number = this.#tally.sent(from, isHost, this.#benches[from].payloadsBegun);
    const origin: Origin = { from, kind: isHost ? 'host' : 'genuine', sentAt: now, genuineSentAt: now, number };
    const fate = this.#fate(origin);
    const remarks = [isHost ? remarkOn(message) : this.#rekeyRemark(from, frame), fate.length === 0 ? 'lost by the channel' : undefined];
    this.#tools.watcher?.frame(from, 'sent', firstAt, frame, remarks.filter((remark) => remark !== undefined).join('; ') || undefined);
    fate.forEach((delay, copy) => {
      this.#send(to, delay, frame, copy === 0 ? origin : { ...origin, kind: isHost ? 'host' : 'duplicate' });
    });
    if (message !== undefined) this.#attackAgreement(origin, frame);
    if (isHost) return;
    this.#numbers.set(frame, origin);
    if (fate.length === 0) this.#tally.lost(origin, to, frame);
    const attack = this.#attacker[from].onFrame(frame, this.#streams[to].frameId);
    if (attack === undefined) return;
    const target = attack.back ? from : to;
    const delay = this.#options.channel.delay + this.#network.below(this.#options.interval);
    const { number: of, genuineSentAt } = this.#numbers.get(attack.frame) ?? { number: -1, genuineSentAt: now };
    this.#send(target, delay, attack.frame, { from, kind: attack.attack, sentAt: now, genuineSentAt, number: of });
  }

  /** The frames of the host are nobody's to count, whatever was done to them: the agreement itself must bear it. */
  #attackAgreement(origin: Origin, frame: Uint8Array): void {
    const { from } = origin;
    const attack = this.#attacker[from].onAgreement(frame, AGREEMENT_ATTACKS);
    if (attack === undefined) return;
    const delay = this.#options.channel.delay + this.#network.below(this.#options.interval);
    this.#send(attack.back ? from : OTHER[from], delay, attack.frame, { ...origin, tampered: attack.attack });
  }

  /** What the channel does to a frame: chance as ever, so that a cut changes nothing but the frames that it takes. */
  #fate({ from, sentAt, number }: Origin): Fate {
    const fate = fateOf(this.#options.channel, this.#network);
    const inBurst = this.#bursts[from].loses();
    return inBurst || isCut(this.#options.outages, from, number + 1, sentAt * this.#options.cycleNs) ? [] : fate;
  }

  #onSeen(side: Side, point: Point, at: number, frame: Uint8Array, origin: Origin | undefined): void {
    const isAttack = origin !== undefined && !['genuine', 'duplicate', 'host'].includes(origin.kind);
    const attack = isAttack ? origin.kind : origin?.tampered;
    const remark = attack !== undefined ? `attacker: ${attack}` : origin?.kind === 'duplicate' ? 'second copy' : undefined;
    this.#tools.watcher?.frame(side, point, at, frame, remark);
  }

  /** The step of a rekey that a frame is, for whoever reads the capture. */
  #rekeyRemark(from: Side, frame: Uint8Array): string | undefined {
    const parsed = parseFrame(frame, this.#streams[from].frameId);
    if (parsed.kind !== 'ours') return undefined;
    const { currentKeyId, nextKeyId } = parsed.frame;
    const before = this.#keyIds[from];
    this.#keyIds[from] = { currentKeyId, nextKeyId };
    if (before === undefined) return undefined;
    if (before.currentKeyId !== currentKeyId) return `first frame of the ${from} under KeyId ${wireText(currentKeyId)}`;
    if (before.nextKeyId === nextKeyId || nextKeyId === currentKeyId) return undefined;
    return from === 'initiator' ? `announces KeyId ${wireText(nextKeyId)}` : `ready for KeyId ${wireText(nextKeyId)}`;
  }

  /** The initiator begins a frame; the first one that carries a new nextKeyId is the announcement. */
  #noteAnnouncement(frame: Uint8Array): void {
    const parsed = parseFrame(frame, this.#streams.initiator.frameId);
    if (parsed.kind !== 'ours' || parsed.frame.nextKeyId === parsed.frame.currentKeyId) return;
    this.#rekeys.announced(this.#clock.cycle, parsed.frame.nextKeyId);
    this.#tally.log.keepUntil(
      (this.#clock.cycle + FRAMES_BEFORE * this.#options.interval + this.#options.obsoleteTimeout) * this.#options.cycleNs,
    );
  }

  #scoreboard(side: Side): Scoreboard<Origin> {
    const model = this.#models[side];
    return new Scoreboard<Origin>(side, model, this.#tools.replay, {
      onTransmit: (frame) => {
        if (side === 'initiator') this.#noteAnnouncement(frame);
      },
      onOutcome: (arrival, outcome) => {
        const { cycle } = this.#clock;
        this.#outcomes[side][outcome.kind]++;
        if (!this.#tally.received(side, cycle, arrival, outcome)) return;
        const what =
          arrival.origin.number < 0
            ? `a frame that the attacker ${arrival.origin.kind}`
            : 'a frame that was delivered before, or is older than one that was,';
        throw new SafetyViolation(side, cycle, `${what} was accepted`, this.#tools.replay);
      },
      onSlots: () => this.#rekeys.slots(side, this.#clock.cycle, model.state),
    });
  }

  #settings(side: Side): PeerSettings {
    const own = this.#streams[side];
    const { encrypt, obsoleteTimeout } = this.#options;
    return {
      encrypt,
      obsoleteTimeout,
      vlanTci: own.vlanTci,
      source: own.source,
      destination: own.destination,
      transmitFrameId: own.frameId,
      receiveFrameId: this.#streams[OTHER[side]].frameId,
      passReceived: true,
    };
  }

  #agreementFailed({ keyId, attempt, reason }: Failure): void {
    this.#failedAgreements.push({ atNs: this.#clock.cycle * this.#options.cycleNs, keyId: formatKeyId(keyId), attempt, reason });
  }

  /** The static keys of a device, made of the seed as everything random is. */
  #identity(side: Side) {
    return keyPairOf(new Random(this.#options.seed ^ (side === 'initiator' ? 0x69646e31 : 0x69646e32)).bytes(32));
  }

  #nRtt(side: Side, identities: Readonly<Record<Side, Parties['staticKeys']>>): NonNullable<PeerBenchOptions<Origin>['nRtt']> {
    const { seed, interval, nRttEvery, profile, engine } = this.#options;
    const random = new Random(seed ^ (side === 'initiator' ? 0x65706831 : 0x65706832));
    const { firstRetry, longestRetry, giveUpAfter } = AGREEMENT_INTERVALS;
    return {
      every: nRttEvery,
      timing: { firstRetry: firstRetry * interval, longestRetry: longestRetry * interval, giveUpAfter: giveUpAfter * interval },
      random: (octets) => random.bytes(octets),
      parties: {
        role: side,
        relation: RELATION,
        initiatorAddress: this.#streams.initiator.source,
        followerAddress: this.#streams.follower.source,
        profile,
        engine,
        staticKeys: identities[side],
        remoteStatic: identities[OTHER[side]].publicKey,
      },
    };
  }

  /** A frame of the local experimental EtherType (IEEE 802, clause 9.2.4): traffic that is not ours. */
  #hostFrame(side: Side, number: number): Uint8Array {
    const body = new Random(this.#options.seed ^ number).bytes(46);
    return Uint8Array.from([...this.#streams[side].destination, ...this.#streams[side].source, 0x88, 0xb5, ...body]);
  }

  /** What was found up to now. */
  result(): SimulationResult {
    return {
      seed: this.#options.seed,
      simulator: this.#tools.simulatorName,
      settings: this.#tools.settings,
      cycleNs: this.#options.cycleNs,
      durationNs: this.#clock.cycle * this.#options.cycleNs,
      total: this.#tally.total,
      direction: { initiator: this.#tally.of('initiator'), follower: this.#tally.of('follower') },
      compared: { initiator: this.#scoreboards.initiator.compared, follower: this.#scoreboards.follower.compared },
      rekeys: this.#rekeys.records(this.#clock.cycle),
      failedAgreements: this.#failedAgreements,
      lanes: this.#rekeys.lanes,
      frames: this.#tally.log.frames,
      caveats: caveatsOf(this.#options.engine),
    };
  }
}

function remarkOn(message: ReturnType<typeof parseMessage>): string | undefined {
  return message && `n-RTT agreement on KeyId ${message.master}|0, attempt ${message.attempt}: ${message.kind}`;
}

function noOutcomes(): Record<Outcome['kind'], number> {
  return { delivered: 0, stale: 0, unknownKey: 0, icvFailed: 0, malformed: 0, passed: 0, dropped: 0 };
}

function wireText(wireKeyId: number): string {
  return `${wireKeyId >> 2}|${wireKeyId & 3}`;
}

/** What the demo leaves out, said where its figures stand. */
function caveatsOf(engine: ScenarioOptions['engine']): readonly string[] {
  const dummy =
    'The AEAD engine is the dummy of the paper (XOR): it protects nothing. Its ICV is linear, so the same bit flipped in two blocks passes; the attacker here does not do that (a test shows it).';
  return [
    ...(AEAD_ENGINES[engine].insecure ? [dummy] : []),
    'Time is compressed: the send interval is shorter than on a real network, which makes the rekeys harder, not easier.',
  ];
}
