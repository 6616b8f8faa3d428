#!/usr/bin/env node
/**
 * `npx hdl-gen-lint tsconfig.json hw boards`: decisions of the program about signals, in those folders (default: the present
 * one). Exit codes: 0 none, 1 some, 2 the configuration can't be read, or the package `typescript` is not installed.
 */
import { relative, resolve } from 'node:path';

const [config = 'tsconfig.json', ...folders] = process.argv.slice(2);
const within = (folders.length === 0 ? ['.'] : folders).map((folder) => `${resolve(folder)}/`);
const isWanted = (file: string): boolean => !file.includes('/node_modules/') && within.some((folder) => file.startsWith(folder));
try {
  // only this command needs the compiler, and says so where it is not there
  const { hostDecisions, programOf } = await import('./index.ts');
  const decisions = hostDecisions(programOf(config, isWanted), isWanted);
  for (const { file, line, text, advice } of decisions)
    console.log(`${relative(process.cwd(), file)}:${line}: ${text} is decided while the hardware is described; ${advice}`);
  process.exitCode = decisions.length === 0 ? 0 : 1;
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  console.error(code === 'ERR_MODULE_NOT_FOUND' ? 'hdl-gen-lint needs the compiler: npm install --save-dev typescript' : message);
  process.exitCode = 2;
}
