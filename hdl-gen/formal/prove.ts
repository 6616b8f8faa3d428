/**
 * Proofs of a design's own assertions with Yosys and z3: bounded, by induction (for ever), and covers. What is proved is
 * counted against what was written, so that nothing passes by being lost on the way.
 */
import { not } from '../ir/logic.ts';
import type { ModuleIr, Property } from '../ir/module.ts';
import { simulated } from '../ir/simulated.ts';
import { verilogModules } from '../verilog/design.ts';
import { withInstancesHeld, withStreamContracts } from './contracts.ts';
import type { Answer, Engine } from './engine.ts';
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
  const kind = options.mode === 'cover' ? 'cover' : 'assert';
  const written = allProperties(design).filter(({ property }) => property.kind === kind);
  if (allProperties(design).some(({ property }) => property.kind === 'assume')) await requireRun(design, options, ENGINES[name]);
  if (options.mode === 'cover' && options.from !== undefined) {
    for (const cover of written) await findLate(design, cover, options, ENGINES[name]);
  } else {
    const { obligations, refuted } = await run(design, options, ENGINES[name]);
    if (obligations !== written.length) throw new ObligationsLost(design.name, written.length, obligations);
    if (refuted !== undefined) throw failure(design, options, refuted);
  }
  const { mode, depth } = options;
  const seconds = (performance.now() - started) / 1000;
  return { module: design.name, mode, depth, engine: name, obligations: written.length, seconds };
}

function run(design: ModuleIr, { mode, depth, from, signal }: ProofOptions, engine: Engine): Promise<Answer> {
  return engine({ top: design.name, modules: verilogModules(design), mode, depth, from: from ?? 0, signal });
}

/** Some run leaves reset and goes on. Assumptions that nobody can meet would prove everything. */
async function requireRun(design: ModuleIr, options: ProofOptions, engine: Engine): Promise<void> {
  const [domain] = design.domains;
  if (domain === undefined) return;
  const runs: Property = { kind: 'cover', name: 'c_runs', condition: ALWAYS, domain, location: design.location };
  const asked = neverReaching({ ...design, properties: [...design.properties, runs] }, runs);
  const { signal } = options;
  const depth = RUN_CYCLES;
  const { refuted } = await run(asked, { mode: 'bounded', depth, from: depth - 1, ...(signal === undefined ? {} : { signal }) }, engine);
  if (refuted === undefined) throw new AssumptionsContradict(design.name, depth);
}

/** A cover deep down: that it is never reached between `from` and `depth` must be refuted. */
async function findLate(design: ModuleIr, cover: PlacedProperty, options: ProofOptions, engine: Engine): Promise<void> {
  const { obligations, refuted } = await run(neverReaching(design, cover.property), { ...options, mode: 'bounded' }, engine);
  if (obligations !== 1) throw new ObligationsLost(design.name, 1, obligations);
  if (refuted === undefined) throw failure(design, options, { properties: [`${cover.path}${cover.property.name}`], log: '' });
}

/** The design with its assumptions, and one assertion: that the cover is never reached. */
function neverReaching(module: ModuleIr, cover: Property): ModuleIr {
  const properties = module.properties.flatMap((property): Property[] => {
    if (property.kind === 'assume') return [property];
    return property === cover ? [{ ...cover, kind: 'assert', condition: not(cover.condition) }] : [];
  });
  const instances = module.instances.map((instance) => ({ ...instance, module: neverReaching(instance.module, cover) }));
  return { ...module, properties, instances };
}

function failure(design: ModuleIr, options: ProofOptions, { properties, log }: NonNullable<Answer['refuted']>): ProofFailure {
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
