/** A message sequence chart (as ITU-T Z.120): two peers, the frames between them, their slots beside them, time downward. */
import type { Role } from '../../spec/peer-rules.ts';
import type { SlotState } from '../../spec/slot-machine.ts';
import type { Chart, FrameFate, FrameLine, Moment, Side, SlotLine } from './chart.ts';
import { cross, dots, drawFrames, FATE, FRAME_STYLE, LANE, WIDTH } from './frame-arrows.ts';
import { labelText } from './labels.ts';
import { escapeXml, STATE_COLOUR, sheet, wrap } from './theme.ts';

const SIDE: Readonly<Record<Role, number>> = { initiator: 24, follower: LANE.follower + 26 };
const TOP = 130;
const NOTE = 17;
const SLOT = 21;
const CHIP = { width: 66, height: 17 };
/** Columns of a slot's line, from its left edge. */
const COLUMN = { provider: 18, consumer: 90, keyId: 164, remaining: 194 };

const STYLE = `${FRAME_STYLE}
  .lane { stroke: var(--ink); stroke-width: 2; } .tick { stroke: var(--line); stroke-dasharray: 2 4; }
  .verdict { fill: var(--wash); stroke: var(--bad); stroke-width: 1.5; }
  .number { fill: var(--paper); font-size: 11px; font-weight: 600; }
`;

export function sequenceChartSvg({ title, setting, moments, frames, verdict }: Chart): string {
  const rows = layout(moments);
  const at = (index: number): number => rows.at[index] ?? rows.bottom;
  const numbers = numbered(moments);
  const drawn = drawFrames(frames, at);
  const [legendTop, verdictTop] = [rows.bottom + 34, rows.bottom + 58];
  const lines = wrap(verdict[1], 130);
  const height = verdictTop + 52 + lines.length * NOTE;
  return sheet(WIDTH, height, `${title}: ${verdict.join(': ')}`, STYLE, [
    `<text class="ink" x="24" y="34" font-size="18" font-weight="600">${escapeXml(title)}</text>`,
    ...wrap(setting, 130).map((line, index) => `<text class="soft" x="24" y="${54 + index * 16}">${escapeXml(line)}</text>`),
    `<text class="soft mono" x="${WIDTH / 2}" y="${TOP - 28}" text-anchor="middle" font-size="12">currentKeyId / nextKeyId</text>`,
    ...(['initiator', 'follower'] as const).map((role) => lane(role, rows.bottom)),
    ...moments.filter(({ tick }) => tick !== undefined).map((moment) => tickLine(moment, at(moment.step))),
    ...drawn.map(({ path }) => path),
    ...drawn.flatMap(({ labels }) => labels.map(labelText)),
    ...moments.map((moment, index) => momentText(moment, at(moment.step), numbers[index], index === moments.length - 1)),
    legend(frames, legendTop),
    `<rect class="verdict" x="16" y="${verdictTop}" width="${WIDTH - 32}" height="${34 + lines.length * NOTE}" rx="6"/>`,
    `<text class="bad" x="30" y="${verdictTop + 22}" font-weight="600">${escapeXml(verdict[0])}</text>`,
    ...lines.map((line, index) => `<text class="ink" x="30" y="${verdictTop + 22 + (index + 1) * NOTE}">${escapeXml(line)}</text>`),
  ]);
}

/** Heights of the moments: as much as their longer side needs. */
function layout(moments: readonly Moment[]): { readonly at: readonly number[]; readonly bottom: number } {
  const at: number[] = [];
  let y = TOP;
  for (const { sides } of moments) {
    at.push(y);
    const needs = ({ notes, slots }: Side): number => Math.max(1, notes.length) * NOTE + slots.length * SLOT;
    y += Math.max(needs(sides.initiator), needs(sides.follower)) + 22;
  }
  return { at, bottom: y };
}

function lane(role: Role, bottom: number): string {
  const x = SIDE[role];
  const heading = (column: number, text: string): string =>
    `<text class="soft" x="${x + column}" y="${TOP - 24}" font-size="11.5">${text}</text>`;
  return (
    `<text class="ink" x="${LANE[role]}" y="${TOP - 42}" text-anchor="middle" font-size="15" font-weight="600">${role}</text>` +
    `<line class="lane" x1="${LANE[role]}" y1="${TOP - 32}" x2="${LANE[role]}" y2="${bottom}"/>` +
    heading(COLUMN.provider, 'provider') +
    heading(COLUMN.consumer, 'consumer') +
    heading(COLUMN.keyId, 'KeyId')
  );
}

function tickLine({ tick }: Moment, y: number): string {
  return (
    `<line class="tick" x1="16" y1="${y}" x2="${WIDTH - 16}" y2="${y}"/>` +
    `<text class="soft halo" x="${LANE.initiator - 8}" y="${y - 5}" text-anchor="end" font-size="11.5">tick ${tick}</text>`
  );
}

/** What happens between two ticks is numbered, one after another. */
function numbered(moments: readonly Moment[]): readonly (number | undefined)[] {
  const counts = ({ tick, sides }: Moment): boolean =>
    tick === undefined && (sides.initiator.notes.length > 0 || sides.follower.notes.length > 0);
  return moments.map((moment, index) => (counts(moment) ? moments.slice(0, index + 1).filter(counts).length : undefined));
}

function momentText({ tick, sides }: Moment, y: number, count: number | undefined, last: boolean): string {
  const parts = (['initiator', 'follower'] as const).flatMap((role) => {
    const { notes, slots } = sides[role];
    const x = SIDE[role];
    const top = y + 5 + Math.max(notes.length, tick === undefined ? 0 : 1) * NOTE;
    return [
      ...notes.map((note, line) => `<text class="ink halo" x="${x}" y="${y + 5 + line * NOTE}">${escapeXml(note)}</text>`),
      ...(notes.length === 0 || count === undefined ? [] : [number(LANE[role], y, count, last)]),
      ...slots.map((slot, line) => slotLine(slot, x, top + line * SLOT)),
    ];
  });
  return parts.join('');
}

function number(x: number, y: number, count: number, last: boolean): string {
  return `<circle class="${last ? 'bad' : 'ink'}" cx="${x}" cy="${y}" r="9"/><text class="number" x="${x}" y="${y + 4}" text-anchor="middle">${count}</text>`;
}

function slotLine({ name, provider, consumer, keyId, remaining }: SlotLine, x: number, y: number): string {
  const left = remaining === 0 ? '' : `${remaining} ${remaining === 1 ? 'tick' : 'ticks'} left`;
  return (
    `<text class="soft halo" x="${x}" y="${y}" font-weight="600">${name}</text>` +
    chip(provider, x + COLUMN.provider, y) +
    chip(consumer, x + COLUMN.consumer, y) +
    `<text class="ink halo mono" x="${x + COLUMN.keyId}" y="${y}" font-size="12.5">${escapeXml(keyId)}</text>` +
    `<text class="soft halo" x="${x + COLUMN.remaining}" y="${y}" font-size="11.5">${left}</text>`
  );
}

function chip(state: SlotState, x: number, y: number): string {
  const { fill, text } = STATE_COLOUR[state];
  return (
    `<rect x="${x}" y="${y - 13}" width="${CHIP.width}" height="${CHIP.height}" rx="4" fill="${fill}"/>` +
    `<text x="${x + CHIP.width / 2}" y="${y}" text-anchor="middle" font-size="11.5" fill="${text}">${state}</text>`
  );
}

/** Only what the picture has. */
function legend(frames: readonly FrameLine[], y: number): string {
  const fates = (Object.keys(FATE) as FrameFate[]).filter((fate) => frames.some((frame) => frame.fate === fate));
  let x = 24;
  const items = fates.map((fate) => {
    const { style, legend: words } = FATE[fate];
    const mark = fate === 'lost' ? cross(x + 30, y - 4, style) : fate === 'underWay' ? dots(x + 27, y - 6, 1) : '';
    const beside = x + (mark === '' ? 38 : 52);
    const item = `<path class="arrow ${style}" d="M${x} ${y - 4}h30"/>${mark}<text class="soft" x="${beside}" y="${y}" font-size="12">${words}</text>`;
    x = beside + 26 + words.length * 6.4;
    return item;
  });
  return items.join('');
}
