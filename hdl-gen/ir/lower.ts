/**
 * Lowers a module and all its instances to one flat netlist: control flow becomes muxes, hierarchy becomes
 * dotted names, resets and enables become part of the next value.
 */
import { refuseClashes } from '../verilog/same-name.ts';
import { run } from './deep.ts';
import { resetPorts } from './domain.ts';
import { NodePool } from './fold.ts';
import { clocksOf, isResetAsynchronously, sampledBy } from './interface.ts';
import { MemoryWords } from './lowering/memory-words.ts';
import { type Draft, open, outside, required, type Scope, type State } from './lowering/scope.ts';
import { Values } from './lowering/values.ts';
import type { ModuleIr, Signal } from './module.ts';
import type { Netlist, NetPort, NetProperty, NetRegister, NodeId } from './netlist.ts';
import { withObservedPorts } from './observed.ts';
import { resettingInputs } from './resetting.ts';
import { simulated } from './simulated.ts';

/**
 * Foreign modules are their models.
 * @param top an elaborated module, free of combinational loops (the checks see to that)
 * @throws ModelMissing, ModuleNameClash
 */
export function lower(top: ModuleIr): Netlist {
  const design = withObservedPorts(simulated(top));
  refuseClashes(design);
  return lowered(design);
}

function lowered(top: ModuleIr): Netlist {
  const state: State = { pool: new NodePool(), registers: [], memories: [] };
  const ports = [...resetPorts(top.domains).map(({ name }) => ({ name, width: 1 })), ...top.ports.filter(({ kind }) => kind === 'input')];
  const inputs = ports.map(({ name, width }, index) => ({ name, width, node: state.pool.input(width, index) }));
  const nodeOf: ReadonlyMap<string, NodeId> = new Map(inputs.map(({ name, node }) => [name, node]));
  const domains = top.domains.map((port) => {
    const { clock, reset } = port;
    return { port, top: { clock, reset: reset && { port: reset.name, active: reset.active } } };
  });
  const scopes: Scope[] = [];
  const scope = run(open(top, { prefix: '', inputs: nodeOf, domains }, state, (done) => scopes.push(done)));
  const values = new Values(state, nodeOf);
  for (const one of scopes) driveState(one, state, values);
  const properties = scopes.flatMap((one) => propertiesOf(one, state, values));
  const wires = scopes.flatMap((one) => wiresOf(one, values));
  const clocks = clocksOf(top);
  const outputs = top.ports
    .filter((port) => port.kind === 'output')
    .map((port) => ({ name: port.name, width: port.width, node: values.signal(scope, port), clock: sampledBy(top, clocks, port) }));
  const { registers, memories, pool } = state;
  const settled = registers.flatMap((register) => register.settled ?? []);
  return {
    name: top.name,
    nodes: pool.nodes,
    inputs,
    outputs,
    clocks,
    registers,
    memories,
    properties,
    wires,
    resetting: resettingInputs(pool.nodes, inputs, settled),
  };
}

/** Makes the next values of the registers of one module, and the writes of its memories. */
function driveState(scope: Scope, { pool, registers, memories }: State, values: Values): void {
  const { module } = scope;
  const words = new MemoryWords({ pool, registers, memories }, values);
  const register = (signal: Signal): Draft<NetRegister> =>
    required(registers[required(scope.registers.get(signal), signal.name)], signal.name);
  const unlessReset = ({ width, domain }: Signal, init: bigint, next: NodeId): NodeId =>
    pool.mux(width, values.reset(scope, domain), pool.constant(width, init), next);
  for (const { data, value } of module.pasts) register(data).next = unlessReset(data, 0n, values.expression(scope, value));
  const pasts = new Set(module.pasts.map((past) => past.data));
  for (const signal of module.signals) {
    if (signal.kind !== 'register' || pasts.has(signal)) continue;
    const target = register(signal);
    const next = values.after(scope, module.statements, signal, target.node);
    if (isResetAsynchronously(signal)) target.settled = values.signal(scope, signal);
    target.next = signal.init === null ? next : unlessReset(signal, signal.init, next);
  }
  for (const [memory, index] of scope.memories) required(memories[index], memory.name).writes = words.writes(scope, memory);
  for (const read of module.reads) {
    const target = register(read.data);
    const word = words.word(scope, read);
    target.next = pool.mux(read.data.width, values.expression(scope, read.enable), word, target.node);
  }
}

function propertiesOf(scope: Scope, { pool }: State, values: Values): NetProperty[] {
  return scope.module.properties.map(({ name, kind, domain, condition, location }) => ({
    name: scope.prefix + name,
    kind,
    clock: outside(scope, domain).clock,
    condition: values.expression(scope, condition),
    enable: pool.not(values.reset(scope, domain)),
    location: location.toString(),
  }));
}

function wiresOf(scope: Scope, values: Values): NetPort[] {
  const { ports, signals } = scope.module;
  return [...(scope.prefix === '' ? [] : ports), ...signals]
    .filter(({ kind }) => kind === 'wire' || kind === 'input' || kind === 'output')
    .map((signal) => ({ name: scope.prefix + signal.name, width: signal.width, node: values.signal(scope, signal) }));
}
