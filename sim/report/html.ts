/** The result as one page that needs nothing but a browser. */
import { accountHtml } from './account.ts';
import { comparedText } from './conclusion.ts';
import { escapeXml } from './escape.ts';
import { conclusionHtml, judgementHtml } from './judgement.ts';
import { PAGE_SCRIPT, PAGE_STYLE } from './page.ts';
import type { SimulationResult } from './result.ts';
import { summaryOf } from './summary.ts';
import { type Sums, sumsOf } from './sums.ts';
import { FIGURES, quantile, STEPS } from './table.ts';
import { timelineSvg } from './timeline.ts';

/** Timelines drawn at most; the table has every rekey. */
const TIMELINES = 30;

/** @param first of the relations, by their numbers */
export function reportHtml(first: SimulationResult, ...others: readonly SimulationResult[]): string {
  const results = [first, ...others] as const;
  const { simulator, durationNs, cycleNs, caveats } = first;
  const sums = sumsOf(...results);
  // each relation has a seed of its own, made of that of the run
  const { seed = first.seed } = sums.settings;
  const { rekeys } = sums;
  const drawn = rekeys.slice(0, TIMELINES);
  const what = `${rekeys.length} ${rekeys.length === 1 ? 'rekey' : 'rekeys'}`;
  const timelines = drawn.map((rekey, index) => {
    const result = results[rekey.relation ?? 0] ?? first;
    const svg = timelineSvg(
      result,
      result.rekeys.findIndex(({ number }) => number === rekey.number),
    );
    return `<div class="timeline" data-rekey="${index}"${index === 0 ? '' : ' hidden'}>${svg}</div>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Keyturn: ${rekeys.length} rekeys, seed ${seed}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<h1>Keyturn: ${what} of ${others.length === 0 ? 'a running connection' : `a controller’s connections to ${results.length} devices`}</h1>
<p>Seed ${seed}, simulator ${escapeXml(simulator)}, ${(durationNs / 1e6).toFixed(2)} ms simulated. ${escapeXml(comparedText(sums))}.</p>
${conclusionHtml(...results)}
${accountHtml(sums)}
${others.length === 0 ? '' : relationsHtml(results)}
${judgementHtml(...results)}
${caveats.map((caveat) => `<p class="note">${escapeXml(caveat)}</p>`).join('\n')}
<h2 id="timeline">Timeline</h2>
${drawn.length === 0 ? '<p>No rekey happened.</p>' : choice(drawn, others.length > 0)}
${timelines.join('\n')}
<h2>Rekeys</h2>
<p>Cycles of ${cycleNs} ns from the beginning of the first frame that announces the key. I is the initiator (IO controller), F the follower (IO device). A KeyId <code>master|communication</code> counts the n-RTT rekeys, and the 0-RTT rekeys since; on the wire both are taken mod 4.</p>
${rekeyTable(rekeys, others.length > 0)}
<details><summary>Settings and all figures</summary><pre>${escapeXml(JSON.stringify(settingsAndFigures(results), null, 2))}</pre></details>
${drawn.length === 0 ? '' : `<script>${PAGE_SCRIPT}</script>`}
</body>
</html>
`;
}

/** What became of the frames of each relation. */
function relationsHtml(results: readonly SimulationResult[]): string {
  const row = (label: string, values: readonly number[]): string =>
    `<tr><td>${label}</td>${[...values, values.reduce((sum, value) => sum + value, 0)].map((value) => `<td>${value}</td>`).join('')}</tr>`;
  const head = ['', ...results.map((_, relation) => `relation ${relation}`), 'all'];
  return `<h2>Relations</h2>
<div class="wide"><table>
<thead><tr>${head.map((cell) => `<th>${cell}</th>`).join('')}</tr></thead>
<tbody>
${FIGURES.map(([key, label]) =>
  row(
    label,
    results.map(({ total }) => total[key]),
  ),
).join('\n')}
</tbody>
</table></div>`;
}

function settingsAndFigures(results: readonly SimulationResult[]): unknown {
  const [first, ...others] = results.map((result) => ({ ...summaryOf(result), rekeys: undefined }));
  return others.length === 0 ? first : [first, ...others];
}

/** @param isOfMany whether a rekey is named with its relation */
function choice(drawn: Sums['rekeys'], isOfMany: boolean): string {
  const options = drawn.map(
    ({ number, fromKeyId, toKeyId, kind, relation }, index) =>
      `<option value="${index}">${isOfMany ? `relation ${relation}, ` : ''}${number}: ${escapeXml(fromKeyId)} to ${escapeXml(toKeyId)}, ${kind}</option>`,
  );
  return (
    `<p class="choice"><label>Rekey <select id="choose">${options.join('')}</select></label> <button id="previous">previous</button> ` +
    '<button id="next">next</button> <button id="wider">zoom in</button> <button id="narrower">zoom out</button></p>'
  );
}

function rekeyTable(rekeys: Sums['rekeys'], isOfMany: boolean): string {
  const head = [
    ...(isOfMany ? ['relation'] : []),
    'rekey',
    'kind',
    'KeyIds',
    'announced, µs',
    ...STEPS.map(([, label]) => label),
    'dedicated messages',
    'stalled cycles',
    '',
  ];
  const row = (rekey: Sums['rekeys'][number], index: number): string => {
    const {
      relation,
      number,
      kind,
      fromKeyId,
      toKeyId,
      announcedAtNs,
      steps,
      dedicatedMessages,
      agreementMessages,
      stalledCycles,
      alarmed,
      finished,
    } = rekey;
    const cells = [
      ...(isOfMany ? [String(relation)] : []),
      index < TIMELINES ? `<a href="#rekey-${index + 1}">${number}</a>` : String(number),
      kind,
      `${escapeXml(fromKeyId)} → ${escapeXml(toKeyId)}`,
      (announcedAtNs / 1000).toFixed(1),
      ...STEPS.map(([key]) => String(steps[key] ?? '–')),
      String(dedicatedMessages + agreementMessages),
      String(stalledCycles),
      alarmed ? 'alarm' : finished ? '' : 'unfinished',
    ];
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  };
  const summary = (['min', 'median', 'max'] as const).map((which) => {
    const cells = [which, ...(isOfMany ? [''] : []), '', '', '', ...STEPS.map(([key]) => quantile(rekeys, key, which)), '', '', ''];
    return `<tr>${cells.map((cell) => `<th>${cell}</th>`).join('')}</tr>`;
  });
  return `<div class="wide"><table>
<thead><tr>${head.map((cell) => `<th>${cell}</th>`).join('')}</tr></thead>
<tbody>
${rekeys.map(row).join('\n')}
</tbody>
<tfoot>${rekeys.length > 1 ? summary.join('') : ''}</tfoot>
</table></div>`;
}
