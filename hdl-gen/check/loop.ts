/** Combinational signals that depend on themselves. */

import { CombinationalLoop } from '../errors/check-errors.ts';
import { addTo } from '../ir/lists.ts';
import type { ModuleIr, Signal } from '../ir/module.ts';
import { type Dependencies, dependencies, dependencyPath, hops } from './dependencies.ts';

/** One error for each loop; loops that share a signal count as one, and the shortest is shown. */
export function loops(module: ModuleIr): CombinationalLoop[] {
  const graph = dependencies(module);
  const suspects = unordered(graph);
  const reported = new Set<Signal>();
  const errors: CombinationalLoop[] = [];
  for (const signal of suspects) {
    const path = reported.has(signal) ? undefined : dependencyPath(graph, signal, signal);
    if (path === undefined || path.some((hop) => reported.has(hop))) continue;
    for (const hop of path) reported.add(hop);
    errors.push(
      new CombinationalLoop(
        path.map(({ name }) => name),
        hops(graph, path),
      ),
    );
  }
  return errors;
}

/** Signals that no order of evaluation can reach: those in a loop, and those that depend on one. */
function unordered(graph: Dependencies): readonly Signal[] {
  const waiting = new Map(
    [...graph].map(([signal, sources]) => [signal, new Set([...sources.keys()].filter((source) => graph.has(source)))]),
  );
  const readers = new Map<Signal, Signal[]>();
  for (const [signal, sources] of waiting) for (const source of sources) addTo(readers, source, signal);
  const ready = [...waiting].filter(([, sources]) => sources.size === 0).map(([signal]) => signal);
  for (const signal of ready) {
    waiting.delete(signal);
    for (const reader of readers.get(signal) ?? []) {
      const sources = waiting.get(reader);
      if (sources?.delete(signal) && sources.size === 0) ready.push(reader);
    }
  }
  return [...waiting.keys()];
}
