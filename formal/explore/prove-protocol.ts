/**
 * Explores every configuration, has SPIN explore the generated Promela model too, and compares:
 * `npx tsx formal/explore/prove-protocol.ts [--all] [--traces]`.
 */
import { ToolMissing } from '../../hdl-gen/formal/prove.ts';
import { SPIN_EXTRA, type SpinResult, spin } from '../promela/spin.ts';
import { breaking, NAIVE, type Naive, SEAMLESS, type Seamless } from './configurations.ts';
import { actText, worldText } from './moves.ts';
import { type Exploration, explore, type Step } from './search.ts';
import type { Config } from './world.ts';

const all = process.argv.includes('--all');
const traces = process.argv.includes('--traces');
const interrupt = new AbortController();
process.once('SIGINT', () => {
  interrupt.abort();
  process.exitCode = 130;
});

let wrong = 0;
let spinIsMissing = false;
await main();
if (wrong > 0) process.exitCode = 1;

async function main(): Promise<void> {
  line('must be safe and live', 'states', 'transitions', 'explorer', 'SPIN', '');
  for (const seamless of SEAMLESS) {
    if (interrupt.signal.aborted) return;
    if (seamless.long !== true || all) await proveSeamless(seamless);
  }
  process.stdout.write('\n');
  line('must break', 'steps', '', 'explorer', 'SPIN', '');
  for (const naive of NAIVE.flatMap(breaking)) {
    if (interrupt.signal.aborted) return;
    await breakNaive(naive);
  }
  if (spinIsMissing)
    process.stderr.write(
      '\nSPIN is not here, so nothing was compared with it: sudo apt-get install -y --no-install-recommends spin tcc gcc libc6-dev\n',
    );
}

async function proveSeamless({ name, config, safeOnly, long }: Seamless): Promise<void> {
  const explored = explore(config, { liveness: safeOnly !== true });
  const safe = await withSpin(config, {});
  // the formula doubles the states, and fairness multiplies them by the processes
  const live = safeOnly === true || (long === true && !all) ? undefined : await withSpin(config, { liveness: true });
  const problems = [
    ...(explored.breach === undefined ? [] : [`BREAKS ${explored.breach.property}: ${explored.breach.text}`]),
    ...disagreement(explored, safe),
    ...(live?.breach === undefined ? [] : [`SPIN: BREAKS ${live.breach}`]),
  ];
  report(problems);
  const verdict = problems.length > 0 ? problems.join('; ') : safeOnly === true ? 'safe' : 'safe, live';
  line(name, explored.states, explored.transitions, seconds(explored), seconds(safe, live), verdict);
  if (explored.breach !== undefined && traces) process.stdout.write(traceText(explored.breach.trace, config));
}

async function breakNaive({ id, reading, config, breaks }: Naive): Promise<void> {
  const explored = explore(config, { only: breaks });
  const { breach } = explored;
  const found = await withSpin(config, { only: breaks });
  const problems = [
    ...(breach?.property === breaks ? [] : [`NOT BROKEN as expected (${breaks}): ${breach?.property ?? 'nothing breaks'}`]),
    ...(found === undefined || found.breach === breaks ? [] : [`SPIN: ${found.breach ?? 'nothing breaks'}, expected ${breaks}`]),
  ];
  report(problems);
  const steps = breach === undefined ? '' : breach.trace.length - 1;
  line(`${id.padEnd(4)}${reading}`, steps, '', seconds(explored), seconds(found), problems.length > 0 ? problems.join('; ') : breaks);
  if (breach !== undefined && traces) process.stdout.write(traceText(breach.trace, config));
}

async function withSpin(config: Config, options: Parameters<typeof spin>[1]): Promise<SpinResult | undefined> {
  if (spinIsMissing || interrupt.signal.aborted) return undefined;
  try {
    return await spin(config, { ...options, signal: interrupt.signal });
  } catch (error) {
    if (interrupt.signal.aborted) return undefined;
    if (!(error instanceof ToolMissing)) throw error;
    spinIsMissing = true;
    return undefined;
  }
}

/** Both engines count the same worlds and the same moves, but for what starts SPIN's processes. */
function disagreement({ states, transitions }: Exploration, found: SpinResult | undefined): string[] {
  if (found === undefined) return [];
  const [moreStates, moreTransitions] = [found.states - SPIN_EXTRA.states, found.transitions - SPIN_EXTRA.transitions];
  return [
    ...(found.breach === undefined ? [] : [`SPIN: BREAKS ${found.breach}`]),
    ...(moreStates === states && moreTransitions === transitions
      ? []
      : [`SPIN counts ${moreStates} states, ${moreTransitions} transitions`]),
  ];
}

function report(problems: readonly string[]): void {
  if (problems.length > 0 && !interrupt.signal.aborted) wrong++;
}

function seconds(...runs: readonly ({ readonly seconds: number } | undefined)[]): string {
  const done = runs.filter((run) => run !== undefined);
  return done.length === 0 ? '-' : done.reduce((sum, run) => sum + run.seconds, 0).toFixed(2);
}

function line(name: string, states: string | number, transitions: string | number, ours: string, spins: string, verdict: string): void {
  const columns = [String(states).padStart(8), String(transitions).padStart(12), ours.padStart(9), spins.padStart(8)];
  process.stdout.write(`${name.padEnd(78)} ${columns.join(' ')}  ${verdict}\n`);
}

function traceText(trace: readonly Step[], config: Config): string {
  return trace
    .map(({ act, world }, step) => `     ${step}. ${(act === undefined ? 'start' : actText(act, config)).padEnd(78)} ${worldText(world)}\n`)
    .join('');
}
