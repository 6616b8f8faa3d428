/** hdl-gen as its users get it: packed, installed into an empty folder, its types checked there, run by Node alone. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocks, entries, ROOT } from './tutorial.ts';
import { isInstalled, run } from './verilog/tools.ts';

/** What the tutorial uses of vitest's `expect`, which is no part of the package. */
const EXPECT = `import assert from 'node:assert/strict';
const says = (error: unknown, what: RegExp | Function): boolean => (what instanceof RegExp ? what.test(String(error)) : error instanceof what);
export const expect = (found: any) => ({
  toBe: (wanted: unknown) => assert.equal(found, wanted),
  toEqual: (wanted: unknown) => assert.deepEqual(found, wanted),
  toContain: (part: string) => assert.ok(found.includes(part), part),
  toHaveLength: (length: number) => assert.equal(found.length, length),
  toThrow: (what: RegExp | Function) => assert.throws(found, (error) => says(error, what)),
  rejects: { toThrow: (what: RegExp | Function) => assert.rejects(found, (error) => says(error, what)) },
});
`;
const CONFIG = {
  compilerOptions: {
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    target: 'ES2023',
    lib: ['ES2023', 'ESNext.Disposable'],
    module: 'NodeNext',
    types: ['node'],
    typeRoots: [`${ROOT}node_modules/@types`],
  },
  files: ['tutorial.ts', 'entries.ts'],
};
/** A mistake that the compiler finds only if the types of the package are really there. */
const MISTAKE = `import { bits, module, output, u } from 'hdl-gen';
module('wrong', { y: output(bits(4)) }, (io) => {
  // @ts-expect-error: a value of another width
  io.y.set(u(8, 1));
});
`;
/** `lint` needs the package `typescript`, which the folder has not. */
const RUNNABLE = [...entries.keys()].filter((entry) => entry !== 'hdl-gen/lint');
const NODE_22 = ['--yes', '--prefer-offline', '--loglevel=error', '-p', 'node@22.23.3', 'node'];

const folder = mkdtempSync(join(tmpdir(), 'hdl-gen-package-'));
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() => {
  const packed = run('npm', ['pack', '--workspace', 'hdl-gen', '--silent', '--pack-destination', folder], ROOT);
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (archive === undefined) throw new Error(`npm pack made no archive: ${packed}`);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  expect(run('npm', ['install', '--silent', '--prefer-offline', '--no-audit', '--no-fund', `./${archive}`], folder)).toBe('');
  writeFileSync(join(folder, 'expect.ts'), EXPECT);
  writeFileSync(join(folder, 'tutorial.ts'), `import { expect } from './expect.js';\n${blocks.join('\n')}\nconsole.log('done');\n`);
  writeFileSync(join(folder, 'entries.ts'), `${MISTAKE}${RUNNABLE.map((entry) => `await import('${entry}');\n`).join('')}`);
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(CONFIG));
  // the files are written in any case: what is wrong with the types, the first test says
  types = run(process.execPath, [`${ROOT}node_modules/typescript/bin/tsc`, '-p', '.'], folder);
});
let types = '';

const hasProver = isInstalled('yosys') && isInstalled('z3');
const hasNode22 = spawnSync('npx', [...NODE_22, '--version'], { cwd: tmpdir(), stdio: 'ignore' }).status === 0;

describe('the package, installed into an empty folder', () => {
  it('has types that its users can check', () => {
    expect(types).toBe('');
  });

  it('has every entry that it names', () => {
    expect(run(process.execPath, ['entries.js'], folder)).toBe('');
  });

  it('holds nothing but what is built, its documentation and its licence', () => {
    expect(readdirSync(join(folder, 'node_modules/hdl-gen')).toSorted()).toEqual(['LICENSE', 'README.md', 'dist', 'docs', 'package.json']);
  });

  it('has commands: messages of tools in lines of TypeScript, and what the program decides about signals', () => {
    const command = (name: string) => join(folder, 'node_modules/.bin', name);
    expect(run(command('hdl-gen-messages'), [], folder)).toMatch(/^usage: .* npx hdl-gen-messages .*\n\n.* ended with status 2$/);
    expect(run(command('hdl-gen-lint'), ['tsconfig.json'], folder)).toMatch(
      /^hdl-gen-lint needs the compiler: .*\n\n.* ended with status 2$/,
    );
  });

  it('has documentation that leads nowhere outside of it', () => {
    const root = join(folder, 'node_modules/hdl-gen');
    const pages = ['README.md', ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name}`)];
    const dead = pages
      .filter((page) => page.endsWith('.md'))
      .flatMap((page) =>
        [...readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!https?:)([^)#\s]+)/g)]
          .map(([, link = '']) => join(root, page, '..', link))
          .filter((path) => !path.startsWith(root) || !existsSync(path)),
      );
    expect(dead).toEqual([]);
    expect(pages).toContain('docs/api/README.md');
  });

  it.skipIf(!hasProver)('runs the tutorial (skipped without Yosys or z3)', () => {
    expect(run(process.execPath, ['tutorial.js'], folder)).toBe('done');
  });

  it.skipIf(!hasProver || !hasNode22)('runs it under Node 22 too (skipped where npm can not get that)', () => {
    expect(run('npx', [...NODE_22, 'tutorial.js'], folder)).toBe('done');
  });
});
