/**
 * Proofs that were made before. What is proved of a design holds for as long as the design is the same, so a test need ask again only where
 * a word of it has changed; the programs that prove all claims write the record when all is proved.
 */
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { ModuleIr } from '../ir/module.ts';
import { verilogModules } from '../verilog/design.ts';
import { designToProve, type ProofOptions } from './prove.ts';

/** What was proved of a claim. */
export interface Recorded {
  /** assertions or covers that reached the solver */
  readonly obligations: number;
  /** SHA-256 of what was asked (`questionDigest`), in hexadecimal */
  readonly question: string;
}

/** By claim and question, as `recordName` names them. */
export type ProofRecord = Readonly<Record<string, Recorded>>;

export function recordName(claim: string, { mode, depth }: ProofOptions): string {
  return `${claim} (${mode}, ${depth})`;
}

/** The digest of all that a solver is told: the Verilog of the whole design, its comments aside, and how far it is to look. */
export function questionDigest(module: ModuleIr, { mode, depth, from = 0 }: ProofOptions): string {
  // lines of the source move without a change of what is asked
  const design = verilogModules(designToProve(module)).map(({ text }) => text.replace(/\s*\/\/.*$/gm, ''));
  return createHash('sha256').update(JSON.stringify({ mode, depth, from, design })).digest('hex');
}

export function readProofRecord(file: string): ProofRecord {
  return JSON.parse(readFileSync(file, 'utf8'));
}

export function writeProofRecord(file: string, record: ProofRecord): void {
  writeFileSync(`${file}.part`, `${JSON.stringify(record, undefined, 2)}\n`);
  renameSync(`${file}.part`, file);
}
