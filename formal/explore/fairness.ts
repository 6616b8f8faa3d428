/**
 * Liveness under weak fairness: is there a run that never settles, although whoever could act all the time does act? Such
 * a run goes round in a strongly connected part of the unsettled worlds in which every process acts, or can't act
 * somewhere.
 */
import { isSettled } from './properties.ts';
import type { Process, World } from './world.ts';

export interface Edge {
  readonly to: number;
  readonly process: Process;
}

/** A world of the first unfair part, for a trace; undefined when all runs settle. */
export function neverSettles(worlds: readonly World[], edges: readonly (readonly Edge[])[]): number | undefined {
  const unsettled = worlds.map((world) => !isSettled(world));
  const processes = new Set(edges.flatMap((list) => list.map(({ process }) => process)));
  for (const part of parts(unsettled, edges)) {
    const inside = new Set(part);
    const acting = new Set(part.flatMap((world) => (edges[world] ?? []).filter(({ to }) => inside.has(to)).map(({ process }) => process)));
    // a part of one world without a way back to itself is no run
    if (acting.size === 0) continue;
    const isFair = [...processes].every(
      (process) => acting.has(process) || part.some((world) => !(edges[world] ?? []).some((edge) => edge.process === process)),
    );
    if (isFair) return part.reduce((a, b) => Math.min(a, b));
  }
  return undefined;
}

/** Strongly connected parts among the marked worlds (Tarjan, without recursion). */
function parts(marked: readonly boolean[], edges: readonly (readonly Edge[])[]): number[][] {
  const index = new Int32Array(marked.length).fill(-1);
  const low = new Int32Array(marked.length);
  const onStack = new Uint8Array(marked.length);
  const stack: number[] = [];
  const found: number[][] = [];
  let count = 0;
  const enter = (world: number): { world: number; next: number } => {
    index[world] = low[world] = count++;
    stack.push(world);
    onStack[world] = 1;
    return { world, next: 0 };
  };
  for (let root = 0; root < marked.length; root++) {
    if (marked[root] !== true || index[root] !== -1) continue;
    const calls = [enter(root)];
    for (let call = calls.at(-1); call !== undefined; call = calls.at(-1)) {
      const { world } = call;
      const edge = edges[world]?.[call.next++];
      if (edge !== undefined) {
        if (marked[edge.to] !== true) continue;
        if (index[edge.to] === -1) calls.push(enter(edge.to));
        else if (onStack[edge.to] === 1) low[world] = Math.min(low[world] ?? 0, index[edge.to] ?? 0);
        continue;
      }
      calls.pop();
      const caller = calls.at(-1)?.world;
      if (caller !== undefined) low[caller] = Math.min(low[caller] ?? 0, low[world] ?? 0);
      if (low[world] !== index[world]) continue;
      const part = stack.splice(stack.lastIndexOf(world));
      for (const member of part) onStack[member] = 0;
      found.push(part);
    }
  }
  return found;
}
