import { describe, expect, it } from 'vitest';
import { ProofFailure, prove } from '../../../hdl-gen/formal/prove.ts';
import { bits } from '../../../hdl-gen/index.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { asyncFifo } from '../../../hdl-gen/library/async-fifo.ts';
import { interpret } from '../../../hdl-gen/sim/interpreter.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';
import { isInstalled } from '../verilog/tools.ts';

const SEED = Number(process.env['FIFO_SEED'] ?? Date.now() % 2 ** 31);
const fifo = (depth: number) => asyncFifo({ data: bits(8) }, depth);

describe('an asynchronous FIFO', () => {
  it('refuses a depth that its pointers can not count', () => {
    for (const depth of [2, 3, 12, 4.5]) expect(() => fifo(depth)).toThrow(/HG010 depth of an asynchronous FIFO is/);
  });

  it.each([
    ['interpreter', interpret, 2_000],
    ['WebAssembly', simulateWasm, 20_000],
  ] as const)('gives what it was given, in order, whatever the clocks: %s', (_, start, edges) => {
    const sim = start(lower(fifo(8).elaborate()), { seed: SEED });
    const random = new Random(SEED);
    const input = (name: string) => sim.inputs.get(name) ?? expect.fail(name);
    const output = (name: string) => sim.outputs.get(name) ?? expect.fail(name);
    for (const name of ['write_rst', 'read_rst']) input(name).value = 1;
    for (const clock of ['write_clk', 'read_clk']) sim.step(1, clock);
    for (const name of ['write_rst', 'read_rst']) input(name).value = 0;

    // a queue is the model: what was taken from us is what we may get
    const queue: number[] = [];
    let [written, passed, most] = [0, 0, 0];
    for (let edge = 0; edge < edges; edge++) {
      // phases in which the reader, and in which the writer, is the slower one
      const reads = random.below(8) < (Math.floor(edge / 500) % 2 === 0 ? 2 : 6);
      if (reads) {
        input('to_ready').value = random.below(4) === 0 ? 0 : 1;
        if (output('to_valid').value === 1 && input('to_ready').value === 1) {
          expect((output('to_last').value << 8) | output('to_data').value, `edge ${edge}, FIFO_SEED=${SEED}`).toBe(queue.shift());
          passed++;
        }
        sim.step(1, 'read_clk');
      } else {
        input('from_valid').value = random.below(4) === 0 ? 0 : 1;
        input('from_data').value = random.below(256);
        input('from_last').value = random.below(2);
        if (input('from_valid').value === 1 && output('from_ready').value === 1) {
          queue.push((input('from_last').value << 8) | input('from_data').value);
          written++;
        }
        sim.step(1, 'write_clk');
      }
      most = Math.max(most, queue.length);
    }
    expect(written - passed).toBe(queue.length);
    expect(passed).toBeGreaterThan(edges / 10);
    expect(most).toBe(8);
  });

  it.skipIf(!isInstalled('z3') || !isInstalled('yosys'))(
    'keeps its pointers in order for ever, in every order of edges (skipped where z3 is not installed)',
    async () => {
      const design = fifo(8).elaborate();
      expect((await prove(design, { mode: 'induction', depth: 2 })).obligations).toBe(17);
      expect((await prove(design, { mode: 'cover', depth: 30 })).obligations).toBe(2);
    },
  );

  it.skipIf(!isInstalled('z3') || !isInstalled('yosys'))(
    'does not keep them with a comparison turned round (skipped where z3 is not installed)',
    async () => {
      const design = fifo(4).elaborate();
      const broken = {
        ...design,
        statements: design.statements.map((statement) =>
          statement.kind === 'assign' && statement.target.name === 'from_ready'
            ? { ...statement, value: { kind: 'constant', width: 1, value: 1n } as const }
            : statement,
        ),
      };
      await expect(prove(broken, { mode: 'induction', depth: 2 })).rejects.toThrow(ProofFailure);
    },
  );
});
