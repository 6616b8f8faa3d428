import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../cli/keyturn.ts';
import { parseOptions } from '../../sim/options.ts';
import { timingShape } from '../../spec/configuration.ts';
import { INEQUALITIES } from '../../spec/timing.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyturn-test-'));
  file = join(folder, 'plant.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The command inside this process: starting one for each of these would take longer than all the rest. */
async function keyturn(...args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const written = [
    vi.spyOn(process.stdout, 'write').mockImplementation(((text: string, done?: () => void) => {
      out.push(text);
      done?.();
      return true;
    }) as typeof process.stdout.write),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0),
  ];
  try {
    const exitCode = await main(args);
    return { exitCode, stdout: out.join(''), stderr: err.join('') };
  } finally {
    for (const spy of written) spy.mockRestore();
  }
}
const write = (text: string): void => writeFileSync(file, text);

describe('keyturn limits', () => {
  it('prints every inequality, times, and the frames of a key for each engine', async () => {
    const { stdout, stderr, exitCode } = await keyturn('limits');
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    for (const { id, formula } of INEQUALITIES) {
      const line = stdout.split('\n').find((candidate) => candidate.startsWith(`${id}  ${formula}`));
      expect(line).toMatch(/\d+ (ns|µs|ms|s|keys|frames) .*<=? .*holds$/);
    }
    for (const label of [
      'a rekey settles within',
      'from one rekey to the next',
      'latest trigger',
      'AES-GCM, authentication',
      'xor, encryption',
    ])
      expect(stdout).toContain(label);
  });

  it('with the real cycle of the paper, a key is used up after six hours (section I)', async () => {
    // t_s,min is half the interval
    const { stdout } = await keyturn(
      'limits',
      '--send-interval',
      '62500',
      '--obsolete-timeout',
      '300000',
      '--rekey-frames',
      '100000',
      '--json',
    );
    const { latestTrigger, engines, holds } = JSON.parse(stdout);
    expect(holds).toBe(true);
    expect(latestTrigger.time / 3600e9).toBeCloseTo(6.41, 2);
    expect(engines[0]).toMatchObject({ engine: 'AES-GCM', protection: 'encryption', boundBy: 'AEAD bound' });
  });

  it('--json has both sides of each, as numbers', async () => {
    const { stdout, exitCode } = await keyturn('limits', '--slots', '3', '--json');
    expect(exitCode).toBe(0);
    const { inequalities, settlingTime, shortestRekeyInterval } = JSON.parse(stdout);
    expect(inequalities.map(({ id }: { id: string }) => id)).toEqual(INEQUALITIES.map(({ id }) => id));
    expect(inequalities[1]).toMatchObject({ left: 3, right: 4, relation: '<=', unit: 'keys', holds: true });
    // with three slots the old key need not be gone first
    expect(shortestRekeyInterval).toBe(settlingTime);
    // never reported: no limit
    expect(inequalities[2].right).toBeNull();
  });

  it('--help names every timing setting with its default', async () => {
    const { stdout } = await keyturn('limits', '--help');
    const text = stdout.replace(/\s+/g, ' ');
    for (const key of Object.keys(timingShape))
      expect(text).toContain(`--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} <value>`);
    expect(text.match(/\(default: /g)?.length).toBe((text.match(/<value>|<file>|--json/g) ?? []).length);
  });

  it.each([
    ['E1', ['--obsolete-timeout', '30000'], 'set --obsolete-timeout to at least'],
    ['E3', ['--alarm-after', '1000'], 'set --alarm-after to at least'],
    ['E4', ['--rekey-frames', '100'], 'set --rekey-frames to at least'],
    ['E5', ['--peer-obsolete-timeout', '90000'], 'safe, but rekeys wait'],
    ['E6', ['--rekey-frames', '0'], 'set --rekey-frames to at most'],
    ['E7', ['--rekey-frames', '4', '--slots', '3'], '--rekey-interval to at least'],
  ])('%s broken: said with how to mend it, exit code 1, the table all the same', async (id, args, advice) => {
    const { stdout, stderr, exitCode } = await keyturn('limits', ...args);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(new RegExp(`^${id}  .*BREAKS`, 'm'));
    expect(stderr).toContain(`${id}: `);
    expect(stderr).toContain(advice);
  });

  it('a word that is no number ends with exit code 2 and no table', async () => {
    const { stdout, stderr, exitCode } = await keyturn('limits', '--clock-error-ppm', 'little');
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toContain('--clock-error-ppm: expected a whole number from 0 to 100000, found "little"');
  });
});

describe('keyturn config check', () => {
  it('a good file holds; settings that only a simulation has may stand in it', async () => {
    write('{"slots": 3, "frames": 40, "seed": 9, "consecutiveLosses": 1}');
    const { stdout, stderr, exitCode } = await keyturn('config', 'check', file);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toContain('3 slots');
    expect(parseOptions(JSON.parse(readFileSync(file, 'utf8')), file)).toMatchObject({ slots: 3, consecutiveLosses: 1 });
  });

  it('a file that breaks E1 ends with exit code 1, and names the file', async () => {
    write('{"obsoleteTimeout": 1000}');
    const { stderr, exitCode } = await keyturn('config', 'check', file);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/plant\.json: E1 breaks:\n {2}E1: .*\n {6}mend: set obsoleteTimeout to at least \d+ ns/);
  });

  it.each([
    ['a typo', '{"obsoleteTimout": 1}', 'plant.json:\n  obsoleteTimout: no such setting; did you mean obsoleteTimeout?'],
    ['a key far from all', '{"colour": 1}', 'colour: no such setting; known: frames, '],
    ['a wrong value', '{"slots": 9}', 'slots: '],
    ['a truncated file', '{"slots": 2, "sendInt', 'plant.json:\n  not JSON: '],
    ['an empty file', '', 'not JSON: '],
    ['a list', '[1, 2]', 'expected a JSON object of settings'],
  ])('%s ends with exit code 2, one message and no table', async (_, text, message) => {
    write(text);
    const { stdout, stderr, exitCode } = await keyturn('config', 'check', file);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  it.each([
    ['a missing file', ['check', 'nowhere.json'], 'nowhere.json: no such file or folder'],
    ['a folder', ['check', tmpdir()], 'is a folder, expected a file'],
    ['no file', ['check'], "missing required argument 'file'"],
  ])('%s is explained with exit code 2', async (_, args, message) => {
    const { stderr, exitCode } = await keyturn('config', ...args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });
});
