/** Proves the claims about the gates, and prints a table: `npx tsx formal/netlist/prove-netlists.ts`, `--all` the long ones too. */
import { NETLIST_CLAIMS, otherSide, proveNetlist } from './claims.ts';

const all = process.argv.includes('--all');
let failed = 0;
for (const claim of NETLIST_CLAIMS.filter(({ long }) => all || long !== true)) {
  const started = performance.now();
  try {
    const { registers, seconds } = await proveNetlist(claim, await otherSide(claim));
    const total = (performance.now() - started) / 1000;
    process.stdout.write(
      `${claim.claim.padEnd(62)} equivalent  ${String(registers).padStart(3)} registers  ${seconds.toFixed(2).padStart(6)} s, ${total.toFixed(2)} s with synthesis\n`,
    );
  } catch (error) {
    failed++;
    process.stderr.write(`${claim.claim}: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}
process.exitCode = failed === 0 ? 0 : 1;
