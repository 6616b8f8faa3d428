/** Every fault of the project, by the area that it is put into. */
import { AEAD_FAULTS } from './aead.ts';
import { AGENT_FAULTS } from './agent.ts';
import { AGREEMENT_FAULTS } from './agreement.ts';
import { ATTACK_FAULTS } from './attacks.ts';
import { BOARD_FAULTS } from './boards.ts';
import { CASE_FAULTS } from './cases.ts';
import { DELIVERY_FAULTS } from './delivery.ts';
import type { Fault } from './fault.ts';
import { FOREIGN_FAULTS } from './foreign.ts';
import { FORMAL_FAULTS } from './formal.ts';
import { GEN_FAULTS } from './gen.ts';
import { HARDWARE_FAULTS } from './hw.ts';
import { MAC_FAULTS } from './mac.ts';
import { MOVER_FAULTS } from './movers.ts';
import { NETWORK_FAULTS } from './network.ts';
import { NEWCOMER_FAULTS } from './newcomer.ts';
import { RELATIONS_FAULTS } from './relations.ts';
import { SIM_FAULTS } from './sim.ts';
import { SPEC_FAULTS } from './spec.ts';
import { STATION_FAULTS } from './station.ts';
import { SW_FAULTS } from './sw.ts';
import { TOPS_FAULTS } from './tops.ts';

export const FAULTS: readonly Fault[] = [
  ...FORMAL_FAULTS,
  ...SPEC_FAULTS,
  ...DELIVERY_FAULTS,
  ...FOREIGN_FAULTS,
  ...HARDWARE_FAULTS,
  ...STATION_FAULTS,
  ...AEAD_FAULTS,
  ...MAC_FAULTS,
  ...SW_FAULTS,
  ...AGREEMENT_FAULTS,
  ...CASE_FAULTS,
  ...NETWORK_FAULTS,
  ...ATTACK_FAULTS,
  ...MOVER_FAULTS,
  ...SIM_FAULTS,
  ...RELATIONS_FAULTS,
  ...AGENT_FAULTS,
  ...NEWCOMER_FAULTS,
  ...BOARD_FAULTS,
  ...GEN_FAULTS,
  ...TOPS_FAULTS,
];
