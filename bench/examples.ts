/** What the examples of hdl-gen take of a 7-series part, as Yosys maps them: `npx tsx bench/examples.ts [EXAMPLE…]`, the table of their README. */
import { readFileSync } from 'node:fs';
import * as examples from '../hdl-gen/examples/index.ts';
import { cellCounts, synthesiseForXilinx } from '../hdl-gen/synthesis/xilinx.ts';
import { areaOf } from './area.ts';

/** Of every instruction some: a program that is known would take away what it does not use. */
const NOISE = Array.from({ length: 256 }, (_, at) => Math.imul(at + 1, 0x9e3779b1));

const BUILT = [
  ['uart', [examples.uartTransmitter(1085), examples.uartReceiver(1085)]],
  ['spi', [examples.spiController(8, 4)]],
  ['averager', [examples.averager(16)]],
  ['divider', [examples.divider(32)]],
  ['cordic', [examples.cordic]],
  ['fir', [examples.firFilter('low_pass', [-32, 0, 287, 768, 1000, 768, 287, 0, -32])]],
  ['vga', [examples.videoTiming(examples.VGA)]],
  ['life', [examples.life(8)]],
  ['pwm', [examples.pwm]],
  ['rv32i', [examples.rv32i('noise', NOISE)]],
] as const;

process.stdout.write('| example | lines | module | LUT | FF | DSP |\n|---|---:|---|---:|---:|---:|\n');
const only = process.argv.slice(2);
for (const [file, modules] of BUILT) {
  if (only.length > 0 && !only.includes(file)) continue;
  const lines = readFileSync(new URL(`../hdl-gen/examples/${file}.ts`, import.meta.url), 'utf8').split('\n').length - 1;
  for (const module of modules) {
    const counts = cellCounts((await synthesiseForXilinx(module.elaborate())).cells);
    const { luts, flipFlops, dsps } = areaOf(counts);
    process.stdout.write(`| ${file} | ${lines} | ${module.name} | ${luts} | ${flipFlops} | ${dsps} |\n`);
  }
}
