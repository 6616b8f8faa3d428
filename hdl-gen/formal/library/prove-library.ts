/** Proves every claim about the parts, and prints a table: `npx tsx hdl-gen/formal/library/prove-library.ts`. */
import { prove } from '../prove.ts';
import { LIBRARY_CLAIMS } from './claims.ts';

let failed = 0;
for (const { claim, design, proofs } of LIBRARY_CLAIMS) {
  for (const options of proofs) {
    try {
      const { mode, depth, obligations, seconds } = await prove(design.elaborate(), options);
      process.stdout.write(
        `${claim.padEnd(62)} ${mode.padEnd(9)} ${String(depth).padStart(3)} cycles  ${String(obligations).padStart(3)} properties  ${seconds.toFixed(2).padStart(6)} s\n`,
      );
    } catch (error) {
      failed++;
      process.stderr.write(`${claim}: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
}
process.exitCode = failed === 0 ? 0 : 1;
