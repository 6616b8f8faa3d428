/** How long it takes to elaborate, check and print all of hw/: `npx tsx bench/elaboration.ts`. */
import { verilogModules } from '../hdl-gen/verilog/design.ts';
import { peer } from '../hw/peer.ts';

const from = performance.now();
const modules = new Set<string>();
let lines = 0;
for (const role of ['initiator', 'follower'] as const) {
  for (const slots of [2, 3, 4]) {
    for (const { name, text } of verilogModules(peer({ role, slots }).elaborate())) {
      if (modules.has(name)) continue;
      modules.add(name);
      lines += text.split('\n').length;
    }
  }
}
process.stdout.write(
  `${modules.size} modules, ${lines} lines of Verilog, 6 peers: ${(performance.now() - from).toFixed(0)} ms from a cold start\n`,
);
