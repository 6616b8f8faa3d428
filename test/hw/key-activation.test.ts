/** Push and Switch in hardware against the rules in `spec/peer-rules.ts`. */
import { describe, expect, it } from 'vitest';
import { cosimulate, Disagreement } from '../../formal/rtl/cosimulation/cosimulate.ts';
import { keyActivationCycles } from '../../formal/rtl/cosimulation/key-activation.ts';
import { lower } from '../../hdl-gen/ir/lower.ts';
import type { Netlist } from '../../hdl-gen/ir/netlist.ts';
import { keyActivation } from '../../hw/key-activation.ts';
import type { PeerOptions } from '../../hw/peer-options.ts';
import { COUNTER_LAST } from '../../spec/header.ts';
import { naiveActivation } from './naive-activation.ts';

const SEED = Number(process.env['ACTIVATION_SEED'] ?? Date.now() % 2 ** 31);
const REPLAY = `ACTIVATION_SEED=${SEED} npx vitest run test/hw/key-activation.test.ts`;
const ROLES = ['initiator', 'follower'] as const;

function netlistOf(options: PeerOptions): Netlist {
  return lower(keyActivation(options).elaborate());
}

describe('key_activation', () => {
  it.each(ROLES.flatMap((role) => [2, 3, 4].map((slots) => ({ role, slots }))))(
    `$role, $slots slots: does in every cycle what the rules say (${REPLAY})`,
    ({ role, slots }) => {
      cosimulate(netlistOf({ role, slots }), { cycles: keyActivationCycles(role, slots, SEED, 4000) });
    },
  );

  it.each(ROLES)('%s: is exhausted at the last counter, and starts again with the next key', (role) => {
    const sent = COUNTER_LAST - 2;
    const cycles = keyActivationCycles(role, 2, 1, 1000, sent);
    const exhausted = cycles.map(({ outputs }) => outputs['transmit_exhausted']);
    // it was exhausted, and then not any more
    expect(exhausted.lastIndexOf(1)).toBeGreaterThan(0);
    expect(exhausted.lastIndexOf(1)).toBeLessThan(exhausted.lastIndexOf(0));
    cosimulate(netlistOf({ role, slots: 2 }), { start: { sent: BigInt(sent) }, cycles });
  });

  it.each([
    { role: 'follower', reading: 'announceBeforeInstalled', output: 'announced_key_id' },
    { role: 'initiator', reading: 'switchWithoutReady', output: 'provider_switch' },
    { role: 'initiator', reading: 'actBeforeIcv', output: '(fresh|switch)' },
  ] as const)('the naive reading $reading is seen ($role)', ({ role, reading, output }) => {
    const run = (): void => cosimulate(lower(naiveActivation(role, reading)), { cycles: keyActivationCycles(role, 2, SEED, 4000) });
    expect(run).toThrow(Disagreement);
    expect(run).toThrow(new RegExp(`cycle \\d+: .*${output} is `));
  });
});
