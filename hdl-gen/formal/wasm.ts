/** Proofs with Yosys and z3 from npm (@yowasp/yosys, z3-solver), where none are installed. */
import { ToolFailed } from '../sim/process-failures.ts';
import { type Answer, type Engine, obligationsOf, type Task, yosysScript } from './engine.ts';
import { AssumptionsContradict } from './failures.ts';
import { assertionAt, breaksAssertion, inductionStep, reaches, runsFromReset } from './questions.ts';

/** Asks the solver: everything said inside is forgotten afterwards. */
type Ask = <T>(assertions: string, read: (verdict: 'sat' | 'unsat') => Promise<T>) => Promise<T>;
type Say = (commands: string) => Promise<string>;

export const proveInWasm: Engine = async (task) => {
  const smt = await toSmt(task);
  const obligations = obligationsOf(smt, task.mode === 'cover' ? 'cover' : 'assert');
  if (obligations.size === 0) return { obligations: 0 };
  const refuted = await withSolver(task, smt, (ask, say) => solve(task, obligations, ask, say));
  return refuted === undefined ? { obligations: obligations.size } : { obligations: obligations.size, refuted };
};

async function solve(task: Task, obligations: ReadonlyMap<number, string>, ask: Ask, say: Say): Promise<Answer['refuted']> {
  const { top, mode, depth, from } = task;
  /** what fails in the cycles of the run that the solver has just found */
  const broken = async (first: number, end: number): Promise<Answer['refuted']> => {
    const names = [...obligations].flatMap(([number, path]) =>
      Array.from({ length: end - first }, (_, at) => ({ term: assertionAt(top, number, first + at), path })),
    );
    const values = await say(`(get-value (${names.map(({ term }) => term).join(' ')}))`);
    const falseAt = [...values.matchAll(/(\|[^|]+\| s\d+)\) false\)/g)].map(([, term]) => term);
    const properties = names.filter(({ term }) => falseAt.includes(term.slice(1, -1))).map(({ path }) => path);
    return { properties: [...new Set(properties)], log: `found by z3 in WebAssembly, ${mode}` };
  };
  const failsFromReset = () =>
    ask(runsFromReset(top, depth), async (possible) => {
      if (possible === 'unsat') throw new AssumptionsContradict(top, depth);
      return ask(breaksAssertion(top, from, depth), async (verdict) => (verdict === 'sat' ? broken(from, depth) : undefined));
    });
  const unreached = () =>
    ask(runsFromReset(top, depth), async () => {
      const missing: string[] = [];
      for (const [number, path] of obligations) {
        await ask(reaches(top, number, depth), async (verdict) => {
          if (verdict === 'unsat') missing.push(path);
        });
      }
      return missing.length === 0 ? undefined : { properties: missing, log: 'z3 in WebAssembly finds no run that gets there' };
    });
  if (mode === 'cover') return unreached();
  const base = await failsFromReset();
  if (base !== undefined || mode === 'bounded') return base;
  return ask(inductionStep(top, depth), async (verdict) => (verdict === 'sat' ? broken(depth, depth + 1) : undefined));
}

async function toSmt(task: Task): Promise<string> {
  const { runYosys } = await import('@yowasp/yosys');
  let log = '';
  const print = (octets: Uint8Array | null): void => {
    if (octets !== null) log += new TextDecoder().decode(octets);
  };
  const files = Object.fromEntries(task.modules.map(({ name, text }) => [`${name}.v`, text]));
  try {
    // states as bit vectors: with those, this z3 takes a hundredth of the time
    const made = await runYosys(['-q', '-p', yosysScript(task, '-stbv -wires')], files, { stdout: print, stderr: print });
    task.signal?.throwIfAborted();
    const smt = made?.['design.smt2'];
    if (typeof smt === 'string') return smt;
    if (smt instanceof Uint8Array) return new TextDecoder().decode(smt);
  } catch (error) {
    log += error instanceof Error ? `\n${error.message}` : '';
  }
  task.signal?.throwIfAborted();
  throw new ToolFailed('yosys (WebAssembly)', log);
}

/** Opens z3 on a design, and ends its threads afterwards: they would keep the process alive. */
async function withSolver<T>({ signal }: Task, smt: string, use: (ask: Ask, say: Say) => Promise<T>): Promise<T> {
  const { init, killThreads } = await import('z3-solver');
  const { Z3, em } = await init();
  try {
    const config = Z3.mk_config();
    const context = Z3.mk_context(config);
    const say: Say = async (commands) => {
      signal?.throwIfAborted();
      const interrupt = (): void => Z3.interrupt(context);
      signal?.addEventListener('abort', interrupt);
      try {
        const said = await Z3.eval_smtlib2_string(context, commands);
        if (said.includes('(error')) throw new ToolFailed('z3 (WebAssembly)', said);
        return said.trim();
      } finally {
        signal?.removeEventListener('abort', interrupt);
        signal?.throwIfAborted();
      }
    };
    const ask: Ask = async (assertions, read) => {
      const verdict = await say(`(push 1)\n${assertions}\n(check-sat)`);
      if (verdict !== 'sat' && verdict !== 'unsat') throw new ToolFailed('z3 (WebAssembly)', `neither sat nor unsat: ${verdict}`);
      const answer = await read(verdict);
      await say('(pop 1)');
      return answer;
    };
    await say(`(set-logic QF_UFBV)\n${smt}`);
    return await use(ask, say);
  } finally {
    await killThreads(em);
  }
}
