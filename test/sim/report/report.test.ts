/** The reports of a run: the summary, the table, the page, and the timelines in it. */
import { describe, expect, it } from 'vitest';
import { accountHtml } from '../../../sim/report/account.ts';
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
      'swappedRejected',
      'oldKeyRejected',
      'oldKeyDelivered',
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
  it('names the columns of the rekeys, and has the messages of both kinds', () => {
    const cells = (line: string | undefined): readonly string[] => line?.trim().split(/ {2,}/) ?? [];
    const lines = resultTable(result).split('\n');
    expect(cells(lines.find((line) => line.startsWith('rekey ')))).toEqual([
      'rekey',
      'kind',
      'KeyIds',
      'announced µs',
      'F installed',
      'I sends new',
      'F switched',
      'I switched',
      'F old gone',
      'I old gone',
      'messages',
      'stalled',
    ]);
    expect(cells(lines.find((line) => line.startsWith('2 ')))).toEqual([
      '2',
      'n-RTT',
      '0|1 → 1|0',
      '1008.0',
      '12',
      '24',
      '30',
      '40',
      '70',
      '60',
      '4',
      '4',
      'ALARM',
    ]);
    expect(cells(lines.find((line) => line.startsWith('3 '))).at(-1)).toBe('unfinished');
    expect(cells(lines.find((line) => line.startsWith('median '))).slice(0, 3)).toEqual(['median', '11', '24']);
  });

  it('tells of associations, agreements that failed, and what a run can not show', () => {
    const table = resultTable({
      ...result,
      associations: [
        { cause: 'start', begunAtNs: 32, madeAtNs: 20_532, messages: 3 },
        { cause: 'silence', begunAtNs: 309_960, madeAtNs: null, messages: 2 },
      ],
      failedAgreements: [{ atNs: 12_340, keyId: '1|0', attempt: 2, reason: 'noAnswer' }],
      caveats: ['one', 'two'],
    });
    expect(table).toContain(
      '\nagreement on KeyId 1|0, attempt 2: failed at 12.3 µs (noAnswer), and the old key went on\n' +
        'association (start) begun at 0.0 µs: made 20.5 µs later, 3 messages\n' +
        'association (silence) begun at 310.0 µs: not made, 2 messages\n\n' +
        'not judged: the keys were not written down (--key-log)\n',
    );
    expect(table).toMatch(/changes of slots\.\nnote: one\nnote: two\n$/);
    expect(table).toContain('\ncycles from the announcement (1 cycle = 8 ns):\n');
  });

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
  /** The rows of a part of the table of rekeys, each by its cells. */
  const rows = (page: string, part: 'thead' | 'tbody' | 'tfoot'): readonly (readonly string[])[] => {
    const [, table = ''] = /<h2>Rekeys<\/h2>(.*?)<\/table>/s.exec(page) ?? [];
    const [, inside = ''] = new RegExp(`<${part}>(.*?)</${part}>`, 's').exec(table) ?? [];
    return [...inside.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, cells = '']) =>
      [...cells.matchAll(/<t[hd]>(.*?)<\/t[hd]>/gs)].map(([, cell = '']) => cell),
    );
  };
  const STEPS = ['F installed', 'I sends new', 'F switched', 'I switched', 'F old gone', 'I old gone'];

  it('says what was run, and how long', () => {
    const page = reportHtml({ ...result, caveats: ['one <b>', 'two'] });
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">/);
    expect(page).toContain('<title>Keyturn: 3 rekeys, seed 1</title>');
    expect(page).toContain('<h1>Keyturn: 3 rekeys of a running connection</h1>');
    expect(page).toContain('<p>Seed 1, simulator wasm, 1.00 ms simulated. Compared with the reference model: 1,000 frames sent, ');
    expect(page).toContain('<p class="note">one &#60;b&#62;</p>\n<p class="note">two</p>\n<h2 id="timeline">Timeline</h2>');
    expect(page).toContain('<p>Cycles of 8 ns from the beginning of the first frame that announces the key.');
    expect(reportHtml({ ...result, rekeys: result.rekeys.slice(0, 1) })).toContain('<h1>Keyturn: 1 rekey of a running connection</h1>');
    const [, settings = ''] = /<details><summary>Settings and all figures<\/summary><pre>(.*?)<\/pre>/s.exec(page) ?? [];
    const all = JSON.parse(settings.replaceAll('&#34;', '"').replaceAll('&#60;', '<').replaceAll('&#62;', '>')) as Record<string, unknown>;
    expect(all).toMatchObject({ framesSent: 1000, seed: 1, caveats: ['one <b>', 'two'] });
    expect(all).not.toHaveProperty('rekeys');
  });

  it('has style, script and the buttons that it names', () => {
    const page = reportHtml(result);
    const [, style = ''] = /<style>(.*?)<\/style>/s.exec(page) ?? [];
    for (const name of ['.figures', '.zero b::after', '.wrong', '.account i', '.timeline']) expect(style).toContain(name);
    const [, script = ''] = /<script>(.*?)<\/script>/s.exec(page) ?? [];
    for (const [, id = ''] of script.matchAll(/(?:getElementById|on)\('(\w+)'/g)) expect(page, id).toContain(`id="${id}"`);
    for (const id of ['previous', 'next', 'wider', 'narrower']) expect(script).toContain(`on('${id}'`);
    expect(page).toContain(
      '<option value="0">1: 0|0 to 0|1, 0-RTT</option><option value="1">2: 0|1 to 1|0, n-RTT</option><option value="2">3: 1|0 to 1|1, 0-RTT</option></select>',
    );
    expect(page.split('\n').some((line) => line.startsWith('<div class="timeline" data-rekey="0"><svg '))).toBe(true);
    expect(page).toContain('</svg></div>\n<div class="timeline" data-rekey="1" hidden><svg ');
  });

  it('has a table of the rekeys: head, rows and what they come to', () => {
    const page = reportHtml(result);
    expect(rows(page, 'thead')).toEqual([
      ['rekey', 'kind', 'KeyIds', 'announced, µs', ...STEPS, 'dedicated messages', 'stalled cycles', ''],
    ]);
    expect(rows(page, 'tbody')).toEqual([
      ['<a href="#rekey-1">1</a>', '0-RTT', '0|0 → 0|1', '8.0', '10', '20', '30', '40', '50', '–', '0', '0', ''],
      ['<a href="#rekey-2">2</a>', 'n-RTT', '0|1 → 1|0', '1008.0', '12', '24', '30', '40', '70', '60', '4', '4', 'alarm'],
      ['<a href="#rekey-3">3</a>', '0-RTT', '1|0 → 1|1', '2008.0', '11', '–', '–', '–', '–', '–', '0', '0', 'unfinished'],
    ]);
    expect(rows(page, 'tfoot')).toEqual([
      ['min', '', '', '', '10', '20', '30', '40', '50', '60', '', '', ''],
      ['median', '', '', '', '11', '24', '30', '40', '70', '60', '', '', ''],
      ['max', '', '', '', '12', '24', '30', '40', '70', '60', '', '', ''],
    ]);
    expect(page).toContain('</tr>\n<tr><td><a href="#rekey-2">');
    expect(page).toContain('</tr></thead>\n<tbody>');
    // one alone is summed up by itself
    const [one] = result.rekeys;
    if (one === undefined) throw new Error('the run has no rekey');
    expect(reportHtml({ ...result, rekeys: [one] })).toContain('<tfoot></tfoot>');
  });

  it('of several relations names the relation of each rekey, and has a column for each and one for all', () => {
    const [first, , third] = REKEYS;
    if (first === undefined || third === undefined) throw new Error('the run has no rekeys');
    const settings = { seed: 77, delivery: 'newest' };
    const one = resultOf({}, { settings, rekeys: [first, third], lanes: LANES });
    const two = resultOf({ framesSent: 2000 }, { rekeys: [{ ...first, announcedAtNs: 9000 }], lanes: LANES });
    const page = reportHtml(one, two);
    expect(page).toContain('<title>Keyturn: 3 rekeys, seed 77</title>');
    expect(page).toContain('<h1>Keyturn: 3 rekeys of a controller’s connections to 2 devices</h1>');
    expect(page).toContain(
      '<h2>Relations</h2>\n<div class="wide"><table>\n<thead><tr><th></th><th>relation 0</th><th>relation 1</th><th>all</th></tr></thead>\n<tbody>\n' +
        '<tr><td>frames sent</td><td>1000</td><td>2000</td><td>3000</td></tr>\n<tr><td>delivered</td>',
    );
    expect(page).toContain(
      '<option value="0">relation 0, 1: 0|0 to 0|1, 0-RTT</option><option value="1">relation 1, 1: 0|0 to 0|1, 0-RTT</option><option value="2">relation 0, 3: ',
    );
    expect(rows(page, 'thead')[0]?.slice(0, 3)).toEqual(['relation', 'rekey', 'kind']);
    expect(rows(page, 'tbody').map(([relation, rekey]) => [relation, rekey])).toEqual([
      ['0', '<a href="#rekey-1">1</a>'],
      ['1', '<a href="#rekey-2">1</a>'],
      ['0', '<a href="#rekey-3">3</a>'],
    ]);
    expect(rows(page, 'tfoot')[0]).toEqual(['min', '', '', '', '', '10', '20', '30', '40', '50', '–', '', '', '']);
    const [, figures = ''] = /<details>.*?<pre>(.*?)<\/pre>/s.exec(page) ?? [];
    expect(JSON.parse(figures.replaceAll('&#34;', '"'))).toMatchObject([{ framesSent: 1000 }, { framesSent: 2000 }]);
    expect(reportHtml(one)).not.toContain('<h2>Relations</h2>');
  });

  it('has every rekey in the table, and the first 30 as pictures', () => {
    const [one] = result.rekeys;
    if (one === undefined) throw new Error('the run has no rekey');
    const page = reportHtml({ ...result, rekeys: Array.from({ length: 32 }, (_, index) => ({ ...one, number: index + 1 })) });
    expect(page.match(/<div class="timeline"/g)).toHaveLength(30);
    expect(rows(page, 'tbody').map(([first]) => first)).toEqual(
      Array.from({ length: 32 }, (_, index) => (index < 30 ? `<a href="#rekey-${index + 1}">${index + 1}</a>` : String(index + 1))),
    );
  });

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

describe('account', () => {
  const total = {
    ...TOTAL,
    framesSent: 2000,
    framesDelivered: 1500,
    framesLostByChannel: 300,
    staleDropped: 150,
    undecryptable: 40,
    outsideAssociation: 10,
  };

  it('is a bar of every end of a frame, as wide as its share, and a sentence', () => {
    const html = accountHtml({ ...result, total });
    expect([...html.matchAll(/<i style="width:([\d.]+)%;background:(#\w+)" title="([^"]*)"><\/i>/g)].map(([, ...parts]) => parts)).toEqual([
      ['75.000', '#009e73', 'delivered: 1,500'],
      ['15.000', '#777777', 'lost by the channel: 300'],
      ['7.500', '#56b4e9', 'overtaken, dropped: 150'],
      ['2.000', '#d55e00', 'undecryptable: 40'],
      ['0.500', '#cc79a7', 'outside an association: 10'],
    ]);
    const sum = '1,500 delivered + 300 lost by the channel + 150 overtaken, dropped + 40 undecryptable + 10 outside an association';
    expect(html).toContain(`<div class="account" role="img" aria-label="${sum}"><i `);
    expect(html).toContain(`</i></div>\n<p>2,000 frames sent = ${sum}.</p>\n`);
    expect(accountHtml(result)).not.toContain('outside an association');
  });

  it('has a figure for each, those that must be zero by themselves', () => {
    const [zeros = '', plain = ''] = accountHtml({ ...result, total }).split('\n');
    expect(zeros).toMatch(
      /^<div class="figures"><div class="wrong"><b>40<\/b>undecryptable<\/div><div class="zero"><b>0<\/b>forged and accepted<\/div>/,
    );
    expect([...plain.matchAll(/<div><b>([^<]*)<\/b>([^<]*)<\/div>/g)].map(([, value, label]) => `${value} ${label}`)).toEqual([
      '2,000 frames sent',
      '1,500 delivered',
      '300 lost by the channel',
      '150 overtaken, dropped',
      '11 second copies, dropped',
      '12 forged, rejected',
      '14 reflected, rejected',
      '16 with a swapped ICV, rejected',
      '17 under an old key, rejected',
      '13 replayed, rejected',
    ]);
    expect(plain).toMatch(/^<div class="figures"><div><b>.*<\/div><\/div>$/);
    expect(plain).not.toContain('</div>S');
  });

  it('says of relations of both deliveries what becomes of frames that are overtaken', () => {
    const both = accountHtml({ ...result, settings: { delivery: 'newest, window' } });
    expect(
      both.match(/<p>(Frames are overtaken because|Under delivery <code>window<\/code> a frame that was overtaken is delivered)/g),
    ).toHaveLength(2);
    expect(accountHtml(result)).not.toContain('window');
  });

  it('says why frames are overtaken, judged or not', () => {
    expect(accountHtml(result)).toContain(
      '<p>Frames are overtaken because the channel reorders them: of cyclic data the newest counts, and the receiver drops what is older, under whatever key.</p>',
    );
  });
});
