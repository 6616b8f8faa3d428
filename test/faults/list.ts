/** Every fault of the project, by the area that it is put into. */
import type { Fault } from './fault.ts';

export const FAULTS: readonly Fault[] = [];
