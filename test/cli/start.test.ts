/** What every command loads, whatever it does: on a board's processor each module more is felt. */
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
/** An import or export of values from a file of ours; what is imported by a call is loaded when that is reached. */
const STATIC = /^(?:import|export) (?!type )(?:[^'"]*? from )?'(\.[^']+)';$/gms;

function loadedBy(file: string): ReadonlySet<string> {
  const files = new Set([resolve(ROOT, file)]);
  for (const path of files) {
    for (const [, imported = ''] of readFileSync(path, 'utf8').matchAll(STATIC)) files.add(resolve(dirname(path), imported));
  }
  return new Set([...files].map((path) => relative(ROOT, path)));
}

it('hardware and simulators are loaded by the commands that need them, not by all', () => {
  const loaded = [...loadedBy('cli/keyturn.ts')];
  expect(loaded).toContain('cli/regs.ts');
  expect(loaded).toContain('spec/registers.ts');
  expect(loaded.filter((path) => /^(hw|hdl-gen)\//.test(path))).toEqual([]);
});

it('is found where it is loaded: by the run of a simulation', () => {
  expect([...loadedBy('sim/run.ts')]).toContain('hw/station.ts');
});
