import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { bits, bool, input, module, output } from '../../../hdl-gen/index.ts';
import { MapUnreadable, readMap, rewriteLocations } from '../../../hdl-gen/messages/rewrite.ts';
import { writeVerilog } from '../../../hdl-gen/verilog/design.ts';
import { marks } from '../check/expectations.ts';
import { inTemporaryDirectory, isInstalled, run } from '../verilog/tools.ts';

const at = marks(import.meta.url);
const FILTER = fileURLToPath(new URL('../../../hdl-gen/messages/filter.ts', import.meta.url));

const ticker = module('ticker', { enable: input(bool), count: output(bits(8)), odd: output(bool) }, (io, m) => {
  const r = m.registers({ ticks: bits(8) }); // registers
  m.when(io.enable, () => {
    r.ticks.next(r.ticks.add(1)); // next
  });
  io.count.set(r.ticks); // set
  io.odd.set(r.ticks.add(1).bit(0)); // slice
  m.assert('small', r.ticks.lt(3)); // assert
});
const clock = module('clock', { enable: input(bool), count: output(bits(8)) }, (io, m) => {
  const u = m.instance('u_ticker', ticker); // instance
  u.enable.set(io.enable);
  io.count.set(u.count.xor(u.odd.zext(8)));
});

interface Said {
  /** what the tool wrote, and the same through the filter */
  readonly raw: string;
  readonly told: string;
}

/** Writes the design, puts a fault into the Verilog of the ticker, and runs a tool in that folder. */
function said(fault: readonly [find: string, put: string], tool: (directory: string, files: readonly string[]) => string): Promise<Said> {
  return inTemporaryDirectory(async (directory) => {
    const files = await writeVerilog(clock.elaborate(), directory);
    const maps = files.map((file) => readMap(`${file}.map`, readFileSync(`${file}.map`, 'utf8')));
    const ticker = join(directory, 'ticker.v');
    const verilog = readFileSync(ticker, 'utf8');
    expect(verilog).toContain(fault[0]);
    writeFileSync(ticker, verilog.replace(...fault));
    const raw = tool(
      directory,
      files.map((path) => basename(path)),
    );
    return { raw, told: rewriteLocations(raw, maps) };
  });
}

const tooWide = ["ticks <= ticks + 8'd1;", "ticks <= ticks + 9'd1;"] as const;
const unknown = ["ticks <= ticks + 8'd1;", 'ticks <= ticks + missing;'] as const;
/** without its label, the solver names an assertion by its place */
const unlabelled = ['a_small: assert', 'assert'] as const;

describe('messages of', () => {
  it.skipIf(!isInstalled('verilator'))('Verilator name the statement (skipped where it is not installed)', async () => {
    const lint = ['--lint-only', '-Wall', '--top-module', 'clock'];
    const { raw, told } = await said(tooWide, (directory, files) => run('verilator', [...lint, ...files], directory));
    const place = /ticker\.v:\d+:\d+/.exec(raw)?.[0];
    expect(raw).toContain(`%Warning-WIDTH: ${place}: Operator`);
    expect(told).toContain(`%Warning-WIDTH: ${at('next')} [${place}]: Operator`);
    expect(told.split('\n')).toHaveLength(raw.split('\n').length);
  });

  it.skipIf(!isInstalled('iverilog'))('Icarus name the statement (skipped where it is not installed)', async () => {
    const { raw, told } = await said(unknown, (directory, files) => run('iverilog', ['-o', 'out.vvp', ...files], directory));
    const place = /ticker\.v:\d+/.exec(raw)?.[0];
    expect(raw).toContain(`${place}: error: Unable to bind`);
    expect(told).toContain(`${at('next')} [${place}]: error: Unable to bind`);
  });

  it.skipIf(!isInstalled('yosys'))('Yosys name the statement (skipped where it is not installed)', async () => {
    const { raw, told } = await said(unknown, (directory, files) =>
      run('yosys', ['-q', '-p', 'hierarchy -top clock; proc', ...files], directory),
    );
    const place = /ticker\.v:\d+/.exec(raw)?.[0];
    expect(raw).toContain(`${place}: Warning: Identifier`);
    expect(told).toContain(`${at('next')} [${place}]: Warning: Identifier`);
  });

  it.skipIf(!isInstalled('yosys') || !isInstalled('z3'))('a proof name the assertion (skipped without Yosys or z3)', async () => {
    const { raw, told } = await said(unlabelled, (directory) => {
      run(
        'yosys',
        ['-p', 'read_verilog -formal -sv -DFORMAL *.v; prep -top clock -flatten; async2sync; dffunmap; write_smt2 -wires out.smt2'],
        directory,
      );
      return run('yosys-smtbmc', ['-s', 'z3', '-t', '6', 'out.smt2'], directory);
    });
    const place = /ticker\.v:\d+\.\d+-\d+\.\d+/.exec(raw)?.[0];
    expect(raw).toMatch(/Assert failed in clock: clock\.v:[\d.-]+\|ticker\.v:/);
    expect(told).toContain(`|${at('assert')} [${place}] (`);
    expect(told).toContain(`Assert failed in clock: ${at('instance')} [clock.v:`);
  });
});

describe('locations', () => {
  const maps = [{ file: '/out/ticker.v', locate: (line: number) => (line < 50 ? `t.ts:${line}` : undefined) }];
  it.each([
    ['%Error: /out/ticker.v:12:5: syntax error', '%Error: t.ts:12 [/out/ticker.v:12:5]: syntax error'],
    ['ticker.v:12: error: no', 't.ts:12 [ticker.v:12]: error: no'],
    ['../out/ticker.v:12.5-13.9|ticker.v:3.1-3.2', 't.ts:13 [../out/ticker.v:12.5-13.9]|t.ts:3 [ticker.v:3.1-3.2]'],
    ['cell $add$ticker.v:12$3 of my_ticker.v:3 and ticker.vhd:4', 'cell $add$ticker.v:12$3 of my_ticker.v:3 and ticker.vhd:4'],
    ['ticker.v:99: beyond the map', 'ticker.v:99: beyond the map'],
  ])('%s', (raw, told) => expect(rewriteLocations(raw, maps)).toBe(told));
});

describe('the filter', () => {
  const filter = (maps: readonly string[], text: string) =>
    spawnSync(process.execPath, ['--import', 'tsx', FILTER, ...maps], { input: text, encoding: 'utf8' });

  it('rewrites what comes through it, line by line', () =>
    inTemporaryDirectory(async (directory) => {
      const files = await writeVerilog(clock.elaborate(), directory);
      const verilog = readFileSync(join(directory, 'ticker.v'), 'utf8').split('\n');
      const line = verilog.findIndex((text) => text.startsWith('  assign odd')) + 1;
      const { stdout, status } = filter(
        files.map((file) => `${file}.map`),
        `before\nticker.v:${line}: error: this\n`,
      );
      expect(stdout).toBe(`before\n${at('slice')} [ticker.v:${line}]: error: this\n`);
      expect(status).toBe(0);
    }));

  it('ends with 2, and says why, without a map it can read', () =>
    inTemporaryDirectory(async (directory) => {
      const file = join(directory, 'broken.v.map');
      writeFileSync(file, '{"version": 3}');
      expect(filter([], '')).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('usage: ') });
      expect(filter([file], '')).toMatchObject({ status: 2, stderr: expect.stringContaining(`${file} is no source map`) });
      expect(filter([`${file}2`], '')).toMatchObject({ status: 2, stderr: expect.stringContaining('ENOENT') });
      expect(() => readMap('text.v.map', 'module')).toThrow(MapUnreadable);
    }));
});
