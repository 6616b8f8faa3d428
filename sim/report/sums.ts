/** What the relations of a run come to together. The result of a single one is its own sum. */
import { sumOf, type Verdict } from '../../judge/judge.ts';
import type { Side, SimulationResult } from './result.ts';

export interface Sums extends Pick<SimulationResult, 'settings' | 'total' | 'compared'> {
  /** of all, the earliest announced first */
  readonly rekeys: readonly (SimulationResult['rekeys'][number] & { readonly relation?: number })[];
  /** undefined where one was not judged */
  readonly judged?: Pick<Verdict, 'total' | 'finishedRekeys' | 'overtaken'>;
}

/** @param first of the relations, by their numbers */
export function sumsOf(first: SimulationResult, ...others: readonly SimulationResult[]): Sums {
  const results = [first, ...others];
  const verdicts = results.flatMap(({ judged }) => judged ?? []);
  const comparedAt = (side: Side) => added(results.map(({ compared }) => compared[side]));
  const rekeys = results.flatMap((one, relation) => one.rekeys.map((rekey) => ({ ...rekey, relation })));
  return {
    settings: { ...first.settings, delivery: [...new Set(results.map(({ settings }) => settings['delivery']))].join(', ') },
    total: added(results.map(({ total }) => total)),
    compared: { initiator: comparedAt('initiator'), follower: comparedAt('follower') },
    rekeys: rekeys.sort((a, b) => a.announcedAtNs - b.announcedAtNs),
    ...(verdicts.length === results.length ? { judged: judgedTogether(verdicts) } : {}),
  };
}

function judgedTogether(verdicts: readonly Verdict[]): NonNullable<Sums['judged']> {
  return {
    total: sumOf(verdicts.map(({ total }) => total)),
    finishedRekeys: verdicts.reduce((sum, { finishedRekeys }) => sum + finishedRekeys, 0),
    overtaken: {
      near: added(verdicts.map(({ overtaken }) => overtaken.near)),
      away: added(verdicts.map(({ overtaken }) => overtaken.away)),
    },
  };
}

/** Counts with the same names, each name summed up. */
function added<T extends { readonly [K in keyof T]: number }>(counts: readonly T[]): T {
  const names = Object.keys(counts[0] ?? {}) as (keyof T)[];
  return Object.fromEntries(names.map((name) => [name, counts.reduce((sum, one) => sum + one[name], 0)])) as unknown as T;
}
