/** What `bench/agent-kills.ts` shows for 200 kills, for a few; and that the trial would notice a nonce that comes twice. */
import { describe, expect, it } from 'vitest';
import { missingIn } from '../../bench/agent-kills/missing.ts';
import { killTrial } from '../../bench/agent-kills/trial.ts';
import { NonceWatch } from '../../cli/board/nonces.ts';
import { SIDES } from '../../judge/points.ts';
import { REGISTERS } from '../../spec/registers.ts';
import { encodeFrame } from '../../sw/frame/secured-frame.ts';

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));

describe('an agent that is killed', () => {
  it.each([1, 3])(
    'leaves hardware of %i relations that goes on, and the next one secures all again, with keys of its own',
    async (relations) => {
      const replay = `SEED=${seed} npx vitest run test/cli/agent-kills.test.ts`;
      const { kills, accounts } = await killTrial({ seed, kills: 2, relations });
      expect(
        kills.map(({ side }) => side),
        replay,
      ).toEqual(SIDES);
      for (const { recovered, went } of kills) {
        expect(recovered, replay).toBeGreaterThan(0);
        expect(went?.missing ?? 0, replay).toBe(0);
      }
      for (const side of SIDES) {
        expect(accounts[side], replay).toMatchObject({ noncesRepeated: 0, payloadsWrong: 0 });
        // each kill costs at least one association
        expect(accounts[side].keys, replay).toBeGreaterThan(2 * relations);
      }
    },
    180_000,
  );
});

describe('what went on without an agent', () => {
  // payloads 10 to 20 were sent, and 3 are on their way at most
  const stretch = { newest: { before: 10, after: 18 }, delivered: 8, lost: [], end: 20 };

  it.each([
    ['all came out', {}, 0],
    ['one of them did not', { delivered: 7 }, 1],
    ['it did not because the network lost it', { delivered: 7, lost: [12] }, 0],
    ['one was lost that was on its way at the beginning', { newest: { before: 9, after: 18 }, lost: [10] }, 0],
    ['one was lost before or behind', { lost: [9, 19] }, 0],
    ['as many are on their way as can be', { newest: { before: 10, after: 17 }, delivered: 7 }, 0],
    ['nothing came out any more', { newest: { before: 10, after: 14 }, delivered: 4 }, 3],
    ['nothing did, and the network lost one of them', { newest: { before: 10, after: 14 }, delivered: 4, lost: [16] }, 2],
  ] as const)('%s', (_, changes, missing) => {
    expect(missingIn({ ...stretch, ...changes })).toBe(missing);
  });
});

describe('the watch for nonces', () => {
  const frame = (counter: number): Uint8Array =>
    encodeFrame({
      profile: 'paper',
      encrypt: true,
      frameId: 0x8001,
      source: new Uint8Array(6),
      destination: new Uint8Array(6),
      vlanTci: undefined,
      currentKeyId: 2,
      nextKeyId: 2,
      counter,
      length: 4,
      text: new Uint8Array(4),
      icv: new Uint8Array(16),
      clearStatus: new Uint8Array(4),
    });
  const pushed = (watch: NonceWatch, word: number, accepted = true): void => {
    watch.written(REGISTERS.transmitKey.offset, word);
    watch.pushed(2, accepted);
  };

  it('counts a counter that comes again under one key, also when that was pushed anew', () => {
    const watch = new NonceWatch();
    pushed(watch, 1);
    for (const counter of [1, 2, 3]) expect(watch.sent(frame(counter), 'paper', 0x8001)).toBe(true);
    expect(watch.account).toEqual({ keys: 1, noncesRepeated: 0 });
    pushed(watch, 1);
    watch.sent(frame(1), 'paper', 0x8001);
    expect(watch.account).toEqual({ keys: 1, noncesRepeated: 1 });
  });

  it('does not count it under another key, nor a key that was refused, nor frames of others', () => {
    const watch = new NonceWatch();
    pushed(watch, 1);
    watch.sent(frame(1), 'paper', 0x8001);
    pushed(watch, 9, false);
    pushed(watch, 2);
    watch.sent(frame(1), 'paper', 0x8001);
    expect(watch.sent(frame(1), 'paper', 0x8002)).toBe(false);
    expect(watch.account).toEqual({ keys: 2, noncesRepeated: 0 });
  });
});
