/** Runs of a few dozen frames, judged from outside: short enough that every mutant of `sim/` can have one of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judgeFolder } from '../../../judge/folder.ts';
import { faultsOf, type Verdict } from '../../../judge/judge.ts';
import { buildSimulators } from '../../../sim/backend.ts';
import { stationHardware } from '../../../sim/hardware.ts';
import { optionsSchema, type SimulationOptions } from '../../../sim/options.ts';
import { relationLogged } from '../../../sim/relation-logged.ts';
import { sideBySide } from '../../../sim/report/conclusion.ts';
import type { SimulationResult } from '../../../sim/report/result.ts';
import { scenarioOptionsOf } from '../../../sim/run.ts';
import { longestWay, Scenario, type ScenarioTools } from '../../../sim/scenario.ts';
import { generateTraffic } from '../../../sim/traffic/generate.ts';
import { Observations, type Watcher } from '../../../sim/watch.ts';

/** A fast network without faults, a host frame after every 20, and a rekey every 25. */
const SHORT = {
  frames: 60,
  sendInterval: 1600,
  delay: 400,
  jitter: 200,
  cSduLength: 40,
  rekeyFrames: 25,
  hostFrames: 20,
  nRttEvery: 0,
  loss: 0,
  duplicates: 0,
  reorderChance: 0,
  attacks: 0,
} as const satisfies Partial<SimulationOptions>;

export const shortOptions = (changes: Partial<SimulationOptions>): SimulationOptions => optionsSchema.parse({ ...SHORT, ...changes });

/** Whoever watches, who may want to see the simulators. */
type Simulators = Awaited<ReturnType<typeof buildSimulators>>;
type Tools = ShortTools | ((simulators: Simulators) => ShortTools);
interface ShortTools extends Partial<Omit<ScenarioTools, 'watcherOf'>> {
  /** of the one relation */
  readonly watcher?: Watcher;
}

/** A run that leaves nothing behind. @throws what `Scenario` throws */
export async function shortRun(changes: Partial<SimulationOptions>, tools: Tools = {}): Promise<SimulationResult> {
  const options = shortOptions(changes);
  const { slots, engine, delivery, seed } = options;
  const hardwareOf = (role: 'initiator' | 'follower') =>
    stationHardware({ role, slots, engine, relations: 1, ...(delivery === 'window' ? { windows: true } : {}) });
  const hardware = { initiator: hardwareOf('initiator'), follower: hardwareOf('follower') };
  const simulators = await buildSimulators('wasm', hardware, seed);
  const { watcher, ...more } = typeof tools === 'function' ? tools(simulators) : tools;
  const relation = scenarioOptionsOf(options, generateTraffic(options));
  const [result] = await new Scenario([relation], {
    controller: simulators.initiator,
    devices: [simulators.follower],
    replay: 'the test',
    simulatorName: 'wasm',
    settings: { ...options, traffic: 'generated' },
    longestWay: longestWay([relation.channel]),
    ...(watcher === undefined ? {} : { watcherOf: () => watcher }),
    ...more,
  }).run();
  return result;
}

/** What the judge makes of capture and keys of such a run, beside what the run says itself. */
export async function judgedRun(
  changes: Partial<SimulationOptions>,
  tools: ShortTools = {},
): Promise<{ readonly result: SimulationResult; readonly verdict: Verdict }> {
  const options = shortOptions(changes);
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-short-'));
  try {
    const traffic = generateTraffic(options);
    const connection = relationLogged(options, traffic, longestWay([scenarioOptionsOf(options, traffic).channel]));
    const observations = new Observations(folder, [connection], true, options.clockPeriod);
    const result = await shortRun(changes, { ...tools, watcher: observations.of(0) });
    observations.end();
    for (const file of observations.files) {
      await file.finish();
      await file.commit();
    }
    const [verdict] = await judgeFolder(folder);
    if (verdict === undefined) throw new Error('the run has no relation');
    return { result, verdict };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Everything that the judge finds wrong, and what it counts otherwise than the run. */
export function objections({ result, verdict }: { readonly result: SimulationResult; readonly verdict: Verdict }): readonly string[] {
  const differing = sideBySide(result, verdict).filter(({ run, judge }) => run !== judge);
  return [...faultsOf(verdict), ...differing.map(({ label, run, judge }) => `${label}: ${run} by the run, ${judge} by the judge`)];
}
