/**
 * Proofs that were made before. What is proved of a design holds for as long as the design is the same, so `npm test` asks again only where a
 * word of it has changed, and a few by chance. `KEYTURN_PROOFS=all` asks everything again, as `prove-rtl.ts` does, whose `--record`
 * writes `proved.json` when all is proved.
 */
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { designToProve, type ProofOptions } from '../../hdl-gen/formal/prove.ts';
import type { ModuleIr } from '../../hdl-gen/ir/module.ts';
import { verilogModules } from '../../hdl-gen/verilog/design.ts';

/** What was proved of a claim. */
export interface Recorded {
  /** assertions or covers that reached the solver */
  readonly obligations: number;
  /** SHA-256 of what was asked (`questionDigest`), in hexadecimal */
  readonly question: string;
}

/** By claim and question, as `recordName` names them. */
export type ProofRecord = Readonly<Record<string, Recorded>>;

const FILE = join(import.meta.dirname, 'proved.json');

export function recordName(claim: string, { mode, depth }: ProofOptions): string {
  return `${claim} (${mode}, ${depth})`;
}

/** The digest of all that a solver is told: the Verilog of the whole design, its comments aside, and how far it is to look. */
export function questionDigest(module: ModuleIr, { mode, depth, from = 0 }: ProofOptions): string {
  // lines of the source move without a change of what is asked
  const design = verilogModules(designToProve(module)).map(({ text }) => text.replace(/\s*\/\/.*$/gm, ''));
  return createHash('sha256').update(JSON.stringify({ mode, depth, from, design })).digest('hex');
}

export function readProofRecord(): ProofRecord {
  return JSON.parse(readFileSync(FILE, 'utf8'));
}

export function writeProofRecord(record: ProofRecord): void {
  writeFileSync(`${FILE}.part`, `${JSON.stringify(record, undefined, 2)}\n`);
  renameSync(`${FILE}.part`, FILE);
}
