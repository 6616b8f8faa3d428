/** What windows of delivery must say, from `verdictOn` in `spec/delivery.ts`: frames under the keys of each relation, near and far from the newest of each. */
import { Random } from '../../../hdl-gen/sim/random.ts';
import { type Delivered, NOTHING_DELIVERED, verdictOn } from '../../../spec/delivery.ts';
import { COUNTER_LAST } from '../../../spec/header.ts';
import { SLOT_STATE_CODE, type SlotState } from '../../../spec/slot-machine.ts';
import type { Cycle, Values } from './cosimulate.ts';

const DISTANCES = [1, 2, 62, 63, 64, 65, 66, 1000];
/** Times are less than that apart. */
const HALF_A_WRAP = 2 ** 31;

interface Key {
  readonly state: SlotState;
  /** it is Obsolete no longer, whatever the state says */
  readonly ranOut: boolean;
  readonly delivered: Delivered;
}

const NO_KEY: Key = { state: 'Unused', ranOut: false, delivered: NOTHING_DELIVERED };

/** Events as far apart as they may be: of one relation in every cycle, of many in every other one. @param count cycles */
export function deliveryWindowsCycles(slots: number, relations: number, seed: number, count: number): Cycle[] {
  const random = new Random(seed);
  const table = Array.from({ length: relations }, () => Array.from({ length: slots }, () => NO_KEY));
  let named = 0;
  return Array.from({ length: count }, (_, cycle): Cycle => {
    const relation = named;
    const mayHappen = relations === 1 || cycle % 2 === 1;
    named = random.below(relations);
    const keys = (table[relation] ?? []).map((key) => changed(key, random));
    table[relation] = keys;
    const frame = frameOf(keys, random);
    const wanted = random.chance(0.7);
    const now = random.next();
    const isVerdict = mayHappen && random.chance(0.9);
    const free = keys.findIndex(({ state }) => state === 'Unused');
    const isPush = mayHappen && !isVerdict && free >= 0 && random.chance(0.8);
    const inputs = {
      ...contextValues(keys, now, random),
      ...{ relation, now, verdict: Number(isVerdict), verdict_relation: named, wanted: Number(wanted) },
      ...{ filled: isPush ? 2 ** free : 0, authentic: Number(frame.isAuthentic), frame_key_id: frame.slot + 1, counter: frame.counter },
    };
    if (isPush) keys[free] = { ...NO_KEY, state: random.chance(0.5) ? 'Active' : 'Pending' };
    const key = keys[frame.slot] ?? NO_KEY;
    const opens = key.state !== 'Unused' && !key.ranOut;
    if (!isVerdict || !frame.isAuthentic || !opens) return { inputs, outputs: { newest: 0, late: 0 } };
    const verdict = verdictOn(frame.counter, key.state, key.delivered, wanted ? 'window' : 'newest');
    keys[frame.slot] = { ...key, delivered: verdict.after };
    return { inputs, outputs: { newest: Number(verdict.newest), late: Number(verdict.delivered && !verdict.newest) } };
  });
}

/** States change as they like: what a window makes of them is its own. */
function changed(key: Key, random: Random): Key {
  if (key.state === 'Unused') return key;
  if (random.chance(0.005) || key.ranOut) return random.chance(0.5) ? NO_KEY : key;
  if (key.state === 'Obsolete' && random.chance(0.02)) return { ...key, ranOut: true };
  return random.chance(0.02) ? { ...key, state: key.state === 'Active' ? 'Obsolete' : 'Active' } : key;
}

function frameOf(keys: readonly Key[], random: Random) {
  const slot = random.below(keys.length);
  const { newest } = (keys[slot] ?? NO_KEY).delivered;
  const distance = random.chance(0.5) ? random.below(70) : (DISTANCES[random.below(DISTANCES.length)] ?? 0);
  const ahead = random.chance(0.01) ? COUNTER_LAST - random.below(100) : newest + (random.chance(0.9) ? 1 + random.below(3) : distance);
  const counter = Math.min(COUNTER_LAST, random.chance(0.4) ? ahead : Math.max(0, newest - distance));
  return { slot, counter, isAuthentic: random.chance(0.9) };
}

function contextValues(keys: readonly Key[], now: number, random: Random): Values {
  const left = (ranOut: boolean): number => (ranOut ? -random.below(HALF_A_WRAP) : 1 + random.below(HALF_A_WRAP - 1));
  const inTime = (ranOut: boolean): number => (now + (random.chance(0.5) ? left(ranOut) : Number(!ranOut)) + 2 ** 32) % 2 ** 32;
  return Object.assign(
    {},
    ...keys.map(({ state, ranOut }, index) => ({
      [`context_slots_${index}_provider`]: 0,
      [`context_slots_${index}_consumer`]: SLOT_STATE_CODE[state],
      [`context_slots_${index}_key_id`]: index + 1,
      [`context_slots_${index}_until`]: state === 'Obsolete' ? inTime(ranOut) : 0,
    })),
    ...['newest', 'sent', 'request_valid', 'request_key_id', 'withdrawn_valid', 'withdrawn_key_id'].map((field) => ({
      [`context_${field}`]: 0,
    })),
  );
}
