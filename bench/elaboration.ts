/**
 * How long it takes to elaborate, check and print hardware, from a cold start: `npx tsx bench/elaboration.ts [peers|stations]`. Peers of
 * either role with 2 to 4 slots, or stations of either role with each engine; run each by itself, since what one has warmed the other finds.
 */
import type { ModuleIr } from '../hdl-gen/ir/module.ts';
import { verilogModules } from '../hdl-gen/verilog/design.ts';
import { ENGINES } from '../hw/aead/engines.ts';
import { peer } from '../hw/peer.ts';
import { station } from '../hw/station.ts';
import type { EngineName } from '../spec/aead-engines.ts';

const ROLES = ['initiator', 'follower'] as const;
const DESIGNS: Readonly<Record<string, () => Iterable<ModuleIr>>> = {
  *peers() {
    for (const role of ROLES) for (const slots of [2, 3, 4]) yield peer({ role, slots }).elaborate();
  },
  *stations() {
    for (const role of ROLES)
      for (const engine of Object.keys(ENGINES) as EngineName[]) yield station({ role, slots: 2, relations: 16, engine }).elaborate();
  },
};

const [name = 'peers'] = process.argv.slice(2);
const designs = DESIGNS[name];
if (designs === undefined) {
  process.stderr.write(`${name}: expected ${Object.keys(DESIGNS).join(' or ')}\n`);
  process.exit(2);
}
const from = performance.now();
const modules = new Set<string>();
let [count, lines] = [0, 0];
for (const design of designs()) {
  count++;
  for (const { name: module, text } of verilogModules(design)) {
    if (modules.has(module)) continue;
    modules.add(module);
    lines += text.split('\n').length;
  }
}
const milliseconds = (performance.now() - from).toFixed(0);
process.stdout.write(`${modules.size} modules, ${lines} lines of Verilog, ${count} ${name}: ${milliseconds} ms from a cold start\n`);
