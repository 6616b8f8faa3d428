/** A message sequence chart (as ITU-T Z.120): two peers, the frames between them, their slots beside them, time downward. */
import type { Role } from '../../spec/peer-rules.ts';
import type { SlotState } from '../../spec/slot-machine.ts';
import { escapeXml, STATE_COLOUR, sheet, wrap } from './theme.ts';

export type FrameFate = 'delivered' | 'late' | 'lost' | 'underWay' | 'undecryptable' | 'forged' | 'replayed' | 'reflected';

export interface SlotLine {
  readonly name: string;
  readonly provider: SlotState;
  readonly consumer: SlotState;
  readonly keyId: string;
  /** ticks that it stays Obsolete; 0 in every other state */
  readonly remaining: number;
}

/** What is beside one peer at one moment. */
export interface Side {
  readonly notes: readonly string[];
  /** empty where nothing has changed */
  readonly slots: readonly SlotLine[];
}

export interface Moment {
  /** number of the step in the trace */
  readonly step: number;
  /** number of the tick that begins here; undefined between two of them */
  readonly tick: number | undefined;
  readonly sides: Readonly<Record<Role, Side>>;
}

export interface FrameLine {
  readonly from: Role | 'attacker';
  readonly to: Role;
  readonly keyIds: string;
  readonly fate: FrameFate;
  /** index of a moment; for the attacker's own frames that of their arrival */
  readonly sent: number;
  /** index of a moment; undefined where it does not arrive */
  readonly arrives: number | undefined;
}

export interface Chart {
  readonly title: string;
  readonly setting: string;
  readonly moments: readonly Moment[];
  readonly frames: readonly FrameLine[];
  /** what is violated, and how it was found, in words */
  readonly verdict: readonly [string, string];
}

const WIDTH = 1040;
const LANE: Readonly<Record<Role, number>> = { initiator: 330, follower: WIDTH - 330 };
const CENTRE = WIDTH / 2;
const SIDE: Readonly<Record<Role, number>> = { initiator: 24, follower: LANE.follower + 26 };
const TOP = 130;
const NOTE = 17;
const SLOT = 21;
const CHIP = { width: 66, height: 17 };
/** Columns of a slot's line, from its left edge. */
const COLUMN = { provider: 18, consumer: 90, keyId: 164, remaining: 194 };

const FATE: Readonly<Record<FrameFate, { readonly style: string; readonly legend: string }>> = {
  delivered: { style: 'frame', legend: 'arrives in its tick' },
  late: { style: 'late', legend: 'arrives later' },
  lost: { style: 'lost', legend: 'lost' },
  underWay: { style: 'lost', legend: 'under way' },
  undecryptable: { style: 'broken', legend: 'breaks the property' },
  forged: { style: 'attack', legend: 'forged' },
  replayed: { style: 'attack', legend: 'replayed' },
  reflected: { style: 'attack', legend: 'reflected' },
};

const STYLE = `
  .lane { stroke: var(--ink); stroke-width: 2; } .tick { stroke: var(--line); stroke-dasharray: 2 4; }
  .arrow { fill: none; stroke-width: 1.8; }
  .frame { stroke: var(--frame); } .late { stroke: var(--late); stroke-dasharray: 9 4; } .lost { stroke: var(--soft); }
  .broken { stroke: var(--bad); stroke-width: 2.6; } .attack { stroke: var(--bad); stroke-dasharray: 4 4; }
  .tip-frame { fill: var(--frame); } .tip-late { fill: var(--late); } .tip-attack { fill: var(--bad); }
  .verdict { fill: var(--wash); stroke: var(--bad); stroke-width: 1.5; }
  .number { fill: var(--paper); font-size: 11px; font-weight: 600; }
`;

export function sequenceChartSvg({ title, setting, moments, frames, verdict }: Chart): string {
  const rows = layout(moments);
  const at = (index: number): number => rows.at[index] ?? rows.bottom;
  const drawn = drawFrames(frames, at);
  const [legendTop, verdictTop] = [rows.bottom + 34, rows.bottom + 58];
  const lines = wrap(verdict[1], 130);
  const height = verdictTop + 52 + lines.length * NOTE;
  return sheet(WIDTH, height, `${title}: ${verdict.join(': ')}`, STYLE, [
    `<text class="ink" x="24" y="34" font-size="18" font-weight="600">${escapeXml(title)}</text>`,
    `<text class="soft" x="24" y="56">${escapeXml(setting)}</text>`,
    ...(['initiator', 'follower'] as const).map((role) => lane(role, rows.bottom)),
    ...moments.filter(({ tick }) => tick !== undefined).map((moment) => tickLine(moment, at(moment.step))),
    ...drawn.map(({ path }) => path),
    ...drawn.flatMap(({ labels }) => labels.map(labelText)),
    ...moments.map((moment, index) => momentText(moment, at(moment.step), index === moments.length - 1)),
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

function momentText({ step, tick, sides }: Moment, y: number, last: boolean): string {
  const parts = (['initiator', 'follower'] as const).flatMap((role) => {
    const { notes, slots } = sides[role];
    const x = SIDE[role];
    const top = y + 5 + Math.max(notes.length, tick === undefined ? 0 : 1) * NOTE;
    return [
      ...notes.map((note, line) => `<text class="ink halo" x="${x}" y="${y + 5 + line * NOTE}">${escapeXml(note)}</text>`),
      ...(notes.length === 0 || tick !== undefined ? [] : [number(LANE[role], y, step, last)]),
      ...slots.map((slot, line) => slotLine(slot, x, top + line * SLOT)),
    ];
  });
  return parts.join('');
}

function number(x: number, y: number, step: number, last: boolean): string {
  return `<circle class="${last ? 'bad' : 'ink'}" cx="${x}" cy="${y}" r="9"/><text class="number" x="${x}" y="${y + 4}" text-anchor="middle">${step}</text>`;
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

interface Drawn {
  readonly path: string;
  readonly labels: readonly Label[];
}

interface Label {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly tone: 'ink' | 'soft' | 'bad';
}

function labelText({ x, y, text, anchor, tone }: Label): string {
  return `<text class="${tone} halo mono" x="${Math.round(x)}" y="${Math.round(y)}" text-anchor="${anchor}" font-size="12">${escapeXml(text)}</text>`;
}

/** What can't move is placed first; the labels of arrows slide along them to where nothing is written yet. */
function drawFrames(frames: readonly FrameLine[], at: (moment: number) => number): readonly Drawn[] {
  const slides = ({ from, to, arrives }: FrameLine): boolean => from !== 'attacker' && from !== to && arrives !== undefined;
  const drawn: Drawn[] = [];
  for (const frame of [...frames.filter((candidate) => !slides(candidate)), ...frames.filter(slides)]) {
    const taken = drawn.flatMap(({ labels }) => labels);
    drawn.push(drawFrame(frame, at, taken));
  }
  return drawn;
}

/** A frame, and what is written on it, which is to be drawn over every line. */
function drawFrame(frame: FrameLine, at: (moment: number) => number, taken: readonly Label[]): Drawn {
  const { from, to, sent, arrives } = frame;
  const inward = to === 'follower' ? 1 : -1;
  const target = LANE[to] - inward * 9;
  if (from === 'attacker' || from === to) return attack(frame, target, inward, at(sent), at(arrives ?? sent));
  if (arrives === undefined) return stub(frame, LANE[from], inward, at(sent));
  return arrow(frame, { x: LANE[from], y: at(sent) }, { x: target, y: at(arrives) }, taken);
}

type Point = { readonly x: number; readonly y: number };

function arrow({ keyIds, fate }: FrameLine, start: Point, target: Point, taken: readonly Label[]): Drawn {
  const { style } = FATE[fate];
  const inward = Math.sign(target.x - start.x);
  // a frame that can't be opened stops short of its peer
  const along = fate === 'undecryptable' ? 0.95 : 1;
  const on = (share: number): Point => ({ x: start.x + share * (target.x - start.x), y: start.y + share * (target.y - start.y) });
  const end = on(along);
  const label = (share: number): Label => ({ x: on(share).x, y: on(share).y - 7, text: keyIds, anchor: 'middle', tone: 'ink' });
  const labels = [0.5, 0.6, 0.4, 0.7, 0.3, 0.8, 0.2].map(label);
  const slope = Math.atan2(target.y - start.y, Math.abs(target.x - start.x));
  const head = fate === 'undecryptable' ? cross(end.x, end.y, style) : tip(end.x, end.y, inward, slope, style);
  return {
    path: `<path class="arrow ${style}" d="M${start.x} ${start.y}L${round(end.x)} ${round(end.y)}"/>${head}`,
    labels: [labels.find((candidate) => taken.every((other) => !overlap(candidate, other))) ?? label(0.5)],
  };
}

/** Labels are written in letters of the same width, so where they end is known. */
function overlap(a: Label, b: Label): boolean {
  const span = ({ x, text, anchor }: Label): readonly [number, number] => {
    const width = text.length * 7.4 + 8;
    const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
    return [left, left + width];
  };
  const [[aLeft, aRight], [bLeft, bRight]] = [span(a), span(b)];
  return Math.abs(a.y - b.y) < 16 && aLeft < bRight && bLeft < aRight;
}

/** A frame that does not arrive ends a little beside its peer. */
function stub({ keyIds, fate }: FrameLine, x: number, inward: number, y: number): Drawn {
  const end = { x: x + inward * 44, y: y + 9 };
  const mark = fate === 'lost' ? cross(end.x, end.y, 'lost') : dots(end.x, end.y, inward);
  return {
    path: `<path class="arrow lost" d="M${x} ${y}L${end.x} ${end.y}"/>${mark}`,
    labels: [{ x: end.x + inward * 24, y: end.y + 5, text: keyIds, anchor: inward > 0 ? 'start' : 'end', tone: 'soft' }],
  };
}

/** The attacker stands between the peers; a reflected frame comes from the very peer that gets it. */
function attack({ from, to, keyIds, fate }: FrameLine, target: number, inward: number, sent: number, y: number): Drawn {
  const hub = from === to ? y - 10 : y;
  const taken = from === to ? `M${target} ${sent}L${CENTRE} ${hub}` : `M${CENTRE} ${hub}`;
  const slope = Math.atan2(y - hub, Math.abs(target - CENTRE));
  const label = { x: CENTRE - inward * 12, anchor: inward > 0 ? 'end' : 'start' } as const;
  return {
    path: `<path class="arrow attack" d="${taken}L${target} ${y}"/>${tip(target, y, inward, slope, 'attack')}<circle cx="${CENTRE}" cy="${hub}" r="5" class="bad"/>`,
    labels: [
      { ...label, y: hub - 1, text: 'attacker', tone: 'bad' },
      { ...label, y: hub + 14, text: `${fate} ${keyIds}`, tone: 'ink' },
    ],
  };
}

/** An arrowhead along the line, which falls by `slope` towards its end. */
function tip(x: number, y: number, inward: number, slope: number, style: string): string {
  const turn = ((inward > 0 ? slope : Math.PI - slope) * 180) / Math.PI;
  return `<path class="tip-${style}" d="M0 0l-10 -4.5v9z" transform="translate(${round(x)} ${round(y)}) rotate(${round(turn)})"/>`;
}

function cross(x: number, y: number, style: string): string {
  return `<path class="arrow ${style}" d="M${round(x) - 5} ${round(y) - 5}l10 10m0 -10l-10 10"/>`;
}

function dots(x: number, y: number, inward: number): string {
  return [7, 12, 17].map((away, index) => `<circle class="soft" cx="${x + inward * away}" cy="${y + 1 + index}" r="1.4"/>`).join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Only what the picture has. */
function legend(frames: readonly FrameLine[], y: number): string {
  const fates = (Object.keys(FATE) as FrameFate[]).filter((fate) => frames.some((frame) => frame.fate === fate));
  let x = 24;
  const items = fates.map((fate) => {
    const { style, legend: words } = FATE[fate];
    const item = `<path class="arrow ${style}" d="M${x} ${y - 4}h30"/>${fate === 'lost' ? cross(x + 30, y - 4, 'lost') : fate === 'underWay' ? dots(x + 27, y - 6, 1) : ''}<text class="soft" x="${x + 52}" y="${y}" font-size="12">${words}</text>`;
    x += 78 + words.length * 6.6;
    return item;
  });
  return `${items.join('')}<text class="soft" x="${WIDTH - 24}" y="${y}" text-anchor="end" font-size="12">on each frame: currentKeyId / nextKeyId</text>`;
}
