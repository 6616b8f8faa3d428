/** The result as one page that needs nothing but a browser. */
import { accountHtml } from './account.ts';
import { comparedText } from './conclusion.ts';
import { escapeXml } from './escape.ts';
import { conclusionHtml, judgementHtml } from './judgement.ts';
import { PAGE_SCRIPT, PAGE_STYLE } from './page.ts';
import type { RekeyRecord, SimulationResult } from './result.ts';
import { summaryOf } from './summary.ts';
import { quantile, STEPS } from './table.ts';
import { timelineSvg } from './timeline.ts';

/** Timelines drawn at most; the table has every rekey. */
const TIMELINES = 30;

export function reportHtml(result: SimulationResult): string {
  const { rekeys, seed, simulator, durationNs } = result;
  const drawn = rekeys.slice(0, TIMELINES);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Keyturn: ${rekeys.length} rekeys, seed ${seed}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<h1>Keyturn: ${rekeys.length} ${rekeys.length === 1 ? 'rekey' : 'rekeys'} of a running connection</h1>
<p>Seed ${seed}, simulator ${escapeXml(simulator)}, ${(durationNs / 1e6).toFixed(2)} ms simulated. ${escapeXml(comparedText(result))}.</p>
${conclusionHtml(result)}
${accountHtml(result)}
${judgementHtml(result)}
${result.caveats.map((caveat) => `<p class="note">${escapeXml(caveat)}</p>`).join('\n')}
<h2 id="timeline">Timeline</h2>
${drawn.length === 0 ? '<p>No rekey happened.</p>' : choice(drawn)}
${drawn.map((_, index) => `<div class="timeline" data-rekey="${index}"${index === 0 ? '' : ' hidden'}>${timelineSvg(result, index)}</div>`).join('\n')}
<h2>Rekeys</h2>
<p>Cycles of ${result.cycleNs} ns from the beginning of the first frame that announces the key. I is the initiator (IO controller), F the follower (IO device). A KeyId <code>master|communication</code> counts the n-RTT rekeys, and the 0-RTT rekeys since; on the wire both are taken mod 4.</p>
${rekeyTable(rekeys)}
<details><summary>Settings and all figures</summary><pre>${escapeXml(JSON.stringify({ ...summaryOf(result), rekeys: undefined }, null, 2))}</pre></details>
${drawn.length === 0 ? '' : `<script>${PAGE_SCRIPT}</script>`}
</body>
</html>
`;
}

function choice(drawn: readonly RekeyRecord[]): string {
  const options = drawn.map(
    ({ number, fromKeyId, toKeyId, kind }, index) =>
      `<option value="${index}">${number}: ${escapeXml(fromKeyId)} to ${escapeXml(toKeyId)}, ${kind}</option>`,
  );
  return (
    `<p class="choice"><label>Rekey <select id="choose">${options.join('')}</select></label> <button id="previous">previous</button> ` +
    '<button id="next">next</button> <button id="wider">zoom in</button> <button id="narrower">zoom out</button></p>'
  );
}

function rekeyTable(rekeys: readonly RekeyRecord[]): string {
  const head = ['rekey', 'kind', 'KeyIds', 'announced, µs', ...STEPS.map(([, label]) => label), 'dedicated messages', 'stalled cycles', ''];
  const row = (rekey: RekeyRecord, index: number): string => {
    const {
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
      index < TIMELINES ? `<a href="#rekey-${number}">${number}</a>` : String(number),
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
    const cells = [which, '', '', '', ...STEPS.map(([key]) => quantile(rekeys, key, which)), '', '', ''];
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
