// `npm test`: everything that is checked. Its last line is `N passed, N failed`, and `, N skipped` after it where some were.
import './node-version.js';
import { spawnSync } from 'node:child_process';
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

const checks = [run('format, lint, import directions', 'biome', ['check', '.']), run('types', 'tsc', ['--noEmit'])];
const { passed, failed, skipped } = vitest(process.argv.slice(2));
const good = checks.filter(Boolean).length;
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

/** @returns {boolean} */
function run(title, program, args) {
  process.stderr.write(`${title} …\n`);
  const good = spawnSync(`node_modules/.bin/${program}`, args, { stdio: ['ignore', 2, 2] }).status === 0;
  process.stderr.write(`${title}: ${good ? 'good' : 'FAILED'}\n`);
  return good;
}

function vitest(filters) {
  const report = 'build/test-report.json';
  mkdirSync('build', { recursive: true });
  rmSync(report, { force: true });
  const { status } = spawnSync(
    'node_modules/.bin/vitest',
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...filters],
    // Verilator's run time is the same in every simulation that it builds
    { stdio: ['ignore', 'inherit', 'inherit'], env: { CCACHE_DIR: `${root}build/ccache`, OBJCACHE: 'ccache', ...process.env } },
  );
  return totals(existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined, status);
}
