/**
 * Proofs with ABC, which comes with Yosys, on the design as an and-inverter graph (AIGER): a run of fifty cycles that takes z3
 * half a minute takes it a tenth of a second.
 */
import type { Question, Refutation } from './engine.ts';

export const AIGER = 'design.aig';
/** The assertions in the order in which `write_aiger` makes outputs of them, as `top/path`. */
export const ASSERTIONS = 'assertions.txt';

/** The Yosys commands from a flat design to `design.aig`. Undefined bits are 0, as in the SMT-LIB that Yosys writes. */
export const AIGER_COMMANDS: readonly string[] = [
  // nothing but what the assertions look at, without the names that would be carried through all bits
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

/** The graph with these assertions only, numbered as in `ASSERTIONS`: of the lines for bad states, those (AIGER 1.9, section 4). */
export function withAssertions(aiger: Buffer, kept: readonly number[]): Buffer {
  const lineEnd = aiger.indexOf('\n');
  const [format = '', ...counts] = aiger.toString('latin1', 0, lineEnd).split(' ');
  const [, , latches = 0, outputs = 0, , bad = 0] = counts.map(Number);
  let at = lineEnd + 1;
  const lines = (count: number): Buffer[] =>
    Array.from({ length: count }, () => {
      const end = aiger.indexOf('\n', at) + 1;
      const line = aiger.subarray(at, end);
      at = end;
      return line;
    });
  const before = lines(latches + outputs);
  const all = lines(bad);
  const header = [format, ...counts.with(5, String(kept.length))].join(' ');
  return Buffer.concat([Buffer.from(`${header}\n`), ...before, ...kept.flatMap((number) => all[number] ?? []), aiger.subarray(at)]);
}

// assumptions become a part of each output: it rises only where they held so far; registers of other assertions go
const READ = [`read_aiger ${AIGER}`, 'fold', 'scleanup'];

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
export async function refuteWithAbc(question: Question, assertions: readonly string[], abc: Abc): Promise<Refutation | undefined> {
  const outputs = [...assertions.keys()];
  const broken = question.each ? await brokenOfEach(outputs, question, abc) : await firstBroken(outputs, question, abc);
  const properties = broken.map((output) => assertions[output] ?? `assertion ${output}`);
  return properties.length === 0 ? undefined : { properties, log: `a run of at most ${question.depth} cycles, found by ABC` };
}

/**
 * Whether after `depth` good cycles from any state there is another good one. `false`: not known, or not so. The cycles are
 * unrolled into one combinational question for Glucose, which answers in a third of the time of ABC's own `ind`.
 */
export async function isInductive({ depth }: Question, abc: Abc): Promise<boolean> {
  const answer = await abc([
    ...READ,
    // one output, 1 in a bad cycle; then one for each cycle, the last of them in the place of the first
    'orpos',
    `frames -F ${depth + 1}`,
    `swappos -N ${depth}`,
    // those of the cycles before are constraints: 0
    `constr -N ${depth}`,
    'fold',
    // any state to begin with
    'comb',
    'cone -O 0',
    '&get',
    '&glucose2',
  ]);
  return /\bUNSATISFIABLE\b/.test(answer);
}

const NO_REGISTERS = /Does not work for combinational networks/;

async function firstBroken(outputs: readonly number[], question: Question, abc: Abc): Promise<readonly number[]> {
  const answer = await abc([...READ, check(question)]);
  if (NO_REGISTERS.test(answer)) return brokenOfEach(outputs, question, abc);
  const broken = risingIn(answer, question);
  return broken === undefined ? [] : [broken];
}

async function brokenOfEach(outputs: readonly number[], question: Question, abc: Abc): Promise<readonly number[]> {
  const rises = await Promise.all(outputs.map((output) => doesRise(output, question, abc)));
  return outputs.filter((output) => rises[output]);
}

async function doesRise(output: number, question: Question, abc: Abc): Promise<boolean> {
  const cone = [...READ, `cone -s -O ${output}`];
  const answer = await abc([...cone, check(question)]);
  if (!NO_REGISTERS.test(answer)) return risingIn(answer, question) !== undefined;
  const verdict = await abc([...cone, 'sat']);
  if (!/\b(UN)?SATISFIABLE\b/.test(verdict)) throw new NoVerdict(verdict);
  return /\bSATISFIABLE\b/.test(verdict);
}

function check({ depth, from }: Question): string {
  return from === 0 ? `bmc3 -F ${depth}` : `bmc3 -S ${from} -F ${depth}`;
}

/** The output that rises first. */
function risingIn(answer: string, { depth, from }: Question): number | undefined {
  const [, output] = /Output (\d+) of miter \S+ was asserted in frame \d+/.exec(answer) ?? [];
  if (output !== undefined) return Number(output);
  // it counts no frames where it does not begin with the first
  if (answer.includes(`No output asserted in ${from === 0 ? depth : 0} frames.`)) return undefined;
  throw new NoVerdict(answer);
}
