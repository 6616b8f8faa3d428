/** Memories whose contents nobody decides. */
import { MemoryNeverWritten } from '../errors/check-errors.ts';
import type { Memory, ModuleIr, Statement } from '../ir/module.ts';
import { bodiesOf } from './targets.ts';

export function neverWritten(module: ModuleIr): MemoryNeverWritten[] {
  const written = writtenMemories(module);
  return module.memories
    .filter((memory) => memory.init === null && !written.has(memory))
    .map((memory) => new MemoryNeverWritten(memory.name, [{ what: 'declared', at: memory.location }]));
}

/** The memories that some statement of the module writes; the others are ROMs. */
export function writtenMemories(module: ModuleIr): ReadonlySet<Memory> {
  return new Set(module.statements.flatMap(memoriesWritten));
}

function memoriesWritten(statement: Statement): Memory[] {
  return statement.kind === 'write' ? [statement.memory] : bodiesOf(statement).flatMap((body) => body.flatMap(memoriesWritten));
}
