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
    ['initiator', 4, 'window'],
    ['follower', 5, 'newest'],
    ['follower', 3, 'window'],
    ['initiator', 256, 'newest'],
  ] as const)(
    `%s, %i, delivery %s: each frame has the key of its own relation and slot, and each event is told of its own, whatever happens to the others (${REPLAY})`,
    (role, relations, delivery) => {
      const options = { role, slots: 2, relations, ...windowsFor(delivery) };
      cosimulate(lower(manyRelations(options, MATERIAL_BITS).elaborate()), {
        cycles: relationsCycles(options, MATERIAL_BITS, SEED, 2500),
      });
    },
  );

  it('says which slots it is made for', () => {
    expect(() => manyRelations({ role: 'initiator', slots: 3, relations: 4 }, MATERIAL_BITS)).toThrow('4 relations of 3 slots');
  });

  it.each([0, 1, 257])('are 2 to 256, and not %i, whoever asks for them', (relations) => {
    const options = { role: 'follower', slots: 2, relations } as const;
    const expected = `a station of ${relations} relations: there are 2 to 256 in one, and one alone is a peer`;
    expect(() => manyRelations(options, MATERIAL_BITS)).toThrow(expected);
    expect(() => stationRegisters(options)).toThrow(expected);
    expect(() => station(options)).toThrow(expected);
  });
});
