import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { isInstalled } from './verilog/tools.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SOURCES: Readonly<Record<string, string>> = {
  'hdl-gen': `${ROOT}hdl-gen/index.ts`,
  'hdl-gen/sim': `${ROOT}hdl-gen/sim/index.ts`,
  'hdl-gen/verilog': `${ROOT}hdl-gen/verilog/design.ts`,
  'hdl-gen/formal': `${ROOT}hdl-gen/formal/prove.ts`,
  'hdl-gen/testbench': `${ROOT}hdl-gen/testbench/index.ts`,
  'hdl-gen/library': `${ROOT}hdl-gen/library/index.ts`,
  'hdl-gen/library/xilinx': `${ROOT}hdl-gen/library/xilinx/index.ts`,
  'hdl-gen/constraints': `${ROOT}hdl-gen/constraints/xdc.ts`,
  'hdl-gen/browser': `${ROOT}hdl-gen/browser/export.ts`,
};

const hasProver = isInstalled('yosys') && isInstalled('z3');

it.skipIf(!hasProver)('the program in hdl-gen/README.md runs, and what it expects is so (skipped without Yosys or z3)', async () => {
  const readme = readFileSync(`${ROOT}hdl-gen/README.md`, 'utf8');
  const blocks = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code);
  expect(blocks.length).toBeGreaterThanOrEqual(11);
  const program = blocks.join('\n').replace(/from '(hdl-gen[^']*)'/g, (_, name: string) => `from '${SOURCES[name] ?? name}'`);
  mkdirSync(`${ROOT}build`, { recursive: true });
  const file = `${ROOT}build/tutorial.ts`;
  writeFileSync(file, `import { expect } from 'vitest';\n${program}\nexport const assertions = expect.getState().assertionCalls;\n`);
  const { assertions } = (await import(pathToFileURL(file).href)) as { assertions: number };
  expect(assertions).toBeGreaterThanOrEqual(9);
});
