/**
 * A design with most of its inputs fixed, for covers that lie a whole frame deep: the solver has to find the way, and
 * fixed inputs leave it few to try. All assumptions of the design hold there too; what it asserts is proved elsewhere.
 */
import type { Module, Ports } from '../../hdl-gen/index.ts';
import type { ModuleIr, Signal, Statement } from '../../hdl-gen/ir/module.ts';

/** Values of inputs, by their names in the Verilog. */
export type FixedInputs = { readonly [port: string]: number | bigint };

/** @param fixed the inputs that are fixed; the others stay the solver's choice */
export function straightRun(of: Module<Ports>, fixed: FixedInputs): Pick<Module<Ports>, 'elaborate'> {
  return { elaborate: () => withFixed(of.elaborate(), fixed) };
}

function withFixed(module: ModuleIr, fixed: FixedInputs): ModuleIr {
  const wires = Object.entries(fixed).map(([name, value]) => ({ wire: wireInPlaceOf(module, name), value: BigInt(value) }));
  return {
    ...module,
    ports: module.ports.filter(({ name }) => !(name in fixed)),
    signals: [...module.signals, ...wires.map(({ wire }) => wire)],
    statements: [...wires.map(({ wire, value }) => constantly(wire, value)), ...module.statements],
    properties: module.properties.filter(({ kind }) => kind !== 'assert'),
  };
}

function wireInPlaceOf(module: ModuleIr, name: string): Signal {
  const port = module.ports.find((candidate) => candidate.kind === 'input' && candidate.name === name);
  if (port === undefined) throw new RangeError(`module ${module.name} has no input ${name}`);
  return { ...port, kind: 'wire' };
}

function constantly(target: Signal, value: bigint): Statement {
  return { kind: 'assign', target, value: { kind: 'constant', width: target.width, value }, location: target.location };
}
