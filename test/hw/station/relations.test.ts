/** Many relations in hardware, contexts with keys and events, beside the rules, a table of keys and a queue. */
import { describe, expect, it } from 'vitest';
import { cosimulate } from '../../../formal/rtl/cosimulation/cosimulate.ts';
import { relationsCycles } from '../../../formal/rtl/cosimulation/relations.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { windowsFor } from '../../../hw/peer-options.ts';
import { stationRegisters } from '../../../hw/station/registers.ts';
import { manyRelations } from '../../../hw/station/relations.ts';
import { station } from '../../../hw/station.ts';

const SEED = Number(process.env['RELATIONS_SEED'] ?? Date.now() % 2 ** 31);
const REPLAY = `RELATIONS_SEED=${SEED} npx vitest run test/hw/station/relations.test.ts`;
const MATERIAL_BITS = 128;

describe('many relations', () => {
  it.each([
    ['initiator', 2, 4, 'window'],
    ['follower', 2, 5, 'newest'],
    ['follower', 2, 3, 'window'],
    ['follower', 3, 4, 'newest'],
    ['initiator', 4, 3, 'window'],
    ['initiator', 2, 256, 'newest'],
  ] as const)(
    `%s, %i slots, %i relations, delivery %s: each frame has the key of its own relation and slot, and each event is told of its own, whatever happens to the others (${REPLAY})`,
    (role, slots, relations, delivery) => {
      const options = { role, slots, relations, ...windowsFor(delivery) };
      cosimulate(lower(manyRelations(options, MATERIAL_BITS).elaborate()), {
        cycles: relationsCycles(options, MATERIAL_BITS, SEED, 2500),
      });
    },
  );

  it.each([0, 1.5, 257])('are 1 to 256, and not %d, whoever asks for a station of them', (relations) => {
    const options = { role: 'follower', slots: 2, relations } as const;
    const expected = `a station of ${relations} relations: there are 1 to 256 in one`;
    expect(() => stationRegisters(options)).toThrow(expected);
    expect(() => station(options)).toThrow(expected);
  });
});
