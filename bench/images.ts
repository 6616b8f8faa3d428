/**
 * Cycles from the tick of an image to its first octet on a free wire, and the most by which two differ, between two stations of 4 relations
 * of which each sends in units of its own, while software publishes and acquires without a rest: `npx tsx bench/images.ts [ENGINE…]`.
 */
import { settingsOf } from '../sim/line-settings.ts';
import { runStationLine } from '../sim/station-line.ts';
import { AEAD_ENGINES, type EngineName } from '../spec/aead-engines.ts';

const RELATIONS = 4;
/** Octets of C_SDU. */
const LENGTHS = [40, 64];

const only = process.argv.slice(2);
const engines = (Object.keys(AEAD_ENGINES) as EngineName[]).filter((name) => only.length === 0 || only.includes(name));
process.stdout.write('engine         profile relation  C_SDU  frames  tick→wire  jitter\n');
for (const engine of engines)
  for (const length of LENGTHS) {
    const images = { length, frames: 16, clockHz: 600 * 32_000 };
    const { ticks } = await runStationLine({ engine, relations: RELATIONS, frames: 0, length: () => length, images });
    for (let relation = 0; relation < RELATIONS; relation++) {
      const cycles = ticks.filter((tick) => tick.relation === relation).map((tick) => tick.cycles);
      const [least, most] = [Math.min(...cycles), Math.max(...cycles)];
      const { profile = 'paper' } = settingsOf(relation, 'initiator', 0);
      const columns = [
        ...[engine.padEnd(14), profile.padEnd(7), String(relation).padStart(8), String(length).padStart(6)],
        ...[String(cycles.length).padStart(7), String(least).padStart(10), String(most - least).padStart(7)],
      ];
      process.stdout.write(`${columns.join(' ')}\n`);
    }
  }
