/** What a simulation found out, as plain data: the summary, the table and the report are made of it. Times are in ns of simulated time. */

import type { Verdict } from '../../judge/judge.ts';
import type { Side } from '../../judge/points.ts';
import type { Attack } from '../network/attacks.ts';

export type { Side };

/** Frames by what became of them; of one direction, named by its sender, or of both. */
export interface Counts {
  readonly framesSent: number;
  /** authentic and newest at the receiver: payload delivered */
  readonly framesDelivered: number;
  /** no copy of them came within the channel's bound, nor was one delivered later */
  readonly framesLostByChannel: number;
  /** genuine, arrived within the channel's delay bound, but no key opened it */
  readonly undecryptable: number;
  /** the same, but under a key of another association than the receiver had: a station had started again, or given its peer up */
  readonly outsideAssociation: number;
  /** of those delivered, behind a newer one; and of these, under a key that was Obsolete */
  readonly deliveredLate: number;
  readonly deliveredUnderOldKey: number;
  /** genuine, the first copy of it, but overtaken by a newer frame, and dropped */
  readonly staleDropped: number;
  /** copies of what had come before, by the channel */
  readonly duplicatesDropped: number;
  readonly forgedAccepted: number;
  /** delivered a second time, or after a newer one where the newest counts */
  readonly replayedAccepted: number;
  readonly forgedRejected: number;
  readonly replayedRejected: number;
  readonly reflectedRejected: number;
  /** with the ICV of another frame */
  readonly swappedRejected: number;
  /** sealed by an attacker under a key that had been replaced or erased; and of these, delivered where late frames are, while it was Obsolete */
  readonly oldKeyRejected: number;
  readonly oldKeyDelivered: number;
  /** frames of the host that passed beside the secured ones, unchanged */
  readonly hostFrames: number;
  /** of these, messages of agreements: of associations, and of n-RTT rekeys */
  readonly associationMessages: number;
  readonly agreementMessages: number;
  /** frames of the connection sent for rekeying alone */
  readonly dedicatedMessages: number;
  /** cycles in which a payload waited for a key longer than others do, and payloads that found none and were not sent */
  readonly stalledCycles: number;
  /** payloads that found none before the first key of an association, since that before had been erased */
  readonly unassociatedCycles: number;
}

/** First keys that were agreed on. */
export interface AssociationRecord {
  /** why it began */
  readonly cause: 'start' | 'restart' | 'silence';
  /** the initiator asked for it */
  readonly begunAtNs: number;
  /** the initiator saw the follower use its first key; null where it did not come to that */
  readonly madeAtNs: number | null;
  /** of the agreement, sent until then by both */
  readonly messages: number;
}

export interface RekeyRecord {
  readonly number: number;
  readonly kind: '0-RTT' | 'n-RTT';
  /** as the paper writes them: `0|3` */
  readonly fromKeyId: string;
  readonly toKeyId: string;
  /** the first frame that announces the key begins */
  readonly announcedAtNs: number;
  /** cycles from there; null where the simulation ended before */
  readonly steps: {
    readonly followerInstalled: number | null;
    /** the initiator saw the follower ready: its provider switches */
    readonly initiatorProviderSwitch: number | null;
    /** the follower saw the new key in use: both of its views switch */
    readonly followerSwitch: number | null;
    readonly initiatorConsumerSwitch: number | null;
    readonly followerTimeout: number | null;
    readonly initiatorTimeout: number | null;
  };
  readonly dedicatedMessages: number;
  /** sent, beside the frames of the connection, to agree on its key; 0 of a 0-RTT rekey */
  readonly agreementMessages: number;
  readonly stalledCycles: number;
  /** the initiator sees the follower on the new key: both use it */
  readonly finished: boolean;
  /** unfinished for longer than `alarmAfter` */
  readonly alarmed: boolean;
}

/** A slot as it stands from `atNs` on. */
export interface SlotMoment {
  readonly atNs: number;
  /** one letter each: Unused, Pending, Active, Obsolete */
  readonly slots: readonly { readonly provider: string; readonly consumer: string; readonly keyId: string | null }[];
}

export type FrameFate = 'delivered' | 'stale' | 'lost' | 'duplicate' | Attack | 'undecryptable' | 'outside';

export interface FrameRecord {
  readonly from: Side;
  readonly to: Side;
  readonly sentAtNs: number;
  /** null when the channel lost it */
  readonly arrivedAtNs: number | null;
  readonly currentKeyId: string;
  readonly nextKeyId: string;
  readonly fate: FrameFate;
}

/** How often the hardware of an end was compared with the model, by what was compared. */
export interface Compared {
  readonly slotChanges: number;
  readonly framesSent: number;
  readonly verdicts: number;
  readonly payloads: number;
  readonly pushes: number;
  readonly hostFrames: number;
}

export interface SimulationResult {
  readonly seed: number;
  readonly simulator: string;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** ns of one clock cycle */
  readonly cycleNs: number;
  readonly durationNs: number;
  readonly total: Counts;
  /** by sender */
  readonly direction: Readonly<Record<Side, Counts>>;
  /** what was compared with the reference model, and how often: a difference ends the run */
  readonly compared: Readonly<Record<Side, Compared>>;
  /** the verdict on capture and keys, where the keys were written down */
  readonly judged?: Verdict;
  /** what ended the run before its time; its figures are those up to then */
  readonly failure?: { readonly kind: string; readonly message: string };
  readonly associations: readonly AssociationRecord[];
  readonly rekeys: readonly RekeyRecord[];
  /** agreements that came to nothing: the old key went on, and a 0-RTT rekey took their place; of an association, the next attempt */
  readonly failedAgreements: readonly {
    readonly atNs: number;
    readonly keyId: string;
    readonly attempt: number;
    readonly reason: string;
  }[];
  readonly lanes: Readonly<Record<Side, readonly SlotMoment[]>>;
  /** frames around the rekeys */
  readonly frames: readonly FrameRecord[];
  /** what the simulation can't show, in sentences */
  readonly caveats: readonly string[];
}
