/** What a run of two stations came to, for people and for programs. */
import { table } from '../judge/table.ts';
import type { EngineName } from '../spec/aead-engines.ts';
import type { Delivery } from '../spec/delivery.ts';
import type { StationLineResult } from './station-line.ts';

export interface StationSummary {
  readonly relations: number;
  readonly engine: EngineName;
  readonly delivery: Delivery;
  readonly frames: number;
  readonly delivered: number;
  readonly lost: number;
  /** frames that the line held back: dropped behind a newer one of their key, and delivered */
  readonly overtaken: number;
  readonly deliveredLate: number;
  readonly duplicates: number;
  /** frames on the line that were not meant to be there, of a relation's FrameID and source */
  readonly attacks: number;
  readonly attacksAccepted: number;
  /** frames that arrived as they were sent and were not opened */
  readonly undecryptable: number;
  readonly rekeys: number;
  /** records thrown away for want of a key */
  readonly refused: number;
  /** frames, verdicts, payloads, slots and counts that were compared with the model; a difference ends the run */
  readonly compared: number;
  /** cycles of 8 ns in which the line was free between two frames of a station, and how often it was none */
  readonly longestIdle: number;
  readonly backToBack: number;
  /** cycles from the last octet of a frame to its verdict */
  readonly verdict: { readonly least: number; readonly most: number };
  readonly cycles: number;
  readonly cpuSeconds: number;
}

interface Run {
  readonly relations: number;
  readonly engine: EngineName;
  readonly delivery: Delivery;
  readonly lost: number;
  readonly cpuSeconds: number;
}

export function stationSummary(result: StationLineResult, run: Run): StationSummary {
  const { verdicts, idle } = result;
  const count = (holds: (verdict: StationLineResult['verdicts'][number]) => boolean): number => verdicts.filter(holds).length;
  const isOwn = ({ origin }: { readonly origin: string }): boolean => origin !== 'attack';
  const cycles = verdicts.map((verdict) => verdict.cycles);
  return {
    relations: run.relations,
    engine: run.engine,
    delivery: run.delivery,
    frames: result.frames.initiator + result.frames.follower,
    delivered: result.delivered.initiator + result.delivered.follower,
    lost: run.lost,
    overtaken: count(({ origin, kind }) => origin === 'late' && kind === 'stale'),
    deliveredLate: count(({ origin, kind }) => origin === 'late' && kind === 'delivered'),
    duplicates: count(({ origin, kind }) => origin === 'repeated' && kind === 'stale'),
    attacks: count(({ origin }) => origin === 'attack'),
    attacksAccepted: count(({ origin, kind }) => origin === 'attack' && kind === 'delivered'),
    undecryptable: count((verdict) => isOwn(verdict) && (verdict.kind === 'unknownKey' || verdict.kind === 'icvFailed')),
    rekeys: result.rekeys,
    refused: result.refused,
    compared: result.compared,
    longestIdle: idle.reduce((most, one) => Math.max(most, one), 0),
    backToBack: idle.filter((one) => one === 0).length,
    verdict: {
      least: cycles.reduce((least, one) => Math.min(least, one), Number.POSITIVE_INFINITY),
      most: cycles.reduce((most, one) => Math.max(most, one), 0),
    },
    cycles: result.cycles,
    cpuSeconds: run.cpuSeconds,
  };
}

/** What should not have been; nothing where all went well. */
export function stationShortcomings(summary: StationSummary): readonly string[] {
  const { undecryptable, attacksAccepted, refused, rekeys, delivery, overtaken } = summary;
  return [
    ...(undecryptable > 0 ? [`${undecryptable} frames that arrived were not opened`] : []),
    ...(attacksAccepted > 0 ? [`${attacksAccepted} forged or replayed frames were accepted`] : []),
    ...(delivery === 'window' && overtaken > 0 ? [`${overtaken} late frames were dropped, though each is to be delivered once`] : []),
    ...(refused > 0 ? [`${refused} records had no key`] : []),
    ...(rekeys === 0 ? ['no rekey was seen: run longer, or rekey after fewer frames'] : []),
  ];
}

export function stationText(summary: StationSummary): string {
  const count = (value: number): string => value.toLocaleString('en');
  const rows: readonly (readonly [string, string])[] = [
    ['frames sent', count(summary.frames)],
    ['delivered', count(summary.delivered)],
    ['lost by the line', count(summary.lost)],
    ['overtaken, dropped', count(summary.overtaken)],
    ...(summary.delivery === 'window' ? [['held back, delivered', count(summary.deliveredLate)] as const] : []),
    ['duplicates dropped', count(summary.duplicates)],
    ['frames of an attacker, of them accepted', `${count(summary.attacks)}, ${count(summary.attacksAccepted)}`],
    ['undecryptable', count(summary.undecryptable)],
    ['records without a key', count(summary.refused)],
    ['rekeys', count(summary.rekeys)],
    ['left back to back, longest pause', `${count(summary.backToBack)}, ${count(summary.longestIdle)} cycles`],
    ['last octet in → verdict', `${summary.verdict.least} to ${summary.verdict.most} cycles`],
    ['compared with the model', count(summary.compared)],
    ['simulated', `${(summary.cycles * 8e-6).toFixed(3)} ms`],
    ['processor time', `${summary.cpuSeconds.toFixed(1)} s`],
  ];
  const wrong = stationShortcomings(summary);
  const verdict =
    wrong.length > 0
      ? `NOT seamless: ${wrong.join('; ')}`
      : `${count(summary.rekeys)} rekeys of ${summary.relations} relations in hardware: 0 undecryptable frames, 0 forged or replayed frames accepted, 0 records without a key, 0 differences from the model`;
  return `${table([['', `two stations of ${summary.relations} relations, ${summary.engine}, ${summary.delivery}`], ...rows])}\n${verdict}\n`;
}
