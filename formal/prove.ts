/**
 * Everything that is proved: `npm run prove`, in under three minutes; `npm run prove -- --all` with the larger
 * configurations and the mutants too. Ctrl-C ends what runs.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const all = process.argv.includes('--all');
const PROGRAMS = [
  { title: 'the protocol', file: 'explore/prove-protocol.ts' },
  { title: 'the hardware', file: 'rtl/prove-rtl.ts' },
  { title: 'the library of hdl-gen', file: '../hdl-gen/formal/library/prove-library.ts' },
  { title: 'the netlists', file: 'netlist/prove-netlists.ts' },
  ...(all ? [{ title: 'mutants of the hardware', file: 'rtl/mutation.ts' }] : []),
];
const tsx = createRequire(import.meta.url).resolve('tsx/cli');

/** Exit code of a program that shares this terminal; a Ctrl-C reaches it by itself. */
function run(file: string): Promise<number> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  // the mutation takes everything without being told
  const args = all && !file.includes('mutation') ? ['--all'] : [];
  const child = spawn(process.execPath, [tsx, path, ...args], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

process.on('SIGINT', () => {
  process.exitCode = 130;
});
const started = performance.now();
const results: string[] = [];
for (const { title, file } of PROGRAMS) {
  process.stdout.write(`\n== ${title} ==\n`);
  const from = performance.now();
  const code = await run(file);
  results.push(`${title.padEnd(26)} ${code === 0 ? 'proved' : 'FAILED'} ${((performance.now() - from) / 1000).toFixed(0).padStart(6)} s`);
  if (code !== 0) process.exitCode = code;
  if (process.exitCode === 130) break;
}
process.stdout.write(`\n${results.join('\n')}\n${'all'.padEnd(33)} ${((performance.now() - started) / 1000).toFixed(0).padStart(6)} s\n`);
