/** What an agent tells of itself: to `keyturn status`, to the metrics and to systemd. Nothing of it is secret. */
import type { KeyId } from '../../spec/key-id.ts';
import type { Role } from '../../spec/peer-rules.ts';
import type { SlotState } from '../../spec/slot-machine.ts';

export const AGENT_STATES = [
  /** no keys that both stations have; the hardware may go on with older ones */
  'associating',
  /** keys are in use */
  'secured',
  /** keys are in use, and no frame of the peer has come for so long as `silence` says */
  'peerSilent',
  /** keys are in use, and something is wrong with the agent itself: `reason` */
  'degraded',
] as const;
export type AgentStateName = (typeof AGENT_STATES)[number];

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
}

export interface AgentStatus {
  readonly role: Role;
  readonly relation: number;
  /** MAC address */
  readonly peer: string;
  readonly state: AgentStateName;
  readonly reason?: string;
  /** ms since this start */
  readonly uptime: number;
  readonly starts: number;
  readonly associations: number;
  readonly rekeys: Readonly<Record<'0-RTT' | 'n-RTT', number>>;
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

/** One line for systemctl status. */
export function healthLine({ state, reason, key, lastFailure }: AgentStatus): string {
  const of = key === undefined ? '' : `, KeyId ${key.keyId.master}|${key.keyId.communication}, ${key.framesSent} frames sent under it`;
  return `${state}${reason === undefined ? '' : `: ${reason}`}${of}${lastFailure === undefined ? '' : `; last failure ${lastFailure.at}: ${lastFailure.what}`}`;
}
