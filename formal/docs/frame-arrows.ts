/** The frames of a message sequence chart: what becomes of each can be seen from its line. */
import type { Role } from '../../spec/peer-rules.ts';
import type { FrameFate, FrameLine } from './chart.ts';
import { escapeXml } from './theme.ts';

export const WIDTH = 1040;
export const LANE: Readonly<Record<Role, number>> = { initiator: 330, follower: WIDTH - 330 };
const CENTRE = WIDTH / 2;

export const FATE: Readonly<Record<FrameFate, { readonly style: string; readonly legend: string }>> = {
  delivered: { style: 'frame', legend: 'in its tick' },
  late: { style: 'late', legend: 'late' },
  lost: { style: 'lost', legend: 'lost' },
  underWay: { style: 'lost', legend: 'under way' },
  undecryptable: { style: 'broken', legend: 'breaks it' },
  forged: { style: 'forged', legend: 'forged' },
  replayed: { style: 'replayed', legend: 'replayed' },
  reflected: { style: 'reflected', legend: 'reflected' },
};

export const FRAME_STYLE = `
  .arrow { fill: none; stroke-width: 1.8; }
  .frame { stroke: var(--frame); } .late { stroke: var(--late); stroke-dasharray: 9 4; } .lost { stroke: var(--soft); }
  .broken { stroke: var(--bad); stroke-width: 2.6; }
  .forged { stroke: var(--bad); stroke-dasharray: 4 4; } .replayed { stroke: var(--bad); stroke-dasharray: 11 4 2 4; }
  .reflected { stroke: var(--bad); stroke-dasharray: 2 3; }
  .tip-frame { fill: var(--frame); } .tip-late { fill: var(--late); } :is(.tip-forged, .tip-replayed, .tip-reflected) { fill: var(--bad); }
`;

/** Labels are to be drawn over every line. */
export interface Drawn {
  readonly path: string;
  readonly labels: readonly Label[];
}

export interface Label {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly tone: 'ink' | 'soft' | 'bad';
}

export function labelText({ x, y, text, anchor, tone }: Label): string {
  return `<text class="${tone} halo mono" x="${Math.round(x)}" y="${Math.round(y)}" text-anchor="${anchor}" font-size="12">${escapeXml(text)}</text>`;
}

/** What can't move is placed first; the labels of arrows slide along them to where nothing else is. */
export function drawFrames(frames: readonly FrameLine[], at: (moment: number) => number): readonly Drawn[] {
  const arrows = frames.flatMap((frame) => wayOf(frame, at) ?? []);
  const still = frames.filter((frame) => wayOf(frame, at) === undefined).map((frame) => fixed(frame, at));
  const taken = still.flatMap(({ labels }) => labels);
  const sliding = arrows.map((way) => {
    const drawn = arrow(way, arrows, taken);
    taken.push(...drawn.labels);
    return drawn;
  });
  return [...still, ...sliding];
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A frame on its way from one peer to the other. */
interface Way {
  readonly frame: FrameLine;
  readonly start: Point;
  readonly end: Point;
}

/** Beside the lane, where the number of the step stands. */
function besideLane(to: Role): number {
  return LANE[to] - inwardOf(to) * 9;
}

function inwardOf(to: Role): 1 | -1 {
  return to === 'follower' ? 1 : -1;
}

/** undefined for a frame of the attacker, and for one that does not arrive */
function wayOf(frame: FrameLine, at: (moment: number) => number): Way | undefined {
  const { from, to, sent, arrives } = frame;
  if (from === 'attacker' || from === to || arrives === undefined) return undefined;
  return { frame, start: { x: LANE[from], y: at(sent) }, end: { x: besideLane(to), y: at(arrives) } };
}

function fixed(frame: FrameLine, at: (moment: number) => number): Drawn {
  const { from, to, sent, arrives } = frame;
  if (from === 'attacker' || from === to) return attack(frame, besideLane(to), inwardOf(to), at(sent), at(arrives ?? sent));
  return stub(frame, LANE[from], inwardOf(to), at(sent));
}

function along({ start, end }: Way, share: number): Point {
  return { x: start.x + share * (end.x - start.x), y: start.y + share * (end.y - start.y) };
}

function arrow(way: Way, all: readonly Way[], taken: readonly Label[]): Drawn {
  const { frame, start } = way;
  const { style } = FATE[frame.fate];
  // a frame that can't be opened stops short of its peer
  const end = along(way, frame.fate === 'undecryptable' ? 0.95 : 1);
  const inward = inwardOf(frame.to);
  const label = (share: number): Label => ({
    x: along(way, share).x,
    y: along(way, share).y - 7,
    text: frame.keyIds,
    anchor: 'middle',
    tone: 'ink',
  });
  const labels = [0.5, 0.6, 0.4, 0.7, 0.3, 0.8, 0.2].map(label);
  const isFree = (candidate: Label): boolean => taken.every((other) => !overlap(candidate, other));
  const isClear = (candidate: Label): boolean => all.every((other) => other === way || !crosses(other, candidate));
  const slope = Math.atan2(way.end.y - start.y, Math.abs(way.end.x - start.x));
  const head = frame.fate === 'undecryptable' ? cross(end.x, end.y, style) : tip(end.x, end.y, inward, slope, style);
  return {
    path: `<path class="arrow ${style}" d="M${start.x} ${start.y}L${round(end.x)} ${round(end.y)}"/>${head}`,
    labels: [labels.find((candidate) => isFree(candidate) && isClear(candidate)) ?? labels.find(isFree) ?? label(0.5)],
  };
}

/** From where to where a label reaches: its letters are all of the same width. */
function span({ x, text, anchor }: Label): readonly [number, number] {
  const width = text.length * 7.4 + 8;
  const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
  return [left, left + width];
}

function overlap(a: Label, b: Label): boolean {
  const [[aLeft, aRight], [bLeft, bRight]] = [span(a), span(b)];
  return Math.abs(a.y - b.y) < 16 && aLeft < bRight && bLeft < aRight;
}

/** Whether an arrow goes through a label, or so near by that it could be its own. */
function crosses({ start, end }: Way, label: Label): boolean {
  const heightAt = (x: number): number => start.y + ((x - start.x) / (end.x - start.x)) * (end.y - start.y);
  const heights = span(label).map(heightAt);
  return Math.max(...heights) > label.y - 20 && Math.min(...heights) < label.y + 16;
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
    path: `<path class="arrow ${FATE[fate].style}" d="${taken}L${target} ${y}"/>${tip(target, y, inward, slope, FATE[fate].style)}<circle cx="${CENTRE}" cy="${hub}" r="5" class="bad"/>`,
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

export function cross(x: number, y: number, style: string): string {
  return `<path class="arrow ${style}" d="M${round(x) - 5} ${round(y) - 5}l10 10m0 -10l-10 10"/>`;
}

export function dots(x: number, y: number, inward: number): string {
  return [7, 12, 17].map((away, index) => `<circle class="soft" cx="${x + inward * away}" cy="${y + 1 + index}" r="1.4"/>`).join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
