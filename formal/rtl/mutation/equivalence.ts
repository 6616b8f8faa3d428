/**
 * Sequential equivalence of a module and its mutant: both beside each other with the same inputs (a miter), the same
 * outputs proved by induction from reset. Which registers agree is found as by van Eijk (1998): all are supposed to, and
 * what is seen not to hold is given up, until the rest is inductive.
 */

import { Value } from '../../../hdl-gen/build/value.ts';
import { ProofFailure, prove } from '../../../hdl-gen/formal/prove.ts';
import { type Bit, type Bits, u } from '../../../hdl-gen/index.ts';
import { DEFAULT_DOMAIN } from '../../../hdl-gen/ir/domain.ts';
import type { Expression, Instance, ModuleIr, Property, Signal, Statement } from '../../../hdl-gen/ir/module.ts';

/** What the surroundings of a module can see of it, and what it can forget; both by Verilog names. */
export interface Contract {
  /** outputs that are looked at only while another output is 1 */
  readonly lookedAtWhile?: Readonly<Record<string, string>>;
  /** when a register of the mutant comes to the same as that of the original; equality, where nothing is said */
  readonly alike?: Readonly<Record<string, readonly Relation[]>>;
}

/**
 * Something that may hold of a register of the original and of the mutant's, in every cycle.
 * @param other any register of the original
 */
export type Relation = (original: Bits<number>, mutant: Bits<number>, other: (register: string) => Bits<number>) => Bit;

export type Equivalence =
  | { readonly equivalent: true }
  | { readonly equivalent: false /** what could not be proved */; readonly property: string };

/** @throws ObligationsLost, ToolMissing, ToolFailed */
export async function equivalence(original: ModuleIr, mutant: ModuleIr, contract: Contract, signal?: AbortSignal): Promise<Equivalence> {
  const givenUp = new Set<string>();
  for (;;) {
    try {
      await prove(miter(original, mutant, contract, givenUp), { mode: 'induction', depth: 2, ...(signal === undefined ? {} : { signal }) });
      return { equivalent: true };
    } catch (error) {
      if (!(error instanceof ProofFailure)) throw error;
      const { property } = error;
      if (!property.startsWith(SUPPOSED)) return { equivalent: false, property };
      givenUp.add(property);
    }
  }
}

/** @param givenUp names of properties of the registers that are left out */
function miter(original: ModuleIr, mutant: ModuleIr, { lookedAtWhile = {}, alike = {} }: Contract, givenUp: ReadonlySet<string>): ModuleIr {
  const { location, domains } = original;
  const inputs = original.ports.filter(({ kind }) => kind === 'input');
  const first = beside('original', original, inputs);
  const second = beside('mutant', mutant, inputs);
  const property = (name: string, condition: Bit, kind: 'assert' | 'assume' = 'assert'): Property => ({
    kind,
    name,
    condition: condition.expression,
    domain: domains[0] ?? DEFAULT_DOMAIN,
    location,
  });
  const outputs = original.ports
    .filter(({ kind }) => kind === 'output')
    .map(({ name }) => {
      const looker = lookedAtWhile[name];
      const lookedAt = looker === undefined ? u(1, 1) : bit(first.port(looker));
      return property(`output_${name}_agrees`, lookedAt.not().or(first.port(name).eq(second.port(name))));
    });
  const other = (register: string): Bits<number> => first.port(shown(register));
  const registers = registersOf(original)
    .flatMap(({ name }) =>
      (alike[name] ?? [equal]).map((relation, index) =>
        property(`${SUPPOSED}${name}_${index}_agrees`, relation(other(name), second.port(shown(name)), other)),
      ),
    )
    .filter(({ name }) => !givenUp.has(name));
  // what the original takes for granted of its surroundings is granted to both
  const assumptions = assumptionsOf(original).map(({ name }) => property(`granted_${name}`, bit(first.port(shown(name))), 'assume'));
  return {
    name: `${original.name}_miter`,
    description: 'A module and its mutant, with the same inputs.',
    location,
    ports: inputs,
    streams: [],
    domains,
    signals: [...first.signals, ...second.signals],
    memories: [],
    reads: [],
    externals: [],
    clocks: [],
    instances: [first.instance, second.instance],
    statements: [],
    properties: [...outputs, ...registers, ...assumptions],
    pasts: [],
    unused: new Set(),
  };
}

/** An instance of the module with its registers for all to see, and what it assumes of its surroundings. */
function beside(name: string, module: ModuleIr, inputs: readonly Signal[]) {
  const inside = withInsideShown(module, `${module.name}_${name}`);
  const signals = inside.ports
    .filter(({ kind }) => kind === 'output')
    .map((port): Signal => ({ ...port, kind: 'instanceOutput', name: `${name}_${port.name}` }));
  const instance: Instance = {
    name,
    module: inside,
    observed: [],
    connections: [
      ...inputs.map((signal) => ({ port: signal.name, signal })),
      ...signals.map((signal) => ({ port: signal.name.slice(name.length + 1), signal })),
    ],
    domains: module.domains.map((domain) => ({ port: domain, here: domain })),
    location: module.location,
  };
  const port = (wanted: string): Bits<number> => {
    const found = instance.connections.find((connection) => connection.port === wanted)?.signal;
    if (found === undefined) throw new RangeError(`${module.name} has no port ${wanted}`);
    return new Value<number>(read(found));
  };
  return { instance, signals, port };
}

function withInsideShown(module: ModuleIr, name: string): ModuleIr {
  const { location } = module;
  const inside = [
    ...registersOf(module).map((register) => ({ name: register.name, value: read(register) })),
    ...assumptionsOf(module).map((assumption) => ({ name: assumption.name, value: assumption.condition })),
  ];
  const shownAs = inside.map(({ name: what, value }): { readonly output: Signal; readonly statement: Statement } => {
    const domain = module.domains[0] ?? DEFAULT_DOMAIN;
    const output: Signal = { kind: 'output', name: shown(what), width: value.width, location, init: null, fallback: undefined, domain };
    return { output, statement: { kind: 'assign', target: output, value, location } };
  });
  return {
    ...module,
    name,
    ports: [...module.ports, ...shownAs.map(({ output }) => output)],
    statements: [...module.statements, ...shownAs.map(({ statement }) => statement)],
    properties: module.properties.filter(({ kind }) => kind !== 'assume'),
  };
}

function registersOf(module: ModuleIr): readonly Signal[] {
  return module.signals.filter(({ kind, formal }) => kind === 'register' && formal !== true);
}

function assumptionsOf(module: ModuleIr): readonly Property[] {
  return module.properties.filter(({ kind }) => kind === 'assume');
}

function read(signal: Signal): Expression {
  return { kind: 'signal', width: signal.width, signal };
}

function bit(value: Bits<number>): Bit {
  return value.bit(0);
}

const equal: Relation = (a, b) => a.eq(b);
const shown = (name: string): string => `shown_${name}`;
/** how the properties begin that may be given up */
const SUPPOSED = 'register_';
