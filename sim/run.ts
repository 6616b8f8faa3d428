/** A whole simulation run, from options to the files in the output folder. */
import { captureFile } from '../capture/read.ts';
import type { ModuleIr } from '../hdl-gen/ir/module.ts';
import { PropertyFailure } from '../hdl-gen/sim/failures.ts';
import { LockstepMismatch } from '../hdl-gen/sim/process-failures.ts';
import type { Simulator } from '../hdl-gen/sim/simulator.ts';
import { windowsFor } from '../hw/peer-options.ts';
import { judgeFolder } from '../judge/folder.ts';
import type { Connection } from '../judge/key-log.ts';
import { cyclesOf, timingAsBuilt } from '../spec/configuration.ts';
import type { Role } from '../spec/peer-rules.ts';
import { latestTriggerFrames } from '../spec/timing.ts';
import type { KeySource } from '../sw/control-plane/key-source.ts';
import { SimulationAborted } from './aborted.ts';
import { buildSimulators } from './backend.ts';
import { Hardware, peerHardware } from './hardware.ts';
import type { ChannelSettings } from './network/channel.ts';
import { parseOutages } from './network/outage.ts';
import { channelBounds, flagOf, optionsSchema, type SimulationOptions } from './options.ts';
import { OutputFiles } from './output/output-files.ts';
import type { Side, SimulationResult } from './report/result.ts';
import { parseRestarts } from './restart.ts';
import { longestWay, Scenario, type ScenarioTools } from './scenario.ts';
import type { ScenarioOptions } from './scenario-options.ts';
import { SafetyViolation, ScoreboardMismatch } from './scoreboard.ts';
import { trafficFromCapture } from './traffic/from-capture.ts';
import { generateTraffic } from './traffic/generate.ts';
import type { Traffic } from './traffic/traffic.ts';
import { PeerWaves } from './waves.ts';

export interface RunOptions {
  readonly options: SimulationOptions;
  /** a capture to take the application data from */
  readonly trafficFile?: string;
  /** folder for the files; none are written without it */
  readonly out?: string;
  readonly onProgress?: ScenarioTools['onProgress'];
  readonly onPhase?: (text: string) => void;
  /** what the user should know of the traffic */
  readonly onNote?: (text: string) => void;
  readonly signal?: AbortSignal;
  /** write the keys down, so that the run can be judged */
  readonly keyLog?: boolean;
  /** what was found until a fault ended the run, and whether it was written */
  readonly onFailure?: (result: SimulationResult, written: boolean) => void;
  /** the hardware in the place of what the options ask for: mutants, broken on purpose */
  readonly designs?: Readonly<Partial<Record<Role, ModuleIr>>>;
  /** keys from a master key that was agreed on: broken ones, in tests */
  readonly keysOf?: (role: Role, masterKey: Uint8Array) => KeySource;
  readonly traffic?: Traffic;
}

/** What a run is stopped by when it has found something: its files are worth keeping. */
const FINDINGS: readonly (abstract new (...args: never[]) => Error)[] = [
  ScoreboardMismatch,
  SafetyViolation,
  PropertyFailure,
  LockstepMismatch,
];

/**
 * Runs a simulation, writes Verilog, capture, waves, summary and report, and has them judged where the keys are written down. Of a
 * run that finds a fault all of them show what was until then, and say so; of one that fails otherwise nothing stays.
 * @throws CaptureError, TrafficError, ScoreboardMismatch, SafetyViolation, PropertyFailure, SimulationAborted, and what the simulators throw
 */
export async function runSimulation(run: RunOptions): Promise<SimulationResult> {
  const { options, out } = run;
  const traffic = run.traffic ?? (run.trafficFile === undefined ? generateTraffic(options) : await captureTraffic(run.trafficFile, run));
  for (const note of traffic.notes) run.onNote?.(note);
  run.onPhase?.('generating the hardware');
  const hardware = { initiator: hardwareOf('initiator', run), follower: hardwareOf('follower', run) };
  const files =
    out === undefined ? undefined : await OutputFiles.open(out, connectionOf(options, traffic), run.keyLog === true, options.clockPeriod);
  let simulators: Readonly<Record<Side, Simulator>> | undefined;
  let scenario: Scenario | undefined;
  try {
    await files?.writeVerilog(Object.values(hardware).map(({ design }) => design));
    run.onPhase?.(options.simulator === 'wasm' ? 'starting' : 'building the emitted Verilog with Verilator');
    simulators = await buildSimulators(options.simulator, hardware, options.seed, run.signal);
    scenario = scenarioOf(run, traffic, simulators, files);
    const result = await scenario.run();
    // a lockstep compares its last cycles now, and may object
    closeAll(simulators);
    simulators = undefined;
    await files?.commitObservations();
    if (out === undefined || run.keyLog !== true) return await reported(result, files);
    run.onPhase?.('judging capture and keys');
    return await reported({ ...result, judged: await judgeFolder(out) }, files);
  } catch (error) {
    if (scenario !== undefined && error instanceof Error && FINDINGS.some((finding) => error instanceof finding))
      await keep({ ...scenario.result(), failure: { kind: error.name, message: error.message } }, run, files);
    else await files?.discard();
    throw run.signal?.aborted === true ? new SimulationAborted() : error;
  } finally {
    if (simulators !== undefined) closeAll(simulators);
  }
}

/** What was found until a fault; where it can't be written either, the fault is still what ended the run. */
async function keep(result: SimulationResult, run: RunOptions, files: OutputFiles | undefined): Promise<void> {
  let written = files !== undefined;
  try {
    await files?.commitObservations();
    await reported(result, files);
  } catch (error) {
    await files?.discard();
    written = false;
    run.onNote?.(`nothing was written: ${error instanceof Error ? error.message : String(error)}`);
  }
  run.onFailure?.(result, written);
}

async function reported(result: SimulationResult, files: OutputFiles | undefined): Promise<SimulationResult> {
  await files?.writeReports(result);
  return result;
}

/** Closes both, even if the first one objects. */
function closeAll(simulators: Readonly<Record<Side, Simulator>>): void {
  try {
    simulators.initiator.close();
  } finally {
    simulators.follower.close();
  }
}

function hardwareOf(role: Role, { options: { slots, engine, delivery }, designs }: RunOptions): Hardware {
  const design = designs?.[role];
  return design === undefined ? peerHardware({ role, slots, engine, ...windowsFor(delivery) }) : new Hardware(design);
}

async function captureTraffic(path: string, { options, signal }: RunOptions): Promise<Traffic> {
  return trafficFromCapture(captureFile(path), options.frames, signal).catch((error: unknown) => {
    throw signal?.aborted === true ? new SimulationAborted() : error;
  });
}

function scenarioOf(
  run: RunOptions,
  traffic: Traffic,
  simulators: Readonly<Record<Side, Simulator>>,
  files: OutputFiles | undefined,
): Scenario {
  const { options } = run;
  const waves = files && new PeerWaves(simulators, options.clockPeriod, options.waves, (text) => files.waves.write(text));
  return new Scenario(scenarioOptionsOf(options, traffic), {
    simulators,
    replay: replayCommand(run),
    simulatorName: options.simulator,
    settings: { ...options, traffic: traffic.origin },
    ...(run.keysOf === undefined ? {} : { keysOf: run.keysOf }),
    onProgress: (progress) => {
      files?.check();
      run.onProgress?.(progress);
    },
    ...(run.signal === undefined ? {} : { signal: run.signal }),
    ...(files === undefined ? {} : { watcher: files.observations }),
    ...(waves === undefined ? {} : { waves }),
  });
}

/** A run's settings in cycles. */
export function scenarioOptionsOf(options: SimulationOptions, traffic: Traffic): ScenarioOptions {
  const cycles = nearestCycles(options);
  return {
    seed: options.seed,
    cycleNs: options.clockPeriod,
    frames: options.frames,
    slots: options.slots,
    engine: options.engine,
    agreement: options.agreement,
    encrypt: options.protection === 'encryption',
    delivery: options.delivery,
    interval: cycles(options.sendInterval),
    channel: channelOf(options),
    bursts: { start: options.burstStart, length: options.burstLength },
    outages: parseOutages(options.outage, 'the options'),
    attacks: options.attacks,
    rekeyFrames: options.rekeyFrames,
    rekeyCycles: cycles(options.rekeyInterval),
    counterAlarm: Math.max(1, latestTriggerFrames(timingAsBuilt(options, channelBounds(options)))),
    obsoleteTimeout: cyclesOf(options.obsoleteTimeout, options.clockPeriod),
    alarmAfter: cycles(options.alarmAfter),
    hostEvery: options.hostFrames,
    nRttEvery: options.nRttEvery,
    silence: cycles(options.silence),
    restarts: parseRestarts(options.restart, options.frames, 'the options'),
    profile: options.profile,
    traffic,
  };
}

/** Times of the channel and of the software, to the nearest cycle. */
function nearestCycles({ clockPeriod }: SimulationOptions): (ns: number) => number {
  return (ns) => Math.round(ns / clockPeriod);
}

function channelOf(options: SimulationOptions): ChannelSettings {
  const { loss, duplicates, reorder, reorderChance, delay, jitter, sendInterval } = options;
  const cycles = nearestCycles(options);
  return { loss, duplicates, reorder, reorderChance, delay: cycles(delay), jitter: cycles(jitter), interval: cycles(sendInterval) };
}

/** What the judge must know of a connection beside its keys. */
function connectionOf(options: SimulationOptions, traffic: Traffic): Connection {
  return {
    profile: options.profile,
    engine: options.engine,
    protection: options.protection,
    delivery: options.delivery,
    frameId: { initiator: traffic.initiatorToFollower.frameId, follower: traffic.followerToInitiator.frameId },
    sendIntervalNs: options.sendInterval,
    obsoleteTimeoutNs: options.obsoleteTimeout,
    longestDelayNs: longestWay(channelOf(options)) * options.clockPeriod,
  };
}

/** The command that runs the same simulation again: only what differs from the defaults. */
export function replayCommand({ options, trafficFile }: Pick<RunOptions, 'options' | 'trafficFile'>): string {
  const defaults = optionsSchema.parse({});
  const flags = (Object.keys(options) as (keyof SimulationOptions)[])
    .filter((key) => key === 'seed' || options[key] !== defaults[key])
    .map((key) => `${flagOf(key)} ${options[key]}`);
  return ['npx keyturn sim', ...flags, ...(trafficFile === undefined ? [] : [`--traffic ${trafficFile}`])].join(' ');
}
