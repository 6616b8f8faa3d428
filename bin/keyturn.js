#!/usr/bin/env node
// Runs the TypeScript sources as they are; Node 20 can't by itself.
import './node-version.js';

// what can't be written is told where it is written; without a listener it would end the process with a stack trace
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
try {
  const { register } = await import('tsx/esm/api');
  register();
} catch (error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  process.stderr.write('keyturn: its dependencies are not installed; run npm ci in its folder first\n');
  process.exit(1);
}
const { main } = await import('../cli/keyturn.ts');
process.exitCode = await main(process.argv.slice(2));
