/**
 * Proves every claim about the hardware, and prints a table: `npx tsx formal/rtl/prove-rtl.ts`. With `--all` also the claims
 * at larger sizes, with `--engine wasm` without native tools.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type EngineName, type Proof, type ProofOptions, prove } from '../../hdl-gen/formal/prove.ts';
import { CLAIMS, type Claim, MORE_CLAIMS } from './claims.ts';

type Result = { readonly proof: Proof } | { readonly failure: string };

const { values } = parseArgs({ options: { all: { type: 'boolean', default: false }, engine: { type: 'string' } } });
const engine = engineOf(values.engine);
const stop = new AbortController();
process.once('SIGINT', () => stop.abort(new Error('stopped')));

function engineOf(name: string | undefined): EngineName | undefined {
  if (name === undefined || name === 'native' || name === 'wasm') return name;
  throw new RangeError(`--engine ${name}: there is no such engine, choose native or wasm`);
}

async function attempt({ design }: Claim, options: ProofOptions): Promise<Result> {
  try {
    return { proof: await prove(design.elaborate(), { ...options, signal: stop.signal, ...(engine === undefined ? {} : { engine }) }) };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

function row(claim: string, mode: string, cycles: string, properties: string, seconds: string): void {
  const numbers = [cycles.padStart(7), properties.padStart(11), seconds.padStart(8)].join('');
  process.stdout.write(`${claim.padEnd(62)} ${mode.padEnd(9)}${numbers}\n`);
}

const started = performance.now();
const jobs = (values.all ? [...CLAIMS, ...MORE_CLAIMS] : CLAIMS).flatMap((claim) => claim.proofs.map((options) => ({ claim, options })));
// as many lanes as processors; the z3 of npm has the process to itself
const lanes = Array.from({ length: engine === 'wasm' ? 1 : availableParallelism() }, () => Promise.resolve<unknown>(undefined));
const results = jobs.map(({ claim, options }, index) => {
  const lane = index % lanes.length;
  const result = (lanes[lane] ?? Promise.resolve()).then(() => attempt(claim, options));
  lanes[lane] = result;
  return result;
});

row('hardware', 'proof', 'cycles', 'properties', 'seconds');
let failed = 0;
let obligations = 0;
for (const [index, { claim, options }] of jobs.entries()) {
  const result = await results[index];
  if (result !== undefined && 'proof' in result) {
    const { mode, depth, obligations: proved, seconds } = result.proof;
    obligations += proved;
    row(claim.claim, mode, String(depth), String(proved), seconds.toFixed(2));
  } else {
    failed++;
    row(claim.claim, options.mode, String(options.depth), '', 'FAILED');
    process.stderr.write(`${claim.claim}: ${result?.failure}\n`);
  }
}
const seconds = (performance.now() - started) / 1000;
row(failed === 0 ? 'all proved' : `${failed} FAILED`, '', '', String(obligations), seconds.toFixed(2));
process.exitCode = failed === 0 ? 0 : 1;
