import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { browserModule, browserPage } from '../../../hdl-gen/browser/export.ts';
import { bits, bool, input, module, output } from '../../../hdl-gen/index.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import type { Netlist } from '../../../hdl-gen/ir/netlist.ts';
import { interpret } from '../../../hdl-gen/sim/interpreter.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import type { Simulator } from '../../../hdl-gen/sim/simulator.ts';
import { peer } from '../../../hw/peer.ts';
import { keepsTheContract, set, subject } from '../sim/contract.ts';
import { inTemporaryDirectory, isInstalled } from '../verilog/tools.ts';
import { documentOf, leaving, leftIn } from './chromium.ts';

const counter = lower(
  module('counter', { go: input(bool), count: output(bits(8)), held: output(bits(70)) }, (io, m) => {
    const r = m.registers({ ticks: bits(8), kept: bits(70, { reset: 'none' }) });
    m.when(io.go, () => r.ticks.next(r.ticks.add(1)));
    r.kept.next(r.kept);
    io.count.set(r.ticks);
    io.held.set(r.kept);
    m.assert('below', r.ticks.lt(120));
  }).elaborate(),
);

/** The exported module, run in this process. */
function started(netlist: Netlist, seed = 1): Promise<Simulator> {
  return inTemporaryDirectory(async (directory) => {
    const file = join(directory, 'design.mjs');
    writeFileSync(file, browserModule(netlist, { seed }));
    const { start } = (await import(pathToFileURL(file).href)) as { start: () => Promise<Simulator> };
    return start();
  });
}

/** Random inputs of so many cycles, in reset during the first two, and the outputs that the interpreter samples. */
function sequence(netlist: Netlist, cycles: number, seed: number) {
  const random = new Random(seed);
  const oracle = interpret(netlist, { seed: 1 });
  const inputs: string[][] = [];
  const outputs: string[][] = [];
  for (let cycle = 0; cycle < cycles; cycle++) {
    for (const [name, port] of oracle.inputs) port.big = name === 'rst' ? BigInt(cycle < 2) : random.bits(port.width);
    oracle.step();
    inputs.push([...oracle.inputs.values()].map(({ big }) => big.toString()));
    outputs.push([...oracle.outputs.values()].map(({ sampledBig }) => sampledBig.toString()));
  }
  return { inputs, outputs };
}

describe('an exported design, in Node', () => {
  describe('keeps the contract of a simulator', () => keepsTheContract(() => started(lower(subject.elaborate()))));

  it('starts from the seed, shows its state by name, and ends at an assertion with its name and line', async () => {
    const [simulator, again, other] = [await started(counter, 7), await started(counter, 7), await started(counter, 8)];
    expect(simulator.peek?.('kept')).toBe(interpret(counter, { seed: 7 }).peek?.('kept'));
    expect(simulator.peek?.('kept')).toBe(again.peek?.('kept'));
    expect(simulator.peek?.('kept')).not.toBe(other.peek?.('kept'));
    set(simulator, 'rst', 1);
    simulator.step();
    set(simulator, 'rst', 0);
    set(simulator, 'go', 1);
    expect(() => simulator.step(200)).toThrow(/assert failed: a_below \(test\/hdl-gen\/browser\/export\.test\.ts:\d+\) in cycle 1\d\d/);
    expect(() => simulator.peek?.('absent')).toThrow('counter has no register or wire absent');
  });
});

describe.skipIf(!isInstalled('chromium'))('an exported design, in Chromium (skipped where chromium is not installed)', () => {
  const SEED = Date.now() % 2 ** 31;

  it.each([
    ['a counter', counter, 50],
    ['ports of all widths', lower(subject.elaborate()), 200],
    ['a whole peer', lower(peer({ role: 'follower', slots: 3 }).elaborate()), 400],
  ])(`%s gives in every cycle what the interpreter gives, seed ${SEED}`, (_name, netlist, cycles) =>
    inTemporaryDirectory(async (directory) => {
      const { inputs, outputs } = sequence(netlist, cycles, SEED);
      const drive = `(await start().then((simulator) => ${JSON.stringify(inputs)}.map((row) => {
        [...simulator.inputs.values()].forEach((port, index) => { port.big = BigInt(row[index]); });
        simulator.step();
        return [...simulator.outputs.values()].map((port) => port.sampledBig.toString());
      })))`;
      const file = join(directory, 'page.html');
      writeFileSync(file, `<body><script type="module">${browserModule(netlist)}\n${leaving(drive)}</script>`);
      expect(leftIn(await documentOf(pathToFileURL(file).href))).toEqual(outputs);
    }),
  );

  it('the page shows the ports, takes values and steps', () =>
    inTemporaryDirectory(async (directory) => {
      const file = join(directory, 'page.html');
      const act = `
        const change = (id, value) => { byId(id).value = value; byId(id).dispatchEvent(new Event('change')); };
        change('port_rst', '1');
        byId('step').click();
        change('port_rst', '0');
        change('port_go', '1');
        byId('run').click();
        ${leaving("[byId('cycle').textContent, byId('port_count').textContent, byId('failure').textContent]")}
        byId('run').click();
        change('port_go', '2');`;
      writeFileSync(
        file,
        browserPage(counter).replace('</script>', () => `${act}\n</script>`),
      );
      const page = await documentOf(pathToFileURL(file).href);
      expect(leftIn(page)).toEqual(['101', '64', '']);
      expect(page).toMatch(/<output id="failure">assert failed: a_below \(.*export\.test\.ts:\d+\) in cycle 121<\/output>/);
      expect(page).toContain('<td>held</td><td>70</td>');
    }));
});
