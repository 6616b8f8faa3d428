/** The result as text for a terminal. */
import { table } from '../../judge/table.ts';
import { latenessText } from '../../judge/text.ts';
import { comparedText, sideBySide } from './conclusion.ts';
import type { Counts, RekeyRecord, SimulationResult } from './result.ts';
import { sumsOf } from './sums.ts';

/** Rekeys shown one by one; of more, the rest is summed up. */
const REKEYS_SHOWN = 24;

/** Figures of a run, and what they are called. */
export const FIGURES: readonly (readonly [keyof Counts, string])[] = [
  ['framesSent', 'frames sent'],
  ['framesDelivered', 'delivered'],
  ['deliveredLate', 'of them late'],
  ['deliveredUnderOldKey', 'of these under an Obsolete key'],
  ['framesLostByChannel', 'lost by the channel'],
  ['staleDropped', 'overtaken, dropped'],
  ['duplicatesDropped', 'duplicates dropped'],
  ['undecryptable', 'undecryptable'],
  ['outsideAssociation', 'outside an association, dropped'],
  ['forgedRejected', 'forged, rejected'],
  ['forgedAccepted', 'forged, accepted'],
  ['replayedRejected', 'replayed, rejected'],
  ['replayedAccepted', 'replayed, accepted'],
  ['reflectedRejected', 'reflected, rejected'],
  ['swappedRejected', 'with a swapped ICV, rejected'],
  ['oldKeyRejected', 'under an old key, rejected'],
  ['oldKeyDelivered', 'under one still Obsolete, delivered'],
  ['hostFrames', 'host frames, unchanged'],
  ['associationMessages', 'of them association'],
  ['agreementMessages', 'of them n-RTT agreement'],
  ['dedicatedMessages', 'dedicated messages'],
  ['stalledCycles', 'stalled cycles'],
];

export const STEPS: readonly (readonly [keyof RekeyRecord['steps'], string])[] = [
  ['followerInstalled', 'F installed'],
  ['initiatorProviderSwitch', 'I sends new'],
  ['followerSwitch', 'F switched'],
  ['initiatorConsumerSwitch', 'I switched'],
  ['followerTimeout', 'F old gone'],
  ['initiatorTimeout', 'I old gone'],
];

export function resultTable(result: SimulationResult): string {
  const { direction, total, rekeys } = result;
  const figures = table([
    ['', 'initiator →', 'follower →', 'total'],
    ...FIGURES.map(([key, label]) => [label, String(direction.initiator[key]), String(direction.follower[key]), String(total[key])]),
  ]);
  const steps = table([
    ['rekey', 'kind', 'KeyIds', 'announced µs', ...STEPS.map(([, label]) => label), 'messages', 'stalled', ''],
    ...rekeys
      .slice(0, REKEYS_SHOWN)
      .map((rekey) => [
        String(rekey.number),
        rekey.kind,
        `${rekey.fromKeyId} → ${rekey.toKeyId}`,
        (rekey.announcedAtNs / 1000).toFixed(1),
        ...STEPS.map(([key]) => String(rekey.steps[key] ?? '–')),
        String(rekey.dedicatedMessages + rekey.agreementMessages),
        String(rekey.stalledCycles),
        rekey.alarmed ? 'ALARM' : rekey.finished ? '' : 'unfinished',
      ]),
    ...(rekeys.length > 1
      ? (['min', 'median', 'max'] as const).map((which) => [
          which,
          '',
          '',
          '',
          ...STEPS.map(([key]) => quantile(rekeys, key, which)),
          '',
          '',
          '',
        ])
      : []),
  ]);
  const hidden = rekeys.length > REKEYS_SHOWN ? `… and ${rekeys.length - REKEYS_SHOWN} more rekeys\n` : '';
  const failed = result.failedAgreements.map(
    ({ atNs, keyId, attempt, reason }) =>
      `agreement on KeyId ${keyId}, attempt ${attempt}: failed at ${(atNs / 1000).toFixed(1)} µs (${reason}), and the old key went on\n`,
  );
  const associations = result.associations.map(associationText).join('');
  const notes = result.caveats.map((caveat) => `note: ${caveat}\n`).join('');
  return `${figures}\ncycles from the announcement (1 cycle = ${result.cycleNs} ns):\n${steps}${hidden}${failed.join('')}${associations}\n${judgement(result)}${comparedText(result)}.\n${notes}`;
}

function associationText({ cause, begunAtNs, madeAtNs, messages }: SimulationResult['associations'][number]): string {
  const time = (ns: number): string => `${(ns / 1000).toFixed(1)} µs`;
  const made = madeAtNs === null ? 'not made' : `made ${time(madeAtNs - begunAtNs)} later`;
  return `association (${cause}) begun at ${time(begunAtNs)}: ${made}, ${messages} messages\n`;
}

/** The run's figures beside those of the judge, and how late frames left. */
export function judgement(first: SimulationResult, ...others: readonly SimulationResult[]): string {
  const sums = sumsOf(first, ...others);
  const { judged } = sums;
  if (judged === undefined) return 'not judged: the keys were not written down (--key-log)\n';
  const verdicts = [first, ...others].flatMap((result) => result.judged ?? []);
  const rows = sideBySide(sums, judged).map(({ label, run, judge }) => [label, String(run), String(judge), run === judge ? '' : 'DIFFERS']);
  return `${table([['', 'run', 'judge', ''], ...rows])}\n${latenessText(verdicts)}\n`;
}

export function quantile(rekeys: readonly RekeyRecord[], step: keyof RekeyRecord['steps'], which: 'min' | 'median' | 'max'): string {
  const values = rekeys.flatMap((rekey) => rekey.steps[step] ?? []).sort((a, b) => a - b);
  const index = which === 'min' ? 0 : which === 'max' ? values.length - 1 : Math.floor(values.length / 2);
  return String(values[index] ?? '–');
}
