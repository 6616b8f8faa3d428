/**
 * Registers that an input sets to a constant, as a synchronous reset does. That is done at the edge, behind everything else, so that
 * what the register takes otherwise does not depend on the input: it is one condition for all instead of one for each, and no group of
 * operations (`groups.ts`) has only resets in it.
 */
import type { NodeId } from '../../ir/netlist.ts';
import { type Graph, operationAt } from './graph.ts';

export interface Reset {
  /** an input of one bit, and its value that resets */
  readonly input: NodeId;
  readonly when: 0 | 1;
  /** a constant */
  readonly value: NodeId;
}

/** By index of the register. */
export type Resets = ReadonlyMap<number, Reset>;

/** @returns the graph without the resets, and the resets */
export function withoutResets(graph: Graph): { readonly graph: Graph; readonly resets: Resets } {
  const resets = new Map<number, Reset>();
  const registers = graph.registers.map((register, index) => {
    const found = resetOf(graph, register.next);
    if (found === undefined) return register;
    resets.set(index, found.reset);
    return { ...register, next: found.next };
  });
  return { graph: { ...graph, registers }, resets };
}

function resetOf(graph: Graph, id: NodeId): { readonly reset: Reset; readonly next: NodeId } | undefined {
  const operation = operationAt(graph, id);
  if (operation.op !== 'mux' || operationAt(graph, operation.select).op !== 'input') return undefined;
  const { select: input, a, b } = operation;
  if (operationAt(graph, a).op === 'constant') return { reset: { input, when: 1, value: a }, next: b };
  return operationAt(graph, b).op === 'constant' ? { reset: { input, when: 0, value: b }, next: a } : undefined;
}
