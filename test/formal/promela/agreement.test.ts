/** The Promela of the agreement: SPIN must find what the functions of the agents lead to, and count it. */
import { describe, expect, it, vi } from 'vitest';
import { AGREEMENT_MISREADINGS, type AgreementMisreading, agreementModel } from '../../../formal/promela/agreement.ts';
import { searched } from '../../../formal/promela/spin.ts';
import { FIRST_KEY_ID, type KeyId } from '../../../spec/key-id.ts';
import { isAssociation } from '../../../sw/agreement/association.ts';
import { isInstalled } from '../../hdl-gen/verilog/tools.ts';
import { exploreAgreement } from '../../sw/agreement/agreement-worlds.ts';
import { NEXT } from '../../sw/agreement/ends.ts';

vi.mock('../../../sw/noise/diffie-hellman.ts', async (original) => ({
  ...(await original<object>()),
  ...(await import('../../sw/noise/stand-in.ts')),
}));

const MORE = Number(process.env['MORE'] ?? 0);
const SPIN = ['spin', 'tcc', 'gcc'].every(isInstalled);

/** What SPIN counts beside the moves between the worlds: the step of its only process into the first one, and in each what comes when nothing is lost. */
const extraTransitions = (worlds: number): number => 1 + worlds;

const SUBJECTS: readonly {
  readonly name: string;
  readonly keyId: KeyId;
  readonly begins: number;
  readonly answers: number;
  readonly restarts: number;
}[] = [
  { name: 'association, software that starts again', keyId: FIRST_KEY_ID, begins: 2, answers: 2 + MORE, restarts: 1 + MORE },
  { name: 'n-RTT, announcements that are withdrawn', keyId: NEXT, begins: 2 + MORE, answers: 3, restarts: 0 },
];

describe.skipIf(!SPIN)('SPIN, on the Promela of the agreement (skipped where SPIN, tcc or gcc is not installed)', () => {
  it.each(SUBJECTS)(
    '$name: as many worlds and moves as the functions of the agents have, nothing breaks, and each leads to one key at both ends',
    async ({ name, keyId, ...bounds }) => {
      const { worlds, transitions } = exploreAgreement({ keyId, ...bounds });
      const found = await searched(agreementModel({ association: isAssociation(keyId), ...bounds }), false);
      process.stdout.write(`${name}: ${worlds.length} worlds, ${transitions} moves\n`);
      expect({ ...found, seconds: 0 }).toEqual({
        states: worlds.length,
        transitions: transitions + extraTransitions(worlds.length),
        seconds: 0,
        breach: undefined,
      });
    },
  );

  it.each(Object.entries(AGREEMENT_MISREADINGS))('%s: breaks what it must', async (misreading, { breaks, association }) => {
    const bounds = { association, begins: 2, answers: 2, restarts: 0 } as const;
    expect((await searched(agreementModel(bounds, misreading as AgreementMisreading), false)).breach).toBe(breaks);
  });
});
