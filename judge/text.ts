/** A verdict for people. */
import { type Figures, faultsOfAll, sumOf, type Verdict } from './judge.ts';
import type { Distribution, Lateness } from './lateness.ts';
import { SIDES } from './points.ts';
import { table } from './table.ts';

const ROWS: readonly (readonly [keyof Figures, string])[] = [
  ['given', 'payloads given'],
  ['sent', 'frames sent'],
  ['delivered', 'delivered'],
  ['late', 'of them late'],
  ['underOldKey', 'of these under an Obsolete key'],
  ['lost', 'lost'],
  ['overtaken', 'overtaken, dropped'],
  ['repeated', 'repeated or too late, dropped'],
  ['undecryptable', 'undecryptable'],
  ['outsideAssociation', 'outside an association, dropped'],
  ['forged', 'forged, arrived'],
  ['forgedAccepted', 'forged, accepted'],
  ['underHeldKey', 'under a key still Obsolete, delivered'],
  ['replayedAccepted', 'replayed, accepted'],
  ['dedicated', 'dedicated messages'],
  ['withheld', 'payloads withheld'],
  ['unopened', 'frames that no key opens'],
  ['inTheClear', 'frames in the clear'],
  ['nonceRepeats', 'nonces repeated'],
  ['keysDiffering', 'keys that differ'],
  ['keysInstalledAgain', 'keys installed again'],
  ['hostFrames', 'host frames'],
  ['association', 'of them association'],
  ['agreement', 'of them n-RTT agreement'],
  ['hostFramesSpoilt', 'host frames spoilt'],
];

/** Everything that the judge found, and what is wrong in a sentence of its own. @param verdicts on the relations, by their numbers */
export function verdictText(verdicts: readonly Verdict[]): string {
  return `${figuresText(verdicts)}\n${latenessText(verdicts)}\n${conclusion(verdicts)}\n`;
}

/** Of one relation by direction, of several by relation; and the sums. */
function figuresText(verdicts: readonly Verdict[]): string {
  const [one, ...others] = verdicts;
  const parts: readonly (readonly [string, Figures])[] =
    one !== undefined && others.length === 0
      ? SIDES.map((side) => [`${side} →`, one.direction[side]])
      : verdicts.map(({ total }, relation) => [`relation ${relation}`, total]);
  const columns = [...parts, ['total', sumOf(verdicts.map(({ total }) => total))] as const];
  const rows = ROWS.map(([key, label]) => [label, ...columns.map(([, figures]) => String(figures[key]))]);
  return table([['', ...columns.map(([name]) => name)], ...rows]);
}

/** How late frames left, near rekeys and away from them. */
export function latenessText(verdicts: readonly Verdict[]): string {
  const row = (label: string, { frames, min, median, p99, max }: Distribution): string[] => [
    label,
    ...[frames, min, median, p99, max].map((value) => String(value ?? '–')),
  ];
  const ends = endsOf(verdicts);
  const rows = ends.flatMap(({ name, lateness: { near, away } }) => [
    row(`${name}, near rekeys`, near),
    row(`${name}, away from them`, away),
  ]);
  const intervals = ends.map(({ name, lateness: { sendInterval } }) => `${name} ${sendInterval.min ?? '–'} to ${sendInterval.max ?? '–'}`);
  return [
    'ns from record complete and wire free to the first octet on the wire:',
    table([['', 'frames', 'min', 'median', '99 %', 'max'], ...rows]).trimEnd(),
    `ns from one first octet to the next: ${verdicts.length === 1 ? intervals.join(', ') : intervals.map((one) => `\n  ${one}`).join('')}`,
  ].join('\n');
}

/** The ends of all relations, with how late their frames left. */
export function endsOf(verdicts: readonly Verdict[]): readonly { readonly name: string; readonly lateness: Lateness }[] {
  return verdicts.flatMap(({ lateness }, relation) =>
    SIDES.map((side) => ({ name: verdicts.length === 1 ? side : `${side} of relation ${relation}`, lateness: lateness[side] })),
  );
}

export function conclusion(verdicts: readonly Verdict[]): string {
  const faults = faultsOfAll(verdicts);
  const finished = verdicts.reduce((sum, { finishedRekeys }) => sum + finishedRekeys, 0);
  return `judged from capture and keys: ${faults.length === 0 ? `${finished} rekeys, no fault` : faults.join('; ')}`;
}
