import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { channelBounds, optionsSchema, optionTable, parseOptions } from '../../sim/options.ts';
import { parseConfiguration, timingOf, timingShape } from '../../spec/configuration.ts';
import { INEQUALITIES, judgeTiming } from '../../spec/timing.ts';
import { keyturn } from './in-process.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyturn-test-'));
  file = join(folder, 'plant.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

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

  it('N18: has the forgeries that a key may see, and a real network beside the simulation', async () => {
    const { stdout } = await keyturn('limits');
    const tables = stdout.split(/^C_SDU of /m).slice(1);
    expect(tables.map((text) => text.slice(0, text.indexOf('  ')))).toEqual([
      '1440 octets, every 2.56 µs',
      '40 octets, every 1 ms',
      '1440 octets, every 1 ms',
    ]);
    for (const text of tables) {
      expect(text).toMatch(/^AES-GCM, encryption .* 2\^6\d\.\d +\d+ years$/m);
      expect(text).toMatch(/^xor, encryption .* none +at once$/m);
    }
    // draft-irtf-cfrg-aead-limits: 2^29.46 frames of 1440 octets with a margin of 57 bits, every ms: 205 hours
    expect(tables[2]).toMatch(/^AES-GCM, encryption +738,919,104 frames +205\.3 h +AEAD bound +2\^63\.5/m);
    const { realNetwork } = JSON.parse((await keyturn('limits', '--json')).stdout);
    expect(realNetwork).toMatchObject([
      { cSduOctets: 40, sendInterval: 1e6 },
      {
        cSduOctets: 1440,
        sendInterval: 1e6,
        engines: [{ engine: 'AES-GCM', frames: 738_919_104 }, {}, {}, { engine: 'xor', forgeries: 0 }],
      },
    ]);
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

/** Kinds of the settings, to break each. */
const kinds = fc.constantFrom(null, true, false, '', '3', '0x190', [], [3], {}, 1.5e300);

describe('N4: settings', () => {
  it('in a file are of the type that is wanted, and no text that could be one: found and expected are said', async () => {
    write(
      '{"loss": null, "attacks": [], "reorder": false, "slots": "3", "rekeyFrames": "0x190", "seed": 1e400, "delay": 1.5, "engine": {}}',
    );
    const { stdout, stderr, exitCode } = await keyturn('config', 'check', file);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr.split('\n').slice(1)).toEqual([
      '  seed: expected a whole number from 0 to 4294967295, found a number that is too large',
      '  slots: expected a whole number from 2 to 4, found the text "3"',
      '  engine: expected xor, aes-128-gcm, aes-256-gcm or ascon-aead128, found an object',
      '  rekeyFrames: expected a whole number from 0 to 4294967295, found the text "0x190"',
      '  loss: expected a number from 0 to 1, found null',
      '  reorder: expected a whole number from 0 to 16, found false',
      '  delay: expected a whole number from 0 to 1000000000, found 1.5',
      '  attacks: expected a number from 0 to 1, found a list',
      '',
    ]);
  });

  it('of every name refuse every other type', async () => {
    const numbers = optionTable().filter(({ isNumber }) => isNumber);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...numbers), kinds, async ({ key, expected }, value) => {
        expect(() => parseOptions({ [key]: value }, 'plant.json')).toThrow(`${key}: expected ${expected}, found `);
      }),
    );
  });

  it('stand in a file once', async () => {
    write('{"loss": 0, "seed": 4, "lo\\u0073s": 1, "\\"": "{\\"seed\\": 1, \\"seed\\": 2}"}');
    const { stderr, exitCode } = await keyturn('config', 'check', file);
    expect(stderr).toMatch(/plant\.json:\n {2}loss: stands there more than once; keep one of them\n$/);
    expect(exitCode).toBe(2);
  });

  it.each(['', ' ', '0x190', 'many', '1e', 'Infinity', 'NaN', '1_000', '3 '])('as flags are numbers, which %j is not', async (text) => {
    const { stderr, exitCode } = await keyturn('limits', `--rekey-frames=${text}`);
    expect(stderr).toBe(
      `keyturn: the command line:\n  --rekey-frames: expected a whole number from 0 to 4294967295, found ${JSON.stringify(text)}\n`,
    );
    expect(exitCode).toBe(2);
  });

  it.each([
    ['1e3', 0],
    ['+500', 0],
    ['1e400', 2],
    ['-1', 2],
    ['400.5', 2],
  ])('as flags are decimal numbers within their limits: %s', async (text, code) => {
    expect((await keyturn('limits', `--rekey-frames=${text}`)).exitCode).toBe(code);
  });
});

describe('N11: the command line', () => {
  it('says what it is', async () => {
    const { stdout, exitCode } = await keyturn('--version');
    expect({ stdout, exitCode }).toEqual({ stdout: `${JSON.parse(readFileSync('package.json', 'utf8')).version}\n`, exitCode: 0 });
  });

  it('tells choices and limits in --help', async () => {
    const { stdout } = await keyturn('sim', '--help');
    const text = stdout.replace(/\s+/g, ' ');
    expect(text).toContain('--slots <value> key slots of each peer; a whole number from 2 to 4 (default: 2)');
    expect(text).toContain('compared in every cycle; wasm, verilator or lockstep (default: wasm)');
    for (const { flag, expected } of optionTable())
      expect(text.slice(text.indexOf(`${flag} <value>`))).toContain(`; ${expected} (default: `);
  });

  it.each(['--out', '--traffic', '--config'])('%s needs a name', async (flag) => {
    const { stderr, exitCode } = await keyturn('sim', flag, '');
    expect(stderr).toMatch(new RegExp(`^error: option '${flag} <\\w+>' argument '' is invalid. Expected a name.`));
    expect(exitCode).toBe(2);
  });

  it('takes a file with a byte order mark', async () => {
    write('\ufeff{"slots": 3}');
    expect((await keyturn('config', 'check', file)).exitCode).toBe(0);
  });

  it.each([
    ['foo', 'no such setting; known: '],
    ['sedd', 'no such setting; did you mean seed?'],
    ['rekeyFrame', 'no such setting; did you mean rekeyFrames?'],
    ['obsoleteTimout', 'no such setting; did you mean obsoleteTimeout?'],
  ])('%s in a file is only taken for what it resembles', async (key, message) => {
    write(JSON.stringify({ [key]: 1 }));
    expect((await keyturn('config', 'check', file)).stderr).toContain(`  ${key}: ${message}`);
  });

  it('calls settings by the names that they have where they were given', async () => {
    const typed = await keyturn('limits', '--obsolete-timeout', '1000', '--slots', '2');
    expect(typed.stderr).toMatch(/mend: set --obsolete-timeout to at least \d+ ns/);
    expect(typed.stderr).toContain('lengthen --obsolete-timeout');
    write('{"obsoleteTimeout": 1000}');
    expect((await keyturn('limits', '--config', file)).stderr).toMatch(/mend: set obsoleteTimeout to at least \d+ ns/);
  });

  it('advises nothing that it would refuse itself: E1, E3, E4 and E7 with what is asked for', async () => {
    const ns = fc.integer({ min: 0, max: 1e9 });
    const settings = fc.record({
      delay: ns,
      jitter: ns,
      reorder: fc.nat(16),
      sendInterval: fc.integer({ min: 1000, max: 1e9 }),
      clockErrorPpm: fc.nat(100_000),
      consecutiveLosses: fc.nat(1000),
      keyGeneration: ns,
      alarmAfter: fc.constantFrom(0, 1),
      rekeyFrames: fc.constantFrom(0, 1, 400),
      rekeyInterval: fc.constantFrom(0, 1),
      obsoleteTimeout: ns,
    });
    fc.assert(
      fc.property(settings, (values) => {
        const options = parseConfiguration(optionsSchema, values, 'test');
        for (const { inequality, holds } of judgeTiming(timingOf(options, channelBounds(options)))) {
          if (holds || inequality.id === 'E6') continue;
          for (const [, key = '', value] of inequality
            .mend(timingOf(options, channelBounds(options)))
            .matchAll(/\b(slots|[a-z]+[A-Z]\w*) to (?:at (?:least|most) )?(\d+)/g))
            expect(() => parseConfiguration(optionsSchema, { [key]: Number(value) }, 'advice')).not.toThrow();
        }
      }),
      { numRuns: 500 },
    );
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
