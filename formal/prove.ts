/**
 * Everything that is proved: `npm run prove`, in under three minutes; `npm run prove -- --all` with the larger
 * configurations and the mutants too. Ctrl-C ends what runs, and leaves nothing.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

const scratch = mkdtempSync(join(tmpdir(), 'keyturn-prove-'));
let running: ChildProcess | undefined;
let isInterrupted = false;

/** Exit code of a program with a process group and a folder for temporary files of its own, so that nothing outlives it. */
function run(file: string): Promise<number> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  // the mutation takes everything without being told
  const args = all && !file.includes('mutation') ? ['--all'] : [];
  const child = spawn(process.execPath, [tsx, path, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
    env: { ...process.env, TMPDIR: scratch },
  });
  running = child;
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    isInterrupted = true;
    if (running?.pid !== undefined && running.exitCode === null) process.kill(-running.pid, 'SIGKILL');
  });
const started = performance.now();
const results: string[] = [];
try {
  for (const { title, file } of PROGRAMS) {
    process.stdout.write(`\n== ${title} ==\n`);
    const from = performance.now();
    const code = await run(file);
    if (isInterrupted) break;
    results.push(`${title.padEnd(26)} ${code === 0 ? 'proved' : 'FAILED'} ${((performance.now() - from) / 1000).toFixed(0).padStart(6)} s`);
    if (code !== 0) process.exitCode = code;
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (isInterrupted) {
  process.exitCode = 130;
  results.push('interrupted; the others were not proved');
}
process.stdout.write(`\n${results.join('\n')}\n${'all'.padEnd(33)} ${((performance.now() - started) / 1000).toFixed(0).padStart(6)} s\n`);
