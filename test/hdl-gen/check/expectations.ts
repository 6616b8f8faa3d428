/** What the tests of the checks share: the errors of a module, and the lines that their messages must name. */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ElaborationFailure } from '../../../hdl-gen/errors/check-errors.ts';
import type { Module, Ports } from '../../../hdl-gen/index.ts';

/** Messages of all errors that elaboration finds; none when it succeeds. */
export function errorsOf(module: Module<Ports>): string[] {
  try {
    module.elaborate();
  } catch (error) {
    if (error instanceof ElaborationFailure) return error.errors.map(({ message }) => message);
    throw error;
  }
  return [];
}

/** Finds `path:line` of the line that ends with the comment `// <mark>` in the test file. */
export function marks(url: string): (mark: string) => string {
  const path = fileURLToPath(url);
  const lines = readFileSync(path, 'utf8').split('\n');
  return (mark) => {
    const index = lines.findIndex((line) => line.trimEnd().endsWith(`// ${mark}`));
    if (index < 0) throw new Error(`${path} has no line marked // ${mark}`);
    return `${relative(process.cwd(), path)}:${index + 1}`;
  };
}
