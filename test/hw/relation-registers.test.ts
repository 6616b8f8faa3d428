/** The registers of one relation alone, beside the map and a list of what was written. */
import { describe, it } from 'vitest';
import { cosimulate } from '../../formal/rtl/cosimulation/cosimulate.ts';
import { relationRegistersCycles } from '../../formal/rtl/cosimulation/relation-registers.ts';
import { lower } from '../../hdl-gen/ir/lower.ts';
import { relationRegisters } from '../../hw/relation-registers.ts';

const SEED = Number(process.env['REGISTERS_SEED'] ?? Date.now() % 2 ** 31);
const REPLAY = `REGISTERS_SEED=${SEED} npx vitest run test/hw/relation-registers.test.ts`;

describe('the registers of a relation', () => {
  it.each([
    { role: 'initiator', slots: 2 },
    { role: 'follower', slots: 3, engine: 'ascon-aead128', windows: true },
    { role: 'initiator', slots: 4, engine: 'aes-256-gcm', buildId: 0xfedc_ba98 },
  ] as const)(`$role, $slots slots, $engine: whatever is written, answered and counted shows as the map says (${REPLAY})`, (options) => {
    cosimulate(lower(relationRegisters(options).elaborate()), { cycles: relationRegistersCycles(options, SEED, 3000) });
  });
});
