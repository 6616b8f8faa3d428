/** The result as one page that needs nothing but a browser. */
import { comparedText } from './conclusion.ts';
import { escapeXml } from './escape.ts';
import { conclusionHtml, judgementHtml } from './judgement.ts';
import type { SimulationResult } from './result.ts';
import { summaryOf } from './summary.ts';
import { STEPS } from './table.ts';
import { timelineSvg } from './timeline.ts';

/** Timelines drawn at most; the table has every rekey. */
const TIMELINES = 30;

const HEADLINES = [
  ['framesSent', 'frames sent'],
  ['framesDelivered', 'delivered'],
  ['framesLostByChannel', 'lost by the channel'],
  ['undecryptable', 'undecryptable'],
  ['forgedAccepted', 'forged and accepted'],
  ['replayedAccepted', 'replayed and accepted'],
  ['dedicatedMessages', 'dedicated messages'],
  ['stalledCycles', 'stalled cycles'],
] as const;

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; }
body { font: 14.5px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1160px; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0.2rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(118px, 1fr)); gap: 0.6rem; margin: 1rem 0; }
.figures div { border: 1px solid var(--line); border-radius: 6px; padding: 0.5rem; line-height: 1.3; }
.figures b { display: block; font-size: 1.4rem; font-variant-numeric: tabular-nums; }
.zero b::after { content: " \\2713"; color: #009e73; font-size: 1rem; }
.beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 1.5rem; align-items: start; }
.wrong { border-color: #d55e00; } .wrong b::after { content: " \\2717"; color: #d55e00; font-size: 1rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100%; font-size: 0.87rem; }
th, td { text-align: right; white-space: nowrap; padding: 0.2rem 0.5rem; border-bottom: 1px solid var(--line); } th { white-space: normal; vertical-align: bottom; } :is(th, td):first-child { text-align: left; }
.timeline { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; background: #fff; } .timeline svg { display: block; margin: auto; }
.note { background: var(--soft); border-left: 3px solid #e69f00; padding: 0.4rem 0.8rem; margin: 0.5rem 0; }
select { font: inherit; margin: 0.5rem 0; }
details { margin-top: 1rem; } pre { overflow-x: auto; background: var(--soft); padding: 0.8rem; font-size: 0.8rem; }
`;

const SCRIPT = `
const choose = document.getElementById('choose');
const show = () => { for (const t of document.querySelectorAll('.timeline')) t.hidden = t.dataset.rekey !== choose.value; };
choose.addEventListener('change', show);
`;

export function reportHtml(result: SimulationResult): string {
  const { rekeys, seed, simulator, durationNs } = result;
  const drawn = rekeys.slice(0, TIMELINES);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Keyturn: ${rekeys.length} rekeys, seed ${seed}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Keyturn: ${rekeys.length} ${rekeys.length === 1 ? 'rekey' : 'rekeys'} of a running connection</h1>
<p>Seed ${seed}, simulator ${escapeXml(simulator)}, ${(durationNs / 1e6).toFixed(2)} ms simulated. ${escapeXml(comparedText(result))}.</p>
${conclusionHtml(result)}
<div class="figures">${HEADLINES.map(([key, label]) => figure(key, label, result.total[key])).join('')}</div>
${judgementHtml(result)}
${result.caveats.map((caveat) => `<p class="note">${escapeXml(caveat)}</p>`).join('\n')}
<h2>Timeline</h2>
${drawn.length === 0 ? '<p>No rekey happened.</p>' : `<label>Rekey <select id="choose">${drawn.map((rekey, index) => `<option value="${index}">${rekey.number}: ${escapeXml(rekey.fromKeyId)} to ${escapeXml(rekey.toKeyId)}, ${rekey.kind}</option>`).join('')}</select></label>`}
${drawn.map((_, index) => `<div class="timeline" data-rekey="${index}"${index === 0 ? '' : ' hidden'}>${timelineSvg(result, index)}</div>`).join('\n')}
<h2>Rekeys</h2>
<p>Cycles of ${result.cycleNs} ns from the beginning of the first frame that announces the key.</p>
<table>
<thead><tr><th>rekey</th><th>kind</th><th>KeyIds</th><th>announced, µs</th>${STEPS.map(([, label]) => `<th>${label}</th>`).join('')}<th>dedicated messages</th><th>stalled cycles</th></tr></thead>
<tbody>
${rekeys.map((rekey) => `<tr><td>${rekey.number}</td><td>${rekey.kind}</td><td>${escapeXml(rekey.fromKeyId)} → ${escapeXml(rekey.toKeyId)}</td><td>${(rekey.announcedAtNs / 1000).toFixed(1)}</td>${STEPS.map(([key]) => `<td>${rekey.steps[key] ?? '–'}</td>`).join('')}<td>${rekey.dedicatedMessages}</td><td>${rekey.stalledCycles}</td></tr>`).join('\n')}
</tbody></table>
<details><summary>Settings and all figures</summary><pre>${escapeXml(JSON.stringify({ ...summaryOf(result), rekeys: undefined }, null, 2))}</pre></details>
${drawn.length === 0 ? '' : `<script>${SCRIPT}</script>`}
</body>
</html>
`;
}

function figure(key: string, label: string, value: number): string {
  const mustBeZero = !['framesSent', 'framesDelivered', 'framesLostByChannel'].includes(key);
  const judged = value === 0 ? ' class="zero"' : ' class="wrong"';
  return `<div${mustBeZero ? judged : ''}><b>${value.toLocaleString('en')}</b>${label}</div>`;
}
