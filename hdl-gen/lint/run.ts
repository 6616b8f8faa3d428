/** `npx tsx hdl-gen/lint/run.ts tsconfig.json hw boards`: decisions of the program about signals, in those folders; ends with 1 where there are any. */
import { relative, resolve } from 'node:path';
import { hostDecisions } from './host-decisions.ts';
import { programOf } from './program.ts';

const [config = 'tsconfig.json', ...folders] = process.argv.slice(2);
const within = (folders.length === 0 ? ['.'] : folders).map((folder) => `${resolve(folder)}/`);
const isWanted = (file: string): boolean => !file.includes('/node_modules/') && within.some((folder) => file.startsWith(folder));
const decisions = hostDecisions(programOf(config, isWanted), isWanted);
for (const { file, line, text, advice } of decisions)
  console.log(`${relative(process.cwd(), file)}:${line}: ${text} is decided while the hardware is described; ${advice}`);
process.exitCode = decisions.length === 0 ? 0 : 1;
