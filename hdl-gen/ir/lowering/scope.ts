/** The modules of a design as they stand in its hierarchy: each with its state, and with what its clocks and resets are at the top. */
import { call, type Deep } from '../deep.ts';
import { type Domain, sameDomain } from '../domain.ts';
import { netOf } from '../external.ts';
import type { NodePool } from '../fold.ts';
import { isResetAsynchronously } from '../interface.ts';
import type { Expression, Instance, Memory, ModuleIr, Signal } from '../module.ts';
import type { NetMemory, NetRegister, NodeId } from '../netlist.ts';

/** One module somewhere in the hierarchy. */
export interface Scope {
  readonly module: ModuleIr;
  readonly prefix: string;
  /** where the value of an input port comes from: a signal of the module around it, or a node at the top */
  readonly inputs: ReadonlyMap<string, { readonly scope: Scope; readonly signal: Signal } | NodeId>;
  /** the domains that are ports of the module, and what each is at the top */
  readonly domains: readonly { readonly port: Domain; readonly top: TopDomain }[];
  /** outputs of its instances, by the signal that stands for each */
  readonly outputs: Map<Signal, { readonly child: Scope; readonly port: Signal }>;
  /** registers by the signal they belong to, and memories: indices of the netlist's */
  readonly registers: Map<Signal, number>;
  readonly memories: Map<Memory, number>;
  readonly signals: Map<Signal, NodeId>;
  readonly expressions: Map<Expression, NodeId>;
}

/** A clock port of the top, and what resets the registers: a port of it, or a signal somewhere. */
export interface TopDomain {
  readonly clock: string;
  readonly reset:
    | undefined
    | ({ readonly active: 'high' | 'low' } & ({ readonly port: string } | { readonly scope: Scope; readonly signal: Signal }));
}

export type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** The state of a netlist: what drives it is made later. */
export interface State {
  readonly pool: NodePool;
  readonly registers: Draft<NetRegister>[];
  readonly memories: Draft<NetMemory>[];
}

/** What a domain that is used in the module is at the top. */
export function outside(scope: Scope, domain: Domain): TopDomain {
  const { module, domains, prefix } = scope;
  const { signal, active } = domain.reset ?? {};
  const clock = netOf(module, domain.clock);
  const top = (wanted: (port: Domain) => boolean): TopDomain =>
    required(domains.find(({ port }) => wanted(port))?.top, prefix + domain.clock);
  if (signal === undefined || active === undefined) return top((port) => sameDomain(port, { ...domain, clock }));
  return { clock: top((port) => port.clock === clock).clock, reset: { scope, signal, active } };
}

/**
 * Declares the state of a module and of its instances.
 * @param done takes each module when those inside it are done
 */
export function* open(
  module: ModuleIr,
  around: Pick<Scope, 'prefix' | 'inputs' | 'domains'>,
  state: State,
  done: (scope: Scope) => void,
): Deep<Scope> {
  const scope: Scope = {
    module,
    ...around,
    outputs: new Map(),
    registers: new Map(),
    memories: new Map(),
    signals: new Map(),
    expressions: new Map(),
  };
  for (const memory of module.memories) {
    const { name, width, depth, init } = memory;
    scope.memories.set(memory, state.memories.push({ name: scope.prefix + name, width, depth, init, writes: [] }) - 1);
  }
  for (const signal of module.signals)
    if (signal.kind === 'register' || signal.kind === 'memoryOutput') declareRegister(scope, signal, state);
  for (const instance of module.instances) {
    const child = yield* call(open(instance.module, inside(scope, instance), state, done));
    const toSignal = new Map(instance.connections.map(({ port, signal }) => [port, signal]));
    for (const port of instance.module.ports) {
      const signal = port.kind === 'output' ? toSignal.get(port.name) : undefined;
      if (signal !== undefined) scope.outputs.set(signal, { child, port });
    }
  }
  done(scope);
  return scope;
}

function inside(scope: Scope, { name, connections, domains }: Instance): Pick<Scope, 'prefix' | 'inputs' | 'domains'> {
  return {
    prefix: `${scope.prefix}${name}.`,
    inputs: new Map(connections.map(({ port, signal }) => [port, { scope, signal }])),
    domains: domains.map(({ port, here }) => ({ port, top: outside(scope, here) })),
  };
}

function declareRegister(scope: Scope, signal: Signal, { pool, registers }: State): void {
  const index = registers.length;
  const node = pool.register(signal.width, index);
  scope.registers.set(signal, index);
  // an asynchronous reset shows at once, so what others read is made when its reset is known
  if (!isResetAsynchronously(signal)) scope.signals.set(signal, node);
  registers.push({
    name: scope.prefix + signal.name,
    width: signal.width,
    clock: outside(scope, signal.domain).clock,
    init: signal.init,
    node,
    next: node,
    ...(signal.enumeration === undefined ? {} : { enumeration: signal.enumeration }),
  });
}

export function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`hdl-gen lost track of ${name}: please report this design`);
  return value;
}
