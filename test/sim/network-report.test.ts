/** What a run of a controller with its devices came to, of results that did not happen. */
import { expect, it } from 'vitest';
import { networkSummary, networkText } from '../../sim/network-report.ts';
import { shortcomings } from '../../sim/report/conclusion.ts';
import { sumsOf } from '../../sim/report/sums.ts';
import { REKEY, resultOf, verdictOf } from './report/results.ts';

const agreed = { ...REKEY, kind: 'n-RTT' } as const;
const one = resultOf({}, { durationNs: 4_560_000, rekeys: [REKEY, agreed, { ...agreed, announcedAtNs: 9000 }], caveats: ['one', 'two'] });
const two = resultOf(
  { framesSent: 2000, framesDelivered: 1801 },
  {
    rekeys: [{ ...REKEY, announcedAtNs: 8500 }, { ...REKEY, finished: false }, agreed],
    settings: { of: 'the second', delivery: 'window' },
  },
);
const linesOf = (): readonly string[] => networkText([one, two], 1, 2.34).split('\n');
const row = (label: string): readonly string[] | undefined =>
  linesOf()
    .find((line) => line.startsWith(`${label} `))
    ?.slice(label.length)
    .trim()
    .split(/ {2,}/);

it('has a column for each relation, and one for all', () => {
  expect(row('relation')).toEqual(['0', '1 (model)', 'all']);
  expect(row('frames sent')).toEqual(['1000', '2000', '3000']);
  expect(row('delivered')).toEqual(['900', '1801', '2701']);
  expect(row('0-RTT rekeys')).toEqual(['1', '1', '2']);
  expect(row('n-RTT rekeys')).toEqual(['2', '1', '3']);
});

it('says how much was compared, how long it took, what it can not show, and what it came to', () => {
  expect(linesOf().slice(-9)).toEqual(
    [
      'not judged: the keys were not written down (--key-log)',
      '',
      'Compared with the reference model: 2,000 frames sent, 2,400 verdicts, 1,800 payloads, 8 pushes, 30 host frames, 4,468 changes of slots.',
      '4.6 ms simulated in 2.3 s of processor time.',
      'note: one',
      'note: two',
      '',
      'a controller with 2 devices, 1 of them in hardware',
      '5 rekeys: 0 undecryptable frames, 0 forged or replayed frames accepted, 0 dedicated messages, 0 stalled cycles',
      'first keys agreed on over the network in 0 messages',
      '3 of them n-RTT, agreed on over the network in 0 messages beside the cyclic frames',
      '',
    ].slice(-9),
  );
});

it('names the relation with which something is wrong', () => {
  const wrong = [one, resultOf({ undecryptable: 3 }), resultOf({ stalledCycles: 1 })] as const;
  const what = ['relation 1: 3 undecryptable frames (the run)', 'relation 2: 1 stalled cycles (the run)'];
  expect(shortcomings(...wrong)).toEqual(what);
  expect(networkText([...wrong], 3, 1)).toContain(`\nNOT seamless: ${what.join('; ')}\n`);
  expect(networkText([...wrong], 3, 1)).not.toContain('(model)');
  // of a single one there is no other to tell it from
  expect(shortcomings(wrong[1])).toEqual(['3 undecryptable frames (the run)']);
});

it('is told as JSON by the figures of all, and each relation', () => {
  const summary = networkSummary([one, two]);
  expect(Object.keys(summary).slice(0, 3)).toEqual(['shortcomings', 'framesSent', 'framesDelivered']);
  expect(summary).toMatchObject({ shortcomings: [], framesSent: 3000, framesDelivered: 2701 });
  expect(summary['relations']).toMatchObject([{ framesSent: 1000 }, { framesSent: 2000 }]);
});

it('sums up what is the same of all, and has the rekeys by their time; the verdict where each was judged', () => {
  const sums = sumsOf(one, two);
  expect(sums.settings).toEqual({ delivery: 'newest, window' });
  expect(sumsOf(one, one).settings).toEqual({ delivery: 'newest' });
  expect(sums.total).toMatchObject({ framesSent: 3000, hostFrames: 30, undecryptable: 0 });
  expect(sums.compared.follower).toMatchObject({ framesSent: 1000, hostFrames: 16, slotChanges: 2468 });
  expect(sums.rekeys.map(({ relation, announcedAtNs }) => [relation, announcedAtNs])).toEqual([
    [0, 8000],
    [0, 8000],
    [1, 8000],
    [1, 8000],
    [1, 8500],
    [0, 9000],
  ]);
  expect(sums.judged).toBeUndefined();
  const judged = { ...one, judged: verdictOf() };
  expect(sumsOf(judged, two).judged).toBeUndefined();
  expect(sumsOf(judged, judged).judged).toMatchObject({
    total: { sent: 2000, delivered: 1800 },
    finishedRekeys: 2,
    overtaken: { near: { frames: 80, overtaken: 6 }, away: { frames: 1920, overtaken: 54 } },
  });
});
