/** Signals in the parts in which they are assigned: what holds for one bit of a part holds for all. */

import { statementsIn } from '../ir/drivers.ts';
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

/** Whether a statement of the module assigns the part. */
export function isAssigned(module: ModuleIr, part: Part): boolean {
  const bits = assignedBits(module).get(part.signal) ?? 0n;
  return ((bits >> BigInt(part.low)) & 1n) === 1n;
}

/** Whether the assignment is one of the part. */
export function assigns({ target, low = 0, value }: Assignment, part: Part): boolean {
  return target === part.signal && low <= part.low && part.low < low + value.width;
}

type Assignment = Extract<Statement, { kind: 'assign' }>;

const assigned = new WeakMap<ModuleIr, ReadonlyMap<Signal, bigint>>();

/** The bits of each signal that some statement of the module assigns. */
function assignedBits(module: ModuleIr): ReadonlyMap<Signal, bigint> {
  let bits = assigned.get(module);
  if (bits === undefined) {
    const found = new Map<Signal, bigint>();
    for (const statement of statementsIn(module.statements)) {
      if (statement.kind !== 'assign') continue;
      const { target, low = 0, value } = statement;
      found.set(target, (found.get(target) ?? 0n) | (((1n << BigInt(value.width)) - 1n) << BigInt(low)));
    }
    bits = found;
    assigned.set(module, bits);
  }
  return bits;
}

/** Every signal of which some statement assigns a part, cut where those parts begin and end. */
function cut(statements: readonly Statement[]): ReadonlyMap<Signal, readonly Part[]> {
  const edges = new Map<Signal, Set<number>>();
  for (const statement of statementsIn(statements)) {
    if (statement.kind !== 'assign' || statement.low === undefined) continue;
    const { target, low, value } = statement;
    const found = edges.get(target) ?? new Set([0, target.width]);
    edges.set(target, found.add(low).add(low + value.width));
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
