/** n-RTT rekeys in the simulated hardware: the agreement's frames share channel, attacker and host ports with everything else. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { optionsSchema, type SimulationOptions } from '../../sim/options.ts';
import { shortcomings } from '../../sim/report/conclusion.ts';
import { runSimulation } from '../../sim/run.ts';
import type { Role } from '../../spec/peer-rules.ts';
import { KeySchedule } from '../../sw/keys/key-schedule.ts';

const folder = mkdtempSync(join(tmpdir(), 'keyturn-n-rtt-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(changes: Partial<SimulationOptions>, more: Partial<Parameters<typeof runSimulation>[0]> = {}) {
  return runSimulation({ options: optionsSchema.parse({ frames: 600, rekeyFrames: 100, nRttEvery: 1, ...changes }), ...more });
}

it('agrees on every key, with a real engine and a judge, over a channel that loses one frame in five and under attack: nothing is lost by it, nothing stalls', async () => {
  const harsh = { frames: 450, loss: 0.2, reorderChance: 0.2, duplicates: 0.1, attacks: 0.02, seed: 2 };
  const result = await run({ ...harsh, engine: 'aes-256-gcm' }, { out: folder, keyLog: true });
  // the judge's objections are among them, and what it counted otherwise than the run
  expect(shortcomings(result)).toEqual([]);
  expect(result.judged?.total.agreement).toBe(result.total.agreementMessages);
  expect(result.judged?.rekeys.filter(({ to }) => to.endsWith('|0')).length).toBeGreaterThanOrEqual(3);
  const finished = result.rekeys.filter((rekey) => rekey.finished);
  expect(finished.length).toBeGreaterThanOrEqual(3);
  expect(finished.filter(({ kind }) => kind === 'n-RTT').length).toBeGreaterThanOrEqual(3);
  // more than the three of a channel that is good
  expect(result.total.agreementMessages).toBeGreaterThan(3 * finished.length);
});

it('agrees with ML-KEM-768 too: its messages are longer, and still nothing stalls, in the eyes of the judge as well', async () => {
  const result = await run({ frames: 260, agreement: 'hybrid', loss: 0.05, seed: 3 }, { out: folder, keyLog: true });
  expect(shortcomings(result)).toEqual([]);
  expect(result.judged?.total.agreement).toBe(result.total.agreementMessages);
  expect(result.rekeys.filter(({ kind, finished }) => kind === 'n-RTT' && finished).length).toBeGreaterThanOrEqual(1);
  expect(result.total).toMatchObject({ stalledCycles: 0, undecryptable: 0 });
});

it('sends messages for n-RTT alone, beside the cyclic frames: three for each where nothing is lost, and none for 0-RTT', async () => {
  const { rekeys, total, direction } = await run({ nRttEvery: 2, loss: 0, attacks: 0, duplicates: 0, reorderChance: 0 });
  expect(rekeys.map(({ kind, agreementMessages }) => [kind, agreementMessages])).toEqual([
    ['0-RTT', 0],
    ['n-RTT', 3],
    ['0-RTT', 0],
    ['n-RTT', 3],
    ['0-RTT', 0],
  ]);
  expect(total).toMatchObject({ agreementMessages: 6, dedicatedMessages: 0, stalledCycles: 0, undecryptable: 0 });
  expect([direction.initiator.agreementMessages, direction.follower.agreementMessages]).toEqual([4, 2]);
});

it('an agreement that fails leaves the old key at work, says why, and has a 0-RTT rekey in its place', async () => {
  /** A follower of another association: it can't know the secret that the agreement is bound to. */
  class Stranger extends KeySchedule {
    override agreementPsk(): Uint8Array {
      return super.agreementPsk().fill(1);
    }
  }
  const keysOf = (role: Role, master: Uint8Array) => (role === 'follower' ? new Stranger(master) : new KeySchedule(master));
  const result = await run({ frames: 900, attacks: 0 }, { keysOf });
  expect(shortcomings(result)).toEqual([]);
  expect(new Set(result.rekeys.map(({ kind }) => kind))).toEqual(new Set(['0-RTT']));
  expect(result.rekeys.length).toBeGreaterThanOrEqual(2);
  const [first, second, ...others] = result.failedAgreements;
  expect([first, second]).toMatchObject([1, 2].map(() => ({ keyId: '1|0', reason: 'noAnswer' })));
  expect([second?.attempt, others]).toEqual([(first?.attempt ?? Number.NaN) + 1, []]);
});

it('a follower that takes another master key than the one agreed on is seen by the frames that it can not open', async () => {
  class Forgetful extends KeySchedule {
    override replaceMaster(masterKey: Uint8Array): void {
      super.replaceMaster(masterKey.map((octet) => octet ^ 1));
    }
  }
  const keysOf = (role: Role, master: Uint8Array) => (role === 'follower' ? new Forgetful(master) : new KeySchedule(master));
  const result = await run({ frames: 300, attacks: 0 }, { keysOf });
  expect(shortcomings(result)).toContainEqual(expect.stringContaining('undecryptable frames'));
});
