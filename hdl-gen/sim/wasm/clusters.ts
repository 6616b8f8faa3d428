/**
 * Instances that change together: an instance with everything inside it, as far as that is little. What works on one thing works on it
 * in one cycle, so to ask about each part of it costs more than it saves, and what goes from part to part would have to be kept.
 */

/** Registers in one cluster, at most, unless one instance alone has more. */
const FEW = 64;

/**
 * @param names of all registers, hierarchical
 * @returns for the name of a register or a memory: the outermost instance around it with few registers in all, else its own
 */
export function clustersOf(names: readonly string[]): (name: string) => string {
  const registers = new Map<string, number>();
  for (const name of names) add(registers, ownerOf(name), 1);
  // the loop comes to what it adds, too
  for (const owner of registers.keys()) add(registers, ownerOf(owner), 0);
  const inwards = [...registers.keys()].sort((a, b) => a.length - b.length);
  for (const owner of inwards.toReversed()) if (owner !== '') add(registers, ownerOf(owner), registers.get(owner) ?? 0);
  const clusters = new Map<string, string>();
  for (const owner of inwards) {
    const around = ownerOf(owner);
    const isFew = (registers.get(around) ?? 0) <= FEW;
    clusters.set(owner, isFew ? (clusters.get(around) ?? owner) : owner);
  }
  return (name) => clusters.get(ownerOf(name)) ?? ownerOf(name);
}

/** `a.b` of `a.b.c`; empty at the top. */
export function ownerOf(name: string, separator = '.'): string {
  const end = name.lastIndexOf(separator);
  return end < 0 ? '' : name.slice(0, end);
}

function add(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}
