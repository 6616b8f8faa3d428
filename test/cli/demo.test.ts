/** What `npm start` runs, made short: a controller with four devices in hardware, judged in each relation, whole and spoilt. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { interfaceOf } from '../../judge/points.ts';
import { keyturn } from './in-process.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
// plain JavaScript, which runs before there is anything that could check its types
const { DEMO } = (await import(join(ROOT, 'bin/demo.js'))) as { readonly DEMO: readonly string[] };
const folder = mkdtempSync(join(tmpdir(), 'keyturn-demo-'));
beforeAll(() => process.chdir(folder));
afterAll(() => {
  process.chdir(ROOT);
  rmSync(folder, { recursive: true, force: true });
});

/** The dummy engine in the place of the real one: what is looked at here is not the engine. */
const SHORT = ['--engine', 'xor', '--frames', '120', '--rekey-frames', '100', '--waves', '0'];
let run: Awaited<ReturnType<typeof keyturn>>;
beforeAll(async () => {
  run = await keyturn(...DEMO, ...SHORT, '--out', 'run');
});

const isSome = (count: number): boolean => count > 0;
const json = (text: string) => JSON.parse(text) as Readonly<Record<string, unknown>>;

describe('npm start', () => {
  it('is a controller with four devices in hardware, under AES-256-GCM in frames of profile std', () => {
    const { settings } = (json(readFileSync('run/summary.json', 'utf8'))['relations'] as { readonly settings: unknown }[])[0] ?? {};
    expect(settings).toMatchObject({ relations: 4, rtlDevices: 4, profile: 'std', simulator: 'wasm', frames: 120 });
    expect(DEMO.join(' ')).toContain('--engine aes-256-gcm');
    expect(run.stdout).toContain('a controller with 4 devices, 4 of them in hardware');
  });

  it('has relations of each delivery: what is overtaken is dropped in one, and delivered in the other', () => {
    type Relation = { readonly settings: { readonly delivery: string }; readonly staleDropped: number; readonly deliveredLate: number };
    const relations = json(readFileSync('run/summary.json', 'utf8'))['relations'] as Relation[];
    expect(relations.map(({ settings }) => settings.delivery)).toEqual(['newest', 'window', 'newest', 'window']);
    const [first, second, third, fourth] = relations;
    for (const newest of [first, third]) expect([newest?.staleDropped, newest?.deliveredLate]).toEqual([expect.toSatisfy(isSome), 0]);
    for (const window of [second, fourth]) expect([window?.staleDropped, window?.deliveredLate]).toEqual([0, expect.toSatisfy(isSome)]);
  });

  it('rekeys each relation, keeps its zeros, and says where to look', () => {
    expect(run.stdout).toMatch(
      /^[4-9] rekeys: 0 undecryptable frames, 0 forged or replayed frames accepted, 0 dedicated messages, 0 stalled cycles$/m,
    );
    expect(run.stdout).toMatch(/^first keys agreed on over the network in \d+ messages$/m);
    expect(run.stdout).toContain(join('run', 'report.html'));
    expect(run.exitCode).toBe(0);
  });

  it('has the judge’s figures beside its own, none of which differs, and the lateness of each end', () => {
    expect(run.stdout).toMatch(/^frames sent +960 +960$/m);
    expect(run.stdout).not.toContain('DIFFERS');
    for (const end of ['initiator', 'follower'])
      for (let relation = 0; relation < 4; relation++)
        expect(run.stdout).toMatch(new RegExp(`^${end} of relation ${relation}, near rekeys +\\d+ +\\d+ +\\d+ +\\d+ +\\d+$`, 'm'));
  });
});

describe('keyturn judge on it', () => {
  it('says of each relation, and of all, what it found', async () => {
    const { stdout, exitCode } = await keyturn('judge', 'run');
    expect(stdout).toMatch(/^ +relation 0 +relation 1 +relation 2 +relation 3 +total$/m);
    expect(stdout).toMatch(/^frames sent +240 +240 +240 +240 +960$/m);
    expect(stdout).toMatch(/^judged from capture and keys: [4-9] rekeys, no fault$/m);
    expect(exitCode).toBe(0);
  });

  it('--json has the sums, and the verdict on each relation', async () => {
    const verdict = json((await keyturn('judge', 'run', '--json')).stdout);
    expect(verdict).toMatchObject({ faults: [], total: { sent: 960, undecryptable: 0 }, relations: { length: 4 } });
  });

  it('finds the relation in which a delivered payload was changed, with exit code 1', async () => {
    cpSync('run', 'changed', { recursive: true });
    const path = join('changed', 'capture.pcapng');
    const octets = readFileSync(path);
    // the last frame that the device of relation 2 delivered, in its packet block
    let last = -1;
    for (let block = 0; block < octets.length; block += octets.readUInt32LE(block + 4))
      if (octets.readUInt32LE(block) === 6 && octets.readUInt32LE(block + 8) === interfaceOf('follower', 'delivered', 2)) last = block;
    expect(last).toBeGreaterThan(0);
    octets.writeUInt8(octets.readUInt8(last + 28 + 20) ^ 1, last + 28 + 20);
    writeFileSync(path, octets);
    const { stdout, exitCode } = await keyturn('judge', 'changed');
    expect(stdout).toContain('judged from capture and keys: relation 2: ');
    expect(stdout).toContain('relation 2: 1 forged frames accepted');
    expect(exitCode).toBe(1);
  });
});
