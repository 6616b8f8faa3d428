/** Cycles of reset at the start; before they are over, registers hold what the simulator likes. */
export const RESET_CYCLES = 4;
