/**
 * Two peers and a channel, for exhaustive exploration. The peers are the shipped rules (`spec/peer-rules.ts`); here is
 * what surrounds them.
 *
 * A tick is one send interval. At its border each provider emits one frame, which may arrive any number of times, in any
 * order, within `delay` ticks, or never: so the channel is the frames of the last delay + 1 ticks of each direction. An
 * AEAD is perfect: a frame opens exactly under the key it was made with, and `Key` says which that is. Freshness is
 * modelled more liberally than it is built: every authentic frame under a Pending or Active key takes effect, in whatever
 * order they come, which is more than a newest-wins receiver lets happen. Where delivery is looked at, it is as built.
 */
import type { Delivered } from '../../spec/delivery.ts';
import type { RekeyKind } from '../../spec/key-id.ts';
import type { PeerState, Role, RuleSwitch } from '../../spec/peer-rules.ts';

/** Which key a slot really holds: a generation, and how it came about. Two derivations of one generation are one key. */
export interface Key {
  /** modulo `GENERATIONS` */
  readonly generation: number;
  /** 0: derived (0-RTT, or at the connection); 1 and 2: agreed (n-RTT), in that attempt */
  readonly attempt: 0 | Attempt;
}

export type Attempt = 1 | 2;

/** More than can be held at once: the half of the ring after the newest is new, the other half old. */
export const GENERATIONS = 8;

export interface Peer {
  readonly state: PeerState;
  /** the keys in the slots */
  readonly keys: readonly (Key | undefined)[];
  /** by slot, a bit for each nextKeyId of a frame that was sent to this peer under its key: what an attacker can replay */
  readonly sent: readonly number[];
  /** by slot: ticks that its key has yet to open late frames, timed apart from the rules (S6) */
  readonly due: readonly number[];
  /** the newest key that was ever installed: it and all before it have been in use (S7) */
  readonly newest: Key | undefined;
  /** a key was installed that had been in use */
  readonly reused: boolean;
  /** initiator: the key that it withdrew under the Active one */
  readonly withdrawn: Key | undefined;
  /** ticks since the newest frame under the Active key was sent that has arrived; more than any delay: none under way has. 0 where frames are taken in any order */
  readonly heard: number;
  /** by slot: what was delivered under its key, in counters that say how old a frame is (`counterOf`); nothing where delivery is not looked at */
  readonly delivered: readonly Delivered[];
  /** a frame was delivered twice */
  readonly repeated: boolean;
}

export interface Frame {
  readonly key: Key;
  /** KeyIds as on the wire */
  readonly current: number;
  readonly next: number;
  /** its payload was delivered; false where delivery is not looked at */
  readonly delivered: boolean;
}

/** An n-RTT agreement, in acyclic frames beside the cyclic ones. */
export interface Agreement {
  /** the attempt that runs; 0: none does */
  readonly running: 0 | Attempt;
  /** the attempt whose key the initiator has installed and the follower has not; 0: none */
  readonly committed: 0 | Attempt;
  /** the initiator's last message has arrived */
  readonly confirmed: boolean;
  /** without M10: the attempt that the follower has completed for itself */
  readonly candidate: 0 | Attempt;
}

export const NO_AGREEMENT: Agreement = { running: 0, committed: 0, confirmed: false, candidate: 0 };

export interface World {
  readonly initiator: Peer;
  readonly follower: Peer;
  readonly agreement: Agreement;
  /** what was sent in a tick, the newest tick first */
  readonly toFollower: readonly (readonly Frame[])[];
  readonly toInitiator: readonly (readonly Frame[])[];
  /** false from the loss of a peer's keys to the next connection */
  readonly connected: boolean;
}

export interface Config {
  readonly slots: Readonly<Record<Role, number>>;
  readonly indexBits: 1 | 2;
  /** ticks that a frame may be under way */
  readonly delay: { readonly toFollower: number; readonly toInitiator: number };
  readonly obsoleteTimeout: Readonly<Record<Role, number>>;
  readonly kinds: readonly RekeyKind[];
  readonly attacks: readonly Attack[];
  /** rules to do without, at both peers or at one */
  readonly without: ReadonlySet<RuleSwitch>;
  readonly withoutAt?: Role;
  /** an agreement may fail, be tried again, or be given up */
  readonly agreementFails?: boolean;
  /** either peer may lose its keys at any time */
  readonly restarts?: boolean;
  /** a provider sends at its switch too, not only at the border of a tick */
  readonly burst?: boolean;
  /** the initiator may withdraw what it announces (M12); frames that are not the newest of all are not fresh, as it is built */
  readonly cancels?: boolean;
  /** frames under an Obsolete key are taken for fresh: a receiver without newest-wins */
  readonly acceptsLate?: boolean;
  /** looks at what is delivered, by windows of so many counters (M13); frames that are not the newest of all are not obeyed, as it is built */
  readonly window?: number;
}

export type Attack = 'replay' | 'forge' | 'reflect';

/** Who acts; fairness is by these. */
export type Process =
  | 'time'
  | 'channel to the follower'
  | 'channel to the initiator'
  | 'late frames'
  | 'attacker'
  | 'initiator'
  | 'agreement'
  | 'confirmation'
  | 'follower'
  | 'power'
  | 'connection';

export type Act =
  | { readonly kind: 'tick' }
  /** `index` counts the frames of that tick */
  | { readonly kind: 'delivery'; readonly to: Role; readonly age: number; readonly index: number }
  | { readonly kind: 'attack'; readonly attack: Attack; readonly to: Role; readonly current: number; readonly next: number }
  /** `text` follows the peer's name */
  | { readonly kind: 'alone'; readonly at: Role; readonly text: string };

export interface Move {
  readonly process: Process;
  readonly act: Act;
  readonly world: World;
}

export const ROLES = ['initiator', 'follower'] as const;

export function otherOf(role: Role): Role {
  return role === 'initiator' ? 'follower' : 'initiator';
}

/**
 * The rules that a peer does without. Where nothing is withdrawn, frames take effect in any order, and one that was overtaken
 * announces what it did when it was sent: a follower that drops its key on that (M12) has to know the newest.
 */
export function withoutFor(config: Config, role: Role): ReadonlySet<RuleSwitch> {
  const without = config.withoutAt === undefined || config.withoutAt === role ? config.without : NOTHING;
  return config.cancels === true || config.window !== undefined ? without : keepingPending(without);
}

const KEEPING = new WeakMap<ReadonlySet<RuleSwitch>, ReadonlySet<RuleSwitch>>();

function keepingPending(without: ReadonlySet<RuleSwitch>): ReadonlySet<RuleSwitch> {
  const known = KEEPING.get(without) ?? new Set<RuleSwitch>([...without, 'M12: the follower drops']);
  KEEPING.set(without, known);
  return known;
}

/** Whether a frame that another one has overtaken is not fresh. */
export function takesNewest({ cancels, without }: Config): boolean {
  return cancels === true && !without.has('M12: newest frame');
}

/** Ticks that a frame may be under way to a peer. */
export function delayTo(role: Role, { delay }: Config): number {
  return role === 'follower' ? delay.toFollower : delay.toInitiator;
}

const NOTHING: ReadonlySet<RuleSwitch> = new Set();

export function sameKey(a: Key | undefined, b: Key | undefined): boolean {
  return a !== undefined && b !== undefined && a.generation === b.generation && a.attempt === b.attempt;
}

export function withPeer(world: World, role: Role, peer: Peer): World {
  return role === 'initiator' ? { ...world, initiator: peer } : { ...world, follower: peer };
}

/** The counter of a frame to a peer that was sent so many ticks ago: 1 of the oldest that may still come. Each key has its own, so only differences count. */
export function counterOf(age: number, role: Role, config: Config): number {
  return delayTo(role, config) + 1 - age;
}

/** The slot with the key that the provider encrypts with; -1 while there is none. */
export function activeSlot(peer: Peer): number {
  return peer.state.slots.findIndex(({ provider }) => provider === 'Active');
}

/** `1|2` */
export function keyIdText(wire: number, indexBits: number): string {
  return `${wire >> indexBits}|${wire & (2 ** indexBits - 1)}`;
}
