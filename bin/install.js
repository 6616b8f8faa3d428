// Installs what the lockfile says, when it is not there yet.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @param {{ development: boolean }} options whether the tools of the tests are needed too */
export function installDependencies({ development }) {
  const probe = development ? 'vitest' : 'tsx';
  if (existsSync(`${root}node_modules/${probe}/package.json`)) return;
  process.stderr.write('installing dependencies by the lockfile …\n');
  const { status, error, stderr } = spawnSync(
    'npm',
    ['ci', '--no-audit', '--no-fund', '--loglevel=error', ...(development ? [] : ['--omit=dev'])],
    { cwd: root, stdio: ['ignore', 2, 'pipe'], encoding: 'utf8' },
  );
  if (status === 0) return;
  process.stderr.write(stderr ?? '');
  process.stderr.write(
    `npm ci failed: ${error === undefined ? adviceOn(stderr) : "npm can't be started; install it, it comes with Node"}\n`,
  );
  process.exit(1);
}

const THEN = 'then run the command again';

/** By the error codes of npm and of the operating system, as npm prints them. */
const ADVICE = [
  { codes: /\b(EACCES|EPERM|EROFS)\b/, text: `the folder must not be written to: check who owns ${root} and npm's cache, ${THEN}` },
  { codes: /\b(ENOSPC|EDQUOT)\b/, text: `no space is left: free some, ${THEN}` },
  {
    codes: /\b(ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH)\b/,
    text: `check that the npm registry can be reached, ${THEN}`,
  },
];

/** @param {string} output what npm said */
export function adviceOn(output) {
  return ADVICE.find(({ codes }) => codes.test(output))?.text ?? `see what npm says above, ${THEN}`;
}
