/** Explores every configuration and prints a table: `npx tsx formal/explore/prove-protocol.ts [--all] [--traces]`. */
import { NAIVE, SEAMLESS } from './configurations.ts';
import { explore } from './search.ts';

const all = process.argv.includes('--all');
const traces = process.argv.includes('--traces');
let wrong = 0;

process.stdout.write(`${'must be safe and live'.padEnd(58)}   states  transitions  seconds\n`);
for (const { name, config, long } of SEAMLESS) {
  if (long === true && !all) continue;
  const { states, transitions, seconds, breach } = explore(config);
  if (breach !== undefined) wrong++;
  const verdict = breach === undefined ? 'safe, live' : `BREAKS ${breach.property}: ${breach.text}`;
  process.stdout.write(
    `${name.padEnd(58)} ${String(states).padStart(8)} ${String(transitions).padStart(12)} ${seconds.toFixed(2).padStart(8)}  ${verdict}\n`,
  );
}

process.stdout.write('\nmust break\n');
for (const { id, reading, config, breaks } of NAIVE) {
  const { breach } = explore(config);
  if (breach?.property !== breaks) wrong++;
  const verdict =
    breach === undefined ? `NOT BROKEN, expected ${breaks}` : `${breach.property} after ${breach.trace.length - 2} steps: ${breach.text}`;
  process.stdout.write(`${id.padEnd(4)} ${reading.padEnd(62)} ${verdict}\n`);
  if (traces) process.stdout.write(`${breach?.trace.map((line, step) => `     ${step}. ${line}`).join('\n') ?? ''}\n`);
}
process.exitCode = wrong === 0 ? 0 : 1;
