/** Every fault of the project, by the area that it is put into. */
import type { Fault } from './fault.ts';
import { HARDWARE_FAULTS } from './hw.ts';

export const FAULTS: readonly Fault[] = [...HARDWARE_FAULTS];
