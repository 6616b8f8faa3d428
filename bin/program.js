// The command line as one file, made anew when a source has changed: translating each file as it is imported takes longer than many a command.
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = join(ROOT, 'build/program');
const PROGRAM = join(FOLDER, 'keyturn.mjs');
const SOURCES = join(FOLDER, 'sources.json');
/** What stands for the packages, and for how the program is made. */
const BESIDE = ['node_modules/.package-lock.json', 'bin/program.js'];
/** Packages that still ask for others as CommonJS does. */
const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** @returns {Promise<string | undefined>} the URL of a module with what `cli/keyturn.ts` exports; undefined where it can't be kept */
export async function program() {
  if (isFresh()) return pathToFileURL(PROGRAM).href;
  const { contents, sources } = await made();
  try {
    mkdirSync(FOLDER, { recursive: true });
    replace(PROGRAM, contents);
    replace(SOURCES, JSON.stringify({ root: ROOT, sources }));
  } catch {
    return undefined;
  }
  return pathToFileURL(PROGRAM).href;
}

function isFresh() {
  try {
    const { root, sources } = JSON.parse(readFileSync(SOURCES, 'utf8'));
    return root === ROOT && Object.entries(sources).every(([path, stamp]) => stampOf(path) === stamp);
  } catch {
    return false;
  }
}

/** @param {string} path from the root */
function stampOf(path) {
  const { mtimeNs, size } = statSync(join(ROOT, path), { bigint: true });
  return `${mtimeNs} ${size}`;
}

/** @throws where its packages are not installed */
async function made() {
  const { build } = await import('esbuild');
  /** @type {Record<string, string>} read before they are translated: what changes meanwhile is seen by the next run */
  const sources = Object.fromEntries(BESIDE.map((path) => [path, stampOf(path)]));
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, 'cli/keyturn.ts')],
    outfile: PROGRAM,
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // not everybody has it
    external: ['koffi'],
    banner: { js: REQUIRE },
    // in one file with the program, so that the two are always of one making
    sourcemap: 'inline',
    sourcesContent: false,
    write: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'sources',
        setup({ onLoad }) {
          onLoad({ filter: /\.ts$/ }, ({ path }) => {
            const from = path.slice(ROOT.length);
            sources[from] = stampOf(from);
            // what stands beside a source is looked for there
            return { contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', `'${pathToFileURL(path).href}'`), loader: 'ts' };
          });
        },
      },
    ],
  });
  return { contents: outputFiles[0].contents, sources };
}

/** Others may be reading it, or making it too. */
function replace(path, contents) {
  const next = `${path}.${process.pid}`;
  writeFileSync(next, contents);
  renameSync(next, path);
}
