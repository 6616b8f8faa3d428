import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { announcedKind, type KeyId, nextKeyId, type RekeyKind } from '../../../spec/key-id.ts';
import { canStartRekey, currentKeyId, type Role, type RuleId } from '../../../spec/peer-rules.ts';
import type { ReferencePeer } from '../../../sw/reference-model/peer.ts';
import { frameOf, materialOf, peerOf } from './peers.ts';

/** Longest time that the channel holds a frame, in ticks of a send interval; the shortest is 0. */
const DELAY = 3;
const ROLES = ['initiator', 'follower'] as const satisfies readonly Role[];
const other = (role: Role): Role => (role === 'initiator' ? 'follower' : 'initiator');

/** One send interval: how long each copy of the frame of either peer is under way (none: lost), and what the software does. */
interface Tick {
  readonly initiator: readonly number[];
  readonly follower: readonly number[];
  readonly rekey: RekeyKind | undefined;
  readonly followerPushes: boolean;
}
const copies = fc.array(fc.nat(DELAY), { maxLength: 2 });
const ticks = fc.array(
  fc.record<Tick>({
    initiator: copies,
    follower: copies,
    rekey: fc.constantFrom(undefined, '0-RTT', 'n-RTT'),
    followerPushes: fc.boolean(),
  }),
  { minLength: 1, maxLength: 60, size: 'max' },
);
const QUIET: readonly Tick[] = Array.from({ length: 20 }, () => ({
  initiator: [0],
  follower: [0],
  rekey: undefined,
  followerPushes: true,
}));

interface Setting {
  readonly slots: number;
  readonly obsoleteTimeout: number;
  readonly disabled?: readonly RuleId[];
}

interface Run {
  /** what became of the frames that arrived, other than delivered */
  readonly undelivered: ReadonlySet<string>;
  /** sequence numbers that each peer delivered */
  readonly delivered: Readonly<Record<Role, number[]>>;
  readonly peers: Readonly<Record<Role, ReferencePeer>>;
  readonly rekeys: number;
}

function run(script: readonly Tick[], { slots, obsoleteTimeout, disabled = [] }: Setting): Run {
  const settings = { obsoleteTimeout, disabled: new Set(disabled) };
  const peers = { initiator: peerOf('initiator', slots, settings), follower: peerOf('follower', slots, settings) };
  const newest: Record<Role, KeyId> = { initiator: { master: 0, communication: 0 }, follower: { master: 0, communication: 0 } };
  const push = (role: Role, keyId: KeyId): void => {
    if (peers[role].push(keyId, materialOf(role, keyId)) === 'accepted') newest[role] = keyId;
  };
  for (const role of ROLES) push(role, newest[role]);
  const undelivered = new Set<string>();
  const delivered: Record<Role, number[]> = { initiator: [], follower: [] };
  let underWay: { readonly to: Role; readonly due: number; readonly frame: Uint8Array }[] = [];
  let rekeys = 0;

  script.forEach((tick, now) => {
    for (const role of ROLES) peers[role].elapse(1);
    for (const { to, frame } of underWay.filter(({ due }) => due === now)) {
      const outcome = peers[to].receive(frame);
      if (outcome.kind === 'delivered') delivered[to].push(((outcome.cSdu[0] ?? 0) << 8) | (outcome.cSdu[1] ?? 0));
      else undelivered.add(outcome.kind);
    }
    underWay = underWay.filter(({ due }) => due > now);
    const { request } = peers.follower.state;
    const kind = request === undefined ? undefined : announcedKind(currentKeyId(peers.follower.state) ?? 0, request);
    if (tick.followerPushes && kind !== undefined) push('follower', nextKeyId(newest.follower, kind));
    if (tick.rekey !== undefined && canStartRekey(peers.initiator.state)) {
      push('initiator', nextKeyId(newest.initiator, tick.rekey));
      rekeys++;
    }
    for (const role of ROLES) {
      const frame = frameOf(peers[role], now);
      for (const delay of tick[role]) underWay.push({ to: other(role), due: now + 1 + delay, frame });
    }
  });
  return { undelivered, delivered, peers, rekeys };
}

const undecryptable = ({ undelivered }: Run): boolean => undelivered.has('unknownKey') || undelivered.has('icvFailed');
const seamless = (setting: Setting) => fc.property(ticks, (script) => !undecryptable(run(script, setting)));
const newestOnly = (sequence: readonly number[]): boolean =>
  sequence.every((value, index) => index === 0 || value > (sequence[index - 1] ?? 0));

describe('paper VIII: "without interrupting the data flow", over a channel that loses, delays, reorders and duplicates', () => {
  // E1: D_max - d_min - t_s,min < T_obs, in ticks: 3 - 0 - 1 < 3
  it.each([2, 3])('%i slots: every frame that arrives opens, and its payload is delivered once and in order', (slots) => {
    fc.assert(
      fc.property(ticks, (script) => {
        const result = run(script, { slots, obsoleteTimeout: DELAY });
        expect(undecryptable(result)).toBe(false);
        for (const role of ROLES) expect(newestOnly(result.delivered[role])).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('when the channel is good again, the peers agree on the newest key, and nothing is left Pending or Obsolete', () => {
    fc.assert(
      fc.property(ticks, (script) => {
        const { initiator, follower } = run([...script, ...QUIET], { slots: 2, obsoleteTimeout: DELAY }).peers;
        expect(currentKeyId(follower.state)).toBe(currentKeyId(initiator.state));
        for (const peer of [initiator, follower]) expect(peer.state.slots.filter(({ keyId }) => keyId !== undefined)).toHaveLength(1);
      }),
      { numRuns: 100 },
    );
  });

  it('the channel is hard enough to see: such runs rekey many times', () => {
    const most = Math.max(
      ...fc.sample(ticks, { numRuns: 100, seed: 1 }).map((script) => run(script, { slots: 3, obsoleteTimeout: DELAY }).rekeys),
    );
    expect(most).toBeGreaterThan(3);
  });

  it.each([
    ['M6: an initiator that does not wait for the ready signal', { slots: 2, obsoleteTimeout: DELAY, disabled: ['M6'] }],
    ['E1: a timeout shorter by one tick', { slots: 2, obsoleteTimeout: DELAY - 1 }],
  ] as const)('without %s: a frame that arrives does not open', (_, setting) => {
    expect(fc.check(seamless(setting), { seed: 1, numRuns: 2000 }).failed).toBe(true);
  });
});
