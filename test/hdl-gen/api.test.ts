/** The API reference is what the docstrings say, and none is missing. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROOT } from './tutorial.ts';
import { run } from './verilog/tools.ts';

const PAGES = `${ROOT}hdl-gen/docs/api/`;
const made = mkdtempSync(join(tmpdir(), 'hdl-gen-api-'));
let told = '';

beforeAll(() => {
  const typedoc = `${ROOT}node_modules/typedoc/bin/typedoc`;
  told = run(process.execPath, [typedoc, '--options', 'hdl-gen/typedoc.config.js', '--logLevel', 'Warn', '--out', made], ROOT);
});
afterAll(() => rmSync(made, { recursive: true }));

it('everything that the package exports has a docstring', () => {
  expect(told).toBe('');
});

it('hdl-gen/docs/api is what the docstrings say (renew it with `npx vitest run hdl-gen/api -u`)', async () => {
  const pages = readdirSync(made);
  expect(pages).toContain('hdl-gen.testbench.md');
  for (const page of pages) await expect(readFileSync(join(made, page), 'utf8')).toMatchFileSnapshot(`${PAGES}${page}`);
  expect(readdirSync(PAGES).filter((page) => !pages.includes(page))).toEqual([]); // of an entry that is gone
});
