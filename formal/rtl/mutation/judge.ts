/** What becomes of a mutant: it is seen, or it is no fault, or something is missing. */

import { AssertionError } from 'node:assert';
import { ProofFailure, prove } from '../../../hdl-gen/formal/prove.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import type { ModuleIr } from '../../../hdl-gen/ir/module.ts';
import { PropertyFailure } from '../../../hdl-gen/sim/failures.ts';
import { compileToWasm } from '../../../hdl-gen/sim/wasm/compile.ts';
import { optionsSchema } from '../../../sim/options.ts';
import { runSimulation } from '../../../sim/run.ts';
import { SafetyViolation } from '../../../sim/safety-violation.ts';
import { StationMismatch } from '../../../sim/station-mismatch.ts';
import { EngineHangs } from '../../../sim/vectors/engine-driver.ts';
import type { Claim } from '../claims.ts';
import { cosimulate, Disagreement, type Run } from '../cosimulation/cosimulate.ts';
import { PeerBench } from '../cosimulation/peer/peer-bench.ts';
import type { PeerCheck } from '../cosimulation/peer/peer-check.ts';
import { equivalence } from './equivalence.ts';
import { type Mutant, mutantsOf, withModule } from './mutants.ts';
import { MUTATED_ROLE, peerWith, type Subject, stationWith, type Whole } from './subjects.ts';

export type Fate =
  | 'killed by simulation'
  | 'killed on the bench'
  | 'killed in the scenario'
  | 'proved equivalent'
  | 'killed by proof'
  | 'survives';

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

/** The first check that the peer with the mutant in it fails; undefined where it passes them all. */
export function benched({ module }: Mutant, checks: readonly PeerCheck[]): Judgement | undefined {
  const design = compileToWasm(lower(peerWith(module)));
  for (const { claim, run } of checks) {
    try {
      run((start) => new PeerBench(design, MUTATED_ROLE, start));
    } catch (error) {
      if (!(error instanceof AssertionError || error instanceof PropertyFailure)) throw error;
      return { fate: 'killed on the bench', reason: claim };
    }
  }
  return undefined;
}

/** The first check that the whole with the mutant in it fails; undefined where it passes them all. */
export function inWhole({ module }: Mutant, { top, checks }: Whole): Judgement | undefined {
  const mutated = withModule(top, module);
  if (mutated === undefined) throw new RangeError(`${top.name} has no ${module.name}`);
  const design = compileToWasm(lower(mutated));
  for (const { claim, run } of checks) {
    try {
      run(design);
    } catch (error) {
      if (
        !(
          error instanceof AssertionError ||
          error instanceof PropertyFailure ||
          error instanceof EngineHangs ||
          error instanceof Disagreement
        )
      )
        throw error;
      return { fate: 'killed on the bench', reason: claim };
    }
  }
  return undefined;
}

/** What a run finds wrong. */
const FINDINGS = [StationMismatch, SafetyViolation, PropertyFailure];

/** A short run of two stations, one with the mutant in it, over a bad channel and beside the reference model; of what a station has, too. */
export async function inScenario({ module }: Mutant, signal: AbortSignal): Promise<Judgement | undefined> {
  const design = stationWith(module);
  if (design === undefined) return undefined;
  const options = optionsSchema.parse({ frames: 150, rekeyFrames: 40, loss: 0.05, attacks: 0.1 });
  try {
    await runSimulation({ options, designs: { [MUTATED_ROLE]: design }, signal });
    return undefined;
  } catch (error) {
    if (!(error instanceof Error) || !FINDINGS.some((finding) => error instanceof finding)) throw error;
    return { fate: 'killed in the scenario', reason: error.message.split('\n')[0] ?? error.name };
  }
}

/** The cheap judges in the order of their cost; undefined where none of them sees a difference. */
export async function seen(mutant: Mutant, subject: Subject, runs: readonly Run[], signal: AbortSignal): Promise<Judgement | undefined> {
  const { checks, whole } = subject;
  if (whole !== undefined) return inWhole(mutant, whole);
  if (checks === undefined) return simulated(mutant, runs);
  return benched(mutant, checks) ?? (await inScenario(mutant, signal));
}

/**
 * What solvers say of a mutant that the simulation did not see. Equivalence comes before the claims: an induction may
 * refuse a module that behaves as it should, and such a refusal is no kill.
 * @throws ToolMissing, ToolFailed, ObligationsLost
 */
export async function solved(mutant: Mutant, subject: Subject, claims: readonly Claim[], signal: AbortSignal): Promise<Judgement> {
  if (subject.beyondSolvers === true) return { fate: 'survives', reason: 'no check and no run sees it' };
  const { original, same } = asProved(mutant, subject);
  const compared = await equivalence(original, same.module, subject.contract, signal);
  if (compared.equivalent) return { fate: 'proved equivalent', reason: 'same outputs, by induction' };
  const claim = await refusedBy(same, claims, signal);
  if (claim !== undefined) return { fate: 'killed by proof', reason: claim };
  return { fate: 'survives', reason: `${compared.property} is not proved, and no claim refuses it` };
}

/** The module that the claims speak of, and the same fault in it. */
function asProved(mutant: Mutant, { module, proved }: Subject): { readonly original: ModuleIr; readonly same: Mutant } {
  if (proved === undefined) return { original: module, same: mutant };
  const mutants = mutantsOf(proved);
  const same = mutants[mutant.index];
  if (same === undefined || mutants.length !== mutantsOf(module).length)
    throw new RangeError(`${proved.name} has other mutants than ${module.name}: their statements differ`);
  return { original: proved, same };
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
