/** Places that can't be written to, and ends from outside: one line, the right exit code, nothing left. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const KEYTURN = join(ROOT, 'bin/keyturn.js');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyturn-output-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const shell = (script: string, ...args: readonly string[]) =>
  execa('sh', ['-c', script, 'sh', KEYTURN, ...args], { cwd: folder, reject: false });

/** Lines that are no progress. */
const complaints = (stderr: string): readonly string[] =>
  stderr.split('\n').filter((line) => line.startsWith('keyturn: ') || /^ {4}at /.test(line));

describe('N5: a disk that is full', () => {
  it.for(['64k', '700k'])('of %s, as --out: one line, exit code 1, nothing left', async (size, { skip }) => {
    // a file system of its own needs no rights in a namespace of its own
    const mounts = await execa('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', folder], { reject: false });
    if (mounts.failed) return skip('this machine lets nobody mount a small file system');
    const { exitCode, stdout, stderr } = await execa(
      'unshare',
      [
        '-rm',
        'sh',
        '-c',
        `mount -t tmpfs -o size=${size} none "$1" && node "$2" sim --frames 1500 --out "$1/out"; code=$?; ls -A "$1"; exit $code`,
        'sh',
        folder,
        KEYTURN,
      ],
      { reject: false },
    );
    expect(complaints(stderr)).toEqual([
      expect.stringMatching(/^keyturn: .*\/out\/\S+: no space is left; free some, or write to another disk \(ENOSPC\)$/),
    ]);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
  });

  it.each(['limits', 'sim --help'])('as standard output of %s: one line, exit code 1', async (command) => {
    if (!existsSync('/dev/full')) throw new Error('/dev/full is not here: this test is for Linux');
    const { exitCode, stderr } = await shell(`node "$1" ${command} > /dev/full`);
    expect(stderr).toBe('keyturn: standard output: no space is left; free some, or write to another disk (ENOSPC)');
    expect(exitCode).toBe(1);
  });

  it('a reader that has ended: one line, exit code 1', async () => {
    const { stdout, stderr } = await shell('{ node "$1" limits; echo $? >&2; } | true');
    expect({ stdout, stderr }).toEqual({ stdout: '', stderr: 'keyturn: standard output: the program that reads it has ended (EPIPE)\n1' });
  });
});

describe('N9: a place where no folder can be', () => {
  it('--out /proc/foo is an error at once', async () => {
    const { exitCode, stderr } = await shell('node "$1" sim --frames 10 --out /proc/foo');
    expect(complaints(stderr)).toEqual(["keyturn: /proc/foo: can't be made there; choose another place (ENOENT)"]);
    expect(exitCode).toBe(2);
  });

  it('a second signal ends at once what does not end by the first', async () => {
    const script = `
      import { interruptible } from ${JSON.stringify(join(ROOT, 'cli/signals.ts'))};
      await interruptible(async (signal) => {
        signal.addEventListener('abort', () => console.log('aborted'));
        console.log('ready');
        await new Promise((resolve) => setInterval(() => {}, 1000));
      });`;
    const child = execa('node', ['--import', 'tsx', '--input-type=module', '-e', script], { cwd: ROOT, reject: false });
    const said: string[] = [];
    for await (const line of child) {
      said.push(line);
      child.kill('SIGTERM');
    }
    expect(said).toEqual(['ready', 'aborted']);
    expect((await child).exitCode).toBe(143);
  });
});

describe('N10: ended from outside', () => {
  /** Sends a signal to a run that is under way. */
  const endBy = async (signal: NodeJS.Signals, out: string) => {
    const child = execa('node', [KEYTURN, 'sim', '--frames', '1000000', '--out', out], { cwd: folder, reject: false });
    for await (const line of child.iterable({ from: 'stderr' })) if (line.includes('of 1000000 frames')) child.kill(signal);
    return child;
  };

  it('SIGHUP leaves nothing of a run, not even the folders that it made, and says so', async () => {
    const { exitCode, stderr } = await endBy('SIGHUP', join(folder, 'deep/out'));
    expect(stderr).toMatch(/keyturn: the simulation was interrupted; nothing was written$/);
    expect(exitCode).toBe(130);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('SIGTERM leaves a folder that was there before, with what is in it', async () => {
    writeFileSync(join(folder, 'summary.json'), 'of an earlier run');
    expect((await endBy('SIGTERM', folder)).exitCode).toBe(130);
    expect(readdirSync(folder)).toEqual(['summary.json']);
  });

  it('npm run prove by Ctrl-C says so, and leaves no process and no file', async () => {
    // a group of its own gets the signal whole, as from a terminal
    const child = spawn('node_modules/.bin/tsx', ['formal/prove.ts'], {
      cwd: ROOT,
      detached: true,
      env: { ...process.env, TMPDIR: folder },
    });
    let output = '';
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        const before = output;
        output += String(chunk);
        if (!before.includes('must be safe and live') && output.includes('must be safe and live'))
          process.kill(-(child.pid ?? 0), 'SIGINT');
      });
    expect(await ended).toBe(130);
    expect(output).toContain('interrupted; the others were not proved');
    expect(output).not.toContain('FAILED');
    // tsx keeps what it has translated
    expect(readdirSync(folder).filter((name) => !name.startsWith('tsx-'))).toEqual([]);
    const { stdout } = await execa('ps', ['-eo', 'args']);
    expect(stdout).not.toContain(folder);
  });
});
