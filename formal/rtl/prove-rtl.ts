/**
 * Proves every claim about the hardware, and prints a table: `npx tsx formal/rtl/prove-rtl.ts`. With `--all` also the claims
 * at larger sizes, with `--engine wasm` without native tools; `--record` writes down that they are proved (`proved.json`).
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type EngineName, type Proof, type ProofOptions, prove } from '../../hdl-gen/formal/prove.ts';
import { type ProofRecord, questionDigest, recordName, writeProofRecord } from '../../hdl-gen/formal/record.ts';
import type { ModuleIr } from '../../hdl-gen/ir/module.ts';
import { CLAIMS, MORE_CLAIMS, RTL_RECORD } from './claims.ts';
import { subjectOfClaim } from './subject-of-claim.ts';

type Result = { readonly proof: Proof } | { readonly failure: string };

const { values } = parseArgs({
  options: { all: { type: 'boolean', default: false }, engine: { type: 'string' }, record: { type: 'boolean', default: false } },
});
const engine = engineOf(values.engine);
const stop = new AbortController();
process.once('SIGINT', () => stop.abort(new Error('stopped')));

function engineOf(name: string | undefined): EngineName | undefined {
  if (name === undefined || name === 'native' || name === 'wasm') return name;
  throw new RangeError(`--engine ${name}: there is no such engine, choose native or wasm`);
}

async function attempt(module: ModuleIr, options: ProofOptions): Promise<Result> {
  try {
    return { proof: await prove(module, { ...options, signal: stop.signal, ...(engine === undefined ? {} : { engine }) }) };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

function row(claim: string, mode: string, cycles: string, properties: string, seconds: string): void {
  const numbers = [cycles.padStart(7), properties.padStart(11), seconds.padStart(8)].join('');
  process.stdout.write(`${claim.padEnd(62)} ${mode.padEnd(9)}${numbers}\n`);
}

const started = performance.now();
const jobs = (values.all ? [...CLAIMS, ...MORE_CLAIMS] : CLAIMS).flatMap((claim) => {
  const { module, proofs } = subjectOfClaim(claim);
  return proofs.map((options) => ({ claim: claim.claim, module, options }));
});
// as many lanes as processors; the z3 of npm has the process to itself
const lanes = Array.from({ length: engine === 'wasm' ? 1 : availableParallelism() }, () => Promise.resolve<unknown>(undefined));
const results = jobs.map(({ module, options }, index) => {
  const lane = index % lanes.length;
  const result = (lanes[lane] ?? Promise.resolve()).then(() => attempt(module, options));
  lanes[lane] = result;
  return result;
});

row('hardware', 'proof', 'cycles', 'properties', 'seconds');
let failed = 0;
let obligations = 0;
const record: Record<string, ProofRecord[string]> = {};
for (const [index, { claim, module, options }] of jobs.entries()) {
  const result = await results[index];
  if (result !== undefined && 'proof' in result) {
    const { mode, depth, obligations: proved, seconds } = result.proof;
    obligations += proved;
    record[recordName(claim, options)] = { obligations: proved, question: questionDigest(module, options) };
    row(claim, mode, String(depth), String(proved), seconds.toFixed(2));
  } else {
    failed++;
    row(claim, options.mode, String(options.depth), '', 'FAILED');
    process.stderr.write(`${claim}: ${result?.failure}\n`);
  }
}
const seconds = (performance.now() - started) / 1000;
row(failed === 0 ? 'all proved' : `${failed} FAILED`, '', '', String(obligations), seconds.toFixed(2));
if (values.record && failed === 0) writeProofRecord(RTL_RECORD, record);
process.exitCode = failed === 0 ? 0 : 1;
