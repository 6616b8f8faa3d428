/**
 * Proofs with ABC, which comes with Yosys, on the design as an and-inverter graph (AIGER): a run of fifty cycles that takes z3
 * half a minute takes it a tenth of a second.
 */
import type { Refutation, Task } from './engine.ts';

export const AIGER = 'design.aig';
/** The assertions in the order in which `write_aiger` makes outputs of them, as `top/path`. */
export const ASSERTIONS = 'assertions.txt';

/** The Yosys commands from a flat design to `design.aig`. Undefined bits are 0, as in the SMT-LIB that Yosys writes. */
export const AIGER_COMMANDS: readonly string[] = [
  // nothing but what the assertions look at, without the names that would be carried through all bits
  'chformal -cover -remove',
  'delete -output',
  'opt_clean -purge',
  'simplemap',
  'techmap',
  'dffunmap',
  'setundef -zero',
  'aigmap',
  `tee -q -o ${ASSERTIONS} select -list t:$assert`,
  `write_aiger -zinit ${AIGER}`,
];

export function assertionsOf(list: string): readonly string[] {
  const lines = list.split('\n').filter((line) => line !== '');
  return lines.map((line) => line.slice(line.indexOf('/') + 1));
}

// assumptions become a part of each output: it rises only where they held so far
const READ = [`read_aiger ${AIGER}`, 'fold'];

/** Runs ABC's commands; the answer is what it printed. */
export type Abc = (commands: readonly string[]) => Promise<string>;

/** ABC gave no verdict. */
export class NoVerdict extends Error {
  constructor(answer: string) {
    super(`ABC gives no verdict:\n${answer}`);
    this.name = 'NoVerdict';
  }
}

/**
 * Counterexamples of at most `depth` cycles from reset that meet all assumptions.
 * @throws NoVerdict
 */
export async function refuteWithAbc(task: Task, assertions: readonly string[], abc: Abc): Promise<Refutation | undefined> {
  const outputs = [...assertions.keys()];
  const broken = task.each ? await brokenOfEach(outputs, task, abc) : await firstBroken(outputs, task, abc);
  const properties = broken.map((output) => assertions[output] ?? `assertion ${output}`);
  return properties.length === 0 ? undefined : { properties, log: `a run of at most ${task.depth} cycles, found by ABC` };
}

/** Whether after `depth` good cycles from any state there is another good one. `false`: not known, or not so. */
export async function isInductive({ depth }: Task, abc: Abc): Promise<boolean> {
  const answer = await abc([...READ, 'orpos', `ind -F ${depth + 1}`]);
  return /Networks are equivalent\./.test(answer);
}

const NO_REGISTERS = /Does not work for combinational networks/;

async function firstBroken(outputs: readonly number[], task: Task, abc: Abc): Promise<readonly number[]> {
  const answer = await abc([...READ, check(task)]);
  if (NO_REGISTERS.test(answer)) return brokenOfEach(outputs, task, abc);
  const broken = risingIn(answer, task);
  return broken === undefined ? [] : [broken];
}

async function brokenOfEach(outputs: readonly number[], task: Task, abc: Abc): Promise<readonly number[]> {
  const rises = await Promise.all(outputs.map((output) => doesRise(output, task, abc)));
  return outputs.filter((output) => rises[output]);
}

async function doesRise(output: number, task: Task, abc: Abc): Promise<boolean> {
  const cone = [...READ, `cone -s -O ${output}`];
  const answer = await abc([...cone, check(task)]);
  if (!NO_REGISTERS.test(answer)) return risingIn(answer, task) !== undefined;
  const verdict = await abc([...cone, 'sat']);
  if (!/\b(UN)?SATISFIABLE\b/.test(verdict)) throw new NoVerdict(verdict);
  return /\bSATISFIABLE\b/.test(verdict);
}

function check({ depth, from }: Task): string {
  return from === 0 ? `bmc3 -F ${depth}` : `bmc3 -S ${from} -F ${depth}`;
}

/** The output that rises first. */
function risingIn(answer: string, { depth, from }: Task): number | undefined {
  const [, output] = /Output (\d+) of miter \S+ was asserted in frame \d+/.exec(answer) ?? [];
  if (output !== undefined) return Number(output);
  // it counts no frames where it does not begin with the first
  if (answer.includes(`No output asserted in ${from === 0 ? depth : 0} frames.`)) return undefined;
  throw new NoVerdict(answer);
}
