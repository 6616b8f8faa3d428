/**
 * Proofs of a design's own assertions with Yosys and z3: bounded, by induction (for ever), and covers. What is proved is
 * counted against what was written, so that nothing passes by being lost on the way.
 */
import { not } from '../ir/logic.ts';
import type { ModuleIr, Property } from '../ir/module.ts';
import { simulated } from '../ir/simulated.ts';
import { verilogModules } from '../verilog/design.ts';
import { withInstancesHeld, withStreamContracts } from './contracts.ts';
import type { Answer, Engine, Refutation, Task } from './engine.ts';
import { AssumptionsContradict, ObligationsLost, ProofFailure } from './failures.ts';
import { isNativeInstalled, proveNatively } from './native.ts';
import { oneClock } from './one-clock.ts';
import { proveInWasm } from './wasm.ts';

export { ToolFailed, ToolMissing } from '../sim/process-failures.ts';
export { AssumptionsContradict, ObligationsLost, ProofFailure } from './failures.ts';

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

export type EngineName = 'native' | 'wasm';

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
/** Cycles that a run must have at least: reset, and some more. */
const RUN_CYCLES = 6;

/** Designs that are known to run under their assumptions. */
const RUNNING = new WeakSet<ModuleIr>();

const ENGINES: Readonly<Record<EngineName, Engine>> = { native: proveNatively, wasm: proveInWasm };

/**
 * Foreign modules are their models; what a test bench plays may do anything. The handshakes of the design's streams are proved unasked: of its outputs, if its inputs keep them. Several clocks have
 * their edges in any order.
 * @throws ModelMissing, ProofFailure, ObligationsLost, AssumptionsContradict, ToolMissing, ToolFailed
 */
export async function prove(subject: ModuleIr, options: ProofOptions): Promise<Proof> {
  const started = performance.now();
  const design = withStreamContracts(withInstancesHeld(oneClock(simulated(subject))));
  const name = options.engine ?? ((await isNativeInstalled()) ? 'native' : 'wasm');
  const engine = ENGINES[name];
  const kind = options.mode === 'cover' ? 'cover' : 'assert';
  const written = allProperties(design).filter(({ property }) => property.kind === kind);
  if (!RUNNING.has(subject) && allProperties(design).some(({ property }) => property.kind === 'assume')) {
    await requireRun(design, options, engine);
    RUNNING.add(subject);
  }
  const failed = await (options.mode === 'cover' ? unreached : refuted)(design, written, options, engine);
  if (failed !== undefined) throw failure(design, options, failed);
  const { mode, depth } = options;
  const seconds = (performance.now() - started) / 1000;
  return { module: design.name, mode, depth, engine: name, obligations: written.length, seconds };
}

/** Assertions that a run breaks. */
async function refuted(
  design: ModuleIr,
  written: readonly PlacedProperty[],
  options: ProofOptions,
  engine: Engine,
): Promise<Refutation | undefined> {
  const mode = options.mode === 'induction' ? 'induction' : 'bounded';
  return (await run(design, written.length, { ...options, mode, each: false }, engine)).refuted;
}

/** Covers that no run reaches: a counterexample must be found to the assertion that it is never reached. */
async function unreached(
  design: ModuleIr,
  written: readonly PlacedProperty[],
  options: ProofOptions,
  engine: Engine,
): Promise<Refutation | undefined> {
  const covers = new Set(written.map(({ property }) => property));
  const found = await run(neverReaching(design, covers), written.length, { ...options, mode: 'bounded', each: true }, engine);
  const reached = new Set(found.refuted?.properties);
  const properties = written.map(({ path, property }) => `${path}${property.name}`).filter((name) => !reached.has(name));
  return properties.length === 0 ? undefined : { properties, log: 'no run gets there' };
}

type Asked = Pick<Task, 'mode' | 'depth' | 'each' | 'signal'> & Pick<ProofOptions, 'from'>;

/** @throws ObligationsLost */
async function run(design: ModuleIr, written: number, { mode, depth, from = 0, each, signal }: Asked, engine: Engine): Promise<Answer> {
  const answer = await engine({ top: design.name, modules: verilogModules(design), mode, depth, from, each, signal });
  if (answer.obligations !== written) throw new ObligationsLost(design.name, written, answer.obligations);
  return answer;
}

/** Some run leaves reset and goes on. Assumptions that nobody can meet would prove everything. */
async function requireRun(design: ModuleIr, options: ProofOptions, engine: Engine): Promise<void> {
  const [domain] = design.domains;
  if (domain === undefined) return;
  const runs: Property = { kind: 'cover', name: 'c_runs', condition: ALWAYS, domain, location: design.location };
  const asked = neverReaching({ ...design, properties: [...design.properties, runs] }, new Set([runs]));
  const { signal } = options;
  const depth = RUN_CYCLES;
  const { refuted } = await run(asked, 1, { mode: 'bounded', depth, from: depth - 1, each: false, signal }, engine);
  if (refuted === undefined) throw new AssumptionsContradict(design.name, depth);
}

/** The design with its assumptions, and an assertion for each of the covers: that it is never reached. */
function neverReaching(module: ModuleIr, covers: ReadonlySet<Property>): ModuleIr {
  const properties = module.properties.flatMap((property): Property[] => {
    if (property.kind === 'assume') return [property];
    return covers.has(property) ? [{ ...property, kind: 'assert', condition: not(property.condition) }] : [];
  });
  const instances = module.instances.map((instance) => ({ ...instance, module: neverReaching(instance.module, covers) }));
  return { ...module, properties, instances };
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
