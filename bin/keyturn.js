#!/usr/bin/env node
// Runs the TypeScript sources as they are; Node 20 can't by itself.
import { register } from 'tsx/esm/api';

register();
const { main } = await import('../cli/keyturn.ts');
process.exitCode = await main(process.argv.slice(2));
