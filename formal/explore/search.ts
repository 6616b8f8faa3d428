/** Breadth first through every world that can be reached; the first breach found has a shortest trace. */
import { type Breach, breachOf, isSettled } from './properties.ts';
import { type Config, describeWorld, fingerprint, initialWorld, moves, type World } from './world.ts';

export interface Exploration {
  readonly states: number;
  readonly transitions: number;
  readonly seconds: number;
  readonly breach: (Breach & { readonly trace: readonly string[] }) | undefined;
  /** steps from the beginning to the deepest world: time enough for many rekeys */
  readonly depth: number;
}

/** The exploration was stopped before it was through. */
export class TooManyStates extends Error {
  constructor(limit: number) {
    super(`more than ${limit} states: choose a smaller configuration, or raise the limit`);
    this.name = 'TooManyStates';
  }
}

/** @throws TooManyStates */
export function explore(config: Config, limit = 1_000_000): Exploration {
  const started = performance.now();
  const worlds: World[] = [];
  const parents: number[] = [];
  const names: string[] = [];
  const depths: number[] = [];
  const known = new Map<string, number>();
  const edges: number[][] = [];
  const add = (world: World, parent: number, name: string): number => {
    const print = fingerprint(world, config.generations);
    const before = known.get(print);
    if (before !== undefined) return before;
    if (worlds.length >= limit) throw new TooManyStates(limit);
    const id = worlds.push(world) - 1;
    known.set(print, id);
    parents.push(parent);
    names.push(name);
    depths.push(parent < 0 ? 0 : (depths[parent] ?? 0) + 1);
    return id;
  };
  const trace = (last: number): string[] => {
    const lines: string[] = [];
    for (let at = last; at >= 0; at = parents[at] ?? -1) lines.unshift(`${names[at]}   ${describeWorld(worlds[at] as World)}`);
    return lines;
  };
  const result = (transitions: number, breach: Exploration['breach']): Exploration => ({
    states: worlds.length,
    transitions,
    seconds: (performance.now() - started) / 1000,
    breach,
    depth: Math.max(...depths.slice(-1)),
  });

  add(initialWorld(config), -1, 'start');
  let transitions = 0;
  for (let from = 0; from < worlds.length; from++) {
    const world = worlds[from] as World;
    const targets: number[] = [];
    for (const move of moves(world, config)) {
      transitions++;
      const breach = breachOf(move.world, config.without);
      if (breach !== undefined)
        return result(transitions, { ...breach, trace: [...trace(from), `${move.name}   ${describeWorld(move.world)}`, breach.text] });
      targets.push(add(move.world, from, move.name));
    }
    edges.push(targets);
  }
  const stuck = firstStuck(worlds, edges);
  if (stuck === undefined) return result(transitions, undefined);
  return result(transitions, { property: 'live', text: 'no settled world can be reached from here', trace: trace(stuck) });
}

/** The first world from which no settled one can be reached. */
function firstStuck(worlds: readonly World[], edges: readonly (readonly number[])[]): number | undefined {
  const before: number[][] = worlds.map(() => []);
  for (const [from, targets] of edges.entries()) for (const to of targets) before[to]?.push(from);
  const good = new Uint8Array(worlds.length);
  const stack = worlds.flatMap((world, id) => (isSettled(world) ? [id] : []));
  for (const id of stack) good[id] = 1;
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    for (const from of before[id] ?? []) {
      if (good[from] === 1) continue;
      good[from] = 1;
      stack.push(from);
    }
  }
  const stuck = good.indexOf(0);
  return stuck < 0 ? undefined : stuck;
}
