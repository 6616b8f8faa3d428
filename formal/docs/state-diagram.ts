/** The states of a key slot as a picture, drawn from the transition table (as the paper's Fig. 5, for one slot). */
import { SLOT_STATES, SLOT_TRANSITIONS, type SlotEvent, type SlotState, type SlotTransition } from '../../spec/slot-machine.ts';
import { escapeXml, STATE_COLOUR, sheet } from './theme.ts';

const WIDTH = 920;
const HEIGHT = 350;
const MIDDLE = 140;
const SPACING = 240;
const BOX = { width: 124, height: 52 };
/** Arcs leave and reach a box beside its middle, so that two of them don't meet. */
const ARC_SHIFT = 28;

/** What each event is, for the reader; the table itself has only the names. */
export const EVENT_TEXT: Readonly<Record<SlotEvent, string>> = {
  push: 'software installs a key',
  pushFirst: 'software installs the first key of all',
  switch: 'this key takes over',
  withdraw: 'it is given up before it took over (M12)',
  demote: 'another key takes over; this one still opens late frames',
  demoteAtOnce: 'another key takes over; this one is dropped',
  timeout: 'no frame under this key can be on its way',
};

const ARC_LABEL: Readonly<Record<SlotEvent, string>> = {
  push: 'key installed',
  pushFirst: 'the first key of all',
  switch: 'takes over',
  withdraw: 'given up',
  demote: 'if T_obs > 0',
  demoteAtOnce: 'provider, or T_obs = 0',
  timeout: 'after T_obs',
};

const STYLE = `
  .edge { fill: none; stroke: var(--soft); stroke-width: 1.8; } .tip { fill: var(--soft); }
  .event { font-weight: 600; }
`;

export function stateDiagramSvg(): string {
  const parts = [...SLOT_TRANSITIONS.map(edge), ...SLOT_STATES.map(box)];
  return sheet(WIDTH, HEIGHT, 'States of a key slot and the transitions between them', STYLE, parts);
}

function centre(state: SlotState): number {
  return (WIDTH - SPACING * (SLOT_STATES.length - 1)) / 2 + SPACING * SLOT_STATES.indexOf(state);
}

function box(state: SlotState): string {
  const { fill, text } = STATE_COLOUR[state];
  const x = centre(state) - BOX.width / 2;
  return (
    `<rect x="${x}" y="${MIDDLE - BOX.height / 2}" width="${BOX.width}" height="${BOX.height}" rx="26" fill="${fill}"/>` +
    `<text x="${centre(state)}" y="${MIDDLE + 5}" text-anchor="middle" font-size="16" font-weight="600" fill="${text}">${state}</text>`
  );
}

/** Neighbours are joined by a straight arrow; a longer way forward goes above, a way back below. */
function edge({ from, event, to }: SlotTransition): string {
  const steps = SLOT_STATES.indexOf(to) - SLOT_STATES.indexOf(from);
  return steps === 1 ? straight(centre(from), centre(to), event) : arc(centre(from), centre(to), steps, event);
}

function straight(from: number, to: number, event: SlotEvent): string {
  const [start, end] = [from + BOX.width / 2, to - BOX.width / 2];
  const middle = (start + end) / 2;
  return (
    `<path class="edge" d="M${start} ${MIDDLE}H${end - 6}"/><path class="tip" d="M${end} ${MIDDLE}l-10 -5v10z"/>` +
    label(middle, MIDDLE - 12, event, MIDDLE + 20)
  );
}

function arc(from: number, to: number, steps: number, event: SlotEvent): string {
  const up = steps > 0 ? -1 : 1;
  const start = from - up * ARC_SHIFT;
  // the longest arc ends in the middle, beside the shorter one
  const end = to + up * ARC_SHIFT * Math.max(0, SLOT_STATES.length - 1 - Math.abs(steps));
  const edgeY = MIDDLE + (up * BOX.height) / 2;
  const depth = up * (24 + 68 * (Math.abs(steps) - 1));
  const bend = edgeY + depth;
  const top = edgeY + 0.75 * depth;
  const tip = `M${end} ${edgeY}l-5 ${up * 10}h10z`;
  return (
    `<path class="edge" d="M${start} ${edgeY}C${start} ${bend} ${end} ${bend} ${end} ${edgeY + up * 6}"/><path class="tip" d="${tip}"/>` +
    label((start + end) / 2, top - 8, event, top + 16)
  );
}

function label(x: number, y: number, event: SlotEvent, below: number): string {
  return (
    `<text class="ink event halo" x="${x}" y="${y}" text-anchor="middle">${event}</text>` +
    `<text class="soft halo" x="${x}" y="${below}" text-anchor="middle" font-size="11.5">${escapeXml(ARC_LABEL[event])}</text>`
  );
}
