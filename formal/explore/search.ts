/** Breadth first through every world that can be reached; the first breach found has a shortest trace. */
import { connected } from './connection.ts';
import { type Edge, neverSettles } from './fairness.ts';
import { fingerprint } from './fingerprint.ts';
import { moves } from './moves.ts';
import { type Breach, breachOf, type PropertyId } from './properties.ts';
import type { Act, Config, World } from './world.ts';

/** One step of a trace; the first one has no act. */
export interface Step {
  readonly act: Act | undefined;
  readonly world: World;
}

export interface Exploration {
  readonly states: number;
  readonly transitions: number;
  readonly seconds: number;
  readonly breach: (Breach & { readonly trace: readonly Step[] }) | undefined;
  /** steps from the beginning to the deepest world: time enough for many rekeys */
  readonly depth: number;
}

export interface ExploreOptions {
  /** worlds that differ by a shift of generations and master index count as one (default) */
  readonly symmetry?: boolean;
  /** also looks for runs that never settle (default, unless it looks for another property alone) */
  readonly liveness?: boolean;
  /** looks for breaches of this property alone */
  readonly only?: PropertyId | undefined;
  /** worlds before it gives up */
  readonly limit?: number;
}

/** The exploration was stopped before it was through. */
export class TooManyStates extends Error {
  constructor(limit: number) {
    super(`more than ${limit} states: choose a smaller configuration, or raise the limit`);
    this.name = 'TooManyStates';
  }
}

/** @throws TooManyStates */
export function explore(
  config: Config,
  { symmetry = true, only, liveness = only === undefined || only === 'L1', limit = 3_000_000 }: ExploreOptions = {},
): Exploration {
  const started = performance.now();
  const worlds: World[] = [];
  const parents: number[] = [];
  const acts: (Act | undefined)[] = [];
  const depths: number[] = [];
  const known = new Map<string, number>();
  const edges: Edge[][] = [];
  const add = (world: World, parent: number, act: Act | undefined): number => {
    const print = fingerprint(world, config, symmetry);
    const before = known.get(print);
    if (before !== undefined) return before;
    if (worlds.length >= limit) throw new TooManyStates(limit);
    const id = worlds.push(world) - 1;
    known.set(print, id);
    parents.push(parent);
    acts.push(act);
    depths.push(parent < 0 ? 0 : (depths[parent] ?? 0) + 1);
    return id;
  };
  const trace = (last: number): Step[] => {
    const steps: Step[] = [];
    for (let at = last; at >= 0; at = parents[at] ?? -1) steps.unshift({ act: acts[at], world: worlds[at] as World });
    return steps;
  };
  const result = (transitions: number, breach: Exploration['breach']): Exploration => ({
    states: worlds.length,
    transitions,
    seconds: (performance.now() - started) / 1000,
    breach,
    depth: Math.max(...depths.slice(-1)),
  });

  add(connected(config), -1, undefined);
  let transitions = 0;
  for (let from = 0; from < worlds.length; from++) {
    const here = worlds[from] as World;
    const breach = breachOf(here, config, only);
    if (breach !== undefined) return result(transitions, { ...breach, trace: trace(from) });
    const targets = moves(here, config).map(({ act, world, process }): Edge => ({ to: add(world, from, act), process }));
    transitions += targets.length;
    edges.push(targets);
  }
  const stuck = liveness ? neverSettles(worlds, edges) : undefined;
  if (stuck === undefined) return result(transitions, undefined);
  return result(transitions, {
    property: 'L1',
    text: 'from here a run goes on that never settles, though all who can act do',
    trace: trace(stuck),
  });
}
