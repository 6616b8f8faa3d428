/**
 * Proofs of a design's own assertions with Yosys, ABC and z3: bounded, by induction (for ever), and covers. What is proved is
 * counted against what was written, so that nothing passes by being lost on the way.
 */
import type { ModuleIr, Property } from '../ir/module.ts';
import { simulated } from '../ir/simulated.ts';
import { verilogModules } from '../verilog/design.ts';
import { withInstancesHeld, withStreamContracts } from './contracts.ts';
import type { Engine, Prepared, Question, Refutation } from './engine.ts';
import { AssumptionsContradict, ObligationsLost, ProofFailure } from './failures.ts';
import { isNativeInstalled, proveNatively } from './native.ts';
import { oneClock } from './one-clock.ts';
import { proveInWasm } from './wasm.ts';

export { ToolFailed, ToolMissing } from '../sim/process-failures.ts';
export { AssumptionsContradict, ObligationsLost, ProofFailure } from './failures.ts';

/** What is asked, how far, and of whom. */
export interface ProofOptions {
  /** `induction` holds in every cycle there ever is; `bounded` in the first `depth` ones; `cover` finds a way to each cover */
  readonly mode: 'bounded' | 'induction' | 'cover';
  /** cycles; of an induction, how many good ones its step may assume */
  readonly depth: number;
  /** cover: the first cycle in which it is looked for; deep ones are found much faster where that is near */
  readonly from?: number;
  /** `native`: the programs that are installed; `wasm`: those from npm. Default: native where they are */
  readonly engine?: EngineName;
  readonly signal?: AbortSignal;
}

/** The program that answers. */
export type EngineName = 'native' | 'wasm';

/** What was proved, and how many claims reached the solver. */
export interface Proof {
  readonly module: string;
  readonly mode: ProofOptions['mode'];
  readonly depth: number;
  readonly engine: EngineName;
  /** assertions or covers that reached the solver: all that the design and its instances have */
  readonly obligations: number;
  readonly seconds: number;
}

const ALWAYS = { kind: 'constant', width: 1, value: 1n } as const;
/** The cover that every run reaches, in the first cycle after reset. */
const RUNS = 'c_runs';
/** Cycles that a run must have at least: reset, and some more. */
const RUN_CYCLES = 6;

const ENGINES: Readonly<Record<EngineName, Engine>> = { native: proveNatively, wasm: proveInWasm };

/** A design as it is proved. */
interface Subject {
  readonly design: ModuleIr;
  readonly prepared: Prepared;
}

/** Designs as an engine knows them: what is asked next about one needs no Yosys. */
const SUBJECTS: Readonly<Record<EngineName, WeakMap<ModuleIr, Promise<Subject>>>> = { native: new WeakMap(), wasm: new WeakMap() };

/**
 * Foreign modules are their models; what a test bench plays may do anything. The handshakes of the design's streams are proved unasked: of its outputs, if its inputs keep them. Several clocks have
 * their edges in any order.
 * @throws ModelMissing, ProofFailure, ObligationsLost, AssumptionsContradict, ToolMissing, ToolFailed
 */
export async function prove(module: ModuleIr, options: ProofOptions): Promise<Proof> {
  const started = performance.now();
  const engine = options.engine ?? ((await isNativeInstalled()) ? 'native' : 'wasm');
  const subject = await subjectOf(module, engine, options.signal);
  const failed = await (options.mode === 'cover' ? unreached : refuted)(subject, options);
  if (failed !== undefined) throw failure(subject.design, options, failed);
  const { mode, depth } = options;
  const seconds = (performance.now() - started) / 1000;
  const obligations = (mode === 'cover' ? coversOf(subject.design) : pathsOf(subject.design, 'assert')).length;
  return { module: subject.design.name, mode, depth, engine, obligations, seconds };
}

/** Prepared where it is not yet; what fails is tried again the next time. */
function subjectOf(module: ModuleIr, engine: EngineName, signal: AbortSignal | undefined): Promise<Subject> {
  const known = SUBJECTS[engine].get(module);
  if (known !== undefined) return known;
  const subject = prepare(module, ENGINES[engine], signal);
  SUBJECTS[engine].set(module, subject);
  subject.catch(() => SUBJECTS[engine].delete(module));
  return subject;
}

/**
 * The design that a solver is asked about: with one clock, the models of foreign modules, and the contracts of its streams.
 * @throws ModelMissing
 */
export function designToProve(module: ModuleIr): ModuleIr {
  return withRun(withStreamContracts(withInstancesHeld(oneClock(simulated(module)))));
}

/** @throws ObligationsLost, AssumptionsContradict */
async function prepare(module: ModuleIr, engine: Engine, signal: AbortSignal | undefined): Promise<Subject> {
  const design = designToProve(module);
  const prepared = await engine({ top: design.name, modules: verilogModules(design), signal });
  const written = pathsOf(design, 'assert', 'cover');
  const found = prepared.properties.filter((path) => written.includes(path));
  if (found.length !== written.length || prepared.properties.length !== written.length)
    throw new ObligationsLost(design.name, written.length, prepared.properties.length);
  // assumptions that nobody can meet would prove everything
  const runs = written.filter((path) => path === RUNS);
  if (runs.length > 0 && (await reached(prepared, runs, { depth: RUN_CYCLES, from: RUN_CYCLES - 1, signal })).length === 0)
    throw new AssumptionsContradict(design.name, RUN_CYCLES);
  return { design, prepared };
}

/** With a cover that any run reaches which leaves reset and goes on, where something is assumed. */
function withRun(design: ModuleIr): ModuleIr {
  const [domain] = design.domains;
  if (domain === undefined || !allProperties(design).some(({ property }) => property.kind === 'assume')) return design;
  const runs: Property = { kind: 'cover', name: RUNS, condition: ALWAYS, domain, location: design.location };
  return { ...design, properties: [...design.properties, runs] };
}

/** Assertions that a run breaks. */
function refuted({ design, prepared }: Subject, { mode, depth, signal }: ProofOptions): Promise<Refutation | undefined> {
  const properties = pathsOf(design, 'assert');
  return ask(prepared, { properties, mode: mode === 'induction' ? 'induction' : 'bounded', depth, from: 0, each: false, signal });
}

/** Covers that no run reaches. */
async function unreached({ design, prepared }: Subject, { depth, from = 0, signal }: ProofOptions): Promise<Refutation | undefined> {
  const covers = coversOf(design);
  const found = await reached(prepared, covers, { depth, from, signal });
  const properties = covers.filter((path) => !found.includes(path));
  return properties.length === 0 ? undefined : { properties, log: 'no run gets there' };
}

/** Those of the covers that a run reaches: it is a counterexample to the assertion that the cover is never reached. */
async function reached(
  prepared: Prepared,
  covers: readonly string[],
  asked: Pick<Question, 'depth' | 'from' | 'signal'>,
): Promise<readonly string[]> {
  return (await ask(prepared, { properties: covers, mode: 'bounded', each: true, ...asked }))?.properties ?? [];
}

async function ask(prepared: Prepared, question: Question): Promise<Refutation | undefined> {
  return question.properties.length === 0 ? undefined : prepared.refute(question);
}

function failure(design: ModuleIr, options: ProofOptions, { properties, log }: Refutation): ProofFailure {
  const named = allProperties(design).find(({ property, path }) => properties.includes(`${path}${property.name}`));
  const location = named?.property.location.toString() ?? '(unknown)';
  return new ProofFailure(design.name, options, named?.property.name ?? properties.join(', '), location, log);
}

interface PlacedProperty {
  readonly property: Property;
  readonly path: string;
}

/** The properties of a design and of all its instances, an instance at a time. */
function allProperties(module: ModuleIr, path = ''): readonly PlacedProperty[] {
  return [
    ...module.properties.map((property) => ({ property, path })),
    ...module.instances.flatMap((instance) => allProperties(instance.module, `${path}${instance.name}.`)),
  ];
}

function pathsOf(design: ModuleIr, ...kinds: readonly Property['kind'][]): readonly string[] {
  return allProperties(design).flatMap(({ path, property }) => (kinds.includes(property.kind) ? [path + property.name] : []));
}

function coversOf(design: ModuleIr): readonly string[] {
  return pathsOf(design, 'cover').filter((path) => path !== RUNS);
}
