/**
 * The main job in simulation: an initiator and a follower in hardware, a network that loses, delays, reorders and
 * duplicates, an attacker, the control plane on the registers, and the reference model beside each peer.
 */
import { Random } from '../hdl-gen/sim/random.ts';
import type { Simulator } from '../hdl-gen/sim/simulator.ts';
import { Clock } from '../hdl-gen/sim/testbench.ts';
import { OTHER, type Point, SIDES } from '../judge/points.ts';
import { AEAD_ENGINES } from '../spec/aead-engines.ts';
import { FRAME_MAX } from '../spec/header.ts';
import { formatKeyId } from '../spec/key-id.ts';
import type { Role } from '../spec/peer-rules.ts';
import { AEADS } from '../sw/aead/engines.ts';
import type { Failure } from '../sw/agreement/actions.ts';
import { isAssociation } from '../sw/agreement/association.ts';
import { parseMessage } from '../sw/agreement/message.ts';
import type { KeySource } from '../sw/control-plane/key-source.ts';
import { type FrameKind, parseFrame } from '../sw/frame/secured-frame.ts';
import { KeySchedule } from '../sw/keys/key-schedule.ts';
import { type PeerSettings, ReferencePeer } from '../sw/reference-model/peer.ts';
import { SimulationAborted } from './aborted.ts';
import { associationOf, RELATION } from './agreement.ts';
import { AssociationLog } from './association-log.ts';
import { FRAME_GAP_OCTETS } from './bus/frame-ports.ts';
import { Attacker } from './network/attacker.ts';
import { type ChannelSettings, longestDelay } from './network/channel.ts';
import { Link } from './network/link.ts';
import { PeerBench } from './peer-bench.ts';
import { RekeyLog } from './rekey-log.ts';
import { agreementRemark, originRemark, RekeyRemarks } from './remarks.ts';
import type { Side, SimulationResult } from './report/result.ts';
import type { ScenarioOptions } from './scenario-options.ts';
import { SafetyViolation, Scoreboard } from './scoreboard.ts';
import { expectedStatistics, noOutcomes, type OutcomeCounts } from './statistics.ts';
import { type Origin, Tally } from './tally.ts';
import type { TrafficStream } from './traffic/traffic.ts';
import type { Watcher } from './watch.ts';
import type { PeerWaves } from './waves.ts';

/** Cycles of reset at the start; before they are over, registers hold what the simulator likes. */
export const RESET_CYCLES = 4;
/** Cycles in which the software settles before the first frame. */
const SET_UP_CYCLES = 2000;
/** Frames kept before and after a rekey, for its timeline. */
const FRAMES_BEFORE = 8;
/** Send intervals without a frame, from either peer, and beyond a silence that is noticed, after which the connection is given up. */
const PATIENCE = 1000;
/** An attacker goes for a message of the agreement so many times as often as for a cyclic frame: there are few of them. */
const AGREEMENT_ATTACKS = 30;
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
  readonly #link: Link;
  readonly #attacker: Readonly<Record<Side, Attacker>>;
  readonly #benches: Readonly<Record<Side, PeerBench<Origin>>>;
  readonly #models: Readonly<Record<Side, ReferencePeer>>;
  readonly #scoreboards: Readonly<Record<Side, Scoreboard<Origin>>>;
  readonly #streams: Readonly<Record<Side, TrafficStream>>;
  readonly #tally: Tally;
  /** the numbers of genuine frames, for those that an attacker sends again */
  readonly #numbers = new WeakMap<Uint8Array, Origin>();
  /** of the frames that each side sends */
  readonly #kinds: Readonly<Record<Side, FrameKind>>;
  readonly #remarks: RekeyRemarks;
  /** what the model of each peer made of the frames that arrived */
  readonly #outcomes: Readonly<Record<Side, OutcomeCounts>> = { initiator: noOutcomes(), follower: noOutcomes() };
  readonly #failedAgreements: SimulationResult['failedAgreements'][number][] = [];
  readonly #rekeys: RekeyLog;
  readonly #associations: AssociationLog;
  #restarts: ScenarioOptions['restarts'];

  constructor(options: ScenarioOptions, tools: ScenarioTools) {
    this.#options = options;
    this.#tools = tools;
    this.#link = new Link(options);
    this.#streams = { initiator: options.traffic.initiatorToFollower, follower: options.traffic.followerToInitiator };
    const kind = (side: Side): FrameKind => ({ ...options, frameId: this.#streams[side].frameId });
    this.#kinds = { initiator: kind('initiator'), follower: kind('follower') };
    this.#attacker = {
      initiator: new Attacker(options.attacks, options.profile, new Random(options.seed ^ 0x61747431)),
      follower: new Attacker(options.attacks, options.profile, new Random(options.seed ^ 0x61747432)),
    };
    this.#remarks = new RekeyRemarks(this.#kinds);
    this.#tally = new Tally({
      receives: { initiator: this.#kinds.follower, follower: this.#kinds.initiator },
      longestDelay: longestWay(options.channel),
      delivery: options.delivery,
      before: 2 * FRAMES_BEFORE,
      cycleNs: options.cycleNs,
    });
    this.#rekeys = new RekeyLog(options.cycleNs, () => this.#tally.burden, options.alarmAfter);
    this.#associations = new AssociationLog(options.cycleNs);
    this.#restarts = options.restarts;
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
        association: associationOf(side, options, this.#streams),
        keysOf: (masterKey) => tools.keysOf?.(side, masterKey) ?? new KeySchedule(masterKey, { ...options, relation: RELATION }),
        isOver: () => SIDES.every((one) => this.#benches[one].payloadsSent === options.frames),
        trigger: {
          ...(options.rekeyFrames > 0 ? { frames: options.rekeyFrames } : {}),
          ...(options.rekeyCycles > 0 ? { time: options.rekeyCycles } : {}),
        },
        counterAlarm: options.counterAlarm,
        onAgentEvent: (event) => {
          if (event.kind === 'agreementFailed') this.#agreementFailed(event.failure);
          if (event.kind === 'peerSilent') this.#associations.begins('silence', this.#clock.cycle);
          if (event.kind === 'associated' && side === 'initiator') this.#rekeys.associated();
          if (event.kind !== 'counterRunsOut') return;
          throw new SafetyViolation(side, this.#clock.cycle, `no rekey has begun, and the counter is at ${event.counter}`, tools.replay);
        },
        traffic: this.#streams[side],
        peerTraffic: this.#streams[OTHER[side]],
        frames: options.frames,
        interval: options.interval,
        // the peers are not in step: their cycles are shifted against each other
        firstAt: SET_UP_CYCLES + (side === 'follower' ? Math.floor(options.interval / 3) : 0),
        onSent: (frame, isHost, firstAt) => this.#onSent(side, frame, isHost, firstAt),
        onSeen: (point, at, frame, origin) => this.#onSeen(side, point, at, frame, origin),
        onStalled: (associated) => this.#tally.stalled(side, associated),
      });
    this.#benches = { initiator: bench('initiator'), follower: bench('follower') };
  }

  async run(): Promise<SimulationResult> {
    const { frames } = this.#options;
    // by itself: what is seen of a cycle begins with all that the ports show in the first
    await this.#cycles(1);
    await this.#cycles(RESET_CYCLES - 1);
    for (const side of SIDES) {
      this.#benches[side].endReset();
      this.#benches[side].start();
    }
    this.#associations.begins('start', this.#clock.cycle);
    let hostFrames = 0;
    let progress = { sent: 0, at: 0 };
    const busy = (): boolean => SIDES.some((side) => !this.#benches[side].idle) || !this.#link.isEmpty;
    while (busy()) {
      const sent = Math.min(...SIDES.map((side) => this.#benches[side].payloadsSent));
      if (this.#options.hostEvery > 0 && sent >= (hostFrames + 1) * this.#options.hostEvery) {
        hostFrames++;
        for (const side of SIDES) this.#benches[side].sendHostFrame(this.#hostFrame(side, hostFrames));
      }
      await this.#cycles(64);
      this.#lookAtAssociations();
      if (sent > progress.sent) progress = { sent, at: this.#clock.cycle };
      if (this.#clock.cycle - progress.at > PATIENCE * this.#options.interval + this.#options.silence + SET_UP_CYCLES) {
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
      for (const [name, expected] of Object.entries(expectedStatistics(this.#outcomes[side], this.#tally.of(side)))) {
        if (registers[name] === expected) continue;
        const problem = `register ${name} reads ${registers[name]}, but ${expected} were counted`;
        throw new SafetyViolation(side, this.#clock.cycle, problem, this.#tools.replay);
      }
      state.done = true;
    });
    return state;
  }

  /**
   * A peer is simulated ahead of the other one while nothing can reach it: what is sent now arrives after the delay of the channel.
   * What its outputs show is looked at when the clock has come there.
   */
  async #cycles(count: number): Promise<void> {
    const clock = this.#clock;
    const { waves } = this.#tools;
    const window = Math.max(1, this.#options.channel.delay);
    const end = clock.cycle + count;
    const lanes = SIDES.map((side) => ({ bench: this.#benches[side], from: clock.cycle, until: clock.cycle }));
    // software may have been told something between two calls
    let hasRun = true;
    while (clock.cycle < end) {
      if (clock.mustSettle) {
        await clock.settle();
        hasRun = true;
      }
      // what holds already is seen in the next cycle, whatever the hardware does until then
      const mustLook = hasRun && clock.isAwaited;
      hasRun = false;
      const now = clock.cycle;
      this.#link.deliver(now, (to, frame, origin) => this.#benches[to].receive(frame, origin));
      const atMost = mustLook ? 1 : Math.min(end, clock.nextWake, this.#link.nextAt, now + window) - now;
      let next = end;
      for (const lane of lanes) {
        if (lane.until === now) {
          lane.from = now;
          lane.until += lane.bench.step(now, atMost, waves?.isOver(now) === false);
          // the first octet of a frame may wait there; what the outputs show is of a later cycle
          if (lane.until > now + 1) waves?.changed(now, lane.bench.side, 'inputs');
        }
        next = Math.min(next, lane.until);
      }
      if (next > now + 1) waves?.passed(now);
      clock.skip(next - 1 - now);
      for (const { bench, from, until } of lanes) {
        if (until !== next) continue;
        bench.sample(clock.cycle, next - from);
        waves?.changed(clock.cycle, bench.side, 'all');
      }
      waves?.passed(clock.cycle);
      clock.advance();
    }
    if (clock.mustSettle) await clock.settle();
  }

  async #breathe(done: number, of: number): Promise<void> {
    this.#tools.onProgress?.({ done, of, rekeys: this.#rekeys.records(this.#clock.cycle).filter(({ finished }) => finished).length });
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#tools.signal?.aborted === true) throw new SimulationAborted();
  }

  #onSent(from: Side, frame: Uint8Array, isHost: boolean, firstAt: number): void {
    const to = OTHER[from];
    const now = this.#clock.cycle;
    const message = isHost ? parseMessage(frame) : undefined;
    if (message !== undefined) this.#countMessage(from, message);
    const association = isHost ? undefined : this.#associations.sent(from);
    const number = this.#tally.sent(from, isHost, this.#benches[from].payloadsBegun);
    const origin: Origin = { from, kind: isHost ? 'host' : 'genuine', sentAt: now, genuineSentAt: now, number, association };
    const fate = this.#link.fate(origin);
    const remarks = [
      isHost ? agreementRemark(message) : this.#remarks.on(from, frame),
      fate.length === 0 ? 'lost by the channel' : undefined,
    ];
    this.#tools.watcher?.frame(from, 'sent', firstAt, frame, remarks.filter((remark) => remark !== undefined).join('; ') || undefined);
    fate.forEach((delay, copy) => {
      this.#link.send(to, now + delay, frame, copy === 0 ? origin : { ...origin, kind: isHost ? 'host' : 'duplicate' });
    });
    if (message !== undefined) this.#attackAgreement(origin, frame);
    if (isHost) return;
    this.#numbers.set(frame, origin);
    if (fate.length === 0) this.#tally.lost(origin, to, frame);
    const attack = this.#attacker[from].onFrame(frame, this.#streams[to].frameId);
    if (attack === undefined) return;
    const target = attack.back ? from : to;
    const arrivesAt = now + this.#link.attackDelay();
    const genuine = this.#numbers.get(attack.frame) ?? { number: -1, genuineSentAt: now, association: undefined };
    this.#link.send(target, arrivesAt, attack.frame, { ...genuine, from, kind: attack.attack, sentAt: now });
  }

  #countMessage(from: Side, message: NonNullable<ReturnType<typeof parseMessage>>): void {
    if (isAssociation(message)) {
      this.#tally.agreementMessage(from, 'association');
      this.#associations.message();
    } else {
      this.#tally.agreementMessage(from, 'n-RTT');
      this.#rekeys.agreementMessage(message.master);
    }
  }

  /** Restarts that are due, and whether what was asked for is there. */
  #lookAtAssociations(): void {
    const due = this.#restarts.filter(({ side, frame }) => this.#benches[side].payloadsSent >= frame);
    this.#restarts = this.#restarts.filter((restart) => !due.includes(restart));
    for (const { side } of due) {
      this.#associations.begins('restart', this.#clock.cycle);
      this.#benches[side].restart();
    }
    if (due.length === 0 && SIDES.every((side) => this.#benches[side].associated)) this.#associations.made(this.#clock.cycle);
  }

  /** The frames of the host are nobody's to count, whatever was done to them: the agreement itself must bear it. */
  #attackAgreement(origin: Origin, frame: Uint8Array): void {
    const { from } = origin;
    const attack = this.#attacker[from].onAgreement(frame, AGREEMENT_ATTACKS);
    if (attack === undefined) return;
    this.#link.send(attack.back ? from : OTHER[from], this.#clock.cycle + this.#link.attackDelay(), attack.frame, {
      ...origin,
      tampered: attack.attack,
    });
  }

  #onSeen(side: Side, point: Point, at: number, frame: Uint8Array, origin: Origin | undefined): void {
    this.#tools.watcher?.frame(side, point, at, frame, originRemark(origin));
  }

  /** The initiator begins a frame; the first one that carries a new nextKeyId is the announcement. */
  #noteAnnouncement(frame: Uint8Array): void {
    const parsed = parseFrame(frame, this.#kinds.initiator);
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
        this.#associations.transmits(side);
        if (side === 'initiator') this.#noteAnnouncement(frame);
      },
      onInstalled: (keyId, material) => {
        this.#associations.installed(side, keyId, material);
        this.#tools.watcher?.key(side, this.#clock.cycle, keyId, material);
      },
      onErased: () => {
        this.#associations.erased(side);
        this.#tools.watcher?.erased(side, this.#clock.cycle);
      },
      onOutcome: (arrival, outcome) => {
        const { cycle } = this.#clock;
        this.#outcomes[side][outcome.kind]++;
        if (!this.#tally.received(side, cycle, arrival, outcome, this.#associations.of(side))) return;
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
    const { profile, encrypt, delivery, obsoleteTimeout } = this.#options;
    return {
      profile,
      delivery,
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
      associations: this.#associations.records,
      rekeys: this.#rekeys.records(this.#clock.cycle),
      failedAgreements: this.#failedAgreements,
      lanes: this.#rekeys.lanes,
      frames: this.#tally.log.frames,
      caveats: caveatsOf(this.#options.engine),
    };
  }
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
