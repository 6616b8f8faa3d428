/** The rule of valid/ready streams (AMBA AXI4-Stream, 2.2.1): a source does not wait for ready before it says valid. */
import { ValidDependsOnReady } from '../errors/check-errors.ts';
import type { ModuleIr } from '../ir/module.ts';
import { dependencies, dependencyPath, hops } from './dependencies.ts';

export function validsBehindReady(module: ModuleIr): ValidDependsOnReady[] {
  const graph = dependencies(module);
  return module.streams
    .filter((stream) => stream.direction === 'out')
    .flatMap((stream) => {
      const path = dependencyPath(graph, stream.valid, stream.ready);
      return path === undefined
        ? []
        : [
            new ValidDependsOnReady(
              stream.name,
              path.map(({ name }) => name),
              hops(graph, path),
            ),
          ];
    });
}
