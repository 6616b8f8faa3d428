import { describe, expect, it } from 'vitest';
import { keyturn } from './in-process.ts';

describe('keyturn help', () => {
  it.each([
    [[], 'Usage: keyturn [options] [command]'],
    [['sim'], 'Usage: keyturn sim [options]'],
    [['regs'], 'Usage: keyturn regs [options] [command]'],
    [['regs', 'write'], 'Usage: keyturn regs write [options] <name> [value]'],
    [['config', 'check'], 'Usage: keyturn config check'],
    [['doctor'], '--board <name>'],
    [['gen'], '--wire <way>'],
  ])('%j prints what --help prints', async (words, text) => {
    const { stdout, stderr, exitCode } = await keyturn('help', ...words);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toContain(text);
    expect(stdout).toBe((await keyturn(...words, '--help')).stdout);
  });

  it('of no command names the one that was probably meant, with exit code 2', async () => {
    const { stdout, stderr, exitCode } = await keyturn('help', 'regs', 'raed');
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toContain('there is no command raed; did you mean read?');
  });

  it('stands for every command: each says what it does', async () => {
    const { stdout } = await keyturn('help');
    for (const name of ['sim', 'limits', 'config', 'gen', 'regs', 'flash', 'doctor', 'completion', 'help'])
      expect(stdout).toMatch(new RegExp(`^  ${name}( .*)? {2,}\\w`, 'm'));
  });
});
