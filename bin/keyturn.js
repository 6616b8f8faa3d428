#!/usr/bin/env node
// Runs the TypeScript sources; Node 20 can't by itself.
import './node-version.js';
import { program } from './program.js';

async function translated() {
  const url = await program();
  if (url === undefined) {
    // then each file is translated as it is imported
    const { register } = await import('tsx/esm/api');
    register();
    return await import('../cli/keyturn.ts');
  }
  process.setSourceMapsEnabled(true);
  return await import(url);
}

// what can't be written is told where it is written; without a listener it would end the process with a stack trace
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
const { main } = await translated().catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  process.stderr.write('keyturn: its dependencies are not installed; run npm ci in its folder first\n');
  process.exit(1);
});
process.exitCode = await main(process.argv.slice(2));
