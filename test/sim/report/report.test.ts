/** The reports of a run: the summary, the table, the page, and the timelines in it. */
import { describe, expect, it } from 'vitest';
import { reportHtml } from '../../../sim/report/html.ts';
import { summaryOf } from '../../../sim/report/summary.ts';
import { resultTable } from '../../../sim/report/table.ts';
import { frameOf, LANES, REKEYS, resultOf, TOTAL } from './results.ts';

const FOLLOWER = { ...TOTAL, framesSent: 400, framesDelivered: 377 };
const result = resultOf(
  {},
  {
    rekeys: REKEYS,
    lanes: LANES,
    frames: [frameOf('delivered'), frameOf('lost'), frameOf('forged', { from: 'follower' })],
    direction: { initiator: { ...TOTAL, framesSent: 600, framesDelivered: 523 }, follower: FOLLOWER },
  },
);

/** As a browser would fetch: every attribute and every style that names something elsewhere. */
const OUTSIDE = /\b(?:src|srcset|href|action|data|poster|xlink:href)\s*=|url\(|@import|\b(?:https?|ftp|file|data):|import\s*\(|\bfetch\b/i;
/** Names the language of the picture; nothing is fetched. */
const SVG_NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"';

describe('summary', () => {
  it('has flat figures first, zeros that must be zeros, then the details', () => {
    const summary = summaryOf(result);
    expect(Object.keys(summary)).toEqual([
      'shortcomings',
      'framesSent',
      'framesDelivered',
      'framesLostByChannel',
      'undecryptable',
      'forgedAccepted',
      'replayedAccepted',
      'dedicatedMessages',
      'stalledCycles',
      'compared',
      'deliveredLate',
      'deliveredUnderOldKey',
      'outsideAssociation',
      'staleDropped',
      'duplicatesDropped',
      'forgedRejected',
      'replayedRejected',
      'reflectedRejected',
      'hostFrames',
      'associationMessages',
      'agreementMessages',
      'unassociatedCycles',
      'seed',
      'simulator',
      'simulatedNs',
      'settings',
      'direction',
      'associations',
      'rekeys',
      'failedAgreements',
      'caveats',
    ]);
    expect(summary).toMatchObject({
      framesSent: 1000,
      undecryptable: 0,
      forgedAccepted: 0,
      shortcomings: [],
      seed: 1,
      simulator: 'wasm',
      simulatedNs: 1e6,
    });
  });

  it('is JSON that gives itself back', () => {
    const summary = summaryOf(result);
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
  });
});

describe('table', () => {
  it('has a row for every figure: both directions and their sum', () => {
    const table = resultTable(result);
    const row = (label: string): string | undefined => table.split('\n').find((line) => line.startsWith(label));
    expect(row('frames sent')).toMatch(/^frames sent +600 +400 +1000$/);
    expect(row('delivered')).toMatch(/^delivered +523 +377 +900$/);
    expect(row('forged, accepted')).toMatch(/ 0 +0 +0$/);
  });

  it('has a row for every rekey, with its KeyIds and the cycles of its steps', () => {
    const lines = resultTable(result).split('\n');
    for (const { number, fromKeyId, toKeyId, steps } of result.rekeys) {
      const line = lines.find((candidate) => candidate.startsWith(`${number} `) && candidate.includes(`${fromKeyId} → ${toKeyId}`));
      expect(line, `rekey ${number}`).toBeDefined();
      for (const cycles of Object.values(steps)) expect(line).toContain(` ${cycles ?? '–'}`);
    }
  });

  it('sums up where there are too many rekeys to show', () => {
    const [one] = result.rekeys;
    if (one === undefined) throw new Error('the run has no rekey');
    const many = resultTable({ ...result, rekeys: Array.from({ length: 40 }, (_, index) => ({ ...one, number: index + 1 })) });
    expect(many).toContain('… and 16 more rekeys');
    expect(many).toMatch(/^24 /m);
    expect(many).not.toMatch(/^25 /m);
    expect(many).toMatch(new RegExp(`^median .* ${one.steps.followerInstalled} `, 'm'));
  });
});

describe('page', () => {
  it('needs nothing but itself', () => {
    const page = reportHtml(result)
      .replaceAll(SVG_NAMESPACE, '')
      .replaceAll(/href="#[\w-]+"/g, '');
    expect(page).not.toMatch(OUTSIDE);
  });

  it('holds a timeline for every rekey, the first one shown, and a choice for each', () => {
    const page = reportHtml(result);
    expect(page.match(/<div class="timeline"/g)).toHaveLength(result.rekeys.length);
    expect(page.match(/<div class="timeline" data-rekey="\d+" hidden>/g)).toHaveLength(result.rekeys.length - 1);
    expect(page.match(/<option value="\d+">/g)).toHaveLength(result.rekeys.length);
  });

  it('accounts for every frame that was sent, in numbers that add up', () => {
    const [, sentence = ''] = /<p>([\d,]+ frames sent = [^<]*)\.<\/p>/.exec(reportHtml(result)) ?? [];
    const [sent = 0, ...parts] = [...sentence.matchAll(/\d[\d,]*(?= )/g)].map(([number]) => Number(number.replaceAll(',', '')));
    expect(sent).toBe(1000);
    expect(parts).toHaveLength(4);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBe(sent);
  });

  it('links every row to its timeline, and sums up the steps', () => {
    const page = reportHtml(result);
    for (const { number } of result.rekeys) expect(page).toContain(`<a href="#rekey-${number}">${number}</a>`);
    for (const which of ['min', 'median', 'max']) expect(page).toContain(`<th>${which}</th>`);
  });

  it('says when there was no rekey', () => {
    const page = reportHtml({ ...result, rekeys: [] });
    expect(page).toContain('No rekey happened.');
    expect(page).not.toContain('<option');
    expect(page, 'no script for a choice that is not there').not.toContain('<script');
  });

  it('ticks the figures that must be zero and are, crosses out those that are not', () => {
    const page = reportHtml({ ...result, total: { ...result.total, undecryptable: 0, forgedAccepted: 7 } });
    expect(page).toContain('<div class="zero"><b>0</b>undecryptable</div>');
    expect(page).toContain('<div class="wrong"><b>7</b>forged and accepted</div>');
    expect(page).toMatch(/<div><b>1,000<\/b>frames sent<\/div>/);
  });

  it('shows hostile text as text, wherever it comes from', () => {
    const hostile = `"><script>alert(1)</script><img x='&'>`;
    const hostileRekeys = result.rekeys.map((rekey) => ({ ...rekey, fromKeyId: hostile, toKeyId: hostile }));
    const lane = [{ atNs: 0, slots: [{ provider: 'A', consumer: 'A', keyId: hostile }] }];
    const page = reportHtml({
      ...result,
      simulator: hostile,
      caveats: [hostile],
      settings: { traffic: hostile },
      rekeys: hostileRekeys,
      lanes: { initiator: lane, follower: lane },
      frames: result.frames.map((frame) => ({ ...frame, currentKeyId: hostile, nextKeyId: hostile })),
    });
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toContain('<img');
    expect(page).not.toContain('alert(1)</script>');
    expect(page).toContain('&#60;script&#62;alert(1)&#60;/script&#62;');
  });
});
