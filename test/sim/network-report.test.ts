/** What a run of a controller with its devices came to, of results that did not happen. */
import { expect, it } from 'vitest';
import { networkShortcomings, networkSummary, networkText } from '../../sim/network-report.ts';
import { REKEY, resultOf } from './report/results.ts';

const [one, two] = [
  resultOf({}, { durationNs: 4_560_000, rekeys: [REKEY, { ...REKEY, kind: 'n-RTT' }, { ...REKEY, kind: 'n-RTT' }] }),
  resultOf({ framesSent: 2000, framesDelivered: 1801 }, { rekeys: [REKEY, { ...REKEY, finished: false }, { ...REKEY, kind: 'n-RTT' }] }),
];
const linesOf = (): readonly string[] => networkText([one, two], 1, 2.34).trimEnd().split('\n');
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

it('says how much was compared, how long it took, and what it came to', () => {
  // of four ends 500 frames, 600 verdicts, 450 payloads, 2 pushes, and 7 or 8 frames of hosts
  expect(linesOf()).toContain(
    'Compared with the reference model: 6,238 frames, verdicts, payloads and pushes. 4.6 ms simulated in 2.3 s of processor time.',
  );
  expect(linesOf().at(-1)).toBe(
    '5 rekeys of a controller with 2 devices, 1 of them in hardware, 3 of the rekeys n-RTT: 0 undecryptable frames, 0 forged or replayed frames accepted, 0 dedicated messages, 0 stalled cycles',
  );
});

it('names the relation with which something is wrong', () => {
  const wrong = [one, resultOf({ undecryptable: 3 })];
  const what = ['relation 1: 3 undecryptable frames (the run)'];
  expect(networkShortcomings(wrong)).toEqual(what);
  expect(networkText(wrong, 2, 1)).toContain(`\nNOT seamless: ${what.join('; ')}\n`);
  expect(networkText(wrong, 2, 1)).not.toContain('(model)');
  expect(networkText([...wrong, resultOf({ stalledCycles: 1 })], 2, 1)).toContain('(the run); relation 2: 1 stalled cycles');
});

it('is told as JSON by the figures of all, and each relation', () => {
  const summary = networkSummary([one, two], 2.34);
  expect(Object.keys(summary).slice(0, 3)).toEqual(['shortcomings', 'framesSent', 'framesDelivered']);
  expect(summary).toMatchObject({ shortcomings: [], framesSent: 3000, framesDelivered: 2701, cpuSeconds: 2.34 });
  expect(summary['relations']).toMatchObject([{ framesSent: 1000 }, { framesSent: 2000 }]);
  expect(networkText([], 0, 0)).toContain('0.0 ms simulated');
});
