/** What becomes of a mutant: it is seen, or it is no fault, or something is missing. */
import { ProofFailure, prove } from '../../../hdl-gen/formal/prove.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { PropertyFailure } from '../../../hdl-gen/sim/failures.ts';
import type { Claim } from '../claims.ts';
import { cosimulate, Disagreement, type Run } from '../cosimulation/cosimulate.ts';
import { equivalence } from './equivalence.ts';
import { type Mutant, withModule } from './mutants.ts';
import type { Subject } from './subjects.ts';

export type Fate = 'killed by simulation' | 'proved equivalent' | 'killed by proof' | 'survives';

export interface Judgement {
  readonly fate: Fate;
  /** what saw it, or what remains unproved */
  readonly reason: string;
}

/** The reference or an assertion against it; undefined where neither sees a difference. */
export function simulated({ module }: Mutant, runs: readonly Run[]): Judgement | undefined {
  const netlist = lower(module);
  try {
    for (const run of runs) cosimulate(netlist, run);
    return undefined;
  } catch (error) {
    if (!(error instanceof Disagreement || error instanceof PropertyFailure)) throw error;
    return { fate: 'killed by simulation', reason: error.message };
  }
}

/**
 * What solvers say of a mutant that the simulation did not see. Equivalence comes before the claims: an induction may
 * refuse a module that behaves as it should, and such a refusal is no kill.
 * @throws ToolMissing, ToolFailed, ObligationsLost
 */
export async function solved(mutant: Mutant, subject: Subject, claims: readonly Claim[], signal: AbortSignal): Promise<Judgement> {
  const compared = await equivalence(subject.module, mutant.module, subject.contract, signal);
  if (compared.equivalent) return { fate: 'proved equivalent', reason: 'same outputs, by induction' };
  const claim = await refusedBy(mutant, claims, signal);
  if (claim !== undefined) return { fate: 'killed by proof', reason: claim };
  return { fate: 'survives', reason: `${compared.property} is not proved, and no claim refuses it` };
}

/** The first claim that can't be proved of the mutant. Covers claim nothing and are left out. */
export async function refusedBy({ module }: Mutant, claims: readonly Claim[], signal: AbortSignal): Promise<string | undefined> {
  for (const { claim, design, proofs } of claims) {
    const mutated = withModule(design.elaborate(), module);
    if (mutated === undefined) continue;
    for (const options of proofs.filter(({ mode }) => mode !== 'cover')) {
      try {
        await prove(mutated, { ...options, signal });
      } catch (error) {
        if (error instanceof ProofFailure) return claim;
        throw error;
      }
    }
  }
  return undefined;
}
