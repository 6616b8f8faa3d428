/** `keyturn judge` on what `keyturn sim --key-log` leaves, whole and damaged; and what a run says that shows nothing or fails. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explain } from '../../cli/exit.ts';
import { judgeFolder } from '../../judge/folder.ts';
import { optionsSchema } from '../../sim/options.ts';
import { shortcomings } from '../../sim/report/conclusion.ts';
import { runSimulation } from '../../sim/run.ts';
import { keyturn } from './in-process.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'keyturn-judge-'));
beforeAll(() => process.chdir(folder));
afterAll(() => {
  process.chdir(ROOT);
  rmSync(folder, { recursive: true, force: true });
});

let run: Awaited<ReturnType<typeof keyturn>>;
beforeAll(async () => {
  run = await keyturn('sim', '--frames', '260', '--rekey-frames', '200', '--waves', '100000', '--key-log', '--out', 'run');
});

/** A copy of the run to damage. */
function copy(name: string): string {
  cpSync(join(folder, 'run'), join(folder, name), { recursive: true });
  return join(folder, name);
}

describe('keyturn sim --key-log', () => {
  it('is judged at its end: both sides of every figure, and how late frames left', () => {
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toMatch(/^ +run +judge$/m);
    expect(run.stdout).toMatch(/^frames sent +520 +520$/m);
    expect(run.stdout).toMatch(/^rekeys finished +1 +1$/m);
    expect(run.stdout).toMatch(/^initiator, near rekeys +\d+ +\d+ +\d+ +\d+ +\d+$/m);
    const summary = JSON.parse(readFileSync(join(folder, 'run/summary.json'), 'utf8'));
    expect(summary.judged).toMatchObject({ total: { sent: 520, undecryptable: 0 }, finishedRekeys: 1 });
    expect(summary.compared.initiator).toMatchObject({ framesSent: 260 });
    expect(summary.compared.initiator.slotChanges).toBe(5);
  });

  it('leaves the keys to their owner alone, and says in the file what it is', () => {
    expect(statSync(join(folder, 'run/keys.log')).mode & 0o777).toBe(0o600);
    const [first = '', ...lines] = readFileSync(join(folder, 'run/keys.log'), 'utf8').split('\n');
    expect(first).toMatch(/^# .*can read and forge/);
    expect(lines.filter((line) => line.startsWith('KEY '))).toHaveLength(8);
  });

  it('writes no key anywhere else', () => {
    const keys = [...readFileSync(join(folder, 'run/keys.log'), 'utf8').matchAll(/([0-9a-f]{32}) [0-9a-f]{24}$/gm)].map(
      ([, key = '']) => key,
    );
    expect(keys).toHaveLength(8);
    for (const name of readdirSync(join(folder, 'run'), { recursive: true, withFileTypes: true })) {
      if (!name.isFile() || name.name === 'keys.log') continue;
      const octets = readFileSync(join(name.parentPath, name.name));
      for (const key of keys) {
        expect(octets.includes(Buffer.from(key, 'hex')), name.name).toBe(false);
        expect(octets.includes(key), name.name).toBe(false);
      }
    }
  });

  it('without it nothing is judged, which is said, and no key is left, nor one of an earlier run', async () => {
    copy('again');
    const { stdout, exitCode } = await keyturn('sim', '--frames', '260', '--rekey-frames', '200', '--waves', '0', '--out', 'again');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('not judged: the keys were not written down (--key-log)');
    expect(readdirSync(join(folder, 'again'))).not.toContain('keys.log');
  });
});

describe('keyturn judge', () => {
  it('says what it found, with exit code 0', async () => {
    const { stdout, exitCode } = await keyturn('judge', 'run');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^frames sent +260 +260 +520$/m);
    expect(stdout).toMatch(/judged from capture and keys: 1 rekeys, no fault$/m);
  });

  it('--json prints the whole verdict', async () => {
    const { stdout } = await keyturn('judge', 'run', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ faults: [], total: { sent: 520 }, finishedRekeys: 1 });
  });

  it('finds a capture in which a delivered payload was changed, with exit code 1', async () => {
    const changed = copy('changed');
    const path = join(changed, 'capture.pcapng');
    const octets = readFileSync(path);
    // the last frame that the follower delivered, in its packet block
    let last = -1;
    for (let block = 0; block < octets.length; block += octets.readUInt32LE(block + 4))
      if (octets.readUInt32LE(block) === 6 && octets.readUInt32LE(block + 8) === 7) last = block;
    expect(last).toBeGreaterThan(0);
    octets.writeUInt8(octets.readUInt8(last + 28 + 20) ^ 1, last + 28 + 20);
    writeFileSync(path, octets);
    const { stdout, exitCode } = await keyturn('judge', 'changed');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('1 forged frames accepted');
  });

  it.each([
    ['a folder that is not there', 'nowhere', () => {}, 'nowhere has no keys.log: a run leaves its keys only when it is asked to'],
    ['a run without keys', 'keyless', (path: string) => rmSync(join(path, 'keys.log')), 'has no keys.log'],
    ['a key log that is cut off', 'cut-keys', (path: string) => truncateSync(join(path, 'keys.log'), 400), 'the last line is cut off'],
    ['a capture that is cut off', 'cut-capture', (path: string) => truncateSync(join(path, 'capture.pcapng'), 4099), 'cut off'],
    ['a run without capture', 'no-capture', (path: string) => rmSync(join(path, 'capture.pcapng')), 'capture.pcapng: no such file'],
  ])('%s is explained, as a fault of the input', async (_, name, damage, message) => {
    if (name !== 'nowhere') damage(copy(name));
    const { text, exit } = explain(await judgeFolder(join(folder, name)).catch((error: unknown) => error));
    expect(text).toContain(message);
    expect(text).not.toMatch(/\n {4}at /);
    expect(exit).toBe(2);
  });
});

describe('a run that shows nothing is no success (N1)', () => {
  it.each([
    [
      'everything is lost from a frame on',
      { frames: 120, rekeyFrames: 60, attacks: 0, outage: '40:400' },
      'none of 1 rekeys came to its end',
    ],
    ['it ends before the first rekey', { frames: 30 }, 'no rekey began'],
    ['it never rekeys', { frames: 30, rekeyFrames: 0 }, 'no rekey began'],
  ])('%s', async (_, settings, message) => {
    const result = await runSimulation({ options: optionsSchema.parse(settings) });
    expect(shortcomings(result)).toContain(`nothing was shown: ${message}`);
  });

  it('has exit code 1, and says why', async () => {
    const { stdout, exitCode } = await keyturn('sim', '--frames', '30', '--waves', '0', '--out', 'nothing');
    expect(stdout).toContain('NOT seamless: nothing was shown: no rekey began');
    expect(exitCode).toBe(1);
  });
});
