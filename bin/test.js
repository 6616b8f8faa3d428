// `npm test`: everything that is checked. Its last line is `N passed, N failed`, and `, N skipped` after it where some were.
import './node-version.js';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { installDependencies } from './install.js';
import { totals } from './totals.js';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

/** Debian packages of the tools that judge us, by a program of each. */
const TOOLS = {
  verilator: 'verilator',
  'g++': 'g++',
  make: 'make',
  ccache: 'ccache',
  iverilog: 'iverilog',
  yosys: 'yosys',
  tshark: 'tshark',
  z3: 'z3',
  spin: 'spin',
  tcc: 'tcc',
  chromium: 'chromium',
  gcc: 'gcc',
  dtc: 'device-tree-compiler',
  file: 'file',
  openFPGALoader: 'openfpgaloader',
  tclsh: 'tcl',
  zsh: 'zsh',
  fish: 'fish',
};

installDependencies({ development: true });
installTools();

// beside each other: types are checked by one thread, which would keep the other cores waiting
const [tests, ...checks] = await Promise.all([
  vitest(process.argv.slice(2)),
  check('format, lint, import directions', 'biome', ['check', '.']),
  check('types', 'tsc', ['--noEmit']),
]);
for (const { title, good, output } of checks) process.stderr.write(`${output}${title}: ${good ? 'good' : 'FAILED'}\n`);
const { passed, failed, skipped } = tests;
const good = checks.filter((check) => check.good).length;
process.stdout.write(`${passed + good} passed, ${failed + checks.length - good} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
process.exitCode = failed === 0 && good === checks.length ? 0 : 1;

function installTools() {
  const missing = Object.entries(TOOLS).filter(([program]) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0);
  if (missing.length === 0) return;
  const packages = missing.map(([, name]) => name);
  const install = `apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  const asRoot =
    process.getuid?.() === 0
      ? ['sh', '-c', install]
      : spawnSync('sudo', ['-n', 'true']).status === 0
        ? ['sudo', '-n', 'sh', '-c', install]
        : undefined;
  if (asRoot !== undefined) {
    process.stderr.write(`installing ${packages.join(', ')} …\n`);
    const [program = 'sh', ...args] = asRoot;
    if (spawnSync(program, args, { stdio: ['ignore', 'ignore', 2] }).status === 0) return;
  }
  process.stderr.write(
    `the tests need ${packages.join(', ')}; install them with\n  sudo apt-get install -y --no-install-recommends ${packages.join(' ')}\n`,
  );
  process.stdout.write('0 passed, 1 failed\n');
  process.exit(1);
}

/** What it says is kept to the end: between the lines of the tests nobody would find it. */
async function check(title, program, args) {
  const { status, output } = await ended(program, args, ['ignore', 'pipe', 'pipe']);
  return { title, good: status === 0, output };
}

async function vitest(filters) {
  const report = 'build/test-report.json';
  mkdirSync('build', { recursive: true });
  rmSync(report, { force: true });
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...filters];
  // Verilator's run time is the same in every simulation that it builds, and each runs for less time than it would take to optimise it
  const env = { CCACHE_DIR: `${root}build/ccache`, OBJCACHE: 'ccache', MAKEFLAGS: 'OPT_FAST=-O0 OPT_GLOBAL=-O0', ...process.env };
  const { status } = await ended('vitest', args, ['ignore', 'inherit', 'inherit'], env);
  return totals(existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined, status);
}

/** How an installed program ended, and what it said where that goes to a pipe. */
function ended(program, args, stdio, env = process.env) {
  return new Promise((resolve, reject) => {
    const child = spawn(`node_modules/.bin/${program}`, args, { stdio, env });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.once('error', reject).once('close', (status) => resolve({ status, output }));
  });
}
