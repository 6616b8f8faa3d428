/** The vectors are what their script prints, and the script is a second implementation: it uses node:crypto and nothing of ours. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { vectorFiles } from './make.ts';

const text = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

it.each(Object.entries(vectorFiles()))('%s is what the script prints (renew it with `npx tsx test/vectors/make.ts`)', (name, printed) => {
  expect(text(name)).toBe(printed);
});

it('the script imports Node and nothing else', () => {
  const imported = [...text('make.ts').matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, name]) => name);
  expect(imported.length).toBeGreaterThan(0);
  expect(imported.filter((name) => name?.startsWith('node:') !== true)).toEqual([]);
});
