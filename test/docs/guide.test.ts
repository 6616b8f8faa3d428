/** The commands of docs/guide.md: those for here are run in their order, those for a board have only options that there are. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { keyturn } from '../cli/in-process.ts';
import { bitFile, configuration, Z20 } from '../sw/bitstream/bitstreams.ts';

const place = mkdtempSync(join(tmpdir(), 'keyturn-guide-'));
afterAll(() => rmSync(place, { recursive: true }));
const doc = (name: string): string => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

/** Command lines by the word behind `sh`; those that are run here have none. */
function commands(kind: string): string[][] {
  return [...doc('guide.md').matchAll(/^```sh ?(\w*)\n(.*?)^```$/gms)]
    .filter(([, word]) => word === kind)
    .flatMap(([, , lines = '']) => lines.trim().split('\n'))
    .map((line) => line.split(' '));
}
const here = (words: readonly string[]): string[] => words.map((word) => word.replace(/^build\//, `${place}/`));

it('every command that needs no board does what it should, one after another', async () => {
  const said: Record<string, string> = {};
  for (const [program = '', ...args] of commands('').map(here)) {
    const line = [program, ...args].join(' ').replaceAll(`${place}/`, 'build/');
    if (program !== 'npx') {
      said[line] = execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe' });
      continue;
    }
    const [name, ...words] = args;
    expect(name).toBe('keyturn');
    const { exitCode, stdout, stderr } = await keyturn(...words);
    expect({ line, exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ line, exitCode: 0, stderr: '' });
    said[line] = stdout;
    // what a tool for the logic would have made
    if (words[0] === 'gen') {
      mkdirSync(join(place, 'zybo/out'));
      writeFileSync(join(place, 'zybo/out/keyturn.bit'), bitFile('7z020clg400', configuration(Z20.idcode)));
    }
  }
  expect(said['cat build/zybo/keyturn.json']).toContain('"board": "zybo-z7-20"');
  expect(said['npx keyturn flash build/zybo/out/keyturn.bit --board zybo-z7-20 --by openfpgaloader --dry-run']).toContain(
    'openFPGALoader -b zybo_z7_20',
  );
  expect(JSON.parse(said['npx keyturn regs dump --target sim --engine aes-256-gcm --json'] ?? '')).toMatchObject({
    registers: expect.objectContaining({ identification: expect.anything() }),
  });
  expect(readFileSync(join(place, 'zybo/out/keyturn.bin')).length).toBe(configuration(Z20.idcode).length);
});

it.each(commands('board').map((words) => [words.join(' '), words] as const))(
  '%s is a command, with options that it has',
  async (_, [npx, name, ...words]) => {
    expect([npx, name]).toEqual(['npx', 'keyturn']);
    const command = words.slice(0, words[0] === 'regs' ? 2 : 1);
    const { exitCode, stdout } = await keyturn('help', ...command);
    expect(exitCode).toBe(0);
    for (const option of words.filter((word) => word.startsWith('--'))) expect(stdout).toContain(` ${option}`);
  },
);

it('the tools are given files that keyturn gen makes', () => {
  for (const words of commands('tools')) {
    const script = (words.at(-1) ?? '').replace('build/zybo/', '');
    expect(readFileSync(join(place, 'zybo', script), 'utf8')).toContain('keyturn');
  }
});

it('the page of the image and the doctor want the same of udev and of the kernel', () => {
  const doctor = readFileSync(new URL('../../cli/doctor-checks.ts', import.meta.url), 'utf8');
  for (const text of ['SUBSYSTEM=="uio", GROUP="keyturn", MODE="0660"', 'uio_pdrv_genirq.of_id=generic-uio', 'clk_ignore_unused']) {
    expect(doctor).toContain(text);
    expect(doc('linux-image.md')).toContain(text);
  }
});
