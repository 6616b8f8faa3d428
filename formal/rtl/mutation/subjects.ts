/** The modules that are mutated, what simulates them, and what their surroundings see of them. */
import type { ModuleIr } from '../../../hdl-gen/ir/module.ts';
import { keyActivation } from '../../../hw/key-activation.ts';
import { LENGTH_BITS, packetParser } from '../../../hw/packet-parser.ts';
import { slotManager } from '../../../hw/slot-manager.ts';
import { ADDRESS_OCTETS, C_SDU_MAX, COUNTER_LAST, COUNTER_OCTETS, HEADER_OCTETS, TRAILER_OCTETS } from '../../../spec/header.ts';
import type { Role } from '../../../spec/peer-rules.ts';
import { SLOT_STATE_CODE, slotName } from '../../../spec/slot-machine.ts';
import type { Run } from '../cosimulation/cosimulate.ts';
import { keyActivationCycles } from '../cosimulation/key-activation.ts';
import { packetParserCycles } from '../cosimulation/packet-parser.ts';
import { slotManagerCycles } from '../cosimulation/slot-manager.ts';
import type { Contract, Relation } from './equivalence.ts';

export interface Subject {
  readonly module: ModuleIr;
  /** made when they are asked for */
  readonly runs: () => readonly Run[];
  readonly contract: Contract;
}

/** The same cycles in every run of the program. */
const SEED = 1;

const slotManagerSubject = (slots: number, cycles: number): Subject => ({
  module: slotManager(slots).elaborate(),
  runs: () => [{ cycles: slotManagerCycles(slots, SEED, cycles) }],
  contract: {
    // a timer says nothing while its key is not Obsolete
    alike: Object.fromEntries(
      Array.from({ length: slots }, (_, slot) => slotName(slot).toLowerCase()).map((name) => [
        `timer_${name}`,
        [(a, b, other) => other(`consumer_${name}`).ne(SLOT_STATE_CODE.Obsolete).or(a.eq(b))] satisfies Relation[],
      ]),
    ),
  },
});

const keyActivationSubject = (role: Role): Subject => {
  const nearTheEnd = COUNTER_LAST - 2;
  return {
    module: keyActivation({ role, slots: 2 }).elaborate(),
    runs: () => [
      { cycles: keyActivationCycles(role, 2, SEED, 5000) },
      { start: { sent: BigInt(nearTheEnd) }, cycles: keyActivationCycles(role, 2, SEED, 1000, nearTheEnd) },
    ],
    contract: {},
  };
};

/** Places in a frame without its tag, counted as the parser does. */
const TYPE_END = 2 * ADDRESS_OCTETS + 2;
const COUNTER = HEADER_OCTETS - COUNTER_OCTETS;
const LONGEST = HEADER_OCTETS + C_SDU_MAX + TRAILER_OCTETS - 1;

const packetParserSubject: Subject = {
  module: packetParser.elaborate(),
  runs: () => [{ cycles: packetParserCycles(SEED, 300) }],
  contract: {
    lookedAtWhile: Object.fromEntries(
      ['has_tag', 'current_key_id', 'next_key_id', 'counter', 'apdu_status', 'length'].map((field) => [field, 'ours']),
    ),
    alike: {
      // frames that are too long are too long alike; a mutant may saturate one earlier
      place: [(a, b) => a.eq(b).or(a.gt(LONGEST).and(b.gt(LONGEST))), (_, b) => b.ne(2 ** LENGTH_BITS - 1)],
      // not looked at before the EtherType has gone by
      is_profinet: [(a, b, other) => other('place').lt(TYPE_END).or(a.eq(b))],
      // of the counter, as many octets agree as were received; those above are shifted out
      counter_so_far: [1, 2, 3, 4].map(
        (octets): Relation =>
          (a, b, other) => {
            const received = other('place').ge(COUNTER + octets);
            return received.not().or(a.take(8 * octets).eq(b.take(8 * octets)));
          },
      ),
    },
  },
};

export const SUBJECTS: readonly Subject[] = [
  slotManagerSubject(2, 3000),
  slotManagerSubject(3, 6000),
  keyActivationSubject('initiator'),
  keyActivationSubject('follower'),
  packetParserSubject,
];
