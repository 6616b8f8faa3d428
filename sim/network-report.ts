/** What a run of a controller with its devices came to, for people and for programs. */
import { table } from '../judge/table.ts';
import { shortcomings } from './report/conclusion.ts';
import type { Counts, SimulationResult } from './report/result.ts';
import { summaryOf } from './report/summary.ts';
import { FIGURES } from './report/table.ts';

/** Everything that is wrong, with the relation that it is wrong with. */
export function networkShortcomings(results: readonly SimulationResult[]): readonly string[] {
  return results.flatMap((result, relation) => shortcomings(result).map((what) => `relation ${relation}: ${what}`));
}

export function networkSummary(results: readonly SimulationResult[], cpuSeconds: number): Readonly<Record<string, unknown>> {
  return { shortcomings: networkShortcomings(results), ...headOf(results), cpuSeconds, relations: results.map(summaryOf) };
}

/** @param rtlDevices devices in hardware, those of the first relations */
export function networkText(results: readonly SimulationResult[], rtlDevices: number, cpuSeconds: number): string {
  const rows = FIGURES.map(([key, label]) => [label, ...results.map(({ total }) => String(total[key])), String(headOf(results)[key])]);
  const rekeys = (kind: '0-RTT' | 'n-RTT'): string[] => {
    const counts = results.map((result) => result.rekeys.filter((rekey) => rekey.finished && rekey.kind === kind).length);
    return [`${kind} rekeys`, ...[...counts, counts.reduce((sum, count) => sum + count, 0)].map(String)];
  };
  const compared = results.reduce((sum, { compared: { initiator, follower } }) => {
    const all = (one: typeof initiator): number => one.framesSent + one.verdicts + one.payloads + one.pushes + one.hostFrames;
    return sum + all(initiator) + all(follower);
  }, 0);
  const figures = table([
    ['relation', ...results.map((_, relation) => `${relation}${relation < rtlDevices ? '' : ' (model)'}`), 'all'],
    ...rows,
    rekeys('0-RTT'),
    rekeys('n-RTT'),
  ]);
  const simulated = (results[0]?.durationNs ?? 0) / 1e6;
  const notes = [
    `Compared with the reference model: ${compared.toLocaleString('en')} frames, verdicts, payloads and pushes.`,
    `${simulated.toFixed(1)} ms simulated in ${cpuSeconds.toFixed(1)} s of processor time.`,
  ];
  return `${figures}\n${notes.join(' ')}\n\n${verdict(results, rtlDevices)}\n`;
}

function verdict(results: readonly SimulationResult[], rtlDevices: number): string {
  const wrong = networkShortcomings(results);
  if (wrong.length > 0) return `NOT seamless: ${wrong.join('; ')}`;
  const finished = results.flatMap(({ rekeys }) => rekeys.filter((rekey) => rekey.finished));
  const agreed = finished.filter(({ kind }) => kind === 'n-RTT').length;
  return (
    `${finished.length} rekeys of a controller with ${results.length} devices, ${rtlDevices} of them in hardware, ${agreed} of the rekeys n-RTT: ` +
    '0 undecryptable frames, 0 forged or replayed frames accepted, 0 dedicated messages, 0 stalled cycles'
  );
}

function headOf(results: readonly SimulationResult[]): Readonly<Record<keyof Counts, number>> {
  const sum = (key: keyof Counts): number => results.reduce((all, { total }) => all + total[key], 0);
  return Object.fromEntries(FIGURES.map(([key]) => [key, sum(key)])) as Readonly<Record<keyof Counts, number>>;
}
