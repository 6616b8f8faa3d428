/** The registers of a station alone, beside the map and a list of what was written. */
import { describe, it } from 'vitest';
import { stationRegistersCheck } from '../../../formal/rtl/cosimulation/station-registers/registers.ts';
import { stationRegisters } from '../../../hw/station/registers.ts';
import { compiled } from '../bench.ts';

const SEED = Number(process.env['REGISTERS_SEED'] ?? Date.now() % 2 ** 31);
const REPLAY = `REGISTERS_SEED=${SEED} npx vitest run test/hw/station/registers.test.ts`;

describe('the registers of a station', () => {
  it.each([
    { slots: 4, relations: 1 },
    { slots: 2, relations: 2 },
    { slots: 2, relations: 5, engine: 'ascon-aead128' },
    { slots: 3, relations: 256, engine: 'aes-256-gcm', buildId: 0xfedc_ba98 },
  ] as const)(
    `$relations relations, $slots slots, $engine: each access is answered as the map says, and shows outside (${REPLAY})`,
    (options) => {
      stationRegistersCheck(options, SEED, 1500).run(compiled(stationRegisters(options)));
    },
  );
});
