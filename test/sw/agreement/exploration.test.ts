/** All worlds of an agreement (`agreement-worlds.ts`); `MORE=1 npx vitest run test/sw/agreement/exploration.test.ts` goes further. */
import { describe, expect, it, vi } from 'vitest';
import { FIRST_KEY_ID } from '../../../spec/key-id.ts';
import { type InitiatorEvent, type InitiatorState, initiatorState, stepInitiator } from '../../../sw/agreement/initiator.ts';
import { exploreAgreement, reached, recovered } from './agreement-worlds.ts';
import { messageOf, NEXT, partiesOf, psk, TIMING } from './ends.ts';

vi.mock('../../../sw/noise/diffie-hellman.ts', async (original) => ({
  ...(await original<object>()),
  ...(await import('../noise/stand-in.ts')),
}));

const MORE = Number(process.env['MORE'] ?? 0);

describe('every world that two ends of an agreement can reach', () => {
  it.each([
    { name: 'association, software that starts again', bounds: { keyId: FIRST_KEY_ID, begins: 2, answers: 2 + MORE, restarts: 1 + MORE } },
    { name: 'n-RTT, announcements that are withdrawn', bounds: { keyId: NEXT, begins: 2 + MORE, answers: 3, restarts: 0 } },
  ])(
    '$name: no key is installed twice, none at the follower that the initiator has not, and from each a key can be agreed on',
    ({ bounds }) => {
      const { worlds } = exploreAgreement(bounds);
      expect(worlds.some(({ installed }) => installed.follower.length === 2)).toBe(true);
      for (const world of worlds) {
        const { held } = recovered(world, bounds);
        expect(held.follower).toBeDefined();
        expect(held.follower).toBe(held.initiator);
      }
    },
  );
});

describe('every world that two initiators can reach', () => {
  const ADDRESSES = { initiatorAddress: partiesOf('initiator').followerAddress, followerAddress: partiesOf('initiator').initiatorAddress };
  /** What the other station is, if it takes itself for the initiator too. */
  const other = {
    ...partiesOf('initiator'),
    ...ADDRESSES,
    staticKeys: partiesOf('follower').staticKeys,
    remoteStatic: partiesOf('initiator').staticKeys.publicKey,
  };

  it('none has a key to install, and each sees that the other asks', () => {
    interface Pair {
      readonly ends: readonly [InitiatorState, InitiatorState];
      readonly sent: readonly (readonly [to: 0 | 1, frame: Uint8Array])[];
      readonly begun: number;
    }
    const first: Pair = {
      ends: [initiatorState(partiesOf('initiator'), TIMING), initiatorState(other, TIMING)],
      sent: [],
      begun: 0,
    };
    const stepped = ({ ends, sent, begun }: Pair, at: 0 | 1, event: InitiatorEvent): Pair => {
      const { state, actions } = stepInitiator(ends[at], event);
      expect(actions.map(({ kind }) => kind)).not.toContain('install');
      const frames = actions.flatMap((action) => (action.kind === 'send' ? [[(1 - at) as 0 | 1, action.frame] as const] : []));
      return {
        ends: at === 0 ? [state, ends[1]] : [ends[0], state],
        sent: [...sent, ...frames],
        begun: begun + (event.kind === 'begin' ? 1 : 0),
      };
    };
    const moves = (pair: Pair): Pair[] => [
      ...pair.sent.map(([to, frame]) => stepped(pair, to, { kind: 'received', message: messageOf(frame) })),
      ...([0, 1] as const).flatMap((at) =>
        pair.begun < 3 && pair.ends[at].phase.kind === 'idle'
          ? [stepped(pair, at, { kind: 'begin', keyId: NEXT, psk: psk(), ephemeral: new Uint8Array(32).fill(pair.begun + 1), now: 0 })]
          : [],
      ),
      ...([0, 1] as const).map((at) => stepped(pair, at, { kind: 'tick', now: TIMING.giveUpAfter })),
    ];
    const print = ({ ends, sent, begun }: Pair): string =>
      JSON.stringify([
        ends.map(({ phase, attempts }) => [phase.kind, attempts, phase.kind === 'requesting' && phase.sawRequest]),
        sent,
        begun,
      ]);
    const worlds = reached(first, moves, print);
    expect(worlds.some(({ ends }) => ends.every(({ phase }) => phase.kind === 'requesting' && phase.sawRequest))).toBe(true);
    expect(worlds.every(({ ends }) => ends.every(({ phase }) => phase.kind === 'idle' || phase.kind === 'requesting'))).toBe(true);
  });
});
