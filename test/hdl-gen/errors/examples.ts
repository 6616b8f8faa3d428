/** The classes of errors, and their examples run as programs. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { elaborationWarnings } from '../../../hdl-gen/check/check.ts';
import * as aggregateErrors from '../../../hdl-gen/errors/aggregate-errors.ts';
import * as buildErrors from '../../../hdl-gen/errors/build-errors.ts';
import * as checkErrors from '../../../hdl-gen/errors/check-errors.ts';
import * as controlErrors from '../../../hdl-gen/errors/control-errors.ts';
import * as domainErrors from '../../../hdl-gen/errors/domain-errors.ts';
import * as foreignErrors from '../../../hdl-gen/errors/foreign-errors.ts';
import { HdlError } from '../../../hdl-gen/errors/hdl-error.ts';
import * as libraryErrors from '../../../hdl-gen/errors/library-errors.ts';
import * as memoryErrors from '../../../hdl-gen/errors/memory-errors.ts';
import * as nameErrors from '../../../hdl-gen/errors/name-errors.ts';
import * as valueErrors from '../../../hdl-gen/errors/value-errors.ts';
import * as widthErrors from '../../../hdl-gen/errors/width-errors.ts';
import type { Module, Ports } from '../../../hdl-gen/index.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { verilogModules } from '../../../hdl-gen/verilog/design.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const FOLDER = `${ROOT}build/error-examples`;

export type ErrorClass = Pick<typeof HdlError, 'code' | 'meaning' | 'example' | 'mended'> & { readonly name: string };

/** Every class of errors there is, by code. */
export const errorClasses: readonly ErrorClass[] = [
  ...Object.values(aggregateErrors),
  ...Object.values(buildErrors),
  ...Object.values(checkErrors),
  ...Object.values(controlErrors),
  ...Object.values(domainErrors),
  ...Object.values(foreignErrors),
  ...Object.values(libraryErrors),
  ...Object.values(memoryErrors),
  ...Object.values(nameErrors),
  ...Object.values(valueErrors),
  ...Object.values(widthErrors),
]
  .filter((exported) => typeof exported === 'function' && exported.prototype instanceof HdlError)
  .map((exported) => exported as unknown as ErrorClass)
  .toSorted((a, b) => a.code.localeCompare(b.code));

export interface Problem {
  readonly code: string;
  readonly isWarning: boolean;
  /** with the program called `example.ts` */
  readonly message: string;
}

/** Everything that is wrong with the `design` of a program, from its elaboration to its Verilog and its simulation. */
export async function problemsOf(name: string, program: string): Promise<readonly Problem[]> {
  mkdirSync(FOLDER, { recursive: true });
  const file = `${FOLDER}/${name}.ts`;
  // the import last, so that the lines of the program keep their numbers
  const names = [
    ...['asynchronous', 'bits', 'bool', 'cat', 'clockDomain', 'clocked', 'clockInput', 'clockOutput', 'defaultDomain', 'enumeration'],
    ...['external', 'inout', 'input', 'memoryWords', 'module', 'mux', 'output', 'signed', 'stream', 'struct', 'u', 'vec'],
  ].join(', ');
  const imports = `import { ${names} } from '${ROOT}hdl-gen/index.ts';\nimport { axiLiteRegisterBlock } from '${ROOT}hdl-gen/library/index.ts';\n`;
  writeFileSync(file, `${program.trim()}\nexport { design };\n${imports}`);
  const problem =
    (isWarning: boolean) =>
    (error: HdlError): Problem => ({
      code: error.code,
      isWarning,
      message: error.message.replaceAll(`build/error-examples/${name}.ts`, 'example.ts'),
    });
  try {
    const { design } = (await import(pathToFileURL(file).href)) as { design: Module<Ports> };
    const ir = design.elaborate();
    verilogModules(ir);
    lower(ir);
    return elaborationWarnings(ir).map(problem(true));
  } catch (error) {
    if (error instanceof checkErrors.ElaborationFailure) return error.errors.map(problem(false));
    if (error instanceof HdlError) return [problem(false)(error)];
    throw error;
  }
}
