/** Key activation as a naive reading of the paper has it, each with a counterexample: what scoreboard and proofs must refuse. */
import { withAssigned, withModule } from '../../formal/rtl/mutation/mutants.ts';
import { type AnyBits, type Bits, mux } from '../../hdl-gen/index.ts';
import type { ModuleIr } from '../../hdl-gen/ir/module.ts';
import { keyActivation } from '../../hw/key-activation.ts';
import type { Role } from '../../spec/peer-rules.ts';

interface Reading {
  readonly signal: string;
  readonly value: (value: Bits<number>, of: (signal: string) => Bits<number>) => AnyBits;
}

const READINGS = {
  /** the follower signals ready when it is asked, before its key is installed (R24) */
  announceBeforeInstalled: {
    signal: 'announced_key_id',
    value: (announced, of) => mux(of('requested').bit(0), of('requested_key_id'), announced),
  },
  /** the initiator's provider switches as soon as its own key is Pending (C5) */
  switchWithoutReady: { signal: 'provider_switch', value: (_, of) => of('provider_pending') },
  /** the header takes effect whether or not the ICV matches (C11) */
  actBeforeIcv: { signal: 'trusted', value: (_, of) => of('verdict') },
} as const satisfies Record<string, Reading>;

export type NaiveReading = keyof typeof READINGS;

/** The module, without the assertions that would speak up before anybody else does. */
export function naiveActivation(role: Role, reading: NaiveReading, slots = 2): ModuleIr {
  const { signal, value }: Reading = READINGS[reading];
  return { ...withAssigned(keyActivation({ role, slots }).elaborate(), signal, value), properties: [] };
}

/** A design with that key activation in it. */
export function withNaiveActivation(design: ModuleIr, role: Role, reading: NaiveReading): ModuleIr {
  const broken = withModule(design, naiveActivation(role, reading));
  if (broken === undefined) throw new RangeError(`${design.name} has no key activation of the ${role}`);
  return broken;
}
