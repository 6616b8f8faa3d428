/** Signals in the parts in which they are assigned: what holds for one bit of a part holds for all. */

import { bodiesOf, drivenBy } from '../ir/drivers.ts';
import { type ModuleIr, partName, type Signal, type Statement } from '../ir/module.ts';

export interface Part {
  readonly signal: Signal;
  readonly low: number;
  readonly width: number;
}

const known = new WeakMap<ModuleIr, ReadonlyMap<Signal, readonly Part[]>>();

/** The parts of a signal, the lowest first; the whole signal where it is assigned whole. */
export function partsOf(module: ModuleIr, signal: Signal): readonly Part[] {
  let parts = known.get(module);
  if (parts === undefined) {
    parts = cut(module.statements);
    known.set(module, parts);
  }
  return parts.get(signal) ?? [{ signal, low: 0, width: signal.width }];
}

export function isWhole({ signal, width }: Part): boolean {
  return signal.width === width;
}

/** `count`, or `count[7:4]`. */
export function nameOf(part: Part): string {
  return isWhole(part) ? part.signal.name : partName(part.signal, part.low, part.width);
}

/** Whether the statement, or one inside it, assigns the part. */
export function assigns(statement: Statement, part: Part): boolean {
  if (!drivenBy(statement).has(part.signal)) return false;
  if (isWhole(part)) return true;
  if (statement.kind !== 'assign') return bodiesOf(statement).some((body) => body.some((inner) => assigns(inner, part)));
  const low = statement.low ?? 0;
  return low <= part.low && part.low < low + statement.value.width;
}

/** Every signal of which some statement assigns a part, cut where those parts begin and end. */
function cut(statements: readonly Statement[]): ReadonlyMap<Signal, readonly Part[]> {
  const edges = new Map<Signal, Set<number>>();
  const bodies = [statements];
  for (const body of bodies) {
    for (const statement of body) {
      bodies.push(...bodiesOf(statement));
      if (statement.kind !== 'assign' || statement.low === undefined) continue;
      const { target, low, value } = statement;
      const found = edges.get(target) ?? new Set([0, target.width]);
      edges.set(target, found.add(low).add(low + value.width));
    }
  }
  const between = (signal: Signal, bits: ReadonlySet<number>): Part[] => {
    const ordered = [...bits].sort((a, b) => a - b);
    return ordered.slice(1).map((end, index) => {
      const low = ordered[index] ?? 0;
      return { signal, low, width: end - low };
    });
  };
  return new Map([...edges].map(([signal, bits]) => [signal, between(signal, bits)]));
}
