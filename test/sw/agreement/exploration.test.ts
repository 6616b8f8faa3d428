/** All worlds of an agreement (`agreement-worlds.ts`); `MORE=1 npx vitest run test/sw/agreement/exploration.test.ts` goes further. */
import { describe, expect, it, vi } from 'vitest';
import { FIRST_KEY_ID } from '../../../spec/key-id.ts';
import { exploreAgreement, recovered } from './agreement-worlds.ts';
import { NEXT } from './ends.ts';

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
