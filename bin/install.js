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
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', ...(development ? [] : ['--omit=dev'])], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) {
    process.stderr.write('npm ci failed: check that the npm registry can be reached, then run the command again\n');
    process.exit(1);
  }
}
