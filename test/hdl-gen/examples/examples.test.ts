/** The examples in every engine and as gates: what comes out is compared with what was computed elsewhere, in another way. */
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as examples from '../../../hdl-gen/examples/index.ts';
import { type Module, type Ports, warnings } from '../../../hdl-gen/index.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { writeVerilog } from '../../../hdl-gen/verilog/design.ts';
import { oneIn } from '../../one-in.ts';
import { ENGINES, historyIn, type Step } from '../every-engine.ts';
import { inTemporaryDirectory, isInstalled, run } from '../verilog/tools.ts';
import { addi, b, EBREAK, execute, jal, jalr, lw, r, randomProgram, s, upper } from './risc-v.ts';
import { partOf, stepsTogether, together } from './together.ts';

const SEED = Number(process.env['EXAMPLES_SEED'] ?? Date.now() % 2 ** 31);

type History = readonly Readonly<Record<string, bigint | 'x'>>[];

interface Example {
  readonly module: Module<Ports>;
  readonly steps: readonly Step[];
  /** asserts what the outputs were just before each edge */
  readonly check: (history: History) => void;
}

const nothing = (count: number): Step[] => Array.from({ length: count }, () => ({}));
const column = (history: History, name: string): (bigint | undefined)[] =>
  history.map((values) => {
    const value = values[name];
    if (value === undefined) throw new RangeError(`no output ${name}`);
    return value === 'x' ? undefined : value;
  });
/** Values of an output in the cycles in which another one is 1. */
const when = (history: History, flag: string, name: string): (bigint | undefined)[] => {
  const [flags, values] = [column(history, flag), column(history, name)];
  return values.filter((_, index) => flags[index] === 1n);
};
const signed = (value: bigint | undefined, width: number): number => Number(BigInt.asIntN(width, value ?? 0n));
/** 8N1: start bit, data from the lowest, stop bit, each so many cycles long. */
const onTheLine = (octets: readonly number[], cycles: number): number[] =>
  octets
    .flatMap((octet) => [0, ...Array.from({ length: 8 }, (_, bit) => (octet >> bit) & 1), 1])
    .flatMap((bit) => Array.from({ length: cycles }, () => bit));

function uartTransmitter(): Example {
  const octets = [0x55, 0x00, 0xff, 0xa3];
  const [cycles, frame] = [5, 50];
  return {
    module: examples.uartTransmitter(cycles),
    // each is on offer until it is taken, in the cycle after the frame before it
    steps: octets.flatMap((octet): Step[] => [{ set: { octets_valid: 1, octets_octet: octet } }, ...nothing(frame)]),
    check: (history) => {
      const line = column(history, 'line').map(Number);
      // between two frames lies the cycle in which the next octet is taken
      const wanted = octets.flatMap((octet) => [1, ...onTheLine([octet], cycles)]);
      expect(line).toEqual(wanted);
    },
  };
}

function uartReceiver(): Example {
  const octets = [0x00, 0xff, 0x5a];
  // the other side is 4 % slower; then a frame without a stop bit
  const line = [...onTheLine(octets, 26), ...onTheLine([0x0f], 26).slice(0, -26), ...Array.from({ length: 26 }, () => 0)];
  return {
    module: examples.uartReceiver(25),
    steps: [{ set: { line: 1 } }, ...nothing(40), ...line.map((bit) => ({ set: { line: bit } })), { set: { line: 1 } }, ...nothing(60)],
    check: (history) => {
      expect(when(history, 'received', 'octet').map(Number)).toEqual(octets);
      expect(when(history, 'broken', 'octet').map(Number)).toEqual([0x0f]);
    },
  };
}

function spi(): Example {
  const [sent, answered] = [0b1011_0010, 0b0110_0101];
  const half = 2;
  // a period of 2 * half cycles for each bit, whose value the peripheral shows from the falling edge on
  const cipo = Array.from({ length: 8 * 2 * half }, (_, cycle) => ({
    set: { send_valid: 0, pins_cipo: (answered >> (7 - (cycle >> 2))) & 1 },
  }));
  return {
    module: examples.spiController(8, half),
    steps: [{ set: { send_valid: 1, send_word: sent, pins_cipo: answered >> 7 } }, ...cipo, ...nothing(6)],
    check: (history) => {
      const [clock, out] = [column(history, 'pins_sclk'), column(history, 'pins_copi')];
      const rising = clock.flatMap((level, index) => (level === 1n && clock[index - 1] === 0n ? [Number(out[index])] : []));
      expect(rising).toEqual([...sent.toString(2).padStart(8, '0')].map(Number));
      expect(when(history, 'done', 'word')).toEqual([BigInt(answered)]);
      expect(when(history, 'done', 'pins_cs_n')).toEqual([1n]);
    },
  };
}

function averager(random: Random): Example {
  const samples = Array.from({ length: 12 }, () => random.below(4096) - 2048);
  // three edges of ours for one of theirs
  const steps = samples.flatMap((level): Step[] => [
    { set: { samples_valid: 1, samples_level: level & 0xfff, samples_last: 0 }, clock: 'adc_clk' },
    ...nothing(3),
  ]);
  return {
    module: examples.averager(4),
    steps: [...steps, { set: { samples_valid: 0 }, clock: 'adc_clk' }, ...nothing(8)],
    check: (history) => {
      const averages = [0, 4, 8].map((from) => Math.floor(samples.slice(from, from + 4).reduce((sum, one) => sum + one, 0) / 4));
      // what the outputs are is looked at before the edges of both clocks
      const ready = column(history, 'ready');
      const rises = column(history, 'average').filter((_, index) => ready[index] === 1n && ready[index - 1] !== 1n);
      expect(rises.map((value) => signed(value, 12))).toEqual(averages);
    },
  };
}

function divider(random: Random): Example {
  const numbers = [
    [200, 7],
    [255, 1],
    [0, 9],
    [9, 0],
    [3, 200],
    ...Array.from({ length: 4 }, () => [random.below(256), random.below(256)]),
  ];
  const steps = numbers.flatMap(([dividend = 0, divisor = 0]): Step[] => [
    { set: { divide_valid: 1, divide_operands_dividend: dividend, divide_operands_divisor: divisor, divided_ready: 1 } },
    { set: { divide_valid: 0 } },
    ...nothing(9),
  ]);
  return {
    module: examples.divider(8),
    steps,
    check: (history) => {
      const results = when(history, 'divided_valid', 'divided_result_quotient').map((quotient, index) => [
        Number(quotient),
        Number(when(history, 'divided_valid', 'divided_result_remainder')[index]),
      ]);
      expect(results).toEqual(
        numbers.map(([dividend = 0, divisor = 0]) =>
          divisor === 0 ? [255, dividend] : [Math.floor(dividend / divisor), dividend % divisor],
        ),
      );
    },
  };
}

function cordic(random: Random): Example {
  const quarters = [0, 0x4000, -0x8000, -0x4000, 0x3fff, 0x4001, 0x7fff, -1, 1];
  return cordicOf([...quarters, ...Array.from({ length: 30 }, () => random.below(0x1_0000) - 0x8000)]);
}

function cordicOf(angles: readonly number[]): Example {
  return {
    module: examples.cordic,
    steps: [
      ...angles.map((angle) => ({ set: { angle: angle & 0xffff, start: 1 } })),
      { set: { start: 0 } },
      ...nothing(examples.CORDIC_LATENCY),
    ],
    check: (history) => {
      const [cosines, sines] = [when(history, 'done', 'cosine'), when(history, 'done', 'sine')];
      expect(cosines).toHaveLength(angles.length);
      const isOff = angles.filter((angle, index) => {
        const radians = (angle / 0x8000) * Math.PI;
        const errors = [
          signed(cosines[index], 16) - Math.cos(radians) * examples.ONE,
          signed(sines[index], 16) - Math.sin(radians) * examples.ONE,
        ];
        return errors.some((error) => Math.abs(error) >= 3);
      });
      expect(isOff, 'angles whose sine or cosine is off by 3 units or more').toEqual([]);
    },
  };
}

function fir(random: Random): Example {
  const taps = [-3, 17, 100, 2047, -2048, 5];
  const samples = [2047, -2048, ...Array.from({ length: 20 }, () => random.below(4096) - 2048)];
  return {
    module: examples.firFilter('test', taps),
    steps: [...samples.map((sample) => ({ set: { sample: sample & 0xfff, valid: 1 } })), { set: { valid: 0 } }, ...nothing(2)],
    check: (history) => {
      const wanted = samples.map((_, n) => taps.reduce((sum, tap, k) => sum + tap * (samples[n - k] ?? 0), 0));
      expect(when(history, 'ready', 'filtered').map((value) => signed(value, 27))).toEqual(wanted);
    },
  };
}

function vga(): Example {
  const small = {
    name: 'test',
    horizontal: { visible: 5, frontPorch: 2, sync: 3, backPorch: 1 },
    vertical: { visible: 3, frontPorch: 1, sync: 2, backPorch: 2 },
  };
  const [width, height] = [11, 8];
  return {
    module: examples.videoTiming(small),
    steps: [{ set: { pixel: 1 } }, ...nothing(2 * width * height)],
    check: (history) => {
      history.forEach((values, cycle) => {
        const [x, y] = [cycle % width, Math.floor(cycle / width) % height];
        expect(values).toEqual({
          x: BigInt(x),
          y: BigInt(y),
          visible: x < 5 && y < 3 ? 1n : 0n,
          hsync_n: x >= 7 && x < 10 ? 0n : 1n,
          vsync_n: y >= 4 && y < 6 ? 0n : 1n,
        });
      });
    },
  };
}

function life(): Example {
  // a glider: after four steps it is itself, a cell further to the right and down
  const cells = (dx: number, dy: number): bigint =>
    [
      [1, 0],
      [2, 1],
      [0, 2],
      [1, 2],
      [2, 2],
    ].reduce((sum, [x = 0, y = 0]) => sum | (1n << BigInt(8 * ((y + dy) % 8) + ((x + dx) % 8))), 0n);
  return {
    module: examples.life(8),
    steps: [{ set: { load: 1, first: cells(0, 0) } }, { set: { load: 0, step: 1 } }, ...nothing(35)],
    check: (history) => {
      const seen = column(history, 'cells');
      for (let moved = 0; moved <= 8; moved++) expect(seen[1 + 4 * moved], `after ${4 * moved} steps`).toBe(cells(moved, moved));
      expect(new Set(seen.slice(1, 33)).size).toBe(32);
    },
  };
}

function pwm(): Example {
  const write = (address: number, data: number): Step[] => [
    { set: { s_axi_awvalid: 1, s_axi_awaddr: address, s_axi_wvalid: 1, s_axi_wdata: data, s_axi_wstrb: 15, s_axi_bready: 1 } },
    { set: { s_axi_awvalid: 0, s_axi_wvalid: 0 } },
    ...nothing(2),
  ];
  return {
    module: examples.pwm,
    // what is set while a period lasts counts from the next one on: the first has the 100 cycles of reset
    steps: [...write(0x0, 9), ...write(0x4, 3), ...nothing(153), ...write(0x8, 1), ...nothing(10)],
    check: (history) => {
      const [pin, irq] = [column(history, 'pin').map(Number), column(history, 'irq').map(Number)];
      const rise = pin.indexOf(1);
      // reset ends with a period of one cycle
      expect(rise).toBe(101);
      expect(pin.slice(rise, rise + 40)).toEqual([0, 1, 2, 3].flatMap(() => [1, 1, 1, 0, 0, 0, 0, 0, 0, 0]));
      expect([irq[158], irq.slice(-10).includes(0), irq.at(-1)]).toEqual([1, true, 1]);
    },
  };
}

/** Few, since gates have a flip-flop for each bit. */
const DATA_WORDS = 8;

/** The tenth Fibonacci number by a loop with a call, through memory. */
const FIBONACCI = [
  addi(1, 0, 0),
  addi(2, 0, 1),
  addi(3, 0, 10),
  s(16, 2, 0),
  // loop:
  jal(20, 5),
  addi(3, 3, -1),
  b(-8, 0, 3, 1),
  lw(10, 0, 16),
  EBREAK,
  // step: x4 = x1 + x2; x1 = x2; x2 = x4
  r(0, 2, 1, 0, 4),
  addi(1, 2, 0),
  addi(2, 4, 0),
  s(16, 1, 0),
  jalr(0, 5, 0),
];

function processor(name: string, program: readonly number[]): Example {
  const effects = execute(program, DATA_WORDS);
  return {
    module: examples.rv32i(name, program, DATA_WORDS),
    steps: nothing(effects.length + 3),
    check: (history) => {
      const found = history.slice(0, effects.length).map((values) => {
        const writes = values['writes'] === 1n && values['retired_rd'] !== 0n;
        return {
          pc: Number(values['retired_pc']),
          rd: writes ? Number(values['retired_rd']) : 0,
          value: writes ? Number(values['retired_value']) : 0,
        };
      });
      expect(found).toEqual(effects);
      expect(column(history, 'halted').map(Number)).toEqual([...effects.map(() => 0), 0, 1, 1]);
    },
  };
}

it('the program of the processor has a known answer', () => {
  expect(execute(FIBONACCI, DATA_WORDS).at(-1)).toEqual({ pc: 28, rd: 10, value: 55 });
  expect(upper(0b0110111, 0x12345, 1)).toBe(0x123450b7);
});

/** Simulators that are built for all examples at once: building takes longer than everything else. */
const BUILT_ONCE = ['Icarus', 'Verilator'];

const random = new Random(SEED);
const EXAMPLES: readonly Example[] = [
  uartTransmitter(),
  uartReceiver(),
  spi(),
  averager(random),
  divider(random),
  cordic(random),
  fir(random),
  vga(),
  life(),
  pwm(),
  processor('fibonacci', FIBONACCI),
  processor('random', randomProgram(random, 60)),
];

/** Those that are tried as gates. */
const AS_GATES = oneIn(4, EXAMPLES, SEED);

describe.each(EXAMPLES)(`the example $module.name (EXAMPLES_SEED=${SEED})`, (example) => {
  const { module, steps, check } = example;
  const engines = ENGINES.filter(({ name }) => !BUILT_ONCE.includes(name) && (name !== 'gates' || AS_GATES.includes(example)));
  it.each(engines)('is right in $name (skipped where its tools are not installed)', async (engine) => {
    if (!engine.tools.every(isInstalled)) return;
    check(await historyIn(engine, module, steps));
  });

  it('has nothing that nobody reads', () => {
    expect(warnings(module.elaborate()).map(({ message }) => message)).toEqual([]);
  });

  it.skipIf(!isInstalled('verilator'))('leaves Verilator nothing to say (skipped where it is not installed)', () =>
    inTemporaryDirectory(async (folder) => {
      const files = (await writeVerilog(module.elaborate(), folder)).map((path) => basename(path));
      expect(run('verilator', ['--lint-only', '-Wall', '--top-module', module.name, ...files], folder)).toBe('');
    }),
  );
});

it('the sine and cosine of every angle there is are as near as the example says', async () => {
  const wasm = ENGINES.find(({ name }) => name === 'WebAssembly');
  if (wasm === undefined) throw new Error('there is no engine WebAssembly');
  const { module, steps, check } = cordicOf(Array.from({ length: 0x1_0000 }, (_, index) => index - 0x8000));
  check(await historyIn(wasm, module, steps));
});

it.each(ENGINES.filter(({ name }) => BUILT_ONCE.includes(name)))(
  `the examples, side by side, are right in $name (EXAMPLES_SEED=${SEED}; skipped where its tools are not installed)`,
  async (engine) => {
    if (!engine.tools.every(isInstalled)) return;
    const design = together(
      'examples',
      EXAMPLES.map(({ module }) => module),
    );
    const edges = stepsTogether(EXAMPLES.map(({ steps }) => steps));
    const history = await historyIn(engine, design, edges.flat());
    EXAMPLES.forEach(({ check, steps }, index) => {
      check(partOf(history, edges.slice(0, steps.length), index));
    });
  },
);
