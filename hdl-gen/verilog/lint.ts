/** What Verilator warns of, and what is meant all the same. */
import type { Line } from './line.ts';

/** The lines, with that warning off. */
export function lintOff(warning: string, lines: readonly Line[]): Line[] {
  return [`  /* verilator lint_off ${warning} */`, ...lines, `  /* verilator lint_on ${warning} */`];
}
