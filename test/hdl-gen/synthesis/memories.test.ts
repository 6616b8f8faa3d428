import { beforeAll, describe, expect, it } from 'vitest';
import { agreeWithGates } from '../../../formal/netlist/agreement.ts';
import { type AnyBits, type Bits, bits, bool, cat, input, module, output } from '../../../hdl-gen/index.ts';
import type { ModuleIr } from '../../../hdl-gen/ir/module.ts';
import { inferredMemories } from '../../../hdl-gen/synthesis/memories.ts';
import { type Synthesis, synthesiseForXilinx } from '../../../hdl-gen/synthesis/xilinx.ts';
import { isInstalled } from '../verilog/tools.ts';

const SEED = Number(process.env['GATES_SEED'] ?? Date.now() % 2 ** 31);
const WIDTH = 12;

/** What each memory is declared to be, and the cells that must hold it. */
const VARIANTS = [
  { name: 'oldBlock', depth: 512, onCollision: 'old', cells: /^RAMB18E1$/ },
  { name: 'newBlock', depth: 512, onCollision: 'new', cells: /^RAMB18E1$/ },
  { name: 'oldBlockOddDepth', depth: 500, onCollision: 'old', cells: /^RAMB18E1$/ },
  { name: 'newBlockOddDepth', depth: 500, onCollision: 'new', cells: /^RAMB18E1$/ },
  { name: 'heldBlock', depth: 512, onCollision: 'new', held: true, cells: /^RAMB18E1$/ },
  { name: 'largeBlock', depth: 2048, onCollision: 'old', cells: /^RAMB36E1$/ },
  { name: 'fewBlock', depth: 16, onCollision: 'old', style: 'block', cells: /^RAMB18E1$/ },
  { name: 'few', depth: 32, onCollision: 'new', cells: /^RAM32M$/ },
  { name: 'fewOddDepth', depth: 50, onCollision: 'old', cells: /^RAM64M$/ },
  { name: 'largeDistributed', depth: 128, onCollision: 'old', style: 'distributed', cells: /^RAM128X1D$|^RAM64M$/ },
  { name: 'readAtOnce', depth: 128, cells: /^RAM128X1D$|^RAM64M$/ },
] as const;

/** Words for a ROM, of no pattern. */
const CONTENTS = Array.from({ length: 256 }, (_, index) => (index * 2654435761) % 2 ** WIDTH);

/** One memory of each kind; addresses are few, so that reads meet writes. */
const everyMemory = module(
  'every_memory',
  {
    write: input(bool),
    at: input(bits(11)),
    from: input(bits(11)),
    data: input(bits(WIDTH)),
    take: input(bool),
    word: output(bits(WIDTH * VARIANTS.length)),
    blockRom: output(bits(WIDTH)),
    logicRom: output(bits(WIDTH)),
  },
  (io, m) => {
    const words = VARIANTS.map((variant) => {
      const { name, depth } = variant;
      const memory = m.memory(name, bits(WIDTH), depth, 'style' in variant ? { style: variant.style } : {});
      const near = (address: Bits<11>) => address.trunc(Math.ceil(Math.log2(depth)));
      m.when(io.write, () => memory.write(near(io.at), io.data));
      if (!('onCollision' in variant)) return memory.read(near(io.from)) as AnyBits as Bits<number>;
      const enable = 'held' in variant ? { enable: io.take } : {};
      return memory.readSync(`${name}Word`, near(io.from), { onCollision: variant.onCollision, ...enable }) as AnyBits as Bits<number>;
    });
    io.word.set(cat(...words));
    const blockRom = m.memory('blockContents', bits(WIDTH), 256, { init: CONTENTS });
    io.blockRom.set(blockRom.readSync('blockWord', io.from.trunc(8), { onCollision: 'old' }));
    const logicRom = m.memory('logicContents', bits(WIDTH), 256, { init: CONTENTS, style: 'distributed' });
    io.logicRom.set(logicRom.read(io.from.trunc(8)));
  },
);

describe.skipIf(!isInstalled('yosys'))('memories after synthesis (skipped where yosys is not installed)', () => {
  let design: ModuleIr;
  let gates: Synthesis;
  beforeAll(async () => {
    design = everyMemory.elaborate();
    gates = await synthesiseForXilinx(design);
  });
  const found = (name: string) => inferredMemories(design, gates.cells).find((memory) => memory.name === name);
  const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

  it.each(VARIANTS)('$name, $depth words, is in $cells', ({ name, cells }) => {
    const memory = found(snake(name));
    expect(memory?.asDeclared).toBe(true);
    expect([...(memory?.cells.keys() ?? [])].filter((type) => !cells.test(type))).toEqual([]);
    expect(memory?.cells.size).toBeGreaterThan(0);
  });

  it('ROMs are block RAM, or logic', () => {
    expect([...(found('block_contents')?.cells.keys() ?? [])]).toEqual(['RAMB18E1']);
    expect(found('logic_contents')).toMatchObject({ cells: new Map(), asDeclared: true });
  });

  it('one that became something else is told', () => {
    const other = { ...design, memories: design.memories.map((memory) => ({ ...memory, style: 'block' as const })) };
    const wrong = inferredMemories(other, gates.cells).filter(({ asDeclared }) => !asDeclared);
    expect(wrong.map(({ name }) => name)).toEqual(['few', 'few_odd_depth', 'large_distributed', 'read_at_once', 'logic_contents']);
  });

  it.skipIf(!isInstalled('iverilog'))(`the gates read what the design reads; again: GATES_SEED=${SEED}`, async () => {
    const { comparedBits, unknownBits } = await agreeWithGates(design, gates, { cycles: 3000, seed: SEED });
    expect(comparedBits).toBeGreaterThan(0.5 * (comparedBits + unknownBits));
  });
});
