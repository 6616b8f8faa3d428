/** Proves every claim about the hardware, and prints a table: `npx tsx formal/rtl/prove-rtl.ts`. */
import { prove } from '../../hdl-gen/formal/prove.ts';
import { CLAIMS } from './claims.ts';

for (const { claim, design, proofs } of CLAIMS) {
  for (const options of proofs) {
    const { mode, depth, obligations, seconds } = await prove(design.elaborate(), options);
    process.stdout.write(
      `${claim.padEnd(62)} ${mode.padEnd(9)} ${String(depth).padStart(3)} cycles  ${String(obligations).padStart(3)} properties  ${seconds.toFixed(2).padStart(6)} s\n`,
    );
  }
}
