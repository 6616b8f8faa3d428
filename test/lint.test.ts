/** The lint rules that hold the architecture: imports go one way (README), and no promise is left floating. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** What each folder may import. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  spec: [],
  'hdl-gen': [],
  hw: ['spec', 'hdl-gen'],
  sw: ['spec'],
  boards: ['spec', 'hdl-gen', 'hw'],
  capture: [],
  judge: ['capture'],
  sim: ['spec', 'hdl-gen', 'hw', 'sw', 'capture', 'judge'],
  cli: ['spec', 'hdl-gen', 'hw', 'sw', 'boards', 'capture', 'judge', 'sim'],
};
const FOLDERS = Object.keys(MAY_IMPORT);
const DEPTHS = [
  { depth: 'in the folder', within: '', up: '../' },
  { depth: 'two folders deeper', within: 'inner/most/', up: '../../../' },
];

const FLOATING = `export async function answer(): Promise<number> {
  return 42;
}
export function ask(): void {
  answer();
}
`;
const MISUSED = `export async function isReady(): Promise<boolean> {
  return true;
}
export function ask(): string {
  return isReady() ? 'ready' : 'not ready';
}
`;

const project = mkdtempSync(join(tmpdir(), 'keyturn-lint-'));
afterAll(() => rmSync(project, { recursive: true }));

/** Rules broken, by file. */
let found: ReadonlyMap<string, readonly string[]>;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), text);
}

function importer(folder: string, from: string, within: string): string {
  return `${folder}/${within}imports-${from}.ts`;
}

beforeAll(() => {
  copyFileSync(join(ROOT, 'biome.json'), join(project, 'biome.json'));
  for (const folder of FOLDERS) {
    write(`${folder}/inner/thing.ts`, 'export const thing: number = 1;\n');
    for (const from of FOLDERS.filter((other) => other !== folder))
      for (const { within, up } of DEPTHS)
        write(
          importer(folder, from, within),
          `import { thing } from '${up}${from}/inner/thing.ts';\n\nexport const other: number = thing;\n`,
        );
  }
  write('sw/floating.ts', FLOATING);
  write(
    'sw/awaited.ts',
    FLOATING.replace('function ask(): void', 'async function ask(): Promise<void>').replace('  answer();', '  await answer();'),
  );
  write('cli/misused.ts', MISUSED);
  found = lint();
});

function lint(): ReadonlyMap<string, readonly string[]> {
  const biome = join(ROOT, 'node_modules', '.bin', 'biome');
  let output: string;
  try {
    output = execFileSync(biome, ['lint', '--reporter=json', '--max-diagnostics=none', '.'], {
      cwd: project,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  } catch (error) {
    // it ends with 1 when it finds something
    output = (error as { stdout: string }).stdout;
  }
  const { diagnostics } = JSON.parse(output) as { diagnostics: { category: string; location: { path: string } }[] };
  const rules = new Map<string, string[]>();
  for (const { category, location } of diagnostics) rules.set(location.path, [...(rules.get(location.path) ?? []), category]);
  return rules;
}

describe('imports', () => {
  const pairs = FOLDERS.flatMap((folder) => FOLDERS.filter((other) => other !== folder).map((from) => ({ folder, from })));

  it.each(pairs.filter(({ folder, from }) => !MAY_IMPORT[folder]?.includes(from)))('$folder must not import $from', ({ folder, from }) => {
    for (const { depth, within } of DEPTHS)
      expect(found.get(importer(folder, from, within)), depth).toEqual(['lint/style/noRestrictedImports']);
  });

  it.each(pairs.filter(({ folder, from }) => MAY_IMPORT[folder]?.includes(from)))('$folder may import $from', ({ folder, from }) => {
    for (const { depth, within } of DEPTHS) expect(found.get(importer(folder, from, within)), depth).toBeUndefined();
  });
});

describe('promises', () => {
  it('may not float', () => {
    expect(found.get('sw/floating.ts')).toEqual(['lint/nursery/noFloatingPromises']);
    expect(found.get('sw/awaited.ts')).toBeUndefined();
  });

  it('are no conditions', () => {
    expect(found.get('cli/misused.ts')).toEqual(['lint/nursery/noMisusedPromises']);
  });
});
