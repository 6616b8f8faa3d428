/** The scripts that stand before everything else: what they say on machines that can't run it. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
// plain JavaScript, which runs before there is anything that could check its types
const { adviceOn } = (await import(join(ROOT, 'bin/install.js'))) as { adviceOn: (output: string) => string };
const { totals } = (await import(join(ROOT, 'bin/totals.js'))) as {
  totals: (
    report: Readonly<Record<string, number>> | undefined,
    status: number,
  ) => Readonly<Record<'passed' | 'failed' | 'skipped', number>>;
};
const folder = mkdtempSync(join(tmpdir(), 'keyturn-bin-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A clone whose dependencies are not installed. */
const clone = join(folder, 'clone');
mkdirSync(clone);
cpSync(join(ROOT, 'bin'), join(clone, 'bin'), { recursive: true });
cpSync(join(ROOT, 'package.json'), join(clone, 'package.json'));

const onNode = (version: string, script: string) => {
  const pretend = `data:text/javascript,Object.defineProperty(process.versions,"node",{value:"${version}"})`;
  return execa('node', ['--import', pretend, join(clone, 'bin', script)], { cwd: clone, reject: false });
};

describe('N11: before anything runs', () => {
  it.each(['keyturn.js', 'start.js', 'test.js'])('%s on a Node that is too old says so in one line', async (script) => {
    const { stdout, stderr, exitCode } = await onNode('18.20.8', script);
    expect({ stdout, stderr, exitCode }).toEqual({
      stdout: '',
      stderr: 'keyturn: Node 18.20.8 is too old, expected 20.19 or newer; install it from https://nodejs.org',
      exitCode: 1,
    });
  });

  it.each([
    ['20.18.3', 'Node 20.18.3 is too old'],
    ['20.19.0', 'dependencies are not installed; run npm ci in its folder first'],
    ['22.0.0', 'dependencies are not installed'],
  ])('Node %s: %s', async (version, message) => {
    expect((await onNode(version, 'keyturn.js')).stderr).toContain(message);
  });

  it.each([
    ['npm error code EACCES\nnpm error syscall mkdir', 'the folder must not be written to: check who owns '],
    ['npm error code EROFS', 'the folder must not be written to'],
    ['npm error code ENOSPC\nnpm error nospc There appears to be insufficient space', 'no space is left'],
    [
      'npm error code ENOTFOUND\nnpm error network request to https://registry.npmjs.org/ failed',
      'check that the npm registry can be reached',
    ],
    ['npm error code EINTEGRITY', 'see what npm says above'],
  ])('npm that says %j gets advice on that', (output, advice) => {
    expect(adviceOn(output)).toContain(advice);
    expect(adviceOn(output)).toMatch(/, then run the command again$/);
  });

  it('npm that can not write is not taken for one without a network', async () => {
    // a file where its folder would be: nobody has the rights to write there, root neither
    symlinkSync('/proc/1/mem/none', join(clone, 'node_modules'));
    const npm = join(folder, 'npm');
    mkdirSync(npm);
    const said = 'npm error code EACCES\\nnpm error path node_modules';
    await execa('sh', ['-c', `printf '#!/bin/sh\\necho "${said}" >&2\\nexit 243\\n' > npm && chmod +x npm`], { cwd: npm });
    const { stderr, exitCode } = await execa('node', [join(clone, 'bin/start.js')], {
      cwd: clone,
      reject: false,
      env: { PATH: `${npm}:${process.env.PATH}` },
    });
    expect(stderr).toContain('npm error code EACCES');
    expect(stderr).toContain('npm ci failed: the folder must not be written to');
    expect(stderr).not.toContain('registry');
    expect(exitCode).toBe(1);
  });
});

describe('N16: what a run of the tests comes to', () => {
  const report = { numPassedTests: 7, numFailedTests: 0, numFailedTestSuites: 0, numPendingTests: 2, numTodoTests: 1 };
  it('counts those that were skipped', () => {
    expect(totals(report, 0)).toEqual({ passed: 7, failed: 0, skipped: 3 });
  });

  it('counts a file that does not load as failed, and a run that wrote nothing too', () => {
    expect(totals({ ...report, numFailedTests: 2, numFailedTestSuites: 1 }, 1).failed).toBe(2);
    expect(totals({ ...report, numFailedTestSuites: 3 }, 1).failed).toBe(3);
    expect(totals(report, 1).failed).toBe(1);
    expect(totals(undefined, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('no test and no hook of this project has a limit of time', ({ task }) => {
    expect(task.timeout).toBe(0);
  });
});
