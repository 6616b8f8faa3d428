/** Whether the memories of a design became what they were declared to be. */
import { writtenMemories } from '../check/memory.ts';
import type { Memory, ModuleIr } from '../ir/module.ts';
import { type Cell, cellCounts } from './xilinx.ts';

/** Cells that hold words, by what they are made of (UG473, UG474). A distributed memory that is never written is logic. */
const KIND: readonly (readonly [pattern: RegExp, style: Memory['style']])[] = [
  [/^RAMB(18|36)E1$/, 'block'],
  [/^RAM(16|32|64|128|256)(M|X\d[DS])/, 'distributed'],
];

/** A memory of the design, and what the synthesiser made of it. */
export interface InferredMemory {
  /** hierarchical, joined with dots */
  readonly name: string;
  readonly memory: Memory;
  /** cells that hold its words, by type; none where it became logic or flip-flops */
  readonly cells: ReadonlyMap<string, number>;
  readonly asDeclared: boolean;
}

/** Every memory of the design and its instances, and the cells of its synthesis that hold it. */
export function inferredMemories(design: ModuleIr, cells: readonly Cell[]): InferredMemory[] {
  return memoriesOf(design).map(({ name, memory, isWritten }) => {
    const pieces = cells.filter((cell) => cell.name.startsWith(`${name}.`) && KIND.some(([pattern]) => pattern.test(cell.type)));
    const styles = new Set(pieces.map(({ type }) => KIND.find(([pattern]) => pattern.test(type))?.[1]));
    const isLogic = !isWritten && memory.style === 'distributed' && pieces.length === 0;
    return { name, memory, cells: cellCounts(pieces), asDeclared: isLogic || (styles.size === 1 && styles.has(memory.style)) };
  });
}

interface NamedMemory {
  readonly name: string;
  readonly memory: Memory;
  readonly isWritten: boolean;
}

function memoriesOf(module: ModuleIr, path = ''): NamedMemory[] {
  const written = writtenMemories(module);
  return [
    ...module.memories.map((memory) => ({ name: path + memory.name, memory, isWritten: written.has(memory) })),
    ...module.instances.flatMap((instance) => memoriesOf(instance.module, `${path}${instance.name}.`)),
  ];
}
