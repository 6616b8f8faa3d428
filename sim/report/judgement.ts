/** The judge's part of the report. */
import type { Distribution } from '../../judge/lateness.ts';
import { endsOf } from '../../judge/text.ts';
import { shortcomings, sideBySide } from './conclusion.ts';
import { escapeXml } from './escape.ts';
import type { SimulationResult } from './result.ts';
import { sumsOf } from './sums.ts';

/** What is wrong, where something is. */
export function conclusionHtml(...results: readonly [SimulationResult, ...SimulationResult[]]): string {
  const wrong = shortcomings(...results);
  const [{ failure: ended }] = results;
  const failure = ended === undefined ? '' : `<pre>${escapeXml(ended.message)}</pre>`;
  return wrong.length === 0 ? '' : `<div class="note wrong"><b>NOT seamless</b>: ${wrong.map(escapeXml).join('; ')}${failure}</div>`;
}

/** The figures of run and judge side by side, and how late frames left the peers. */
export function judgementHtml(...results: readonly [SimulationResult, ...SimulationResult[]]): string {
  const sums = sumsOf(...results);
  const { judged } = sums;
  if (judged === undefined) return '<p class="note">Not judged: the keys of the run were not written down (<code>--key-log</code>).</p>';
  const rows = sideBySide(sums, judged).map(
    ({ label, run, judge }) => `<tr${run === judge ? '' : ' class="wrong"'}><td>${label}</td><td>${run}</td><td>${judge}</td></tr>`,
  );
  const distribution = (label: string, { frames, min, median, p99, max }: Distribution): string =>
    `<tr><td>${label}</td>${[frames, min, median, p99, max].map((value) => `<td>${value ?? '–'}</td>`).join('')}</tr>`;
  const lateness = endsOf(results.flatMap((result) => result.judged ?? [])).flatMap(({ name, lateness: { near, away } }) => [
    distribution(`${name}, near rekeys`, near),
    distribution(`${name}, away from rekeys`, away),
  ]);
  return `<h2>Judged from outside</h2>
<p>The judge reads the capture and the keys of the run, decrypts with code of its own and counts again; it knows neither the hardware nor the model.</p>
<div${results.length === 1 ? ' class="beside"' : ''}>
<table><thead><tr><th></th><th>run</th><th>judge</th></tr></thead><tbody>${rows.join('')}</tbody></table>
<div class="wide"><table><thead><tr><th>lateness at the wire, ns</th><th>frames</th><th>min</th><th>median</th><th>99 %</th><th>max</th></tr></thead><tbody>${lateness.join('')}</tbody></table>
<p>From the moment at which the record was complete and the wire free to the first octet of the frame. The engine takes some cycles for every frame; a stall would be lateness that frames of the same length have near rekeys only.</p></div>
</div>`;
}
