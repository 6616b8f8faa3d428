/** Memories whose contents nobody decides, and reads that promise what no memory can. */
import { MemoryNeverWritten } from '../errors/check-errors.ts';
import { NewWordAcrossClocks } from '../errors/memory-errors.ts';
import { isDriven } from '../ir/drivers.ts';
import { netOf } from '../ir/external.ts';
import { type Memory, type ModuleIr, writersOf } from '../ir/module.ts';

export function neverWritten(module: ModuleIr): MemoryNeverWritten[] {
  const written = writtenMemories(module);
  return module.memories
    .filter((memory) => memory.init === null && !written.has(memory))
    .map((memory) => new MemoryNeverWritten(memory.name, [{ what: 'declared', at: memory.location }]));
}

/** The memories that some statement of the module writes; the others are ROMs. */
export function writtenMemories(module: ModuleIr): ReadonlySet<Memory> {
  return new Set(module.memories.filter((memory) => isDriven(module.statements, memory)));
}

/** Whether an edge of the writes' clock is one of the reader's is nobody's to say: there is no new word to give. */
export function newWordsAcrossClocks(module: ModuleIr): NewWordAcrossClocks[] {
  return module.reads
    .filter(
      ({ memory, data, onCollision }) =>
        onCollision === 'new' && writersOf(memory).some(({ clock }) => netOf(module, clock) !== netOf(module, data.domain.clock)),
    )
    .map(
      ({ memory, data, location }) =>
        new NewWordAcrossClocks(data.name, memory.name, [
          { what: 'read', at: location },
          { what: `${memory.name} is declared`, at: memory.location },
        ]),
    );
}
