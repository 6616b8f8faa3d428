import type { ModuleIr } from '../ir/module.ts';

/** All that is wrong with an elaborated module, as one error; undefined when nothing is. */
export function elaborationErrors(_module: ModuleIr): Error | undefined {
  return undefined;
}
