/** A run with what it needs from outside, whatever is simulated: simulators that are closed at its end, and files that are whole or not there. */
import type { ModuleIr } from '../hdl-gen/ir/module.ts';
import { PropertyFailure } from '../hdl-gen/sim/failures.ts';
import { LockstepMismatch } from '../hdl-gen/sim/process-failures.ts';
import type { Simulator } from '../hdl-gen/sim/simulator.ts';
import { judgeFolder } from '../judge/folder.ts';
import { SimulationAborted } from './aborted.ts';
import { buildSimulator } from './backend.ts';
import type { Hardware } from './hardware.ts';
import type { SimulationOptions } from './options.ts';
import type { OutputFiles } from './output/output-files.ts';
import type { SimulationResult } from './report/result.ts';
import { SafetyViolation } from './safety-violation.ts';
import { StationMismatch } from './station-mismatch.ts';

/** Of each relation, by its number. */
export type Results = readonly [SimulationResult, ...SimulationResult[]];

/** How a run is told of, and ended, by whoever started it. */
export interface RunEvents {
  readonly onProgress?: (progress: { readonly done: number; readonly of: number; readonly rekeys: number }) => void;
  readonly onPhase?: (text: string) => void;
  /** what the user should know of the traffic */
  readonly onNote?: (text: string) => void;
  readonly signal?: AbortSignal;
  /** what was found until a fault ended the run, of each relation, and whether it was written */
  readonly onFailure?: (results: Results, written: boolean) => void;
}

export interface RecordedRun extends RunEvents {
  readonly simulator: SimulationOptions['simulator'];
  /** each with the seed of its simulator */
  readonly hardware: readonly { readonly hardware: Hardware; readonly seed: number }[];
  /** none are written without it */
  readonly files?: OutputFiles | undefined;
  /** whether the files are judged: the keys are among them */
  readonly isJudged: boolean;
  /** what runs on the simulators of `hardware`, in its order */
  readonly scenarioOf: (simulators: readonly Simulator[]) => Scenario;
}

export interface Scenario {
  run(): Promise<Results>;
  /** what was found up to now, of each relation */
  result(): Results;
}

/** What a run is stopped by when it has found something: its files are worth keeping. */
const FINDINGS: readonly (abstract new (...args: never[]) => Error)[] = [
  StationMismatch,
  SafetyViolation,
  PropertyFailure,
  LockstepMismatch,
];

/**
 * Runs a scenario, writes its files, and has them judged where the keys are written down. Of a run that finds a fault all files show what
 * was until then, and say so; of one that fails otherwise nothing stays.
 * @throws what the scenario and the simulators throw; OutputError; SimulationAborted
 */
export async function runRecorded(run: RecordedRun): Promise<Results> {
  const { files, signal } = run;
  const simulators: Simulator[] = [];
  let scenario: Scenario | undefined;
  try {
    await files?.writeVerilog(distinct(run.hardware.map(({ hardware }) => hardware.design)));
    run.onPhase?.(run.simulator === 'wasm' ? 'starting' : 'building the emitted Verilog with Verilator');
    for (const { hardware, seed } of run.hardware) simulators.push(await buildSimulator(run.simulator, hardware, seed, signal));
    scenario = run.scenarioOf(simulators);
    const results = await scenario.run();
    // a lockstep compares its last cycles now, and may object
    closeAll(simulators.splice(0));
    await files?.commitObservations();
    const judged = run.isJudged && files !== undefined ? await judgedBeside(results, files.folder, run.onPhase) : results;
    await files?.writeReports(...judged);
    return judged;
  } catch (error) {
    if (scenario !== undefined && error instanceof Error && FINDINGS.some((finding) => error instanceof finding)) {
      const failure = { kind: error.name, message: error.message };
      const [first, ...others] = scenario.result();
      await keep([{ ...first, failure }, ...others.map((result) => ({ ...result, failure }))], run);
    } else await files?.discard();
    throw signal?.aborted === true ? new SimulationAborted() : error;
  } finally {
    closeAll(simulators);
  }
}

async function judgedBeside(results: Results, folder: string, onPhase: RunEvents['onPhase']): Promise<Results> {
  onPhase?.('judging capture and keys');
  const verdicts = await judgeFolder(folder);
  const withVerdict = (result: SimulationResult, relation: number): SimulationResult => {
    const judged = verdicts[relation];
    return judged === undefined ? result : { ...result, judged };
  };
  const [first, ...others] = results;
  return [withVerdict(first, 0), ...others.map((result, index) => withVerdict(result, index + 1))];
}

/** What was found until a fault; where it can't be written either, the fault is still what ended the run. */
async function keep(results: Results, { files, onNote, onFailure }: RecordedRun): Promise<void> {
  let written = files !== undefined;
  try {
    await files?.commitObservations();
    await files?.writeReports(...results);
  } catch (error) {
    await files?.discard();
    written = false;
    onNote?.(`nothing was written: ${error instanceof Error ? error.message : String(error)}`);
  }
  onFailure?.(results, written);
}

/** Closes all of them, even if one objects. */
function closeAll(simulators: readonly Simulator[]): void {
  const [first, ...others] = simulators;
  try {
    first?.close();
  } finally {
    if (others.length > 0) closeAll(others);
  }
}

/** Of hardware that stands several times once. */
function distinct(designs: readonly ModuleIr[]): readonly ModuleIr[] {
  return [...new Set(designs)];
}
