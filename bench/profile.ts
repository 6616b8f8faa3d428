/**
 * What a simulated cycle consists of: `npx tsx bench/profile.ts`. Netlist operations by kind, each counted once a 64-bit
 * limb, and the share that only moves bits (slices, joins, extensions).
 */
import { lower } from '../hdl-gen/ir/lower.ts';
import type { NetNode } from '../hdl-gen/ir/netlist.ts';
import { compileToWasm } from '../hdl-gen/sim/wasm/compile.ts';
import { DESIGNS } from './designs.ts';

const MOVES: ReadonlySet<NetNode['op']> = new Set(['slice', 'concat', 'zext', 'sext']);
const STATE: ReadonlySet<NetNode['op']> = new Set(['constant', 'input', 'register']);

for (const { name, design } of DESIGNS) {
  const netlist = lower(design.elaborate());
  const counts = new Map<NetNode['op'], number>();
  for (const { op, width } of netlist.nodes) if (!STATE.has(op)) counts.set(op, (counts.get(op) ?? 0) + Math.ceil(width / 64));
  const total = [...counts.values()].reduce((a, b) => a + b, 0);
  const moves = [...counts].reduce((sum, [op, count]) => sum + (MOVES.has(op) ? count : 0), 0);
  const most = [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 6)
    .map(([op, count]) => `${op} ${count}`);
  const octets = compileToWasm(netlist).bytes.length;
  process.stdout.write(
    `${name.padEnd(20)} ${String(total).padStart(5)} operations, ${Math.round((100 * moves) / total)} % move bits only; ${most.join(', ')}; ${octets} octets of WebAssembly\n`,
  );
}
