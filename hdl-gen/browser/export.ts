/** A design for a browser: one JavaScript module, or one page, that needs nothing beside it. @module hdl-gen/browser */
import { readFileSync } from 'node:fs';
import type { Netlist } from '../ir/netlist.ts';
import { simulateWasm } from '../sim/wasm/simulator.ts';

/** How the simulator of a page begins. */
export interface ExportOptions {
  /** start of registers without reset and of memories without contents, the same in every run of the page */
  readonly seed?: number;
}

/**
 * The text of an ES module whose `start()` gives a promise of a simulator in the state of power-up, with the interface
 * of `sim/simulator.ts`.
 * @param netlist what `lower` makes of an elaborated module
 */
export function browserModule(netlist: Netlist, { seed = 1 }: ExportOptions = {}): string {
  const runtime = readFileSync(new URL('runtime.js', import.meta.url), 'utf8');
  // a line of its own for each entry: the two long ones are the code and the memory
  const table = Object.entries(designTable(netlist, seed)).map(([key, value]) => `  ${key}: ${JSON.stringify(value)},`);
  return [
    `// ${netlist.name}, compiled by hdl-gen.`,
    runtime,
    'const design = {',
    ...table,
    '};',
    '',
    '/** A simulator at power-up; give it a few cycles of reset. */',
    'export const start = () => simulate(design);',
    '',
  ].join('\n');
}

/** A page with the module in it: the ports in a table, a button for one cycle and one for a hundred. */
export function browserPage(netlist: Netlist, options: ExportOptions = {}): string {
  const page = readFileSync(new URL('page.html', import.meta.url), 'utf8');
  // functions, since what is put in may hold `$&`
  return page.replaceAll('NAME', () => netlist.name).replace('// MODULE', () => browserModule(netlist, options));
}

function designTable(netlist: Netlist, seed: number) {
  const simulator = simulateWasm(netlist, { seed });
  const { layout, bytes } = simulator.design;
  const placed = (items: readonly { readonly name: string; readonly width: number }[], slots: readonly { readonly address: number }[]) =>
    items.map(({ name, width }, index) => ({ name, width, address: slots[index]?.address }));
  return {
    name: netlist.name,
    clocks: netlist.clocks,
    inputs: placed(netlist.inputs, layout.inputs),
    outputs: placed(netlist.outputs, layout.settled).map((port, index) => ({ ...port, sampledAddress: layout.sampled[index]?.address })),
    signals: [...placed(netlist.registers, layout.registers), ...placed(netlist.wires, layout.wires)],
    properties: netlist.properties.map(({ kind, name, location }) => ({ kind, name, location })),
    failure: layout.failure,
    marks: layout.marks,
    powerUp: Buffer.from(simulator.trace().buffer, 0, layout.size).toString('base64'),
    code: Buffer.from(bytes).toString('base64'),
  };
}
