/** A whole simulation run, from options to the files in the output folder. */
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { captureFile } from '../capture/read.ts';
import { pcapngHeader, pcapngPacket } from '../capture/write.ts';
import { lower } from '../hdl-gen/ir/lower.ts';
import type { Simulator } from '../hdl-gen/sim/simulator.ts';
import { writeVerilog } from '../hdl-gen/verilog/design.ts';
import type { PeerOptions } from '../hw/defects.ts';
import { peer } from '../hw/peer.ts';
import { CYCLE_NS } from '../spec/configuration.ts';
import type { Role } from '../spec/peer-rules.ts';
import type { KeySource } from '../sw/control-plane/key-source.ts';
import { buildSimulators } from './backend.ts';
import { flagOf, optionsSchema, type SimulationOptions } from './options.ts';
import { AtomicFile } from './output/atomic-file.ts';
import { reportHtml } from './report/html.ts';
import type { Side, SimulationResult } from './report/result.ts';
import { summaryOf } from './report/summary.ts';
import { timelineSvg } from './report/timeline.ts';
import { runScenario, type ScenarioTools, SimulationAborted } from './scenario.ts';
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
  /** broken on purpose, by tests */
  readonly defect?: PeerOptions['defect'];
  readonly keysOf?: (role: Role, masterKey: Uint8Array) => KeySource;
  readonly traffic?: Traffic;
}

/**
 * Runs a simulation and writes Verilog, capture, waves, summary and report. Nothing stays of a run that fails.
 * @throws CaptureError, TrafficError, ScoreboardMismatch, SafetyViolation, PropertyFailure, SimulationAborted, and what the simulators throw
 */
export async function runSimulation(run: RunOptions): Promise<SimulationResult> {
  const { options, out } = run;
  const traffic =
    run.traffic ??
    (run.trafficFile === undefined
      ? generateTraffic(options.seed)
      : await trafficFromCapture(captureFile(run.trafficFile), options.frames));
  for (const note of traffic.notes) run.onNote?.(note);
  run.onPhase?.('generating the hardware');
  const designs = { initiator: elaborate('initiator', run), follower: elaborate('follower', run) };
  const netlists = { initiator: lower(designs.initiator), follower: lower(designs.follower) };
  if (out !== undefined) await mkdir(out, { recursive: true });
  const verilog = out === undefined ? undefined : join(out, 'verilog.part');
  if (verilog !== undefined) for (const design of Object.values(designs)) await writeVerilog(design, verilog);

  const files =
    out === undefined ? undefined : { capture: new AtomicFile(join(out, 'capture.pcapng')), waves: new AtomicFile(join(out, 'waves.vcd')) };
  let simulators: Readonly<Record<Side, Simulator>> | undefined;
  try {
    run.onPhase?.(options.simulator === 'wasm' ? 'starting' : 'building the emitted Verilog with Verilator');
    simulators = await buildSimulators(options.simulator, designs, netlists, options.seed, run.signal);
    const result = await simulate(run, traffic, simulators, files);
    // a lockstep compares its last cycles now, and may object
    closeAll(simulators);
    simulators = undefined;
    if (out !== undefined) await writeReports(out, result);
    await files?.capture.commit();
    await files?.waves.commit();
    if (out !== undefined && verilog !== undefined) {
      await rm(join(out, 'verilog'), { recursive: true, force: true });
      await rename(verilog, join(out, 'verilog'));
    }
    return result;
  } catch (error) {
    await files?.capture.discard();
    await files?.waves.discard();
    if (verilog !== undefined) await rm(verilog, { recursive: true, force: true });
    throw run.signal?.aborted === true ? new SimulationAborted() : error;
  } finally {
    if (simulators !== undefined) closeAll(simulators);
  }
}

/** Closes both, even if the first one objects. */
function closeAll(simulators: Readonly<Record<Side, Simulator>>): void {
  try {
    simulators.initiator.close();
  } finally {
    simulators.follower.close();
  }
}

function elaborate(role: Role, { options, defect }: RunOptions) {
  return peer({ role, slots: options.slots, ...(defect === undefined ? {} : { defect }) }).elaborate();
}

async function simulate(
  run: RunOptions,
  traffic: Traffic,
  simulators: Readonly<Record<Side, Simulator>>,
  files: { readonly capture: AtomicFile; readonly waves: AtomicFile } | undefined,
): Promise<SimulationResult> {
  const { options } = run;
  const cycles = (ns: number): number => Math.round(ns / CYCLE_NS);
  const interval = cycles(options.sendInterval);
  files?.capture.write(pcapngHeader('Keyturn simulation', ['initiator to follower', 'follower to initiator']));
  const waves = files && new PeerWaves(simulators, (text) => files.waves.write(text));
  // attacks are written when they are sent, but arrive later: the capture is kept in the order of time
  const pending: { readonly at: number; readonly packet: Uint8Array }[] = [];
  const flush = (until: number): void => {
    while (pending[0] !== undefined && pending[0].at <= until) files?.capture.write(pending.shift()?.packet ?? new Uint8Array());
  };
  const result = await runScenario(
    {
      seed: options.seed,
      frames: options.frames,
      slots: options.slots,
      encrypt: options.protection === 'encryption',
      interval,
      channel: {
        loss: options.loss,
        duplicates: options.duplicates,
        reorder: options.reorder,
        reorderChance: options.reorderChance,
        delay: cycles(options.delay),
        jitter: cycles(options.jitter),
        interval,
      },
      attacks: options.attacks,
      rekeyFrames: options.rekeyFrames,
      rekeyCycles: cycles(options.rekeyInterval),
      obsoleteTimeout: cycles(options.obsoleteTimeout),
      hostEvery: options.hostFrames,
      traffic,
    },
    {
      simulators,
      replay: replayCommand(run),
      simulatorName: options.simulator,
      settings: { ...options, traffic: traffic.origin },
      ...(run.keysOf === undefined ? {} : { keysOf: run.keysOf }),
      ...(run.onProgress === undefined ? {} : { onProgress: run.onProgress }),
      ...(run.signal === undefined ? {} : { signal: run.signal }),
      ...(files === undefined
        ? {}
        : {
            onWire: (from: Side, atNs: number, frame: Uint8Array, note: string | undefined) => {
              const entry = { at: atNs, packet: pcapngPacket(from === 'initiator' ? 0 : 1, BigInt(atNs), frame, note) };
              pending.splice(pending.findLastIndex((other) => other.at <= atNs) + 1, 0, entry);
              if (note === undefined) flush(atNs);
            },
          }),
      ...(waves === undefined ? {} : { onCycle: (cycle: number) => waves.sample(cycle) }),
    },
  );
  flush(Number.POSITIVE_INFINITY);
  return result;
}

async function writeReports(out: string, result: SimulationResult): Promise<void> {
  const texts: Record<string, string> = {
    'summary.json': `${JSON.stringify(summaryOf(result), null, 2)}\n`,
    'report.html': reportHtml(result),
  };
  // that of an earlier run would speak of other rekeys
  await rm(join(out, 'timeline.svg'), { force: true });
  if (result.rekeys.length > 0) texts['timeline.svg'] = timelineSvg(result, 0);
  for (const [name, text] of Object.entries(texts)) {
    const file = new AtomicFile(join(out, name));
    file.write(text);
    await file.commit();
  }
}

/** The command that runs the same simulation again: only what differs from the defaults. */
function replayCommand({ options, trafficFile }: RunOptions): string {
  const defaults = optionsSchema.parse({});
  const flags = (Object.keys(options) as (keyof SimulationOptions)[])
    .filter((key) => key === 'seed' || options[key] !== defaults[key])
    .map((key) => `${flagOf(key)} ${options[key]}`);
  return ['npx keyturn sim', ...flags, ...(trafficFile === undefined ? [] : [`--traffic ${trafficFile}`])].join(' ');
}
