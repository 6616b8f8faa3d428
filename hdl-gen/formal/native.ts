/** Proofs with the Yosys that is installed and its ABC; z3 through yosys-smtbmc says why an induction fails. */
import { access, constants, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { ToolFailed, ToolMissing } from '../sim/process-failures.ts';
import { type Abc, AIGER, AIGER_COMMANDS, ASSERTIONS, assertionsOf, isInductive, refuteWithAbc, withAssertions } from './abc.ts';
import { type Design, designFiles, type Engine, flatDesign, type Question, type Refutation } from './engine.ts';

const SMT = 'design.smt2';
const PACKAGES = { yosys: 'yosys', 'yosys-abc': 'yosys', 'yosys-smtbmc': 'yosys', z3: 'z3' } as const;

/** Whether all programs are there. */
export async function isNativeInstalled(): Promise<boolean> {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = Object.keys(PACKAGES).map((program) => Promise.any(folders.map((folder) => access(join(folder, program), constants.X_OK))));
  return (await Promise.allSettled(found)).every(({ status }) => status === 'fulfilled');
}

/** What runs programs in a folder of their own. */
type Run = (name: keyof typeof PACKAGES, args: readonly string[]) => Promise<{ readonly failed: boolean; readonly all: string }>;

export const proveNatively: Engine = async (design) => {
  const { assertions, aiger } = await inFolder(design.signal, async (folder, run) => {
    await writeDesign(design, folder);
    await yosys(run, [...flatDesign(design), ...AIGER_COMMANDS]);
    const list = await readFile(join(folder, ASSERTIONS), 'utf8');
    return { assertions: assertionsOf(list), aiger: await readFile(join(folder, AIGER)) };
  });
  return {
    properties: assertions,
    refute: (question) =>
      inFolder(question.signal, async (folder, run) => {
        const asked = [...assertions.keys()].filter((number) => question.properties.includes(assertions[number] ?? ''));
        await writeFile(join(folder, AIGER), withAssertions(aiger, asked));
        const abc: Abc = async (commands) => (await run('yosys-abc', ['-c', commands.join('; ')])).all;
        const names = asked.map((number) => assertions[number] ?? `assertion ${number}`);
        const broken = await refuteWithAbc(question, names, abc);
        if (broken !== undefined) return broken;
        // an induction speaks of all cycles only with its base, the first ones
        if (question.mode === 'bounded' || (await isInductive(question, abc))) return undefined;
        return refuteStep(design, question, folder, run);
      }),
  };
};

/** The step of an induction by z3, which can say what it does not hold for. */
async function refuteStep(design: Design, { depth }: Question, folder: string, run: Run): Promise<Refutation | undefined> {
  await writeDesign(design, folder);
  await yosys(run, [...flatDesign(design, 'removed'), `write_smt2 -wires ${SMT}`]);
  // without --unroll z3 takes minutes where it needs a tenth of a second
  const args = ['-s', 'z3', '--unroll', '-i', '--noincr', '-t', `${depth}`, '--presat', SMT];
  const { failed, all } = await run('yosys-smtbmc', args);
  if (!failed) return undefined;
  const lines = [...all.matchAll(/Assert failed in \S+: (\S+)/g)];
  if (lines.length === 0) throw new ToolFailed('yosys-smtbmc', all);
  const properties = lines.map(([, path = '']) => path.replace(/[.,]$/, ''));
  return { properties, log: all.split('\n').slice(-12).join('\n') };
}

async function writeDesign(design: Design, folder: string): Promise<void> {
  for (const [name, text] of Object.entries(designFiles(design))) await writeFile(join(folder, name), text);
}

async function yosys(run: Run, commands: readonly string[]): Promise<void> {
  const { failed, all } = await run('yosys', ['-q', '-p', commands.join('; ')]);
  if (failed) throw new ToolFailed('yosys', all);
}

async function inFolder<T>(signal: AbortSignal | undefined, use: (folder: string, run: Run) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'hdl-gen-proof-'));
  try {
    return await use(folder, (name, args) => program(name, args, folder, signal));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function program(name: keyof typeof PACKAGES, args: readonly string[], cwd: string, signal: AbortSignal | undefined) {
  const options = { cwd, reject: false, all: true, ...(signal === undefined ? {} : { cancelSignal: signal }) } as const;
  const result = await execa(name, args, options);
  if (result.code === 'ENOENT') throw new ToolMissing(name, PACKAGES[name]);
  signal?.throwIfAborted();
  return result;
}
