import { describe, expect, it } from 'vitest';
import { NodePool } from '../../../hdl-gen/ir/fold.ts';
import type { Netlist, NodeId } from '../../../hdl-gen/ir/netlist.ts';
import { interpret } from '../../../hdl-gen/sim/interpreter.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { canonical } from '../../../hdl-gen/sim/wasm/canonical.ts';
import { operandsOf, operationAt } from '../../../hdl-gen/sim/wasm/graph.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';

const INPUTS = { a: 128, b: 128, on: 1, off: 1 } as const;
type Inputs = Readonly<Record<keyof typeof INPUTS, NodeId>>;

/** A design with one output, and three tables: the second one shorter than the others. */
function designOf(make: (pool: NodePool, inputs: Inputs) => NodeId): Netlist {
  const pool = new NodePool();
  const inputs = Object.entries(INPUTS).map(([name, width], index) => ({ name, width, node: pool.input(width, index) }));
  const node = make(pool, Object.fromEntries(inputs.map((input) => [input.name, input.node])) as Inputs);
  const contents = [7, 11, 13].map((factor) => Array.from({ length: 256 }, (_, index) => BigInt((index * factor + 5) % 256)));
  return {
    name: 'laned',
    nodes: pool.nodes,
    inputs,
    outputs: [{ name: 'y', width: pool.nodes[node]?.width ?? 1, node, clock: 'clk' }],
    clocks: ['clk'],
    registers: [],
    memories: contents.map((init, index) => ({
      name: `table_${index}`,
      width: 8,
      depth: index === 1 ? 200 : 256,
      init: index === 1 ? init.slice(0, 200) : init,
      writes: [],
    })),
    properties: [],
    wires: [],
    resetting: [],
  };
}

function expectAgreement(netlist: Netlist, shift?: readonly bigint[]): void {
  const random = new Random(1);
  const [oracle, subject] = [interpret(netlist), simulateWasm(netlist)];
  for (let round = 0; round < (shift?.length ?? 20); round++) {
    for (const [name, width] of Object.entries(INPUTS)) {
      const value = name === 'b' && shift !== undefined ? (shift[round] ?? 0n) : random.bits(width);
      for (const { inputs } of [oracle, subject]) {
        const port = inputs.get(name);
        if (port !== undefined) port.big = value;
      }
    }
    expect(subject.outputs.get('y')?.big).toBe(oracle.outputs.get('y')?.big);
  }
}

/** Joined from parts by their numbers, the first one lowest. */
function joined(pool: NodePool, count: number, part: (index: number) => NodeId): NodeId {
  const parts = Array.from({ length: count }, (_, index) => part(index)).reverse();
  return pool.concat(
    parts.reduce((sum, id) => sum + (pool.nodes[id]?.width ?? 0), 0),
    parts,
  );
}

const octet = (pool: NodePool, of: NodeId, index: number): NodeId => pool.slice(8, of, 8 * index);

describe('what works alike on all parts of a value', () => {
  it.each(['and', 'or', 'xor', 'add', 'sub'] as const)('is one operation on all of them, with nothing carried over: %s', (op) => {
    const netlist = designOf((pool, { a, b }) =>
      joined(pool, 16, (index) => pool.binary(op, 8, octet(pool, a, 15 - index), octet(pool, b, index))),
    );
    const graph = canonical(netlist);
    const seen = new Set(graph.outputs.map(({ node }) => node));
    for (const id of seen) for (const operand of operandsOf(operationAt(graph, id))) seen.add(operand);
    expect([...seen].filter((id) => operationAt(graph, id).width === 8)).toEqual([]);
    expectAgreement(netlist);
  });

  it('is looked up in one table at once', () => {
    const netlist = designOf((pool, { a }) => joined(pool, 16, (index) => pool.read(8, 0, octet(pool, a, (5 * index) % 16))));
    const graph = canonical(netlist);
    const output = graph.nodes[graph.outputs[0]?.node ?? -1];
    expect(output?.op === 'move' && output.pieces.every(({ source }) => graph.nodes[source]?.op === 'look')).toBe(true);
    expectAgreement(netlist);
  });
});

describe('what only looks alike stays apart', () => {
  it.each<[string, (pool: NodePool, inputs: Inputs) => NodeId]>([
    [
      'chosen by two bits',
      (pool, { a, b, on, off }) =>
        joined(pool, 16, (index) => pool.mux(8, index < 8 ? on : off, octet(pool, a, index), octet(pool, b, index))),
    ],
    [
      'of two widths',
      (pool, { a, b }) =>
        joined(pool, 16, (index) => {
          const [width, low] = [index % 2 === 0 ? 4 : 8, 8 * index];
          return pool.binary('add', width, pool.slice(width, a, low), pool.slice(width, b, low));
        }),
    ],
    ['two tables', (pool, { a }) => joined(pool, 16, (index) => pool.read(8, 2 * (index % 2), octet(pool, a, index)))],
    ['a table that ends before its address does', (pool, { a }) => joined(pool, 16, (index) => pool.read(8, 1, octet(pool, a, index)))],
    [
      'sums and differences',
      (pool, { a, b }) =>
        joined(pool, 16, (index) => pool.binary(index % 2 === 0 ? 'add' : 'sub', 8, octet(pool, a, index), octet(pool, b, index))),
    ],
  ])('%s', (_, make) => expectAgreement(designOf(make)));
});

describe('octets that move by many distances', () => {
  it('leave zeros where none comes', () => {
    expectAgreement(
      designOf((pool, { a }) => joined(pool, 16, (index) => (index % 3 === 0 ? pool.constant(8, 0n) : octet(pool, a, 15 - index)))),
    );
  });

  it('stand beside what comes from elsewhere', () => {
    expectAgreement(designOf((pool, { a, b }) => joined(pool, 16, (index) => octet(pool, index % 5 === 0 ? b : a, 15 - index))));
  });
});

describe('a shift of more than 64 bits', () => {
  const amounts = [0n, 1n, 7n, 8n, 31n, 32n, 63n, 64n, 65n, 99n, 100n, 127n, 128n, 129n, 191n, 192n, 255n, 256n, 1n << 40n, 1n << 100n];
  for (const op of ['shl', 'shr', 'sar'] as const)
    it.each([65, 100, 128, 129, 192, 250, 256])(`${op} of %i bits, by amounts of 3, 9, and 128 bits`, (width) => {
      for (const bits of [3, 9, 128])
        expectAgreement(
          designOf((pool, { a, b }) => {
            const value = pool.slice(width, pool.concat(256, [a, pool.unary('not', 128, a)]), 256 - width);
            return pool.binary(op, width, value, pool.slice(bits, b, 0));
          }),
          amounts,
        );
    });
});
