import { describe, expect, it } from 'vitest';
import { clustersOf } from '../../../hdl-gen/sim/wasm/clusters.ts';

function registers(instance: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${instance}.r${index}`);
}

describe('instances that change together', () => {
  it('are one with what is inside them, up to 64 registers', () => {
    const clusterOf = clustersOf([...registers('a', 30), ...registers('a.b', 33), ...registers('a.b.c', 1), ...registers('d', 1)]);
    expect(['a.x', 'a.b.x', 'a.b.c.x', 'd.x'].map(clusterOf)).toEqual(['a', 'a', 'a', 'd']);
  });

  it('are apart where they have one more', () => {
    const clusterOf = clustersOf([...registers('a', 30), ...registers('a.b', 33), ...registers('a.b.c', 2)]);
    expect(['a.x', 'a.b.x', 'a.b.c.x'].map(clusterOf)).toEqual(['a', 'a.b', 'a.b']);
  });

  it('are the whole design where that is small, and a memory belongs to the instance around it', () => {
    const clusterOf = clustersOf([...registers('a', 2), ...registers('b.c', 2), 'top']);
    expect(['a.x', 'b.c.memory', 'b.memory', 'memory'].map(clusterOf)).toEqual(['', '', '', '']);
  });
});
