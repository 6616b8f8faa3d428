/** Follows the slots and frames of both ends, and makes the record of each rekey from them. */
import { formatKeyId, type KeyId, wireKeyId } from '../spec/key-id.ts';
import type { PeerState } from '../spec/peer-rules.ts';
import type { Counts, FrameRecord, RekeyRecord, Side, SlotMoment } from './report/result.ts';

type Step = keyof RekeyRecord['steps'];

/** What a rekey must not cost. */
type Burden = Pick<Counts, 'dedicatedMessages' | 'stalledCycles'>;

interface OpenRekey {
  readonly number: number;
  readonly from: KeyId;
  readonly to: KeyId;
  announcedAt: number | undefined;
  readonly steps: Partial<Record<Step, number>>;
  /** of the agreement on its master key */
  readonly messages: { readonly sent: number };
  /** what both peers had counted when it began, and what they count now */
  readonly before: Burden;
  now: Burden;
}

export class RekeyLog {
  readonly #cycleNs: number;
  readonly #burden: () => Burden;
  readonly #alarmAfter: number;
  /** of the association that is, by master index */
  #agreementMessages = new Map<number, { sent: number }>();
  readonly #rekeys: OpenRekey[] = [];
  readonly #lanes: Record<Side, SlotMoment[]> = { initiator: [], follower: [] };
  readonly #last: Partial<Record<Side, PeerState>> = {};

  /** @param burden counts of both peers so far  @param alarmAfter cycles after which an unfinished rekey is reported; 0: never */
  constructor(cycleNs: number, burden: () => Burden, alarmAfter: number) {
    this.#cycleNs = cycleNs;
    this.#alarmAfter = alarmAfter;
    this.#burden = burden;
  }

  /** A peer's slots changed; the hardware shows it from the next cycle on. */
  slots(side: Side, cycle: number, state: PeerState): void {
    const before = this.#last[side];
    this.#last[side] = state;
    this.#lanes[side].push({
      atNs: (cycle + 1) * this.#cycleNs,
      slots: state.slots.map((slot) => ({
        provider: slot.provider.charAt(0),
        consumer: slot.consumer.charAt(0),
        keyId: slot.keyId === undefined ? null : formatKeyId(slot.keyId),
      })),
    });
    if (before === undefined) return;
    state.slots.forEach((slot, index) => {
      const was = before.slots[index];
      if (was === undefined) return;
      if (slot.keyId !== undefined && was.keyId === undefined && slot.provider === 'Pending')
        this.#installed(side, cycle, before, slot.keyId);
      const keyId = slot.keyId ?? was.keyId;
      if (keyId === undefined) return;
      const activated = (view: 'provider' | 'consumer'): boolean => was[view] === 'Pending' && slot[view] === 'Active';
      if (activated('provider')) this.#step(keyId, side === 'initiator' ? 'initiatorProviderSwitch' : 'followerSwitch', cycle);
      if (activated('consumer') && side === 'initiator') this.#step(keyId, 'initiatorConsumerSwitch', cycle);
      if (was.consumer === 'Obsolete' && slot.consumer === 'Unused') {
        const rekey = this.#rekeys.findLast((candidate) => isSameKeyId(candidate.from, keyId));
        if (rekey !== undefined) rekey.steps[side === 'initiator' ? 'initiatorTimeout' : 'followerTimeout'] ??= cycle;
      }
    });
    this.#settle();
  }

  /** The initiator begins a frame that announces a key. */
  announced(cycle: number, next: number): void {
    const open = this.#rekeys.at(-1);
    if (open !== undefined && open.announcedAt === undefined && wireKeyId(open.to) === next) open.announcedAt = cycle;
  }

  /** A message of the agreement on that master key was sent. */
  agreementMessage(master: number): void {
    this.#messagesFor(master).sent++;
  }

  /** A new association: KeyIds begin anew. */
  associated(): void {
    this.#agreementMessages = new Map();
  }

  /** @param cycle the time: how long an unfinished rekey has taken */
  records(cycle: number): readonly RekeyRecord[] {
    this.#settle();
    return this.#rekeys
      .filter((rekey) => rekey.announcedAt !== undefined)
      .map((rekey) => {
        const announcedAt = rekey.announcedAt ?? 0;
        const isNRtt = rekey.to.master !== rekey.from.master;
        const after = (step: Step): number | null => {
          const at = rekey.steps[step];
          return at === undefined ? null : at - announcedAt;
        };
        return {
          number: rekey.number,
          kind: isNRtt ? 'n-RTT' : '0-RTT',
          fromKeyId: formatKeyId(rekey.from),
          toKeyId: formatKeyId(rekey.to),
          announcedAtNs: announcedAt * this.#cycleNs,
          steps: {
            followerInstalled: after('followerInstalled'),
            initiatorProviderSwitch: after('initiatorProviderSwitch'),
            followerSwitch: after('followerSwitch'),
            initiatorConsumerSwitch: after('initiatorConsumerSwitch'),
            followerTimeout: after('followerTimeout'),
            initiatorTimeout: after('initiatorTimeout'),
          },
          dedicatedMessages: rekey.now.dedicatedMessages - rekey.before.dedicatedMessages,
          agreementMessages: isNRtt ? rekey.messages.sent : 0,
          stalledCycles: rekey.now.stalledCycles - rekey.before.stalledCycles,
          finished: rekey.steps.initiatorConsumerSwitch !== undefined,
          alarmed: this.#alarmAfter > 0 && (rekey.steps.initiatorConsumerSwitch ?? cycle) - announcedAt > this.#alarmAfter,
        };
      });
  }

  get lanes(): Readonly<Record<Side, readonly SlotMoment[]>> {
    return this.#lanes;
  }

  #installed(side: Side, cycle: number, before: PeerState, to: KeyId): void {
    if (side === 'follower') return this.#step(to, 'followerInstalled', cycle);
    const from = before.slots.find((slot) => slot.provider === 'Active')?.keyId;
    if (from === undefined) return;
    this.#settle();
    this.#rekeys.push({
      number: this.#rekeys.length + 1,
      from,
      to,
      announcedAt: undefined,
      steps: {},
      messages: this.#messagesFor(to.master),
      before: this.#burden(),
      now: this.#burden(),
    });
  }

  #messagesFor(master: number): { sent: number } {
    const messages = this.#agreementMessages.get(master) ?? { sent: 0 };
    this.#agreementMessages.set(master, messages);
    return messages;
  }

  #step(keyId: KeyId, step: Step, cycle: number): void {
    const rekey = this.#rekeys.findLast((candidate) => isSameKeyId(candidate.to, keyId));
    if (rekey !== undefined) rekey.steps[step] ??= cycle;
  }

  /** What has happened since the newest rekey began is its own. */
  #settle(): void {
    const newest = this.#rekeys.at(-1);
    if (newest !== undefined) newest.now = this.#burden();
  }
}

export function isSameKeyId(a: KeyId, b: KeyId): boolean {
  return a.master === b.master && a.communication === b.communication;
}

/** Keeps the frames around the rekeys, for the timelines, and forgets the others. */
export class FrameLog {
  readonly #recent: FrameRecord[] = [];
  readonly #kept: FrameRecord[] = [];
  readonly #before: number;
  #keepUntilNs = 0;

  /** @param before frames kept from before a rekey */
  constructor(before: number) {
    this.#before = before;
  }

  /** A rekey begins: what has just been, and what comes until then, is kept. */
  keepUntil(ns: number): void {
    this.#keepUntilNs = Math.max(this.#keepUntilNs, ns);
    this.#kept.push(...this.#recent.splice(0));
  }

  add(frame: FrameRecord): void {
    if (frame.sentAtNs <= this.#keepUntilNs) this.#kept.push(frame);
    else {
      this.#recent.push(frame);
      if (this.#recent.length > this.#before) this.#recent.shift();
    }
  }

  get frames(): readonly FrameRecord[] {
    return this.#kept.toSorted((a, b) => a.sentAtNs - b.sentAtNs);
  }
}
