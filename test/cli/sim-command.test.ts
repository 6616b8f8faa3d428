import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { optionTable } from '../../sim/options.ts';
import { keyturn } from './in-process.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyturn-test-'));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(ROOT);
  rmSync(folder, { recursive: true, force: true });
});

/** A pcap file: header and packets of Ethernet. */
function pcap(...packets: readonly Uint8Array[]): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65535, 16);
  header.writeUInt32LE(1, 20);
  return Buffer.concat([
    header,
    ...packets.flatMap((packet) => {
      const record = Buffer.alloc(16);
      record.writeUInt32LE(packet.length, 8);
      record.writeUInt32LE(packet.length, 12);
      return [record, packet];
    }),
  ]);
}

describe('keyturn sim', () => {
  it('--help names every option with its default', async () => {
    const { stdout, exitCode } = await keyturn('sim', '--help');
    expect(exitCode).toBe(0);
    const text = stdout.replace(/\s+/g, ' ');
    for (const { flag, fallback } of optionTable()) {
      expect(text).toContain(`${flag} <value>`);
      expect(text.slice(text.indexOf(`${flag} <value>`))).toContain(`(default: ${fallback})`);
    }
    for (const flag of ['--traffic', '--config', '--out', '--json']) expect(text.slice(text.indexOf(flag))).toContain('(default: ');
  });

  it('writes every file, whole, and says what it found', async () => {
    const { stdout, exitCode } = await keyturn('sim', '--frames', '500', '--rekey-frames', '200', '--waves', '200000', '--out', 'out');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('0 undecryptable frames, 0 forged or replayed frames accepted, 0 dedicated messages, 0 stalled cycles');
    expect(readdirSync(join(folder, 'out')).sort()).toEqual([
      'capture.pcapng',
      'report.html',
      'summary.json',
      'timeline.svg',
      'verilog',
      'waves.vcd',
    ]);
    const summary = JSON.parse(readFileSync(join(folder, 'out/summary.json'), 'utf8'));
    expect(summary).toMatchObject({
      framesSent: 1000,
      undecryptable: 0,
      forgedAccepted: 0,
      replayedAccepted: 0,
      dedicatedMessages: 0,
      stalledCycles: 0,
      shortcomings: [],
      seed: 1,
      simulator: 'wasm',
    });
    expect(summary.rekeys.length).toBeGreaterThanOrEqual(2);
    expect(readdirSync(join(folder, 'out/verilog'))).toContain('keyturn_station_initiator_2_of_1.v');
  });

  it('the capture is read by tshark without a malformed frame, with cycle counter and data status', async () => {
    await keyturn('sim', '--frames', '260', '--rekey-frames', '200', '--waves', '0', '--out', 'out');
    const { stdout } = await execa('tshark', ['-V', '-r', join(folder, 'out/capture.pcapng')]);
    expect(stdout).not.toMatch(/malformed/i);
    expect(stdout.match(/CycleCounter: \d+/g)?.length).toBeGreaterThanOrEqual(2000);
    expect(stdout).toContain('DataStatus: 0x35 (Frame: Valid and Primary, Provider: Ok and Run)');
    expect(stdout).toMatch(/Interface name: initiator sent/);
    expect(stdout).toMatch(/Interface name: follower delivered/);
  });

  it('--json prints the summary alone, as a program of its own too', async () => {
    const { stdout, stderr, exitCode } = await execa(
      'node',
      [join(ROOT, 'bin/keyturn.js'), 'sim', '--frames', '260', '--rekey-frames', '200', '--waves', '0', '--json', '--out', 'out'],
      { cwd: folder },
    );
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ framesSent: 520, shortcomings: [] });
    expect(stderr).toBe('');
  });

  it('takes settings from a file, and lets the command line win', async () => {
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ frames: 40, seed: 9 }));
    const { stdout } = await keyturn('sim', '--config', 'config.json', '--seed', '3', '--json', '--out', 'out');
    expect(JSON.parse(stdout)).toMatchObject({ framesSent: 80, seed: 3 });
  });

  it.each([
    ['an unknown option', ['--frmes', '5'], "unknown option '--frmes'\n(Did you mean --frames?)"],
    ['a word that is no number', ['--frames', 'many'], '--frames: expected a whole number from 1 to 100000000, found "many"'],
    ['a probability above 1', ['--loss', '2'], '--loss: expected a number from 0 to 1, found 2'],
    [
      'a simulator that does not exist',
      ['--simulator', 'icarus'],
      '--simulator: expected wasm, verilator or lockstep, found the text "icarus"',
    ],
    ['a missing capture', ['--traffic', 'nowhere.pcap'], 'nowhere.pcap: no such file or folder'],
    ['a missing configuration', ['--config', 'nowhere.json'], 'nowhere.json: no such file or folder'],
    ['a folder as capture', ['--traffic', '.'], 'is a folder, expected a file'],
    ['a timeout that breaks E1', ['--obsolete-timeout', '1000'], 'E1: '],
  ])('%s is explained, with exit code 2 and nothing written', async (_, args, message) => {
    const { stderr, exitCode } = await keyturn('sim', ...args, '--out', 'out');
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(exitCode).toBe(2);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['an empty file', Buffer.alloc(0), 'the file is empty'],
    ['a text file', Buffer.from('hello, this is no capture'), 'expected a pcap or a pcapng file'],
    ['a truncated capture', pcap(Buffer.alloc(60)).subarray(0, 70), 'packets cut off by the end of the file: 1'],
    [
      'a capture without cyclic frames',
      pcap(Buffer.concat([Buffer.alloc(12), Buffer.from('0800', 'hex'), Buffer.alloc(46)])),
      'holds no cyclic PROFINET frame (found 1 of EtherType 0x0800)',
    ],
  ])('%s as traffic is explained, with exit code 2 and nothing written', async (_, bytes, message) => {
    writeFileSync(join(folder, 'traffic.pcap'), bytes);
    const { stderr, exitCode } = await keyturn('sim', '--traffic', 'traffic.pcap', '--out', 'out');
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
    expect(readdirSync(folder)).toEqual(['traffic.pcap']);
  });

  it('a configuration with a typo names the setting that was meant', async () => {
    writeFileSync(join(folder, 'config.json'), '{"frame": 10, "sead": 1}');
    const { stderr, exitCode } = await keyturn('sim', '--config', 'config.json');
    expect(stderr).toContain('frame: no such setting; did you mean frames?');
    expect(stderr).toContain('sead: no such setting; did you mean seed?');
    expect(exitCode).toBe(2);
  });

  it.each(['wasm', 'verilator'])('Ctrl-C ends a %s run, and leaves no child and no file', async (simulator) => {
    const child = execa(
      'node',
      [join(ROOT, 'bin/keyturn.js'), 'sim', '--frames', '1000000', '--simulator', simulator, '--out', join(folder, 'out')],
      { cwd: ROOT, reject: false },
    );
    await new Promise<void>((resolve) => {
      child.stderr.on('data', (chunk) => {
        if (String(chunk).includes('of 1000000 frames')) resolve();
      });
    });
    child.kill('SIGINT');
    const { exitCode, stderr } = await child;
    expect(exitCode).toBe(130);
    expect(stderr).toContain('interrupted; nothing was written');
    expect(readdirSync(folder)).toEqual([]);
    const { stdout } = await execa('ps', ['-eo', 'args']);
    expect(stdout).not.toContain(join(tmpdir(), `hdl-gen-${child.pid}-`));
  });
});

describe('keyturn sim --model', () => {
  const SMALL = [
    'sim',
    '--model',
    '--relations',
    '2',
    '--frames',
    '500',
    '--rekey-frames',
    '200',
    '--agent-restarts',
    '0',
    '--device-restarts',
    '0',
    '--outages',
    '1',
  ];

  it('says what became of the frames of all relations, and leaves no files', async () => {
    const { stdout, stderr, exitCode } = await keyturn(...SMALL, '--ideal-aead');
    expect(stdout).toContain('rekeys: 0 undecryptable frames in time, 0 repeated (key, nonce) pairs over');
    expect(stderr).toContain('2 relations, 500 frames in each direction of each, ideal AEAD, --seed 1');
    expect(exitCode).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('--json prints the result alone, and a run that shows nothing ends with 1', async () => {
    const { stdout, stderr, exitCode } = await keyturn('sim', '--model', '--frames', '30', '--outages', '0', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ relations: 1, aead: 'xor', shortcomings: ['nothing was shown: no rekey came to its end'] });
    expect([stderr, exitCode]).toEqual(['', 1]);
  });

  it.each([
    ['--simulator', 'lockstep'],
    ['--clock-period', '8'],
    ['--waves', '0'],
    ['--attacks', '0'],
    ['--attack-kinds', 'swapped'],
    ['--c-sdu-lengths', 'varied'],
    ['--vlan-tags', 'none'],
    ['--host-frames', '0'],
    ['--outage', '1:2'],
    ['--restart', 'follower@1'],
    ['--alarm-after', '5'],
    ['--traffic', 'a.pcap'],
    ['--out', 'there'],
    ['--key-log'],
  ])('refuses %s, which is for hardware', async (...flag) => {
    const { stderr, exitCode } = await keyturn(...SMALL, ...flag);
    expect(stderr).toContain(`${flag[0]}: it is for hardware, and --model has none`);
    expect(exitCode).toBe(2);
  });

  it.each([['--agreements', '2'], ['--outages', '2'], ['--device-restarts', '2'], ['--agent-restarts', '2'], ['--ideal-aead']])(
    'without it %s is refused',
    async (...flag) => {
      const { stderr, exitCode } = await keyturn('sim', ...flag);
      expect(stderr).toMatch(new RegExp(`${flag[0]}: .*add --model`));
      expect(exitCode).toBe(2);
    },
  );

  it('in hardware, with --relations: two stations beside their models, and no files', async () => {
    const { stdout, stderr, exitCode } = await keyturn('sim', '--relations', '2', '--frames', '450', '--c-sdu-length', '40');
    expect(stdout).toMatch(/[1-9] rekeys of 2 relations in hardware: 0 undecryptable frames, 0 forged or replayed frames accepted/);
    expect(stderr).toContain('2 relations, 450 frames in each direction of each, xor');
    expect(exitCode).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('in hardware, with --relations 1: a pair of peers, with all that such a run has', async () => {
    const short = ['--frames', '260', '--rekey-frames', '200', '--n-rtt-every', '0', '--host-frames', '0', '--waves', '0'];
    const { stdout, stderr, exitCode } = await keyturn('sim', '--relations', '1', ...short, '--out', join(folder, 'one'));
    expect(stderr).toContain('rekeying: 260 frames in each direction, --seed 1, wasm');
    expect(stdout).toMatch(/[1-9] rekeys: 0 undecryptable frames/);
    expect(exitCode).toBe(0);
  });

  it('in hardware, with --relations and --delivery window: what the line holds back is delivered, and nothing twice', async () => {
    const { stdout, exitCode } = await keyturn(
      ...[
        'sim',
        '--relations',
        '2',
        '--delivery',
        'window',
        '--frames',
        '450',
        '--c-sdu-length',
        '40',
        '--reorder-chance',
        '0.2',
        '--json',
      ],
    );
    const summary = JSON.parse(stdout) as { readonly deliveredLate: number };
    expect(summary).toMatchObject({ shortcomings: [], delivery: 'window', overtaken: 0, attacksAccepted: 0, undecryptable: 0 });
    expect(summary.deliveredLate).toBeGreaterThan(50);
    expect(exitCode).toBe(0);
  });

  it.each([['--host-frames', '3'], ['--n-rtt-every', '2'], ['--key-log']])(
    'in hardware, with --relations, %s is refused',
    async (...flag) => {
      const { stderr, exitCode } = await keyturn('sim', '--relations', '2', ...flag);
      expect(stderr).toContain(`${flag[0]}: it is for one relation, and --relations asks for several`);
      expect(exitCode).toBe(2);
    },
  );

  it('refuses relations beyond 256', async () => {
    const { stderr, exitCode } = await keyturn('sim', '--model', '--relations', '257');
    expect(stderr).toContain('--relations: expected a whole number from 1 to 256, found 257');
    expect(exitCode).toBe(2);
  });
});
