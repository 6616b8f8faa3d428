/** Slots and frames as a naive reading of the paper has them, each with a counterexample: what scoreboard and proofs must refuse. */
import { withAssigned, withModule } from '../../formal/rtl/mutation/mutants.ts';
import { type AnyBits, type Bits, mux } from '../../hdl-gen/index.ts';
import type { ModuleIr } from '../../hdl-gen/ir/module.ts';
import { RelationEvent, relationStep } from '../../hw/station/step.ts';
import { relationView } from '../../hw/station/view.ts';
import type { Role } from '../../spec/peer-rules.ts';

interface Reading {
  readonly of: (role: Role) => ModuleIr;
  readonly signal: string;
  readonly value: (value: Bits<number>, of: (signal: string) => Bits<number>) => AnyBits;
}

const SLOTS = 2;
const step = (role: Role): ModuleIr => relationStep({ role, slots: SLOTS }).elaborate();

const READINGS = {
  /** the follower signals ready when it is asked, before its key is installed (R24) */
  announceBeforeInstalled: {
    of: () => relationView(SLOTS).elaborate(),
    signal: 'status_next_key_id',
    value: (announced, of) => mux(of('context_request_valid').bit(0), of('context_request_key_id'), announced),
  },
  /** the initiator's provider switches as soon as its own key is Pending (C5) */
  switchWithoutReady: {
    of: step,
    signal: 'provider_switch',
    value: (_, of) => of('provider_pending_a').or(of('provider_pending_b')),
  },
  /** the header takes effect whether or not the ICV matches (C11) */
  actBeforeIcv: {
    of: step,
    signal: 'trusted',
    value: (_, of) => of('what').eq(RelationEvent.codes.verdict).and(of('counter').any()),
  },
} as const satisfies Record<string, Reading>;

export type NaiveReading = keyof typeof READINGS;

/** The module, without the assertions that would speak up before anybody else does. */
export function naiveModule(role: Role, reading: NaiveReading): ModuleIr {
  const { of, signal, value }: Reading = READINGS[reading];
  return { ...withAssigned(of(role), signal, value), properties: [] };
}

/** A design with that module in it. */
export function withNaiveReading(design: ModuleIr, role: Role, reading: NaiveReading): ModuleIr {
  const broken = withModule(design, naiveModule(role, reading));
  if (broken === undefined) throw new RangeError(`${design.name} has no step of the ${role}, and no view`);
  return withoutProperties(broken);
}

function withoutProperties(design: ModuleIr): ModuleIr {
  return {
    ...design,
    instances: design.instances.map(({ module, ...rest }) => ({ ...rest, module: { ...withoutProperties(module), properties: [] } })),
  };
}
