/** What a run comes to, in words: every figure that must be 0 and is not, by whom, and every one on which run and judge differ. */
import { describe, expect, it } from 'vitest';
import { accountHtml } from '../../../sim/report/account.ts';
import { comparedText, shortcomings, sideBySide } from '../../../sim/report/conclusion.ts';
import { conclusionHtml, judgementHtml } from '../../../sim/report/judgement.ts';
import { summaryOf } from '../../../sim/report/summary.ts';
import { quantile, resultTable } from '../../../sim/report/table.ts';
import { REKEY, resultOf, verdictOf } from './results.ts';

const judged = verdictOf();

describe('a run', () => {
  it('that rekeyed without a trace, and of which the judge says the same, has no shortcoming', () => {
    expect(shortcomings(resultOf())).toEqual([]);
    expect(shortcomings(resultOf({}, { judged }))).toEqual([]);
  });

  it.each([
    ['undecryptable', '3 undecryptable frames (the run)'],
    ['forgedAccepted', '3 forged frames accepted (the run)'],
    ['replayedAccepted', '3 replayed frames accepted (the run)'],
    ['dedicatedMessages', '3 dedicated messages (the run)'],
    ['stalledCycles', '3 stalled cycles (the run)'],
  ] as const)('with %s falls short', (figure, message) => {
    expect(shortcomings(resultOf({ [figure]: 3 }))).toEqual([message]);
  });

  it('that showed nothing falls short: no rekey, none that ended, no payload', () => {
    const unfinished = { ...REKEY, finished: false };
    expect(shortcomings(resultOf({}, { rekeys: [] }))).toEqual(['nothing was shown: no rekey began']);
    expect(shortcomings(resultOf({}, { rekeys: [unfinished, unfinished] }))).toEqual([
      'nothing was shown: none of 2 rekeys came to its end',
    ]);
    expect(shortcomings(resultOf({}, { rekeys: [unfinished, REKEY] }))).toEqual([]);
    expect(shortcomings(resultOf({ framesDelivered: 0 }))).toEqual(['nothing was shown: no payload was delivered']);
  });

  it('with frames outside of its only association falls short; where there were two it does not', () => {
    const [association] = resultOf().associations;
    if (association === undefined) throw new Error('no association');
    expect(shortcomings(resultOf({ outsideAssociation: 1 }))).toEqual(['frames outside of the only association (the run)']);
    expect(shortcomings(resultOf({ outsideAssociation: 1 }, { associations: [association, association] }))).toEqual([]);
  });

  it('that was ended falls short, by what ended it', () => {
    expect(shortcomings(resultOf({}, { failure: { kind: 'Difference', message: 'long' } }))).toEqual(['ended by Difference']);
  });

  it('falls short of what the judge finds, which says so', () => {
    expect(shortcomings(resultOf({}, { judged: verdictOf({ nonceRepeats: 2 }) }))).toEqual(['2 nonces repeated (the judge)']);
  });

  it.each([
    ['sent', 'frames sent: 1000 by the run, 999 by the judge'],
    ['delivered', 'delivered: 900 by the run, 999 by the judge'],
    ['late', 'of them late: 0 by the run, 999 by the judge'],
    ['underOldKey', 'of these under an Obsolete key: 0 by the run, 999 by the judge'],
    ['lost', 'lost by the channel: 70 by the run, 999 by the judge'],
    ['overtaken', 'overtaken, dropped: 30 by the run, 999 by the judge'],
    ['repeated', 'repeated or too late, dropped: 24 by the run, 999 by the judge'],
    ['forged', 'forged, arrived: 59 by the run, 999 by the judge'],
    ['underHeldKey', 'under a key still Obsolete, delivered: 0 by the run, 999 by the judge'],
    ['hostFrames', 'host frames: 15 by the run, 999 by the judge'],
    ['undecryptable', 'undecryptable: 0 by the run, 999 by the judge'],
    ['forgedAccepted', 'forged, accepted: 0 by the run, 999 by the judge'],
    ['replayedAccepted', 'replayed, accepted: 0 by the run, 999 by the judge'],
    ['dedicated', 'dedicated messages: 0 by the run, 999 by the judge'],
    ['outsideAssociation', 'outside an association, dropped: 0 by the run, 999 by the judge'],
    ['association', 'messages of associations: 0 by the run, 999 by the judge'],
    ['agreement', 'messages of n-RTT agreements: 0 by the run, 999 by the judge'],
  ] as const)('of whose %s the judge has counted others falls short', (figure, message) => {
    expect(shortcomings(resultOf({}, { judged: verdictOf({ [figure]: 999 }) }))).toContain(message);
  });

  it('counts as rekeys those that came to their end, as the judge does', () => {
    const rekeys = [REKEY, { ...REKEY, finished: false }];
    expect(sideBySide(resultOf({}, { rekeys }), judged)[0]).toEqual({ label: 'rekeys finished', run: 1, judge: 1 });
    expect(shortcomings(resultOf({}, { rekeys: [REKEY, REKEY], judged }))).toEqual(['rekeys finished: 2 by the run, 1 by the judge']);
  });

  it('counts forged frames that arrived whether they were accepted or not', () => {
    const run = sideBySide(resultOf({ forgedAccepted: 5, oldKeyDelivered: 3 }), judged).find(
      ({ label }) => label === 'forged, arrived',
    )?.run;
    expect(run).toBe(12 + 14 + 16 + 17 + 5 + 3);
  });

  it('says how often hardware and model were compared, of both peers together', () => {
    expect(comparedText(resultOf())).toBe(
      'Compared with the reference model: 1,000 frames sent, 1,200 verdicts, 900 payloads, 4 pushes, 15 host frames, 2,234 changes of slots',
    );
  });
});

describe('the summary', () => {
  it('has failure and verdict where there are such, and not otherwise', () => {
    const failure = { kind: 'Difference', message: 'long' };
    expect(Object.keys(summaryOf(resultOf()))).not.toEqual(expect.arrayContaining(['failure']));
    expect(summaryOf(resultOf())).not.toHaveProperty('judged');
    const summary = summaryOf(resultOf({}, { failure, judged }));
    expect(summary).toMatchObject({ failure, judged, simulatedNs: 1e6, shortcomings: ['ended by Difference'], framesDelivered: 900 });
    expect(Object.keys(summary)[0]).toBe('failure');
  });
});

describe('the page', () => {
  it('says first what is wrong, with what ended the run, and nothing where nothing is', () => {
    expect(conclusionHtml(resultOf())).toBe('');
    expect(conclusionHtml(resultOf({ stalledCycles: 2, undecryptable: 1 }))).toBe(
      '<div class="note wrong"><b>NOT seamless</b>: 1 undecryptable frames (the run); 2 stalled cycles (the run)</div>',
    );
    expect(conclusionHtml(resultOf({}, { failure: { kind: 'Difference', message: 'a < b' } }))).toBe(
      '<div class="note wrong"><b>NOT seamless</b>: ended by Difference<pre>a &#60; b</pre></div>',
    );
  });

  it('has the figures of run and judge beside each other, marked where they differ, and how late frames left', () => {
    const html = judgementHtml(resultOf({}, { judged: verdictOf({ lost: 71 }) }));
    expect(html).toContain('<tr><td>frames sent</td><td>1000</td><td>1000</td></tr><tr><td>delivered</td><td>900</td><td>900</td></tr>');
    expect(html).toContain('<tr class="wrong"><td>lost by the channel</td><td>70</td><td>71</td></tr>');
    expect(html.match(/class="wrong"/g)).toHaveLength(1);
    const near = (side: string): string =>
      `<tr><td>${side}, near rekeys</td><td>101</td><td>102</td><td>103</td><td>104</td><td>105</td></tr>`;
    const away = (side: string): string =>
      `<tr><td>${side}, away from rekeys</td><td>201</td><td>202</td><td>203</td><td>204</td><td>–</td></tr>`;
    expect(html).toContain(['initiator', 'follower'].map((side) => near(side) + away(side)).join(''));
  });

  it('says why it has no verdict', () => {
    expect(judgementHtml(resultOf())).toBe(
      '<p class="note">Not judged: the keys of the run were not written down (<code>--key-log</code>).</p>',
    );
  });

  it('accounts for each frame: a bar of its parts, their sum, and what came on top', () => {
    const html = accountHtml(resultOf({ framesSent: 2000, framesDelivered: 1900 }));
    const parts = [...html.matchAll(/<i style="width:([\d.]+)%;background:(#\w+)" title="([^"]+)">/g)].map(([, ...part]) => part);
    expect(parts).toEqual([
      ['95.000', '#009e73', 'delivered: 1,900'],
      ['3.500', '#777777', 'lost by the channel: 70'],
      ['1.500', '#56b4e9', 'overtaken, dropped: 30'],
    ]);
    const sum = '1,900 delivered + 70 lost by the channel + 30 overtaken, dropped + 0 undecryptable';
    expect(html).toContain(`<p>2,000 frames sent = ${sum}.</p>`);
    expect(html).toContain(`aria-label="${sum}"`);
    const figures = [...html.matchAll(/<div(?: class="(\w+)")?><b>([\d,]+)<\/b>([^<]+)<\/div>/g)].map(([, mark, value, label]) => [
      mark,
      value,
      label,
    ]);
    expect(figures).toEqual([
      ['zero', '0', 'undecryptable'],
      ['zero', '0', 'forged and accepted'],
      ['zero', '0', 'replayed and accepted'],
      ['zero', '0', 'dedicated messages'],
      ['zero', '0', 'stalled cycles'],
      [undefined, '2,000', 'frames sent'],
      [undefined, '1,900', 'delivered'],
      [undefined, '70', 'lost by the channel'],
      [undefined, '30', 'overtaken, dropped'],
      [undefined, '11', 'second copies, dropped'],
      [undefined, '12', 'forged, rejected'],
      [undefined, '14', 'reflected, rejected'],
      [undefined, '16', 'with a swapped ICV, rejected'],
      [undefined, '17', 'under an old key, rejected'],
      [undefined, '13', 'replayed, rejected'],
    ]);
    expect(accountHtml(resultOf({ undecryptable: 4 }))).toContain('title="undecryptable: 4"');
  });

  it('has no bar of a run that sent nothing', () => {
    const nothing = { framesSent: 0, framesDelivered: 0, framesLostByChannel: 0, staleDropped: 0 };
    expect(accountHtml(resultOf(nothing))).not.toContain('<i ');
  });

  it('says how many late frames came under the old key, where such are delivered', () => {
    const html = accountHtml({ ...resultOf({ deliveredLate: 20, deliveredUnderOldKey: 3 }), settings: { delivery: 'window' } });
    expect(html).toContain('20 came behind a newer one, 3 of them under the old key');
    expect(accountHtml(resultOf())).not.toContain('came behind');
    expect(html).not.toContain('An attacker');
    const attacked = accountHtml({ ...resultOf({ oldKeyDelivered: 4 }), settings: { delivery: 'window' } });
    expect(attacked).toContain('4 of his frames were delivered, each once, and none was obeyed.</p>');
  });

  it('says what share was overtaken near rekeys and away from them', () => {
    expect(accountHtml(resultOf())).not.toContain('near rekeys');
    expect(accountHtml(resultOf({}, { judged }))).toContain('near rekeys 3 of 40 (7.5 %), away from them 27 of 960 (2.8 %)');
    const none = { ...judged, overtaken: { near: { frames: 0, overtaken: 0 }, away: { frames: 1200, overtaken: 12 } } };
    expect(accountHtml(resultOf({}, { judged: none }))).toContain('near rekeys none was sent, away from them 12 of 1,200 (1.0 %)');
  });
});

describe('the table', () => {
  const rows = (text: string): readonly (readonly string[])[] => text.split('\n').map((line) => line.trim().split(/ {2,}/));

  it('has every figure: of the initiator, of the follower, of both', () => {
    const found = rows(resultTable(resultOf()));
    const expected = [
      ['frames sent', 1000],
      ['delivered', 900],
      ['of them late', 0],
      ['of these under an Obsolete key', 0],
      ['lost by the channel', 70],
      ['overtaken, dropped', 30],
      ['duplicates dropped', 11],
      ['undecryptable', 0],
      ['outside an association, dropped', 0],
      ['forged, rejected', 12],
      ['forged, accepted', 0],
      ['replayed, rejected', 13],
      ['replayed, accepted', 0],
      ['reflected, rejected', 14],
      ['with a swapped ICV, rejected', 16],
      ['under an old key, rejected', 17],
      ['under one still Obsolete, delivered', 0],
      ['host frames, unchanged', 15],
      ['of them association', 0],
      ['of them n-RTT agreement', 0],
      ['dedicated messages', 0],
      ['stalled cycles', 0],
    ].map(([label, count]) => [label, String(count), '0', String(count)]);
    expect(found[0]).toEqual(['initiator →', 'follower →', 'total']);
    expect(found.slice(1, 1 + expected.length)).toEqual(expected);
  });

  it('has each rekey with its steps, and says which did not end, or alarmed', () => {
    const rekeys = [REKEY, { ...REKEY, number: 2, finished: false }, { ...REKEY, number: 3, finished: false, alarmed: true }];
    const found = rows(resultTable(resultOf({}, { rekeys })));
    const row = (first: string): readonly string[] | undefined => found.find(([cell]) => cell === first);
    const steps = ['10', '20', '30', '40', '50', '–'];
    expect(row('1')).toEqual(['1', '0-RTT', '0|0 → 0|1', '8.0', ...steps, '0', '0']);
    expect(row('2')).toEqual(['2', '0-RTT', '0|0 → 0|1', '8.0', ...steps, '0', '0', 'unfinished']);
    expect(row('3')).toEqual(['3', '0-RTT', '0|0 → 0|1', '8.0', ...steps, '0', '0', 'ALARM']);
    for (const which of ['min', 'median', 'max']) expect(row(which)?.slice(1)).toEqual(steps);
    expect(
      rows(resultTable(resultOf())).find(([cell]) => cell === 'median'),
      'of one rekey',
    ).toBeUndefined();
  });

  it('shows 24 rekeys, and of 24 hides none', () => {
    const rekeys = Array.from({ length: 24 }, (_, index) => ({ ...REKEY, number: index + 1 }));
    expect(resultTable(resultOf({}, { rekeys }))).not.toContain('more rekeys');
    expect(resultTable(resultOf({}, { rekeys: [...rekeys, REKEY] }))).toContain('… and 1 more rekeys\n');
  });

  it('sums a step up over those that took it', () => {
    const at = (followerSwitch: number | null) => ({ ...REKEY, steps: { ...REKEY.steps, followerSwitch } });
    const rekeys = [at(7), at(null), at(100), at(20)];
    expect((['min', 'median', 'max'] as const).map((which) => quantile(rekeys, 'followerSwitch', which))).toEqual(['7', '20', '100']);
    expect(quantile([at(null)], 'followerSwitch', 'max')).toBe('–');
  });

  it('ends with the verdict, the comparisons and the notes', () => {
    const plain = resultTable(resultOf({}, { caveats: ['one', 'two'] }));
    expect(plain).toContain('cycles from the announcement (1 cycle = 8 ns):\n');
    expect(plain).toContain('not judged: the keys were not written down (--key-log)\nCompared with the reference model: 1,000 frames');
    expect(plain).toMatch(/2,234 changes of slots\.\nnote: one\nnote: two\n$/);
    const verdict = rows(resultTable(resultOf({}, { judged: verdictOf({ lost: 71 }) })));
    expect(verdict).toContainEqual(['run', 'judge']);
    expect(verdict).toContainEqual(['frames sent', '1000', '1000']);
    expect(verdict).toContainEqual(['lost by the channel', '70', '71', 'DIFFERS']);
    expect(verdict.filter((cells) => cells.includes('DIFFERS'))).toHaveLength(1);
  });
});
