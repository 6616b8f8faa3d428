/** The completions, asked in the shells themselves. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { REGISTER_MAPS } from '../../../spec/register-maps.ts';
import type { Register } from '../../../spec/registers.ts';
import { keyturn } from '../in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'keyturn-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
const script = (shell: string): string => join(folder, shell);
beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish']) writeFileSync(script(shell), (await keyturn('completion', shell)).stdout);
  writeFileSync(join(folder, 'image.bit'), '');
});
const isInstalled = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;
const sorted = (words: readonly string[]): string[] => words.filter((word) => word !== '').toSorted();

/** What a shell offers behind these words, the last of which is being typed. */
type Ask = (...words: readonly string[]) => string[];

const inBash: Ask = (...words) => {
  const line = ['keyturn', ...words].map((word) => `'${word}'`).join(' ');
  const asked = `source '${script('bash')}'; complete -p keyturn >/dev/null || exit 1
COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _keyturn; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return sorted(execFileSync('bash', ['--norc', '-c', asked], { cwd: folder, encoding: 'utf8' }).split('\n'));
};

/** Its line editor needs a terminal: the functions that offer words are stubs that print them, as compadd -- and _describe get them. */
const inZsh: Ask = (...words) => {
  const line = ['keyturn', ...words].map((word) => `'${word}'`).join(' ');
  const asked = `compdef() { [[ $1 == _keyturn && $2 == keyturn ]] || exit 1 }
offer() { print -rl -- \${(M)@:#\${words[CURRENT]}*} }
compadd() { shift; offer "$@" }
_describe() { offer "\${(@)\${(@P)2}%%:*}" }
_files() { offer *(N) }
source '${script('zsh')}'
words=(${line}); CURRENT=${words.length + 1}; _keyturn`;
  return sorted(execFileSync('zsh', ['-f', '-c', asked], { cwd: folder, encoding: 'utf8' }).split('\n'));
};

const inFish: Ask = (...words) => {
  const asked = `source '${script('fish')}'; complete -C 'keyturn ${words.join(' ')}'`;
  const env = { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder };
  const output = execFileSync('fish', ['--no-config', '-c', asked], { cwd: folder, env, encoding: 'utf8' });
  return sorted(output.split('\n').map((line) => line.split('\t')[0] ?? ''));
};

const registerNames = (has: (register: Register) => boolean): readonly string[] => [
  ...new Set(
    Object.values(REGISTER_MAPS)
      .flatMap(({ registers }): readonly Register[] => registers)
      .filter(has)
      .map(({ name }) => name),
  ),
];

describe.each([
  ['bash', inBash],
  ['zsh', inZsh],
  ['fish', inFish],
] as const)('in %s', (shell, ask) => {
  const there = isInstalled(shell);
  if (!there) it.skip(`${shell} is not installed here: apt-get install ${shell}`, () => undefined);

  it.runIf(there)('commands are offered, at each depth', () => {
    expect(ask('')).toEqual(expect.arrayContaining(['sim', 'regs', 'flash', 'doctor', 'limits', 'completion', 'help']));
    expect(ask('re')).toEqual(['regs', 'rekey']);
    expect(ask('regs', 'wri')).toEqual(['write']);
    expect(ask('help', 'doc')).toEqual(['doctor']);
  });

  it.runIf(there)('registers are offered: all to read, those that can be written to write', () => {
    expect(ask('regs', 'read', 'status', 'transmitF')).toEqual(['transmitFrameId']);
    expect(ask('regs', 'read', 'fcs')).toEqual(['fcsError']);
    const writable = registerNames(({ access }) => access !== 'ro');
    expect(ask('regs', 'write', '')).toEqual(sorted(writable));
  });

  it.runIf(there)('values of an option are offered, and files where it takes one', () => {
    expect(ask('flash', '--by', 'o')).toEqual(['openfpgaloader']);
    expect(ask('gen', '--wire', '')).toEqual(['fifo', 'gmii', 'rmii']);
    expect(ask('gen', '--board', 'zybo-z7-2')).toEqual(['zybo-z7-20']);
    expect(ask('doctor', '--board', '')).toEqual(['zybo-z7-10', 'zybo-z7-20']);
    expect(ask('regs', 'dump', '--page', 'm')).toEqual(['mac']);
    expect(ask('regs', 'dump', '--target', 'u')).toEqual(['uio']);
    expect(ask('flash', 'ima')).toEqual(['image.bit']);
    expect(ask('sim', '--config', 'ima')).toEqual(['image.bit']);
    expect(ask('regs', 'dump', '--base', '0x')).toEqual([]);
  });

  it.runIf(there)('options are offered, of the command that stands there and of no other', () => {
    expect(ask('regs', 'watch', '--in')).toEqual(['--interval']);
    expect(ask('regs', 'read', '--in')).toEqual([]);
    // a value that is called like a command leads nowhere
    expect(ask('regs', 'dump', '--device', 'read', '--js')).toEqual(['--json']);
  });
});

describe('keyturn completion', () => {
  it('is a script that its shell takes', () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      if (!isInstalled(shell)) continue;
      expect(spawnSync(shell, ['-n', script(shell)], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    }
  });

  it('of another shell is refused with exit code 2', async () => {
    const { exitCode, stderr } = await keyturn('completion', 'tcsh');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Allowed choices are bash, zsh, fish');
  });
});
