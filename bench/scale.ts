/**
 * Time and memory of large designs at 1, 4 and 16 times a size, for what takes them from a module to a simulator:
 * `npx tsx bench/scale.ts [times the largest size, default 1]`. A step that is proportional grows by 16 from the first column
 * to the last.
 */
import { type Bits, bits, input, type Module, module, output, type Ports } from '../hdl-gen/index.ts';
import { lower } from '../hdl-gen/ir/lower.ts';
import { compileToWasm } from '../hdl-gen/sim/wasm/compile.ts';
import { verilogText } from '../hdl-gen/verilog/design.ts';

const FACTOR = Number(process.argv[2] ?? 1);

/** The largest size, and a design of a size. */
const CASES: Readonly<Record<string, readonly [largest: number, design: (size: number) => Module<Ports>]>> = {
  registers: [
    16_000,
    (size) =>
      module('many_registers', { a: input(bits(8)), y: output(bits(8)) }, (io, m) => {
        let before: Bits<8> = io.a;
        for (let index = 0; index < size; index++) {
          const { r } = m.registers({ r: bits(8) }, `_${index}`);
          r.next(before);
          before = r;
        }
        io.y.set(before);
      }),
  ],
  additions: [
    16_000,
    (size) =>
      module('many_additions', { a: input(bits(32)), y: output(bits(32)) }, (io) => {
        let sum: Bits<32> = io.a;
        for (let index = 1; index < size; index++) sum = sum.add(index % 2 === 0 ? io.a : index);
        io.y.set(sum);
      }),
  ],
  instances: [
    4_000,
    (size) => {
      const stage = module('stage', { a: input(bits(8)), y: output(bits(8)) }, (io, m) => {
        const r = m.registers({ held: bits(8) });
        r.held.next(io.a);
        io.y.set(r.held);
      });
      return module('many_instances', { a: input(bits(8)), y: output(bits(8)) }, (io, m) => {
        let before: Bits<8> = io.a;
        for (let index = 0; index < size; index++) {
          const u = m.instance(`u_${index}`, stage);
          u.a.set(before);
          before = u.y;
        }
        io.y.set(before);
      });
    },
  ],
  arms: [
    4_096,
    (size) =>
      module('many_arms', { at: input(bits(16)), y: output(bits(16)) }, (io, m) => {
        const arms = Array.from({ length: size }, (_, index) => [index, () => io.y.set((index * 40_503) % 65_536)]);
        m.switch(io.at, Object.fromEntries(arms), () => io.y.set(0));
      }),
  ],
  words: [
    200_000,
    (size) =>
      module('many_words', { at: input(bits(18)), y: output(bits(8)) }, (io, m) => {
        const words = m.memory('words', bits(8), size, { init: Array.from({ length: size }, (_, index) => index % 251) });
        io.y.set(words.read(io.at));
      }),
  ],
  // each level reads the one below twice, so that its text would double
  doublings: [
    320,
    (size) =>
      module('many_doublings', { a: input(bits(16)), y: output(bits(16)) }, (io) => {
        let value: Bits<16> = io.a;
        for (let index = 0; index < size; index++) value = value.add(value.xor(index));
        io.y.set(value);
      }),
  ],
};

const STEPS = ['elaborate', 'print', 'lower', 'compile'] as const;

process.stdout.write(
  `${'case'.padEnd(12)}${'size'.padStart(8)}${STEPS.map((step) => `${step} ms`.padStart(14)).join('')}${'heap MB'.padStart(10)}\n`,
);
for (const [name, [largest, design]] of Object.entries(CASES)) {
  for (const part of [16, 4, 1]) {
    const size = Math.round((largest * FACTOR) / part);
    const times: number[] = [];
    const timed = <T>(step: () => T): T => {
      const from = process.cpuUsage();
      const result = step();
      const { user, system } = process.cpuUsage(from);
      times.push((user + system) / 1000);
      return result;
    };
    const ir = timed(() => design(size).elaborate());
    timed(() => verilogText(ir));
    const netlist = timed(() => lower(ir));
    timed(() => compileToWasm(netlist));
    const heap = process.memoryUsage().heapUsed / 2 ** 20;
    const figures = times.map((time) => time.toFixed(0).padStart(14)).join('');
    process.stdout.write(`${name.padEnd(12)}${String(size).padStart(8)}${figures}${heap.toFixed(0).padStart(10)}\n`);
  }
}
