/**
 * One relation in a run, whatever carries its ends: its link with the attacker on it, and what is known of its frames, keys and rekeys. Those
 * who simulate the ends tell it what happens, and it says what arrives where.
 */
import { createHash } from 'node:crypto';
import { Random } from '../hdl-gen/sim/random.ts';
import type { Clock } from '../hdl-gen/sim/testbench.ts';
import { OTHER, type Point } from '../judge/points.ts';
import { AEAD_ENGINES } from '../spec/aead-engines.ts';
import { formatKeyId, type KeyId } from '../spec/key-id.ts';
import type { PeerState } from '../spec/peer-rules.ts';
import { AEADS } from '../sw/aead/engines.ts';
import { isAssociation } from '../sw/agreement/association.ts';
import { parseMessage } from '../sw/agreement/message.ts';
import type { AgentEvent } from '../sw/control-plane/key-source.ts';
import { type FrameKind, parseFrame } from '../sw/frame/secured-frame.ts';
import type { SlotMaterial } from '../sw/keys/material.ts';
import type { Outcome, PeerSettings } from '../sw/reference-model/peer.ts';
import { AssociationLog } from './association-log.ts';
import { Attacker, readdressed } from './network/attacker.ts';
import { Link } from './network/link.ts';
import { OldKeys } from './network/old-keys.ts';
import { RekeyLog } from './rekey-log.ts';
import { agreementRemark, originRemark, RekeyRemarks } from './remarks.ts';
import type { Compared, Side, SimulationResult } from './report/result.ts';
import { SafetyViolation } from './safety-violation.ts';
import type { ScenarioOptions } from './scenario-options.ts';
import type { Taken } from './station-scoreboard.ts';
import { type Origin, Tally } from './tally.ts';
import type { TrafficStream } from './traffic/traffic.ts';
import type { Watcher } from './watch.ts';

/** Frames kept before and after a rekey, for its timeline. */
const FRAMES_BEFORE = 8;
/** An attacker goes for a message of the agreement so many times as often as for a cyclic frame: there are few of them. */
const AGREEMENT_ATTACKS = 30;

export interface ConnectionTools {
  readonly clock: Clock;
  /** how to see the same run again */
  readonly replay: string;
  readonly simulatorName: string;
  readonly settings: SimulationResult['settings'];
  /** sees every frame at every point, and every key */
  readonly watcher?: Watcher;
  /** cycles that the channel holds a frame at most, and that it waits for others at the receiver's port */
  readonly longestWay: number;
  /** a frame of this relation passes, for an attacker who knows others */
  readonly onPassing?: (from: Side, frame: Uint8Array) => void;
}

export class Connection {
  readonly link: Link;
  readonly streams: Readonly<Record<Side, TrafficStream>>;
  readonly tally: Tally;
  readonly associations: AssociationLog;
  readonly #options: ScenarioOptions;
  readonly #tools: ConnectionTools;
  readonly #attacker: Readonly<Record<Side, Attacker>>;
  /** of each receiver */
  readonly #oldKeys: Readonly<Record<Side, OldKeys>>;
  /** fingerprints of every key and IV that was ever installed at an end */
  readonly #installed: Readonly<Record<Side, Set<string>>> = { initiator: new Set(), follower: new Set() };
  /** the numbers of genuine frames, for those that an attacker sends again */
  readonly #numbers = new WeakMap<Uint8Array, Origin>();
  /** of the frames that each side sends */
  readonly #kinds: Readonly<Record<Side, FrameKind>>;
  readonly #remarks: RekeyRemarks;
  readonly #failedAgreements: SimulationResult['failedAgreements'][number][] = [];
  readonly #rekeys: RekeyLog;

  constructor(options: ScenarioOptions, tools: ConnectionTools) {
    this.#options = options;
    this.#tools = tools;
    this.link = new Link(options);
    this.streams = { initiator: options.traffic.initiatorToFollower, follower: options.traffic.followerToInitiator };
    const kind = (side: Side): FrameKind => ({ ...options, frameId: this.streams[side].frameId });
    this.#kinds = { initiator: kind('initiator'), follower: kind('follower') };
    const oldKeys = (receiver: Side, salt: number): OldKeys =>
      new OldKeys(AEADS[options.engine], this.#kinds[OTHER[receiver]], new Random(options.seed ^ salt));
    this.#oldKeys = { initiator: oldKeys('initiator', 0x6f6c6431), follower: oldKeys('follower', 0x6f6c6432) };
    const attacker = (sender: Side, salt: number): Attacker => {
      const { attacks, attackKinds: kinds, profile } = options;
      return new Attacker({ chance: attacks, kinds, profile, oldKeys: this.#oldKeys[OTHER[sender]] }, new Random(options.seed ^ salt));
    };
    this.#attacker = { initiator: attacker('initiator', 0x61747431), follower: attacker('follower', 0x61747432) };
    this.#remarks = new RekeyRemarks(this.#kinds);
    this.tally = new Tally({
      receives: { initiator: this.#kinds.follower, follower: this.#kinds.initiator },
      longestDelay: tools.longestWay,
      delivery: options.delivery,
      obsoleteTimeout: options.obsoleteTimeout,
      before: 2 * FRAMES_BEFORE,
      cycleNs: options.cycleNs,
    });
    this.#rekeys = new RekeyLog(options.cycleNs, () => this.tally.burden, options.alarmAfter);
    this.associations = new AssociationLog(options.cycleNs);
  }

  /** Of the hardware, and of its model. */
  settingsOf(side: Side): PeerSettings {
    const own = this.streams[side];
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
      receiveFrameId: this.streams[OTHER[side]].frameId,
      passReceived: true,
    };
  }

  /** A frame of the local experimental EtherType (IEEE 802, clause 9.2.4): traffic that is not ours. */
  hostFrame(side: Side, number: number): Uint8Array {
    const body = new Random(this.#options.seed ^ number).bytes(46);
    return Uint8Array.from([...this.streams[side].destination, ...this.streams[side].source, 0x88, 0xb5, ...body]);
  }

  /** Rekeys that have come to their end so far. */
  get finishedRekeys(): number {
    return this.#rekeys.records(this.#now).filter(({ finished }) => finished).length;
  }

  /**
   * A frame has left an end, its first octet in cycle `firstAt`: the channel has it now, and so has the attacker.
   * @param payloads that this end was given so far
   */
  sent(from: Side, frame: Uint8Array, isHost: boolean, firstAt: number, payloads: number): void {
    const to = OTHER[from];
    const now = this.#now;
    const message = isHost ? parseMessage(frame) : undefined;
    if (message !== undefined) this.#countMessage(from, message);
    const association = isHost ? undefined : this.associations.sent(from);
    const number = this.tally.sent(from, isHost, payloads);
    const origin: Origin = { from, kind: isHost ? 'host' : 'genuine', sentAt: now, genuineSentAt: now, number, association };
    const fate = this.link.fate(origin);
    const remarks = [
      isHost ? agreementRemark(message) : this.#remarks.on(from, frame),
      fate.length === 0 ? 'lost by the channel' : undefined,
    ];
    this.#tools.watcher?.frame(from, 'sent', firstAt, frame, remarks.filter((remark) => remark !== undefined).join('; ') || undefined);
    fate.forEach((delay, copy) => {
      this.link.send(to, now + delay, frame, copy === 0 ? origin : { ...origin, kind: isHost ? 'host' : 'duplicate' });
    });
    if (message !== undefined) this.#attackAgreement(origin, frame);
    if (isHost) return;
    this.#numbers.set(frame, origin);
    if (fate.length === 0) this.tally.lost(origin, to, frame);
    this.#attack(from, frame);
    this.#tools.onPassing?.(from, frame);
  }

  /** An attacker sends a frame of another relation here, as one that `from` has sent. @param isFromHere with the address of that end */
  cross(from: Side, frame: Uint8Array, isFromHere: boolean): void {
    const { frameId, source } = this.streams[from];
    const crossed = readdressed(frame, frameId, isFromHere ? source : undefined);
    const now = this.#now;
    const origin: Origin = { from, kind: 'crossed', sentAt: now, genuineSentAt: now, number: -1 };
    this.link.send(OTHER[from], now + this.link.attackDelay(), crossed, origin);
  }

  #attack(from: Side, frame: Uint8Array): void {
    const to = OTHER[from];
    const now = this.#now;
    for (const { attack, frame: sent, back } of this.#attacker[from].onFrame(frame, this.streams[to].frameId)) {
      const genuine = this.#numbers.get(sent) ?? { number: -1, genuineSentAt: now, association: undefined };
      this.link.send(back ? from : to, now + this.link.attackDelay(), sent, { ...genuine, from, kind: attack, sentAt: now });
    }
  }

  /** The frames of the host are nobody's to count, whatever was done to them: the agreement itself must bear it. */
  #attackAgreement(origin: Origin, frame: Uint8Array): void {
    const { from } = origin;
    const attack = this.#attacker[from].onAgreement(frame, AGREEMENT_ATTACKS);
    if (attack === undefined) return;
    this.link.send(attack.back ? from : OTHER[from], this.#now + this.link.attackDelay(), attack.frame, {
      ...origin,
      tampered: attack.attack,
    });
  }

  #countMessage(from: Side, message: NonNullable<ReturnType<typeof parseMessage>>): void {
    if (isAssociation(message)) {
      this.tally.agreementMessage(from, 'association');
      this.associations.message();
    } else {
      this.tally.agreementMessage(from, 'n-RTT');
      this.#rekeys.agreementMessage(message.master);
    }
  }

  /** A frame was seen at another point of an end. */
  seen(side: Side, point: Exclude<Point, 'sent'>, at: number, frame: Uint8Array, origin?: Origin): void {
    this.#tools.watcher?.frame(side, point, at, frame, originRemark(origin));
  }

  /** What the software of an end says. */
  agentEvent(side: Side, event: AgentEvent): void {
    if (event.kind === 'agreementFailed') {
      const { keyId, attempt, reason } = event.failure;
      this.#failedAgreements.push({ atNs: this.#now * this.#options.cycleNs, keyId: formatKeyId(keyId), attempt, reason });
    }
    if (event.kind === 'peerSilent') this.associations.begins('silence', this.#now);
    if (event.kind === 'associated' && side === 'initiator') this.#rekeys.associated();
    if (event.kind !== 'counterRunsOut') return;
    throw new SafetyViolation(side, this.#now, `no rekey has begun, and the counter is at ${event.counter}`, this.#tools.replay);
  }

  /** An end begins a frame; the first one of the initiator that carries a new nextKeyId is the announcement. */
  transmits(side: Side, frame: Uint8Array): void {
    this.associations.transmits(side);
    if (side === 'initiator') this.#noteAnnouncement(frame);
  }

  #noteAnnouncement(frame: Uint8Array): void {
    const parsed = parseFrame(frame, this.#kinds.initiator);
    if (parsed.kind !== 'ours' || parsed.frame.nextKeyId === parsed.frame.currentKeyId) return;
    const { interval, obsoleteTimeout, cycleNs } = this.#options;
    this.#rekeys.announced(this.#now, parsed.frame.nextKeyId);
    this.tally.log.keepUntil((this.#now + FRAMES_BEFORE * interval + obsoleteTimeout) * cycleNs);
  }

  /** The hardware of an end has taken a key. @throws SafetyViolation where it, or its IV with it, was installed there before */
  installed(side: Side, keyId: KeyId, material: SlotMaterial): void {
    this.#noteInstalled(side, keyId, material);
    this.associations.installed(side, keyId, material);
    this.#oldKeys[side].installed(keyId, material.receive);
    this.#tools.watcher?.key(side, this.#now, keyId, material);
  }

  #noteInstalled(side: Side, keyId: KeyId, { transmit, receive }: SlotMaterial): void {
    for (const { key, iv } of [transmit, receive]) {
      const fingerprint = createHash('sha256').update(key).update(iv).digest('hex');
      if (this.#installed[side].has(fingerprint)) {
        const what = `KeyId ${formatKeyId(keyId)} installs a key and IV that were installed before: their nonces would repeat`;
        throw new SafetyViolation(side, this.#now, what, this.#tools.replay);
      }
      this.#installed[side].add(fingerprint);
    }
  }

  erased(side: Side): void {
    this.associations.erased(side);
    this.#tools.watcher?.erased(side, this.#now);
  }

  /** The verdict of the model on a frame that has arrived. @throws SafetyViolation where something was accepted that must not be */
  outcome(side: Side, arrival: Taken<Origin>, outcome: Outcome): void {
    if (!this.tally.received(side, this.#now, arrival, outcome, this.associations.of(side))) return;
    const what =
      arrival.origin.number < 0
        ? `a frame of the attacker (${arrival.origin.kind})`
        : 'a frame that was delivered before, or is older than one that was,';
    throw new SafetyViolation(side, this.#now, `${what} was accepted`, this.#tools.replay);
  }

  /** The slots of an end changed; the hardware shows it from the next cycle on. */
  slots(side: Side, state: PeerState): void {
    this.#rekeys.slots(side, this.#now, state);
    this.#oldKeys[side].slots(state);
  }

  /** What was found up to now. @param compared with the model, at each end */
  result(compared: Readonly<Record<Side, Compared>>): SimulationResult {
    const { seed, cycleNs, engine } = this.#options;
    return {
      seed,
      simulator: this.#tools.simulatorName,
      settings: this.#tools.settings,
      cycleNs,
      durationNs: this.#now * cycleNs,
      total: this.tally.total,
      direction: { initiator: this.tally.of('initiator'), follower: this.tally.of('follower') },
      compared,
      associations: this.associations.records,
      rekeys: this.#rekeys.records(this.#now),
      failedAgreements: this.#failedAgreements,
      lanes: this.#rekeys.lanes,
      frames: this.tally.log.frames,
      caveats: caveatsOf(engine),
    };
  }

  /** Both ends have shown the keys of the association that was asked for. */
  associated(): void {
    this.associations.made(this.#now);
  }

  get #now(): number {
    return this.#tools.clock.cycle;
  }
}

/** The slots of an end as one text: another one where any of them has changed. */
export function slotsText({ slots }: PeerState): string {
  return JSON.stringify(slots.map(({ provider, consumer, keyId }) => [provider, consumer, keyId]));
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
