/** Proofs with Yosys and z3 from npm (@yowasp/yosys, z3-solver), where none are installed. */
import { ToolFailed } from '../sim/process-failures.ts';
import { type Design, designFiles, type Engine, flatDesign, obligationsOf, type Question, type Refutation } from './engine.ts';
import { breaksOne, goodRun, isBroken, runsFromReset } from './questions.ts';

/** Z3_lbool */
const UNSATISFIABLE = -1;
const UNKNOWN = 0;

/** Puts a question to the solver; the answer is the text of a model, undefined where there is none. */
type Ask = (...assertions: readonly string[]) => Promise<string | undefined>;

export const proveInWasm: Engine = async (design) => {
  const smt = await toSmt(design);
  const assertions = obligationsOf(smt);
  return {
    properties: [...assertions.values()],
    refute: (question) => withSolver(question, smt, (ask) => solve(design, question, assertions, ask)),
  };
};

async function solve(
  { top }: Design,
  { properties, mode, depth, from, each }: Question,
  assertions: ReadonlyMap<number, string>,
  ask: Ask,
): Promise<Refutation | undefined> {
  const numbers = [...assertions.keys()].filter((number) => properties.includes(assertions.get(number) ?? ''));
  const fromReset = runsFromReset(top, depth);
  const asked = each ? numbers.map((number) => [number]) : [numbers];
  const broken: number[] = [];
  for (const together of asked) {
    const model = await ask(fromReset, breaksOne(top, together, from, depth));
    if (model !== undefined) broken.push(...together.filter((number) => isBroken(model, number)));
  }
  const named = (ones: readonly number[], kind: string): Refutation => ({
    properties: ones.map((number) => assertions.get(number) ?? ''),
    log: `z3 (WebAssembly) refutes the ${kind}`,
  });
  if (broken.length > 0) return named(broken, 'first cycles');
  if (mode === 'bounded') return undefined;
  const step = await ask(goodRun(top, numbers, depth), breaksOne(top, numbers, depth, depth + 1));
  if (step === undefined) return undefined;
  return named(
    numbers.filter((number) => isBroken(step, number)),
    'induction step',
  );
}

async function toSmt(design: Design): Promise<string> {
  const { runYosys } = await import('@yowasp/yosys');
  let log = '';
  const print = (octets: Uint8Array | null): void => {
    if (octets !== null) log += new TextDecoder().decode(octets);
  };
  try {
    // states as bit vectors: with those, this z3 takes a hundredth of the time
    const commands = [...flatDesign(design), 'write_smt2 -stbv -wires design.smt2'].join('; ');
    const made = await runYosys(['-q', '-p', commands], designFiles(design), { stdout: print, stderr: print });
    design.signal?.throwIfAborted();
    const smt = made?.['design.smt2'];
    if (typeof smt === 'string') return smt;
    if (smt instanceof Uint8Array) return new TextDecoder().decode(smt);
  } catch (error) {
    log += error instanceof Error ? `\n${error.message}` : '';
  }
  design.signal?.throwIfAborted();
  throw new ToolFailed('yosys (WebAssembly)', log);
}

/** Opens z3 on a design, and ends its threads afterwards: they would keep the process alive. */
async function withSolver<T>({ signal }: Question, smt: string, use: (ask: Ask) => Promise<T>): Promise<T> {
  const { init, killThreads } = await import('z3-solver');
  const { Z3, em } = await init();
  try {
    const context = Z3.mk_context(Z3.mk_config());
    const ask: Ask = async (...assertions) => {
      signal?.throwIfAborted();
      const solver = Z3.mk_solver(context);
      // not eval_smtlib2_string: it hands a string to a thread that outlives it
      Z3.solver_from_string(context, solver, [smt, ...assertions].join('\n'));
      if (Z3.get_error_code(context) !== 0) throw new ToolFailed('z3 (WebAssembly)', Z3.get_error_msg(context, Z3.get_error_code(context)));
      const interrupt = (): void => Z3.interrupt(context);
      signal?.addEventListener('abort', interrupt);
      const verdict = await Z3.solver_check(context, solver);
      signal?.removeEventListener('abort', interrupt);
      signal?.throwIfAborted();
      if (verdict === UNKNOWN) throw new ToolFailed('z3 (WebAssembly)', Z3.solver_get_reason_unknown(context, solver));
      return verdict === UNSATISFIABLE ? undefined : Z3.model_to_string(context, Z3.solver_get_model(context, solver));
    };
    return await use(ask);
  } finally {
    await killThreads(em);
  }
}
