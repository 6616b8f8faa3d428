/** What goes wrong with a proof. */
import type { ProofOptions } from './prove.ts';

/** A property does not hold, or a cover can't be reached. */
export class ProofFailure extends Error {
  readonly property: string;
  constructor(module: string, { mode, depth }: ProofOptions, property: string, location: string, log: string) {
    const what = mode === 'cover' ? 'is not reached' : mode === 'induction' ? 'is not inductive, or does not hold' : 'does not hold';
    super(`${module}: ${property} (${location}) ${what} within ${depth} cycles, ${mode}\n${log}`);
    this.name = 'ProofFailure';
    this.property = property;
  }
}

/** Properties were lost between the design and the solver: the proof would be about less than it says. */
export class ObligationsLost extends Error {
  constructor(module: string, written: number, arrived: number) {
    super(
      `${module}: ${written} properties were written, ${arrived} reached the solver; the proof would be vacuous. Is Yosys newer than this flow?`,
    );
    this.name = 'ObligationsLost';
  }
}

/** No run of the design meets its assumptions, but for those that stay in reset: whatever is asserted would hold. */
export class AssumptionsContradict extends Error {
  constructor(module: string, depth: number) {
    super(`${module}: no run of ${depth} cycles meets all assumptions, so every assertion would hold; weaken an assumption`);
    this.name = 'AssumptionsContradict';
  }
}
