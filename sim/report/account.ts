/** The first screen of the report: what became of every frame that was sent, and of everything that an attacker added. */
import { DELIVERIES, type Delivery } from '../../spec/delivery.ts';
import type { Counts } from './result.ts';
import type { Sums } from './sums.ts';

interface Part {
  readonly key: keyof Counts;
  readonly label: string;
  readonly colour: string;
}

/** A frame that was sent ends in exactly one of these. */
const ENDS: readonly Part[] = [
  { key: 'framesDelivered', label: 'delivered', colour: '#009e73' },
  { key: 'framesLostByChannel', label: 'lost by the channel', colour: '#777777' },
  { key: 'staleDropped', label: 'overtaken, dropped', colour: '#56b4e9' },
  { key: 'undecryptable', label: 'undecryptable', colour: '#d55e00' },
  { key: 'outsideAssociation', label: 'outside an association', colour: '#cc79a7' },
];

/** What came on top. */
const ADDED: readonly (readonly [keyof Counts, string])[] = [
  ['duplicatesDropped', 'second copies, dropped'],
  ['forgedRejected', 'forged, rejected'],
  ['reflectedRejected', 'reflected, rejected'],
  ['swappedRejected', 'with a swapped ICV, rejected'],
  ['oldKeyRejected', 'under an old key, rejected'],
  ['replayedRejected', 'replayed, rejected'],
];

const ZEROS: readonly (readonly [keyof Counts, string])[] = [
  ['undecryptable', 'undecryptable'],
  ['forgedAccepted', 'forged and accepted'],
  ['replayedAccepted', 'replayed and accepted'],
  ['dedicatedMessages', 'dedicated messages'],
  ['stalledCycles', 'stalled cycles'],
];

export function accountHtml({ total, judged, settings }: Pick<Sums, 'total' | 'judged' | 'settings'>): string {
  const sent = Math.max(1, total.framesSent);
  const bar = ENDS.filter(({ key }) => total[key] > 0).map(
    ({ key, label, colour }) =>
      `<i style="width:${((100 * total[key]) / sent).toFixed(3)}%;background:${colour}" title="${label}: ${text(total[key])}"></i>`,
  );
  const sum = ENDS.filter(({ key }) => key !== 'outsideAssociation' || total[key] > 0)
    .map(({ key, label }) => `${text(total[key])} ${label}`)
    .join(' + ');
  const plain = [['framesSent', 'frames sent'] as const, ...ENDS.slice(0, 3).map(({ key, label }) => [key, label] as const), ...ADDED];
  return `<div class="figures">${ZEROS.map(([key, label]) => zeroFigure(label, total[key])).join('')}</div>
<div class="figures">${plain.map(([key, label]) => `<div><b>${text(total[key])}</b>${label}</div>`).join('')}</div>
<div class="account" role="img" aria-label="${sum}">${bar.join('')}</div>
<p>${text(total.framesSent)} frames sent = ${sum}.</p>
${DELIVERIES.filter((delivery) => String(settings['delivery']).includes(delivery))
  .map((delivery) => OVERTAKEN[delivery](total, judged))
  .join('\n')}`;
}

/** Why being overtaken is no loss of the rekey. */
const OVERTAKEN: Readonly<Record<Delivery, (total: Counts, judged: Sums['judged']) => string>> = {
  newest: (_, judged) => {
    const why =
      'Frames are overtaken because the channel reorders them: of cyclic data the newest counts, and the receiver drops what is older, under whatever key.';
    if (judged === undefined) return `<p>${why}</p>`;
    const share = ({ frames, overtaken }: { readonly frames: number; readonly overtaken: number }): string =>
      frames === 0 ? 'none was sent' : `${text(overtaken)} of ${text(frames)} (${((100 * overtaken) / frames).toFixed(1)} %)`;
    const { near, away } = judged.overtaken;
    return `<p>${why} Rekeys have no part in it: near rekeys ${share(near)}, away from them ${share(away)}. So under the old key nothing is delivered once the new one was seen; its slot keeps late frames decryptable, so that they are counted for what they are, and is there for connections that deliver out of order.</p>`;
  },
  window: ({ deliveredLate, deliveredUnderOldKey, oldKeyDelivered }) =>
    `<p>Under delivery <code>window</code> a frame that was overtaken is delivered, too, and each once: ${text(deliveredLate)} came behind a newer one, ${text(deliveredUnderOldKey)} of them under the old key when the new one was in use already. This is where the slot of the old key earns its place; what a late frame announces is not obeyed.${oldKeyDelivered === 0 ? '' : ` An attacker who has that key can use it as long as it is Obsolete: ${text(oldKeyDelivered)} of his frames were delivered, each once, and none was obeyed.`}</p>`,
};

function zeroFigure(label: string, value: number): string {
  return `<div class="${value === 0 ? 'zero' : 'wrong'}"><b>${text(value)}</b>${label}</div>`;
}

function text(value: number): string {
  return value.toLocaleString('en');
}
