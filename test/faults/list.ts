/** Every fault of the project, by the area that it is put into. */
import { BOARD_FAULTS } from './boards.ts';
import type { Fault } from './fault.ts';
import { SIM_FAULTS } from './sim.ts';

export const FAULTS: readonly Fault[] = [...SIM_FAULTS, ...BOARD_FAULTS];
