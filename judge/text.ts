/** A verdict for people. */
import { type Figures, faultsOf, type Verdict } from './judge.ts';
import type { Distribution } from './lateness.ts';
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

/** Everything that the judge found, and what is wrong in a sentence of its own. */
export function verdictText(verdict: Verdict): string {
  const { direction, total } = verdict;
  const figures = table([
    ['', 'initiator →', 'follower →', 'total'],
    ...ROWS.map(([key, label]) => [label, ...[direction.initiator, direction.follower, total].map((one) => String(one[key]))]),
  ]);
  return `${figures}\n${latenessText(verdict)}\n${conclusion(verdict)}\n`;
}

/** How late frames left, near rekeys and away from them. */
export function latenessText({ lateness }: Verdict): string {
  const row = (label: string, { frames, min, median, p99, max }: Distribution): string[] => [
    label,
    ...[frames, min, median, p99, max].map((value) => String(value ?? '–')),
  ];
  const rows = SIDES.flatMap((side) => [
    row(`${side}, near rekeys`, lateness[side].near),
    row(`${side}, away from them`, lateness[side].away),
  ]);
  const intervals = SIDES.map((side) => `${side} ${lateness[side].sendInterval.min ?? '–'} to ${lateness[side].sendInterval.max ?? '–'}`);
  return [
    'ns from record complete and wire free to the first octet on the wire:',
    table([['', 'frames', 'min', 'median', '99 %', 'max'], ...rows]).trimEnd(),
    `ns from one first octet to the next: ${intervals.join(', ')}`,
  ].join('\n');
}

export function conclusion(verdict: Verdict): string {
  const faults = faultsOf(verdict);
  return faults.length === 0
    ? `judged from capture and keys: ${verdict.finishedRekeys} rekeys, no fault`
    : `judged from capture and keys: ${faults.join('; ')}`;
}
