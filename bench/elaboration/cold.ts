/** Elaborates, checks and prints hardware, and says how long that took: what `bench/elaboration.ts` runs, each time in a process of its own. */
import type { ModuleIr } from '../../hdl-gen/ir/module.ts';
import { verilogModules } from '../../hdl-gen/verilog/design.ts';
import { ENGINES } from '../../hw/aead/engines.ts';
import { station } from '../../hw/station.ts';
import type { EngineName } from '../../spec/aead-engines.ts';

const ROLES = ['initiator', 'follower'] as const;
const DESIGNS: Readonly<Record<string, () => Iterable<ModuleIr>>> = {
  *slots() {
    for (const role of ROLES) for (const slots of [2, 3, 4]) yield station({ role, slots, relations: 1 }).elaborate();
  },
  *engines() {
    for (const role of ROLES)
      for (const engine of Object.keys(ENGINES) as EngineName[]) yield station({ role, slots: 2, relations: 16, engine }).elaborate();
  },
};

const [name = ''] = process.argv.slice(2);
const from = performance.now();
const modules = new Set<string>();
let [count, lines] = [0, 0];
for (const design of DESIGNS[name]?.() ?? []) {
  count++;
  for (const { name: module, text } of verilogModules(design)) {
    if (modules.has(module)) continue;
    modules.add(module);
    lines += text.split('\n').length;
  }
}
const milliseconds = performance.now() - from;
process.stdout.write(JSON.stringify({ modules: modules.size, lines, designs: count, milliseconds }));
