/** The program of hdl-gen's README, and where its imports lead. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const { exports } = JSON.parse(readFileSync(`${ROOT}hdl-gen/package.json`, 'utf8')) as { exports: Readonly<Record<string, string>> };

/** The public entries, `hdl-gen/sim`, and the built file of each, `./dist/sim/index.js`. */
export const entries: ReadonlyMap<string, string> = new Map(
  Object.entries(exports).map(([entry, built]) => [`hdl-gen${entry.slice(1)}`, built]),
);

/** The TypeScript behind an entry; undefined where there is no such entry. */
export function sourceOf(entry: string): string | undefined {
  const built = entries.get(entry);
  return built === undefined ? undefined : `${ROOT}hdl-gen/${built.replace(/^\.\/dist\//, '').replace(/\.js$/, '.ts')}`;
}

/** The blocks of the README, in their order. */
export const blocks: readonly string[] = [...readFileSync(`${ROOT}hdl-gen/README.md`, 'utf8').matchAll(/```ts\n(.*?)```/gs)].map(
  ([, code = '']) => code,
);
