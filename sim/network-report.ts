/** What a run of a controller with its devices came to, for people and for programs. */
import { table } from '../judge/table.ts';
import type { Results } from './recorded-run.ts';
import { comparedText, seamlessText, shortcomings } from './report/conclusion.ts';
import { summaryOf } from './report/summary.ts';
import { sumsOf } from './report/sums.ts';
import { FIGURES, judgement } from './report/table.ts';

/** Sums first, then the summary of each relation. */
export function networkSummary(results: Results): Readonly<Record<string, unknown>> {
  return { shortcomings: shortcomings(...results), ...sumsOf(...results).total, relations: results.map(summaryOf) };
}

/** @param rtlDevices devices in hardware, those of the first relations */
export function networkText(results: Results, rtlDevices: number, cpuSeconds: number): string {
  const sums = sumsOf(...results);
  const rows = FIGURES.map(([key, label]) => [label, ...results.map(({ total }) => String(total[key])), String(sums.total[key])]);
  const rekeys = (kind: '0-RTT' | 'n-RTT'): string[] => {
    const counts = results.map((result) => result.rekeys.filter((rekey) => rekey.finished && rekey.kind === kind).length);
    return [`${kind} rekeys`, ...[...counts, counts.reduce((sum, count) => sum + count, 0)].map(String)];
  };
  const figures = table([
    ['relation', ...results.map((_, relation) => `${relation}${relation < rtlDevices ? '' : ' (model)'}`), 'all'],
    ...rows,
    rekeys('0-RTT'),
    rekeys('n-RTT'),
  ]);
  const simulated = (results[0].durationNs / 1e6).toFixed(1);
  return [
    figures,
    judgement(...results),
    `${comparedText(sums)}.`,
    `${simulated} ms simulated in ${cpuSeconds.toFixed(1)} s of processor time.`,
    ...results[0].caveats.map((caveat) => `note: ${caveat}`),
    '',
    `a controller with ${results.length} devices, ${rtlDevices} of them in hardware`,
    seamlessText(...results),
    '',
  ].join('\n');
}
