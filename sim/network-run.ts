/** A run of a controller with its devices, from options to the result of each relation. */
import { windowsFor } from '../hw/peer-options.ts';
import { FRAME_MAX } from '../spec/header.ts';
import { FRAME_GAP_OCTETS } from './bus/frame-ports.ts';
import { deliveryOf } from './delivery-of-relations.ts';
import { stationHardware } from './hardware.ts';
import { longestDelay } from './network/channel.ts';
import { endNames, NetworkScenario } from './network-scenario.ts';
import type { SimulationOptions } from './options.ts';
import { OutputFiles } from './output/output-files.ts';
import { type Results, type RunEvents, runRecorded } from './recorded-run.ts';
import { seedOf } from './relations/parties.ts';
import { relationLogged, replayCommand, scenarioOptionsOf } from './run.ts';
import type { ScenarioOptions } from './scenario-options.ts';
import { generateRelationTraffic } from './traffic/generate.ts';
import { PeerWaves } from './waves.ts';

/** Everything random has a seed of its own, and so has each relation. */
const SALT = 0x72656c6e;

export interface NetworkRun extends RunEvents {
  readonly options: SimulationOptions;
  /** folder for the files; none are written without it */
  readonly out?: string;
  /** write the keys of the run down, so that it can be judged */
  readonly keyLog?: boolean;
}

/**
 * Runs a controller with its devices, writes its files, and has them judged where the keys are written down. Returns the result of each relation.
 * @throws what `NetworkScenario` and the simulators throw; OutputError; SimulationAborted
 */
export async function runNetwork({ options, out, keyLog = false, ...events }: NetworkRun): Promise<Results> {
  const { slots, engine, simulator, seed } = options;
  events.onPhase?.('generating the hardware');
  const relations = Array.from({ length: options.relations }, (_, relation) => relationOptions(options, relation));
  const delivery = relations.some((one) => one.delivery === 'window') ? 'window' : 'newest';
  const controller = stationHardware({ role: 'initiator', slots, engine, relations: options.relations, ...windowsFor(delivery) });
  // at the controller's port all devices may wait for each other
  const longestWay =
    Math.max(...relations.map(({ channel }) => longestDelay(channel))) + 2 * relations.length * (FRAME_MAX + FRAME_GAP_OCTETS);
  const logged = relations.map(({ traffic, delivery }) => relationLogged({ ...options, delivery }, traffic, longestWay, 'source'));
  const files = out === undefined ? undefined : await OutputFiles.open(out, logged, keyLog, options.clockPeriod);
  const devices = relations.slice(0, options.rtlDevices).map(({ delivery }, relation) => ({
    hardware: stationHardware({ role: 'follower', slots, engine, relations: 1, ...windowsFor(delivery) }),
    seed: seedOf(seed, SALT, relation) >>> 0,
  }));
  return runRecorded({
    ...events,
    simulator,
    hardware: [{ hardware: controller, seed }, ...devices],
    files,
    isJudged: keyLog,
    scenarioOf: (simulators) => {
      const [first, ...others] = simulators;
      if (first === undefined) throw new RangeError('a controller without a simulator');
      const ends = new Map(endNames(others.length).flatMap((name, index) => (simulators[index] ? [[name, simulators[index]]] : [])));
      const waves = files && new PeerWaves(ends, options.clockPeriod, options.waves, (text) => files.waves.write(text));
      return new NetworkScenario(relations, {
        controller: first,
        devices: others,
        replay: replayCommand({ options }),
        simulatorName: simulator,
        settings: { ...options, traffic: 'generated' },
        longestWay,
        onProgress: (progress) => {
          files?.check();
          events.onProgress?.(progress);
        },
        ...(files === undefined ? {} : { watcherOf: (relation: number) => files.observations.of(relation) }),
        ...(waves === undefined ? {} : { waves }),
        ...(events.signal === undefined ? {} : { signal: events.signal }),
      });
    },
  });
}

function relationOptions(options: SimulationOptions, relation: number): ScenarioOptions {
  const all = scenarioOptionsOf(options, generateRelationTraffic(options, relation));
  return {
    ...all,
    relation,
    delivery: deliveryOf(options, relation),
    seed: seedOf(options.seed, SALT, relation) >>> 0,
    outages: all.outages.filter((outage) => outage.relation === undefined || outage.relation === relation),
  };
}
