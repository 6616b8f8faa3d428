/** The checks that need a whole module; `module().elaborate()` runs them. */
import { ElaborationFailure } from '../errors/check-errors.ts';
import type { HdlError } from '../errors/hdl-error.ts';
import type { ModuleIr } from '../ir/module.ts';
import { clocksWithoutSource } from './clock-source.ts';
import { clockCrossings } from './crossing.ts';
import { decidedComparisons } from './decided.ts';
import { emptyBodies } from './empty.ts';
import { foreignReads } from './foreign-reads.ts';
import { hiddenAssignments } from './hidden.ts';
import { latches } from './latch.ts';
import { loops } from './loop.ts';
import { neverWritten, newWordsAcrossClocks } from './memory.ts';
import { padConnections } from './pads.ts';
import { validsBehindReady } from './stream.ts';
import { undriven } from './undriven.ts';
import { unread } from './unread.ts';

const ERRORS: readonly ((module: ModuleIr) => readonly HdlError[])[] = [
  foreignReads,
  undriven,
  latches,
  hiddenAssignments,
  loops,
  validsBehindReady,
  neverWritten,
  newWordsAcrossClocks,
  clockCrossings,
  clocksWithoutSource,
  padConnections,
];
const WARNINGS: readonly ((module: ModuleIr) => readonly HdlError[])[] = [unread, emptyBodies, decidedComparisons];

/** All that is wrong with a module, its instances apart, as one error; undefined when nothing is. */
export function elaborationErrors(module: ModuleIr): ElaborationFailure | undefined {
  const errors = ERRORS.flatMap((check) => check(module));
  return errors.length === 0 ? undefined : new ElaborationFailure(module.name, errors);
}

/** What is legal in a module, its instances apart, and probably not meant. */
export function elaborationWarnings(module: ModuleIr): readonly HdlError[] {
  return WARNINGS.flatMap((check) => check(module));
}

/** The warnings of a module and of all that it instantiates, each module once. */
export function warnings(top: ModuleIr): readonly HdlError[] {
  const modules = new Map([[top.name, top]]);
  for (const module of modules.values()) for (const instance of module.instances) modules.set(instance.module.name, instance.module);
  return [...modules.values()].flatMap(elaborationWarnings);
}
