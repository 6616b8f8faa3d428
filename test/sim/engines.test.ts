/** Rekeying with engines that really encrypt: hardware, reference model and judge have the AEAD from different places, and must agree. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { faultsOf } from '../../judge/judge.ts';
import { optionsSchema, type SimulationOptions } from '../../sim/options.ts';
import { shortcomings } from '../../sim/report/conclusion.ts';
import type { SimulationResult } from '../../sim/report/result.ts';
import { runSimulation } from '../../sim/run.ts';
import { BY_SAMPLE, oneIn } from '../one-in.ts';

const folder = mkdtempSync(join(tmpdir(), 'keyturn-engines-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Short frames, so that many of them are simulated in little time. */
function run(out: string, changes: Partial<SimulationOptions>): Promise<SimulationResult> {
  const options = optionsSchema.parse({ sendInterval: 1600, cSduLength: 41, frames: 400, rekeyFrames: 120, waves: 0, ...changes });
  return runSimulation({ options, out: join(folder, out), keyLog: true });
}

const CASES = [
  { engine: 'aes-128-gcm', profile: 'paper', protection: 'encryption', keyDigits: 32 },
  { engine: 'aes-256-gcm', profile: 'std', protection: 'encryption', keyDigits: 64 },
  { engine: 'aes-256-gcm', profile: 'paper', protection: 'authentication', keyDigits: 64 },
  { engine: 'ascon-aead128', profile: 'paper', protection: 'encryption', keyDigits: 32 },
  { engine: 'ascon-aead128', profile: 'std', protection: 'authentication', keyDigits: 32 },
] as const;

describe.each(oneIn(3, CASES))(`$engine, $profile, $protection (${BY_SAMPLE})`, ({ engine, profile, protection, keyDigits }) => {
  it('rekeys seamlessly, as the reference model says in every cycle, and the judge afterwards', async () => {
    const out = `${engine}-${protection}`;
    const result = await run(out, { engine, profile, protection });
    expect(shortcomings(result)).toEqual([]);
    expect(result.judged && faultsOf(result.judged)).toEqual([]);
    expect(result.rekeys.filter(({ finished }) => finished).length).toBeGreaterThanOrEqual(2);
    const { forgedRejected, replayedRejected } = result.total;
    expect(forgedRejected + replayedRejected).toBeGreaterThan(0);
    expect(result.caveats.join()).not.toContain('protects nothing');
    // the judge read keys of the engine's length, and the name of the engine
    const log = readFileSync(join(folder, out, 'keys.log'), 'utf8');
    expect(log).toContain(`CONNECTION 0 ${profile} ${engine} ${protection} `);
    expect(log).toMatch(new RegExp(`^KEY .* transmit [0-9a-f]{${keyDigits}} [0-9a-f]{24}$`, 'm'));
  });
});

it('the keys of a run are in its key log, and in nothing else that it leaves behind', async () => {
  await run('leaks', { engine: 'aes-128-gcm', frames: 150, waves: 1_000_000 });
  const at = join(folder, 'leaks');
  const octetsOf = (line: string): string[] => line.split(' ').slice(-2);
  const keys = readFileSync(join(at, 'keys.log'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('KEY '))
    .flatMap(octetsOf);
  expect(keys.length).toBeGreaterThanOrEqual(8);
  for (const name of ['report.html', 'summary.json', 'waves.vcd', 'capture.pcapng']) {
    const file = readFileSync(join(at, name));
    const text = file.toString('latin1').toLowerCase();
    for (const key of keys) {
      const octets = Buffer.from(key, 'hex');
      const [forwards, backwards] = [octets, Buffer.from(octets.toReversed())];
      for (const form of [forwards, backwards]) {
        expect(file.includes(form), name).toBe(false);
        expect(text.includes(form.toString('hex')), name).toBe(false);
        expect(text.includes(BigInt(`0x${form.toString('hex')}`).toString(2)), name).toBe(false);
      }
    }
  }
});
