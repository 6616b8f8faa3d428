/**
 * Proves every claim about the parts, and prints a table: `npx tsx hdl-gen/formal/library/prove-library.ts`; with `--record` it writes down that
 * they are proved (`proved.json`).
 */
import { prove } from '../prove.ts';
import { type ProofRecord, questionDigest, recordName, writeProofRecord } from '../record.ts';
import { LIBRARY_CLAIMS, LIBRARY_RECORD } from './claims.ts';

let failed = 0;
const record: Record<string, ProofRecord[string]> = {};
for (const { claim, design, proofs } of LIBRARY_CLAIMS) {
  const module = design.elaborate();
  for (const options of proofs) {
    try {
      const { mode, depth, obligations, seconds } = await prove(module, options);
      record[recordName(claim, options)] = { obligations, question: questionDigest(module, options) };
      process.stdout.write(
        `${claim.padEnd(62)} ${mode.padEnd(9)} ${String(depth).padStart(3)} cycles  ${String(obligations).padStart(3)} properties  ${seconds.toFixed(2).padStart(6)} s\n`,
      );
    } catch (error) {
      failed++;
      process.stderr.write(`${claim}: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
}
if (process.argv.includes('--record') && failed === 0) writeProofRecord(LIBRARY_RECORD, record);
process.exitCode = failed === 0 ? 0 : 1;
