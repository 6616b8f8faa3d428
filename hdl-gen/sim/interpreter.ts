/** The oracle: every node as a bigint, in order, every cycle. Slow, and plain enough to be believed. */
import type { Netlist, NetNode, NodeId } from '../ir/netlist.ts';
import { PortRangeError, PropertyFailure, UnknownClockError } from './failures.ts';
import { requireBig, requireNumber } from './port-values.ts';
import { Random } from './random.ts';
import type { InputPort, OutputPort, Simulator } from './simulator.ts';

export interface Interpreter extends Simulator {
  /** how often each cover was reached */
  readonly covers: ReadonlyMap<string, number>;
}

/**
 * Simulates a netlist node by node: slow, and the oracle of the faster simulators.
 * @param seed start of registers without reset and of memories without contents
 */
export function interpret(netlist: Netlist, { seed = 1 }: { readonly seed?: number } = {}): Interpreter {
  const random = new Random(seed);
  let registers = netlist.registers.map((register) => register.init ?? random.bits(register.width));
  const memories = netlist.memories.map(({ width, depth, init }) =>
    Array.from({ length: depth }, (_, word) => init?.[word] ?? random.bits(width)),
  );
  const given = netlist.inputs.map(() => 0n);
  let sampled = netlist.outputs.map(() => 0n);
  const covers = new Map(netlist.properties.filter(({ kind }) => kind === 'cover').map(({ name }) => [name, 0]));
  let cycle = 0;

  const settle = (): bigint[] => {
    const values: bigint[] = [];
    for (const node of netlist.nodes) values.push(evaluate(node, values));
    registers = registers.map((value, index) => {
      const { settled } = at(netlist.registers, index);
      return settled === undefined ? value : at(values, settled);
    });
    return values;
  };
  const evaluate = (node: NetNode, values: readonly bigint[]): bigint => {
    if (node.op === 'input') return at(given, node.index);
    if (node.op === 'register') return at(registers, node.index);
    if (node.op === 'read') return at(memories, node.memory)[Number(at(values, node.address))] ?? 0n;
    return combine(
      node,
      (id) => at(values, id),
      (id) => at(netlist.nodes, id).width,
    );
  };

  const checkProperties = (values: readonly bigint[], clock: string): void => {
    for (const property of netlist.properties) {
      if (property.clock !== clock || at(values, property.enable) === 0n) continue;
      const holds = at(values, property.condition) === 1n;
      if (property.kind === 'cover') covers.set(property.name, (covers.get(property.name) ?? 0) + (holds ? 1 : 0));
      else if (!holds) throw new PropertyFailure(property.kind, property.name, property.location, cycle, seed);
    }
  };

  const [defaultClock = ''] = netlist.clocks;
  const one = (clock: string): void => {
    const values = settle();
    sampled = netlist.outputs.map((port, index) => (port.clock === clock ? at(values, port.node) : at(sampled, index)));
    checkProperties(values, clock);
    netlist.memories.forEach((memory, index) => {
      for (const write of memory.writes) {
        const address = Number(at(values, write.address));
        if (write.clock === clock && at(values, write.enable) === 1n && address < memory.depth)
          at(memories, index)[address] = at(values, write.data);
      }
    });
    registers = registers.map((value, index) => {
      const register = at(netlist.registers, index);
      return register.clock === clock ? at(values, register.next) : value;
    });
    if (clock === defaultClock) cycle++;
  };

  return {
    name: 'interpreter',
    inputs: new Map(
      netlist.inputs.map(({ name, width }, index) => {
        // what a reset has done until now stays done
        const before = netlist.resetting.includes(name) ? settle : () => {};
        return [name, inputPort(name, width, given, index, before)];
      }),
    ),
    outputs: new Map(
      netlist.outputs.map(({ name, width, node }, index) => [
        name,
        outputPort(
          name,
          width,
          () => at(settle(), node),
          () => at(sampled, index),
        ),
      ]),
    ),
    covers,
    get cycle() {
      return cycle;
    },
    step(cycles = 1, clock = defaultClock) {
      if (!netlist.clocks.includes(clock)) throw new UnknownClockError(netlist.name, clock, netlist.clocks);
      for (let count = 0; count < cycles; count++) one(clock);
    },
    peek(name) {
      const register = netlist.registers.findIndex((candidate) => candidate.name === name);
      if (register >= 0) return at(registers, register);
      const wire = netlist.wires.find((candidate) => candidate.name === name);
      if (wire === undefined) throw new RangeError(`${netlist.name} has no register or wire ${name}`);
      return at(settle(), wire.node);
    },
    close() {
      // nothing outlives the object
    },
  };
}

/** Value of a node from the values of its arguments. */
function combine(node: NetNode, value: (id: NodeId) => bigint, widthOf: (id: NodeId) => number): bigint {
  const { width } = node;
  const wrap = (result: bigint): bigint => BigInt.asUintN(width, result);
  const bit = (condition: boolean): bigint => (condition ? 1n : 0n);
  const signed = (id: NodeId): bigint => BigInt.asIntN(widthOf(id), value(id));
  switch (node.op) {
    case 'constant':
      return node.value;
    case 'not':
      return wrap(~value(node.a));
    case 'zext':
      return value(node.a);
    case 'sext':
      return wrap(signed(node.a));
    case 'reduceAnd':
      return bit(signed(node.a) === -1n);
    case 'reduceOr':
      return bit(value(node.a) !== 0n);
    case 'reduceXor':
      return BigInt([...value(node.a).toString(2)].filter((digit) => digit === '1').length % 2);
    case 'slice':
      return wrap(value(node.a) >> BigInt(node.low));
    case 'concat':
      return node.parts.reduce((result, part) => (result << BigInt(widthOf(part))) | value(part), 0n);
    case 'mux':
      return value(node.select) === 1n ? value(node.a) : value(node.b);
    case 'and':
      return value(node.a) & value(node.b);
    case 'or':
      return value(node.a) | value(node.b);
    case 'xor':
      return value(node.a) ^ value(node.b);
    case 'add':
      return wrap(value(node.a) + value(node.b));
    case 'sub':
      return wrap(value(node.a) - value(node.b));
    case 'mul':
      return wrap(value(node.a) * value(node.b));
    case 'eq':
      return bit(value(node.a) === value(node.b));
    case 'ne':
      return bit(value(node.a) !== value(node.b));
    case 'lt':
      return bit(value(node.a) < value(node.b));
    case 'le':
      return bit(value(node.a) <= value(node.b));
    case 'lts':
      return bit(signed(node.a) < signed(node.b));
    case 'les':
      return bit(signed(node.a) <= signed(node.b));
    case 'shl':
      return value(node.b) >= BigInt(width) ? 0n : wrap(value(node.a) << value(node.b));
    case 'shr':
      return value(node.b) >= BigInt(width) ? 0n : value(node.a) >> value(node.b);
    case 'sar':
      return wrap(signed(node.a) >> (value(node.b) >= BigInt(width) ? BigInt(width) : value(node.b)));
    default:
      throw new RangeError(`a ${node.op} has its value from the state`);
  }
}

/** @param before called before each change */
function inputPort(name: string, width: number, given: bigint[], index: number, before: () => void): InputPort {
  return {
    name,
    width,
    get value() {
      return narrow(name, width, at(given, index));
    },
    set value(value: number) {
      requireNumber(name, width, value);
      before();
      given[index] = BigInt(value);
    },
    get big() {
      return at(given, index);
    },
    set big(value: bigint) {
      requireBig(name, width, value);
      before();
      given[index] = value;
    },
  };
}

function outputPort(name: string, width: number, settled: () => bigint, sampled: () => bigint): OutputPort {
  return {
    name,
    width,
    get value() {
      return narrow(name, width, settled());
    },
    get big() {
      return settled();
    },
    get sampled() {
      return narrow(name, width, sampled());
    },
    get sampledBig() {
      return sampled();
    },
  };
}

function narrow(name: string, width: number, value: bigint): number {
  if (width > 32) throw new PortRangeError(name, width, 'use `big` for ports of more than 32 bits');
  return Number(value);
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`no entry ${index}`);
  return item;
}
