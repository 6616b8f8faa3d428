/** A run of a controller with its devices, from options to the result of each relation. */
import { windowsFor } from '../hw/peer-options.ts';
import { deliveryOf } from './delivery-of-relations.ts';
import { stationHardware } from './hardware.ts';
import type { SimulationOptions } from './options.ts';
import type { Results, RunEvents } from './recorded-run.ts';
import { seedOf } from './relations/parties.ts';
import { replayCommand, scenarioOptionsOf } from './run.ts';
import type { ScenarioOptions } from './scenario-options.ts';
import { runStations } from './stations-run.ts';
import { generateRelationTraffic } from './traffic/generate.ts';

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
 * Runs a controller with its devices, as `runStations` does. Returns the result of each relation.
 * @throws what `runStations` throws
 */
export async function runNetwork({ options, ...run }: NetworkRun): Promise<Results> {
  const { slots, engine, seed } = options;
  run.onPhase?.('generating the hardware');
  const relations = Array.from({ length: options.relations }, (_, relation) => relationOptions(options, relation));
  const delivery = relations.some((one) => one.delivery === 'window') ? 'window' : 'newest';
  const controller = stationHardware({ role: 'initiator', slots, engine, relations: options.relations, ...windowsFor(delivery) });
  const devices = relations.slice(0, options.rtlDevices).map(({ delivery }, relation) => ({
    hardware: stationHardware({ role: 'follower', slots, engine, relations: 1, ...windowsFor(delivery) }),
    seed: seedOf(seed, SALT, relation) >>> 0,
  }));
  return runStations({
    ...run,
    options,
    relations,
    hardware: [{ hardware: controller, seed }, ...devices],
    replay: replayCommand({ options }),
    settings: { ...options, traffic: 'generated' },
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
