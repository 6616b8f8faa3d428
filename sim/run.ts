/** A whole simulation run, from options to the files in the output folder. */
import { captureFile } from '../capture/read.ts';
import type { ModuleIr } from '../hdl-gen/ir/module.ts';
import { windowsFor } from '../hw/peer-options.ts';
import { SIDES } from '../judge/points.ts';
import { cyclesOf, timingAsBuilt } from '../spec/configuration.ts';
import type { Role } from '../spec/peer-rules.ts';
import { latestTriggerFrames } from '../spec/timing.ts';
import { SimulationAborted } from './aborted.ts';
import { Hardware, stationHardware } from './hardware.ts';
import { parseAttacks } from './network/attacks.ts';
import type { ChannelSettings } from './network/channel.ts';
import { parseOutages } from './network/outage.ts';
import { channelBounds, flagOf, optionsSchema, type SimulationOptions } from './options.ts';
import type { RunEvents } from './recorded-run.ts';
import type { SimulationResult } from './report/result.ts';
import { parseRestarts } from './restart.ts';
import type { ScenarioOptions } from './scenario-options.ts';
import type { KeysOf } from './station-end.ts';
import { runStations } from './stations-run.ts';
import { trafficFromCapture } from './traffic/from-capture.ts';
import { generateTraffic } from './traffic/generate.ts';
import type { Traffic } from './traffic/traffic.ts';

export interface RunOptions extends Omit<RunEvents, 'onFailure'> {
  readonly options: SimulationOptions;
  /** a capture to take the application data from */
  readonly trafficFile?: string;
  /** folder for the files; none are written without it */
  readonly out?: string;
  /** write the keys of the run down, so that it can be judged */
  readonly keyLog?: boolean;
  /** what was found until a fault ended the run, and whether it was written */
  readonly onFailure?: (result: SimulationResult, written: boolean) => void;
  /** the hardware in the place of what the options ask for: mutants, broken on purpose */
  readonly designs?: Readonly<Partial<Record<Role, ModuleIr>>>;
  /** keys from a master key that was agreed on: broken ones, in tests */
  readonly keysOf?: KeysOf;
  readonly traffic?: Traffic;
}

/**
 * Runs a simulation of a controller and a device, writes Verilog, capture, waves, summary and report, and has them judged where the keys are
 * written down.
 * @throws CaptureError, TrafficError, StationMismatch, SafetyViolation, PropertyFailure, SimulationAborted, and what the simulators throw
 */
export async function runSimulation(run: RunOptions): Promise<SimulationResult> {
  const { options, designs: _, trafficFile, traffic: given, onFailure, ...others } = run;
  const traffic = given ?? (trafficFile === undefined ? generateTraffic(options) : await captureTraffic(trafficFile, run));
  for (const note of traffic.notes) run.onNote?.(note);
  run.onPhase?.('generating the hardware');
  const { seed } = options;
  const [result] = await runStations({
    ...others,
    options,
    relations: [scenarioOptionsOf(options, traffic)],
    hardware: SIDES.map((side) => ({ hardware: hardwareOf(side, run), seed })),
    replay: replayCommand(run),
    settings: { ...options, traffic: traffic.origin },
    onFailure: ([found], written) => onFailure?.(found, written),
  });
  return result;
}

function hardwareOf(role: Role, { options: { slots, engine, delivery }, designs }: RunOptions): Hardware {
  const design = designs?.[role];
  return design === undefined ? stationHardware({ role, slots, engine, relations: 1, ...windowsFor(delivery) }) : new Hardware(design);
}

async function captureTraffic(path: string, { options, signal }: RunOptions): Promise<Traffic> {
  return trafficFromCapture(captureFile(path), options.frames, signal).catch((error: unknown) => {
    throw signal?.aborted === true ? new SimulationAborted() : error;
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
    attackKinds: parseAttacks(options.attackKinds, 'the options'),
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

/** The command that runs the same simulation again: only what differs from the defaults. */
export function replayCommand({ options, trafficFile }: Pick<RunOptions, 'options' | 'trafficFile'>): string {
  const defaults = optionsSchema.parse({});
  const flags = (Object.keys(options) as (keyof SimulationOptions)[])
    .filter((key) => key === 'seed' || options[key] !== defaults[key])
    .map((key) => `${flagOf(key)} ${options[key]}`);
  return ['npx keyturn sim', ...flags, ...(trafficFile === undefined ? [] : [`--traffic ${trafficFile}`])].join(' ');
}
