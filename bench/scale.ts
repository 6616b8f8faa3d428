/**
 * Time and memory of large designs at 1, 4 and 16 times a size, for what takes them from a module to a simulator:
 * `npx tsx bench/scale.ts [times the largest size, default 1]`. The exponent is that of the growth from a quarter of the largest
 * size to all of it: 1 is proportional, 2 the square. Each size is a process of its own, so that none finds warm what another
 * has left. Times are of CPU, with what the engine compiles and collects meanwhile.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Bits, bits, input, type Module, module, output, type Ports } from '../hdl-gen/index.ts';
import { lower } from '../hdl-gen/ir/lower.ts';
import { compileToWasm } from '../hdl-gen/sim/wasm/compile.ts';
import { verilogText } from '../hdl-gen/verilog/design.ts';

const PASSING = { a: input(bits(8)), y: output(bits(8)) };
type Passing = typeof PASSING;

/** The largest size, and a design of a size. */
const CASES: Readonly<Record<string, readonly [largest: number, design: (size: number) => Module<Ports>]>> = {
  registers: [
    100_000,
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
    50_000,
    (size) =>
      module('many_additions', { a: input(bits(32)), y: output(bits(32)) }, (io) => {
        let sum: Bits<32> = io.a;
        for (let index = 1; index < size; index++) sum = sum.add(index % 2 === 0 ? io.a : index);
        io.y.set(sum);
      }),
  ],
  instances: [
    10_000,
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
  // a module of its own in each level
  levels: [
    2_000,
    (size) => {
      const level = (depth: number): Module<Passing> =>
        module(`level_${depth}`, PASSING, (io, m) => {
          const r = m.registers({ held: bits(8) });
          r.held.next(io.a);
          const u = depth === 1 ? undefined : m.instance('u_inner', level(depth - 1));
          u?.a.set(r.held);
          io.y.set(u?.y ?? r.held);
        });
      return level(size);
    },
  ],
  whens: [
    2_000,
    (size) =>
      module('nested_whens', { at: input(bits(16)), y: output(bits(16)) }, (io, m) => {
        const inside = (depth: number): void => {
          if (depth === size) io.y.set(depth);
          else m.when(io.at.eq(depth), () => io.y.set(depth + 7)).otherwise(() => inside(depth + 1));
        };
        inside(0);
      }),
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
type Measured = Readonly<Record<(typeof STEPS)[number] | 'heap', number>>;

/** ms of CPU for each step, and MB of heap that all of it holds. */
function measure(name: string, size: number): Measured {
  const design = CASES[name]?.[1](size);
  if (design === undefined) throw new RangeError(`no case ${name}`);
  const timed = <T>(step: () => T): readonly [T, number] => {
    const from = process.cpuUsage();
    const result = step();
    const { user, system } = process.cpuUsage(from);
    return [result, (user + system) / 1000];
  };
  const [ir, elaborate] = timed(() => design.elaborate());
  const [, print] = timed(() => verilogText(ir));
  const [netlist, lowered] = timed(() => lower(ir));
  const [, compile] = timed(() => compileToWasm(netlist));
  return { elaborate, print, lower: lowered, compile, heap: process.memoryUsage().heapUsed / 2 ** 20 };
}

function inProcess(name: string, size: number): Measured {
  const command = [...process.execArgv, fileURLToPath(import.meta.url), name, String(size)];
  return JSON.parse(execFileSync(process.execPath, command, { encoding: 'utf8' })) as Measured;
}

function row(cells: readonly (string | number)[]): void {
  const texts = cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(0) : cell));
  process.stdout.write(`${texts.map((text, index) => (index === 0 ? text.padEnd(12) : text.padStart(13))).join('')}\n`);
}

const [first = '1', size] = process.argv.slice(2);
if (size !== undefined) process.stdout.write(JSON.stringify(measure(first, Number(size))));
else {
  row(['case', 'size', ...STEPS.map((step) => `${step} ms`), 'heap MB']);
  for (const [name, [largest]] of Object.entries(CASES)) {
    const sizes = [16, 4, 1].map((part) => Math.round((largest * Number(first)) / part));
    const results = sizes.map((one) => inProcess(name, one));
    results.forEach((result, index) => row([name, sizes[index] ?? 0, ...STEPS.map((step) => result[step]), result.heap]));
    const [, quarter, whole] = results;
    const exponent = (step: keyof Measured): string => (Math.log((whole?.[step] ?? 0) / (quarter?.[step] ?? 0)) / Math.log(4)).toFixed(2);
    row(['', 'exponent', ...STEPS.map(exponent), exponent('heap')]);
  }
}
