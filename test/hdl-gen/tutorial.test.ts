import { mkdirSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { blocks, ROOT, sourceOf } from './tutorial.ts';
import { isInstalled } from './verilog/tools.ts';

const hasProver = isInstalled('yosys') && isInstalled('z3');

it.skipIf(!hasProver)('the program in hdl-gen/README.md runs, and what it expects is so (skipped without Yosys or z3)', async () => {
  expect(blocks.length).toBeGreaterThanOrEqual(11);
  const program = blocks.join('\n').replace(/from '(hdl-gen[^']*)'/g, (_, name: string) => `from '${sourceOf(name) ?? name}'`);
  mkdirSync(`${ROOT}build`, { recursive: true });
  const file = `${ROOT}build/tutorial.ts`;
  writeFileSync(file, `import { expect } from 'vitest';\n${program}\nexport const assertions = expect.getState().assertionCalls;\n`);
  const { assertions } = (await import(pathToFileURL(file).href)) as { assertions: number };
  expect(assertions).toBeGreaterThanOrEqual(9);
});
