/** Inputs that an asynchronous reset is made of. */
import { argumentsOf, type NetNode, type NodeId } from './netlist.ts';

/** The names of the inputs that decide about any of the nodes `settled`. */
export function resettingInputs(
  nodes: readonly NetNode[],
  inputs: readonly { readonly name: string }[],
  settled: readonly NodeId[],
): readonly string[] {
  const seen = new Set(settled);
  const found: string[] = [];
  for (const id of seen) {
    const node = nodes[id];
    if (node === undefined) continue;
    if (node.op === 'input') found.push(inputs[node.index]?.name ?? '');
    for (const argument of argumentsOf(node)) seen.add(argument);
  }
  return found;
}
