import type { Side } from './report/result.ts';

/** Something happened that must not, whatever the model says. */
export class SafetyViolation extends Error {
  constructor(side: Side, cycle: number, what: string, replay: string) {
    super(`${side}, cycle ${cycle}: ${what}\n  again with: ${replay}`);
    this.name = 'SafetyViolation';
  }
}
