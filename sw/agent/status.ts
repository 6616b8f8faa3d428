/** What an agent tells of itself: to `keyturn status`, to the metrics and to systemd. Nothing of it is secret. */
import type { KeyId, RekeyKind } from '../../spec/key-id.ts';
import type { Role } from '../../spec/peer-rules.ts';
import type { SlotState } from '../../spec/slot-machine.ts';

export const RELATION_STATES = [
  /** no keys that both stations have; the hardware may go on with older ones */
  'associating',
  /** keys are in use */
  'secured',
  /** keys are in use, and no frame of the peer has come for so long as `silence` says */
  'peerSilent',
] as const;
export type RelationState = (typeof RELATION_STATES)[number];

/** `degraded`: keys are in use in all relations, and something is wrong with the agent itself. */
export type AgentStateName = RelationState | 'degraded';

/** A key in use. Times in ms, frames of the own direction. */
export interface KeyStatus {
  readonly keyId: KeyId;
  /** since the agent saw that it is used */
  readonly age: number;
  readonly framesSent: number;
  /** frames that it may still protect, by the limit of the AEAD or of its counter */
  readonly framesLeft: number;
  /** that many frames in time */
  readonly timeLeft: number;
  /** frames of the peer's direction that failed verification since it was installed: at most as many were tried against it */
  readonly failedVerdicts: number;
}

/** Counts are those of this start. */
export interface RelationStatus {
  readonly relation: number;
  /** MAC address */
  readonly peer: string;
  readonly state: RelationState;
  readonly associations: number;
  readonly rekeys: Readonly<Record<RekeyKind, number>>;
  readonly failures: number;
  /** wall-clock time, ISO 8601 */
  readonly lastFailure?: { readonly at: string; readonly what: string };
  readonly slots: readonly { readonly provider: SlotState; readonly consumer: SlotState }[];
  /** on the wire */
  readonly currentKeyId: number;
  readonly nextKeyId: number;
  readonly framesDelivered: number;
  readonly key?: KeyStatus;
}

export interface AgentStatus {
  readonly role: Role;
  /** the worst of its relations', or its own */
  readonly state: AgentStateName;
  /** what is wrong with the agent itself */
  readonly reason?: string;
  /** ms since this start */
  readonly uptime: number;
  /** over all starts */
  readonly starts: number;
  /** of all relations, over all starts */
  readonly associations: number;
  /** the most agreements that were under way at once */
  readonly agreementsAtOnce: number;
  readonly relations: readonly RelationStatus[];
}

/** @param fault what is wrong with the agent itself */
export function stateOf(relations: readonly RelationStatus[], fault: string | undefined): AgentStateName {
  const worst = (['associating', 'peerSilent'] as const).find((state) => relations.some((relation) => relation.state === state));
  return worst ?? (fault === undefined ? 'secured' : 'degraded');
}

/** Whether all relations have keys in use, and hear of their peers. */
export function isSecured({ state }: Pick<AgentStatus, 'state'>): boolean {
  return state === 'secured' || state === 'degraded';
}

/** One line for systemctl status. */
export function healthLine({ state, reason, relations }: AgentStatus): string {
  const [only, ...others] = relations;
  const secured = relations.filter((relation) => relation.state === 'secured').length;
  const failures = relations.flatMap(({ relation, lastFailure }) => (lastFailure === undefined ? [] : [{ relation, ...lastFailure }]));
  const [last] = failures.toSorted((a, b) => b.at.localeCompare(a.at));
  const many = others.length > 0;
  return [
    `${state}${reason === undefined ? '' : `: ${reason}`}`,
    ...(many ? [`, ${secured} of ${relations.length} relations with keys in use`] : only?.key === undefined ? [] : [keyText(only.key)]),
    ...(last === undefined ? [] : [`; last failure ${last.at}: ${many ? `relation ${last.relation}: ` : ''}${last.what}`]),
  ].join('');
}

function keyText({ keyId, framesSent }: KeyStatus): string {
  return `, KeyId ${keyId.master}|${keyId.communication}, ${framesSent} frames sent under it`;
}
