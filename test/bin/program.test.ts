/** The command line is made into one file: which must be that of the sources as they are. */
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
let project = '';

/** Writes a command line in the place of the real one. */
const write = (path: string, text: string): void => writeFileSync(join(project, 'cli', path), text);
const run = () => execa('node', [join(project, 'bin/keyturn.js')], { reject: false });

beforeEach(() => {
  project = realpathSync(mkdtempSync(join(tmpdir(), 'keyturn-program-')));
  cpSync(join(ROOT, 'bin'), join(project, 'bin'), { recursive: true });
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
  mkdirSync(join(project, 'cli'));
  symlinkSync(join(ROOT, 'node_modules'), join(project, 'node_modules'));
  write('keyturn.ts', "import { said } from './said.ts';\nexport const main = async (): Promise<number> => said();\n");
  write('said.ts', "export const said = (): number => (console.log('one'), 0);\n");
});
afterEach(() => rmSync(project, { recursive: true }));

it('is made again when a source that it imports has changed', async () => {
  expect((await run()).stdout).toBe('one');
  write('said.ts', "export const said = (): number => (console.log('two'), 3);\n");
  expect(await run()).toMatchObject({ stdout: 'two', exitCode: 3 });
});

it('is not taken from where the project stood before', async () => {
  write('said.ts', 'export const said = (): number => (console.log(import.meta.url), 0);\n');
  await run();
  const moved = `${project}-moved`;
  // with its times, to the nanosecond
  await execa('cp', ['-a', project, moved]);
  rmSync(project, { recursive: true });
  project = moved;
  expect((await run()).stdout).toBe(`file://${moved}/cli/said.ts`);
});

it('names the lines of the sources in what is thrown', async () => {
  write('said.ts', "// a comment\nexport const said = (): number => {\n  throw new Error('broken');\n};\n");
  const { stderr, exitCode } = await run();
  expect(stderr).toContain(`${project}/cli/said.ts:3:`);
  expect(exitCode).toBe(1);
});

it('is not needed where nothing can be written', async () => {
  // a file where its folder would be: nobody has the rights to write there, root neither
  symlinkSync('/proc/1/mem/none', join(project, 'build'));
  write('said.ts', 'export const said = (): number => (console.log(import.meta.url), 0);\n');
  const { stdout, stderr } = await run();
  expect({ stdout, stderr }).toEqual({ stdout: `file://${project}/cli/said.ts`, stderr: '' });
});
