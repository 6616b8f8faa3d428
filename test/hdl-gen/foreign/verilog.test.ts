/** The Verilog of designs with foreign modules, before the tools that read it. */
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { timingConstraints } from '../../../hdl-gen/constraints/xdc.ts';
import { bits, bool, external, input, module, output } from '../../../hdl-gen/index.ts';
import { cellCounts, synthesiseForXilinx } from '../../../hdl-gen/synthesis/xilinx.ts';
import { blackBoxes, verilogText, writeVerilog } from '../../../hdl-gen/verilog/design.ts';
import { inTemporaryDirectory, isInstalled, run } from '../verilog/tools.ts';
import { board, managed } from './board.ts';

const designs = [board, managed];

/** What a tool says of the design, with its black boxes. */
function complaints(design: (typeof designs)[number], tool: string, argsFor: (files: readonly string[]) => readonly string[]) {
  return inTemporaryDirectory(async (directory) => {
    const files = (await writeVerilog(design.elaborate(), directory)).map((path) => basename(path));
    const boxes = blackBoxes(design.elaborate()).map(({ name }) => `stubs/${name}.v`);
    return run(tool, argsFor([...files, ...boxes]), directory);
  });
}

describe.each(designs)('the Verilog of $name', (design) => {
  it('is as agreed', () => expect(verilogText(design.elaborate())).toMatchFileSnapshot(`golden/${design.name}.v`));

  it.skipIf(!isInstalled('verilator'))(
    'leaves Verilator nothing to say, beside black boxes (skipped where it is not installed)',
    async () => {
      expect(await complaints(design, 'verilator', (files) => ['--lint-only', '-Wall', '--top-module', design.name, ...files])).toBe('');
    },
  );

  it.skipIf(!isInstalled('iverilog'))('leaves Icarus nothing to say (skipped where it is not installed)', async () => {
    expect(await complaints(design, 'iverilog', (files) => ['-g2005', '-Wall', '-s', design.name, '-o', 'out', ...files])).toBe('');
  });

  it.skipIf(!isInstalled('yosys'))(
    'has pins and parameters that Yosys knows of the primitives (skipped where it is not installed)',
    async () => {
      // without our black boxes: what Yosys has of the device checks names, widths and directions
      const script = (files: readonly string[]) =>
        [
          'read_verilog -lib +/xilinx/cells_sim.v +/xilinx/cells_xtra.v',
          `read_verilog ${files.filter((file) => !file.startsWith('stubs/')).join(' ')}`,
          `hierarchy -check -top ${design.name}; proc; check -assert; select -assert-none t:$dlatch`,
        ].join('; ');
      const found = await complaints(design, 'yosys', (files) => ['-q', '-p', script(files)]);
      // Yosys keeps real parameters as text, and says so
      expect(found.replace(/^.*Replacing floating point parameter .* with string\.\n?/gm, '')).toBe('');
    },
  );
});

it.skipIf(!isInstalled('yosys'))(
  'a design with foreign modules is synthesised, and they stay (skipped where Yosys is not installed)',
  async () => {
    const counts = cellCounts((await synthesiseForXilinx(board.elaborate())).cells);
    const foreign = ['PS7', 'BUFG', 'IBUF', 'OBUF', 'IOBUF', 'ODDR'].map((type) => [type, counts.get(type)]);
    expect(foreign).toEqual([
      ['PS7', 1],
      ['BUFG', 1],
      ['IBUF', 3],
      ['OBUF', 1],
      ['IOBUF', 2],
      ['ODDR', 1],
    ]);
  },
);

it.skipIf(!isInstalled('yosys'))(
  "anybody's module is a black box to Yosys, and what is kept stays (skipped where it is not installed)",
  async () => {
    const FILTER = external(
      'their_filter',
      { x: input(bits(4)), y: output(bits(4)), spare: output(bool) },
      { parameters: { TAPS: 3, GAIN: 0.5 } },
    );
    const design = module('around', { x: input(bits(4)), y: output(bits(4)) }, (io, m) => {
      const u = m.external('u_filter', FILTER, { parameters: { TAPS: 7 }, attributes: { DONT_TOUCH: true } });
      const r = m.registers({ idle: bits(4, { attributes: { keep: true } }), gone: bits(4) });
      u.x.set(io.x);
      r.idle.next(io.x);
      r.gone.next(io.x);
      io.y.set(u.y);
      m.unused(r.idle, r.gone);
    });
    const found = await inTemporaryDirectory(async (directory) => {
      await writeVerilog(design.elaborate(), directory);
      await writeFile(
        join(directory, 'script.ys'),
        [
          'read_verilog around.v stubs/their_filter.v',
          'synth -top around',
          'select -assert-count 1 t:their_filter r:TAPS=7 %i a:DONT_TOUCH=TRUE %i',
          'select -assert-count 4 t:$_SDFF_PP0_',
          'select -assert-count 1 w:idle a:keep %i',
        ].join('\n'),
      );
      return run('yosys', ['-q', 'script.ys'], directory);
    });
    expect(found).toBe('');
  },
);

describe('timing constraints', () => {
  const without = (text: string): string => text.replace(/from .*board.ts:\d+/, 'from here');

  it('define a clock at the pin that it comes out of', () => {
    expect(
      without(timingConstraints(board.elaborate(), { sysclk: 8, ps7_fclkclk_0: 10 })),
    ).toBe(`# Generated by hdl-gen from here. Do not edit.
create_clock -name sysclk -period 8.000 [get_ports sysclk]
create_clock -name ps7_fclkclk_0 -period 10.000 [get_pins {ps7/FCLKCLK[0]}]
# a pin to ps7_fclkclk_0: a test holds it still
set_false_path -to [get_cells {pulls_reg*}]
`);
  });

  it('name a clock that is derived from another one, and leave its period to the tool', () => {
    expect(timingConstraints(managed.elaborate(), { sysclk: 8 })).toContain(
      'create_generated_clock -name mmcm_clkout0 [get_pins {mmcm/CLKOUT0}]\n',
    );
    expect(() => timingConstraints(board.elaborate(), { sysclk: 8 })).toThrow(/clock ps7_fclkclk_0 has no period/);
  });
});
