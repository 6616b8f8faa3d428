/**
 * Proves every claim about the hardware, and prints a table: `npx tsx formal/rtl/prove-rtl.ts`. With `--all` also the claims
 * at larger sizes, with `--engine wasm` without native tools.
 */
import { parseArgs } from 'node:util';
import { type EngineName, prove } from '../../hdl-gen/formal/prove.ts';
import { CLAIMS, MORE_CLAIMS } from './claims.ts';

const COLUMNS = [62, 10, 7, 11, 8] as const;

function row(...cells: readonly string[]): void {
  process.stdout.write(
    `${cells.map((cell, at) => (at === 0 ? cell.padEnd(COLUMNS[at] ?? 0) : cell.padStart(COLUMNS[at] ?? 0))).join('')}\n`,
  );
}

const { values } = parseArgs({ options: { all: { type: 'boolean', default: false }, engine: { type: 'string' } } });
if (values.engine !== undefined && values.engine !== 'native' && values.engine !== 'wasm') {
  throw new Error(`--engine ${values.engine}: there is no such engine, choose native or wasm`);
}
const engine: EngineName | undefined = values.engine;
const stop = new AbortController();
process.once('SIGINT', () => stop.abort(new Error('stopped')));

row('hardware', 'proof', 'cycles', 'properties', 'seconds');
let failed = 0;
let obligations = 0;
let seconds = 0;
for (const { claim, design, proofs } of values.all ? [...CLAIMS, ...MORE_CLAIMS] : CLAIMS) {
  for (const options of proofs) {
    if (stop.signal.aborted) break;
    try {
      const proof = await prove(design.elaborate(), { ...options, signal: stop.signal, ...(engine === undefined ? {} : { engine }) });
      row(claim, proof.mode, String(proof.depth), String(proof.obligations), proof.seconds.toFixed(2));
      obligations += proof.obligations;
      seconds += proof.seconds;
    } catch (error) {
      failed++;
      row(claim, options.mode, String(options.depth), '', 'FAILED');
      process.stderr.write(`${claim}: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
}
row('all', '', '', String(obligations), seconds.toFixed(2));
process.exitCode = failed === 0 ? 0 : 1;
