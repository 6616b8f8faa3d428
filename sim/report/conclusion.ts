/** What a run comes to: its own figures beside those of the judge, and everything that is wrong, in words. */
import { faultsOf, type Verdict } from '../../judge/judge.ts';
import type { Counts, SimulationResult } from './result.ts';
import { type Sums, sumsOf } from './sums.ts';

/** A figure that both have counted, each in its own way. */
export interface Compared {
  readonly label: string;
  readonly run: number;
  readonly judge: number;
}

/** The headline figures, the run's own beside the judge's. */
export function sideBySide({ total, rekeys }: Pick<Sums, 'total' | 'rekeys'>, judged: NonNullable<Sums['judged']>): readonly Compared[] {
  const { total: seen, finishedRekeys } = judged;
  return [
    { label: 'rekeys finished', run: rekeys.filter(({ finished }) => finished).length, judge: finishedRekeys },
    { label: 'frames sent', run: total.framesSent, judge: seen.sent },
    { label: 'delivered', run: total.framesDelivered, judge: seen.delivered },
    { label: 'of them late', run: total.deliveredLate, judge: seen.late },
    { label: 'of these under an Obsolete key', run: total.deliveredUnderOldKey, judge: seen.underOldKey },
    { label: 'lost by the channel', run: total.framesLostByChannel, judge: seen.lost },
    { label: 'overtaken, dropped', run: total.staleDropped, judge: seen.overtaken },
    { label: 'repeated or too late, dropped', run: total.duplicatesDropped + total.replayedRejected, judge: seen.repeated },
    { label: 'undecryptable', run: total.undecryptable, judge: seen.undecryptable },
    { label: 'outside an association, dropped', run: total.outsideAssociation, judge: seen.outsideAssociation },
    { label: 'forged, arrived', run: forgedIn(total), judge: seen.forged },
    { label: 'under a key still Obsolete, delivered', run: total.oldKeyDelivered, judge: seen.underHeldKey },
    { label: 'forged, accepted', run: total.forgedAccepted, judge: seen.forgedAccepted },
    { label: 'replayed, accepted', run: total.replayedAccepted, judge: seen.replayedAccepted },
    { label: 'dedicated messages', run: total.dedicatedMessages, judge: seen.dedicated },
    { label: 'messages of associations', run: total.associationMessages, judge: seen.association },
    { label: 'messages of n-RTT agreements', run: total.agreementMessages, judge: seen.agreement },
    { label: 'host frames', run: total.hostFrames, judge: seen.hostFrames },
  ];
}

/** What arrived and nobody has sent. */
function forgedIn(total: Counts): number {
  const { forgedRejected, reflectedRejected, swappedRejected, oldKeyRejected, oldKeyDelivered, forgedAccepted } = total;
  return forgedRejected + reflectedRejected + swappedRejected + oldKeyRejected + oldKeyDelivered + forgedAccepted;
}

/** Figures of the run that must be 0. */
const FAULTS: readonly (readonly [keyof Counts, string])[] = [
  ['undecryptable', 'undecryptable frames'],
  ['forgedAccepted', 'forged frames accepted'],
  ['replayedAccepted', 'replayed frames accepted'],
  ['dedicatedMessages', 'dedicated messages'],
  ['stalledCycles', 'stalled cycles'],
];

/** Everything that is wrong with a run, who says so, and of which relation; empty where it showed what it is there to show. */
export function shortcomings(...results: readonly SimulationResult[]): readonly string[] {
  if (results.length === 1) return results.flatMap(shortcomingsOf);
  return results.flatMap((result, relation) => shortcomingsOf(result).map((what) => `relation ${relation}: ${what}`));
}

function shortcomingsOf(result: SimulationResult): readonly string[] {
  const { total, rekeys, associations, judged, failure } = result;
  const own = FAULTS.flatMap(([key, what]) => (total[key] === 0 ? [] : [`${total[key]} ${what} (the run)`]));
  const finished = rekeys.some((rekey) => rekey.finished);
  const unfinished = rekeys.length === 0 ? 'no rekey began' : `none of ${rekeys.length} rekeys came to its end`;
  return [
    ...(failure === undefined ? [] : [`ended by ${failure.kind}`]),
    ...own,
    ...(total.outsideAssociation > 0 && associations.length < 2 ? ['frames outside of the only association (the run)'] : []),
    ...(finished ? [] : [`nothing was shown: ${unfinished}`]),
    ...(total.framesDelivered > 0 ? [] : ['nothing was shown: no payload was delivered']),
    ...(judged === undefined ? [] : faultsOf(judged).map((fault) => `${fault} (the judge)`)),
    ...(judged === undefined ? [] : disagreements(result, judged)),
  ];
}

function disagreements(result: SimulationResult, judged: Verdict): readonly string[] {
  return sideBySide(result, judged)
    .filter(({ run, judge }) => run !== judge)
    .map(({ label, run, judge }) => `${label}: ${run} by the run, ${judge} by the judge`);
}

/** What a run ends with for people: what it showed, or what is wrong. */
export function seamlessText(first: SimulationResult, ...others: readonly SimulationResult[]): string {
  const results = [first, ...others];
  const wrong = shortcomings(...results);
  if (wrong.length > 0) return `NOT seamless: ${wrong.join('; ')}`;
  const { total, rekeys } = sumsOf(first, ...others);
  const finished = rekeys.filter((rekey) => rekey.finished);
  const agreed = finished.filter(({ kind }) => kind === 'n-RTT').length;
  const again = results.reduce((sum, { associations }) => sum + associations.length - 1, 0);
  return [
    `${finished.length} rekeys: 0 undecryptable frames, 0 forged or replayed frames accepted, 0 dedicated messages, 0 stalled cycles`,
    `first keys agreed on over the network in ${total.associationMessages} messages${again === 0 ? '' : `, ${again} times anew, which cost ${total.outsideAssociation} frames`}`,
    ...(agreed === 0
      ? []
      : [`${agreed} of them n-RTT, agreed on over the network in ${total.agreementMessages} messages beside the cyclic frames`]),
  ].join('\n');
}

/** How often hardware and model were compared. */
export function comparedText({ compared }: Pick<Sums, 'compared'>): string {
  const { initiator, follower } = compared;
  const both = (key: keyof typeof initiator): string => (initiator[key] + follower[key]).toLocaleString('en');
  return (
    `Compared with the reference model: ${both('framesSent')} frames sent, ${both('verdicts')} verdicts, ${both('payloads')} payloads, ` +
    `${both('pushes')} pushes, ${both('hostFrames')} host frames, ${both('slotChanges')} changes of slots`
  );
}
