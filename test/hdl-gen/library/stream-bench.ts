/** Streams driven with pauses of both sides, on every simulator that needs no toolchain. */
import { expect } from 'vitest';
import type { Module, Ports } from '../../../hdl-gen/index.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { interpret } from '../../../hdl-gen/sim/interpreter.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import type { Simulator } from '../../../hdl-gen/sim/simulator.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';
import { into, out, set } from '../sim/contract.ts';

export const SEED = Number(process.env['LIBRARY_SEED'] ?? Date.now() % 2 ** 31);
/** Says how to run the same again. */
export const replay = `LIBRARY_SEED=${SEED}`;

export const SIMULATORS = [
  { simulator: 'interpreter', start: interpret },
  { simulator: 'WebAssembly', start: simulateWasm },
] as const;

/** A part after its reset. */
export function started(part: Module<Ports>, start: (typeof SIMULATORS)[number]['start']): Simulator {
  const sim = start(lower(part.elaborate()), { seed: SEED });
  set(sim, 'rst', 1);
  sim.step();
  set(sim, 'rst', 0);
  return sim;
}

/** The fields of a beat, `last` among them. */
export type Beat = Readonly<Record<string, bigint>>;

export interface Pace {
  /** how probable it is that a beat is offered, and that one is taken, in a cycle */
  readonly offers: number;
  readonly takes: number;
}

export const PACES: readonly Pace[] = [
  { offers: 1, takes: 1 },
  { offers: 0.3, takes: 0.9 },
  { offers: 0.9, takes: 0.3 },
  { offers: 0.5, takes: 0.5 },
];

/**
 * Sends beats into the stream `from` and takes those of the stream `to`, until all were sent and `wanted` were taken.
 * @param look called before each edge with how many beats were sent and taken so far
 */
export function pass(
  sim: Simulator,
  beats: readonly Beat[],
  wanted: number,
  { offers, takes }: Pace,
  look: (sent: number, taken: number) => void = () => undefined,
): { readonly taken: readonly Beat[]; readonly cycles: number } {
  const random = new Random(SEED);
  const fields = [...sim.outputs.keys()].flatMap((name) => /^to_(?!valid$)(.+)$/.exec(name)?.[1] ?? []);
  const taken: Beat[] = [];
  let [sent, cycles, offered] = [0, 0, false];
  for (; sent < beats.length || taken.length < wanted; cycles++) {
    expect(cycles, `all beats pass; ${replay}`).toBeLessThan(200 + 40 * (beats.length + wanted));
    // what was offered stays offered
    offered = sent < beats.length && (offered || random.chance(offers));
    for (const [field, value] of Object.entries(beats[sent] ?? {})) into(sim, `from_${field}`).big = offered ? value : 0n;
    set(sim, 'from_valid', offered ? 1 : 0);
    set(sim, 'to_ready', random.chance(takes) ? 1 : 0);
    look(sent, taken.length);
    if (into(sim, 'to_ready').value === 1 && out(sim, 'to_valid').value === 1)
      taken.push(Object.fromEntries(fields.map((field) => [field, out(sim, `to_${field}`).big])));
    if (offered && out(sim, 'from_ready').value === 1) {
      sent++;
      offered = false;
    }
    sim.step();
  }
  set(sim, 'from_valid', 0);
  set(sim, 'to_ready', 1);
  expect(out(sim, 'to_valid').value, `nothing is left; ${replay}`).toBe(0);
  return { taken, cycles };
}
