/** What befalls a run of many relations: cuts of one relation's link, restarts of a device, restarts of the controller's agent. */
import { Random } from '../../hdl-gen/sim/random.ts';
import type { SimulationOptions } from '../options.ts';
import { seedOf } from './parties.ts';

/** Both ways, its ends included. In ns. */
export interface Cut {
  readonly relation: number;
  readonly from: number;
  readonly to: number;
}

export interface Incidents {
  readonly cuts: readonly Cut[];
  readonly deviceRestarts: readonly { readonly relation: number; readonly at: number }[];
  /** the agent of the controller, that is of all relations at once */
  readonly agentRestarts: readonly number[];
}

const SALT = 0x696e6364;
/** They come in this part of a run, so that what follows is seen. */
const PART = { from: 0.1, to: 0.8 } as const;
/** One cut of so many is longer than the silence after which the initiator associates anew. */
const LONG_EVERY = 4;

export function incidentsOf(options: SimulationOptions): Incidents {
  const { seed, relations, frames, sendInterval, silence, outages, deviceRestarts, agentRestarts } = options;
  const random = new Random(seedOf(seed, SALT));
  const at = (): number => Math.floor(frames * sendInterval * (PART.from + (PART.to - PART.from) * (random.next() / 2 ** 32)));
  const some = <T>(count: number, make: (index: number) => T): readonly T[] => Array.from({ length: count }, (_, index) => make(index));
  return {
    cuts: some(outages, (index) => {
      const relation = random.below(relations);
      const from = at();
      const length = index % LONG_EVERY === LONG_EVERY - 1 ? silence + random.below(silence) : 1 + random.below(Math.floor(silence / 2));
      return { relation, from, to: from + length };
    }),
    deviceRestarts: some(deviceRestarts, () => ({ relation: random.below(relations), at: at() })),
    agentRestarts: some(agentRestarts, at),
  };
}

/** Whether something befell a relation so late that it may not have found back. */
export function wasJustHit({ frames, sendInterval, silence }: SimulationOptions, incidents: Incidents, relation: number): boolean {
  const late = frames * sendInterval - 3 * silence;
  const { cuts, deviceRestarts, agentRestarts } = incidents;
  return (
    cuts.some((cut) => cut.relation === relation && cut.to >= late) ||
    deviceRestarts.some((restart) => restart.relation === relation && restart.at >= late) ||
    agentRestarts.some((at) => at >= late)
  );
}
