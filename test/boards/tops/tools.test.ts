/** The Verilog of the tops as the tools read it: for both boards and every way to the wire. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boardNames, loadBoard } from '../../../boards/board.ts';
import { type BoardTopOptions, boardTop, boardTopName, boardTopPeriods, boardTopPins } from '../../../boards/tops/board-top.ts';
import { boardTopFclks } from '../../../boards/tops/clocks.ts';
import { timingConstraints } from '../../../hdl-gen/constraints/xdc.ts';
import { warnings } from '../../../hdl-gen/index.ts';
import { verilogText, writeVerilog } from '../../../hdl-gen/verilog/design.ts';
import { WIRES } from '../../../spec/pages.ts';
import { isInstalled, run } from '../../hdl-gen/verilog/tools.ts';
import { BY_SAMPLE, oneIn } from '../../one-in.ts';

const folder = mkdtempSync(join(tmpdir(), 'keyturn-tops-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ALL = boardNames().flatMap((name) =>
  WIRES.map((wire) => {
    const options: BoardTopOptions = { board: loadBoard(name), wire, relations: 1, peer: { role: 'follower', slots: 2 } };
    return { name, ...options, design: boardTop(options).elaborate() };
  }),
);

describe.each(ALL)('the top of $name by $wire', (options) => {
  const { design } = options;

  it('leaves nothing to warn of, and its pins are the board’s, each in a bonded bank', () => {
    expect(warnings(design)).toEqual([]);
    const clocks = options.wire === 'rmii' ? ['rmii_ref_clk'] : [];
    const bits = design.ports.flatMap(({ name, width }) =>
      width === 1 ? [name] : Array.from({ length: width }, (_, bit) => `${name}[${bit}]`),
    );
    const pins = boardTopPins(options);
    expect([...pins.keys()].sort()).toEqual([...bits, ...clocks].sort());
    for (const pin of pins.values()) expect(options.board.pins[pin], pin).toBeDefined();
  });

  it('has a period for each of its clocks, and those of the processing system are what it must be told', () => {
    const text = timingConstraints(design, boardTopPeriods(options));
    for (const [index, mhz] of boardTopFclks(options))
      expect(text).toContain(`-period ${(1000 / mhz).toFixed(3)} [get_pins {ps7/FCLKCLK[${index}]}]`);
    if (options.wire === 'rmii') expect(text).toContain('-period 20.000 [get_ports rmii_ref_clk]');
  });

  it('is that of the other board, whose pins and part differ', () => {
    const [first] = ALL.filter(({ wire }) => wire === options.wire);
    if (first === undefined) return expect.fail(options.wire);
    const text = (top: typeof first): string => verilogText(top.design).replaceAll(top.board.title, 'the board');
    expect(text(options)).toBe(text(first));
  });
});

/** A station in place of the peer. */
const MANY = WIRES.map((wire) => {
  const options: BoardTopOptions = { board: loadBoard('zybo-z7-20'), wire, relations: 5, peer: { role: 'initiator', slots: 2 } };
  return { name: 'zybo-z7-20', ...options, design: boardTop(options).elaborate() };
});

it.each(MANY)('the top of a station by $wire leaves nothing to warn of', ({ design }) => {
  expect(warnings(design)).toEqual([]);
});

// the Verilog of one board is that of the other, and the ways of a station are those of a peer
describe('the Verilog of the tops', () => {
  const tops = [...ALL.filter(({ name }) => name === ALL[0]?.name), ...MANY.slice(0, 1)].map((options) => {
    const top = boardTopName(options);
    return { ...options, top, path: join(folder, top) };
  });
  const filesOf = (path: string): readonly string[] => readdirSync(path).filter((file) => file.endsWith('.v'));
  beforeAll(async () => {
    for (const { design, path } of tops) await writeVerilog(design, path);
  });

  it.skipIf(!isInstalled('verilator')).each(tops)(
    'by $wire, of $relations relations, leaves Verilator nothing to say (skipped where it is not installed)',
    ({ top, path }) => {
      const stubs = readdirSync(join(path, 'stubs')).map((file) => `stubs/${file}`);
      expect(run('verilator', ['--lint-only', '-Wall', '--top-module', top, ...filesOf(path), ...stubs], path)).toBe('');
    },
  );

  // together, since to read what cells there are takes longer than to read a top
  it.skipIf(!isInstalled('yosys'))(
    `has no latch, no loop and no loose end in Yosys (${BY_SAMPLE}; skipped where it is not installed)`,
    () => {
      const checks = oneIn(tops.length, tops).flatMap(({ top, path }) => [
        'design -load cells',
        `read_verilog ${filesOf(path)
          .map((file) => `${top}/${file}`)
          .join(' ')}`,
        `hierarchy -check -top ${top}`,
        'proc; flatten; opt_clean; select -assert-none t:$dlatch t:$adlatch t:$dlatchsr; check -assert',
      ]);
      const script = ['read_verilog -lib +/xilinx/cells_xtra.v +/xilinx/cells_sim.v', 'design -save cells', ...checks];
      expect(run('yosys', ['-q', '-p', script.join('; ')], folder)).toBe('');
    },
  );
});
