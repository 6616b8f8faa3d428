/** A run of a controller with its devices, from options to the result of each relation. */
import type { Simulator } from '../hdl-gen/sim/simulator.ts';
import { windowsFor } from '../hw/peer-options.ts';
import { FRAME_MAX } from '../spec/header.ts';
import { buildSimulator } from './backend.ts';
import { FRAME_GAP_OCTETS } from './bus/frame-ports.ts';
import { peerHardware, stationHardware } from './hardware.ts';
import { longestDelay } from './network/channel.ts';
import { NetworkScenario, type NetworkTools } from './network-scenario.ts';
import type { SimulationOptions } from './options.ts';
import { seedOf } from './relations/parties.ts';
import type { SimulationResult } from './report/result.ts';
import { replayCommand, scenarioOptionsOf } from './run.ts';
import type { ScenarioOptions } from './scenario-options.ts';
import { generateRelationTraffic } from './traffic/generate.ts';

/** Everything random has a seed of its own, and so has each relation. */
const SALT = 0x72656c6e;

export interface NetworkRun {
  readonly options: SimulationOptions;
  readonly onProgress?: NetworkTools['onProgress'];
  readonly onPhase?: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** @throws what `NetworkScenario` throws, and what the simulators do */
export async function runNetwork({ options, onProgress, onPhase, signal }: NetworkRun): Promise<readonly SimulationResult[]> {
  const { slots, engine, delivery, simulator: kind, seed } = options;
  onPhase?.('generating the hardware');
  const controller = stationHardware({ role: 'initiator', slots, engine, relations: options.relations, ...windowsFor(delivery) });
  const device = peerHardware({ role: 'follower', slots, engine, ...windowsFor(delivery) });
  onPhase?.(kind === 'wasm' ? 'starting' : 'building the emitted Verilog with Verilator');
  const simulators: Simulator[] = [];
  try {
    simulators.push(await buildSimulator(kind, controller, seed, signal));
    for (let relation = 0; relation < options.rtlDevices; relation++)
      simulators.push(await buildSimulator(kind, device, seedOf(seed, SALT, relation) >>> 0, signal));
    const [first, ...devices] = simulators;
    if (first === undefined) return [];
    const relations = Array.from({ length: options.relations }, (_, relation) => relationOptions(options, relation));
    return await new NetworkScenario(relations, {
      controller: first,
      devices,
      replay: replayCommand({ options }),
      simulatorName: kind,
      settings: { ...options, traffic: 'generated' },
      // at the controller's port all devices may wait for each other
      longestWay:
        Math.max(...relations.map(({ channel }) => longestDelay(channel))) + 2 * relations.length * (FRAME_MAX + FRAME_GAP_OCTETS),
      ...(onProgress === undefined ? {} : { onProgress }),
      ...(signal === undefined ? {} : { signal }),
    }).run();
  } finally {
    for (const simulator of simulators) simulator.close();
  }
}

function relationOptions(options: SimulationOptions, relation: number): ScenarioOptions {
  const all = scenarioOptionsOf(options, generateRelationTraffic(options, relation));
  return {
    ...all,
    relation,
    seed: seedOf(options.seed, SALT, relation) >>> 0,
    outages: all.outages.filter((outage) => outage.relation === undefined || outage.relation === relation),
  };
}
