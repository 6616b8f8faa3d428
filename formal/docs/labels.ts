/** Where the words beside the lines of a chart go: of several places the first where nothing else is. */
import { escapeXml } from './theme.ts';

/** Labels are to be drawn over every line. */
export interface Label {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly tone: 'ink' | 'soft' | 'bad';
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Segment {
  readonly start: Point;
  readonly end: Point;
}

const SIZE = 12;
/** The letters are all of the same width; with what must stay free at both ends. */
const LETTER = 7.4;
const MARGIN = 4;

export function labelText({ x, y, text, anchor, tone }: Label): string {
  return `<text class="${tone} halo mono" x="${Math.round(x)}" y="${Math.round(y)}" text-anchor="${anchor}" font-size="${SIZE}">${escapeXml(text)}</text>`;
}

export function widthOf(text: string): number {
  return text.length * LETTER;
}

/** The first candidate that meets no other label and no line; else the first that meets no label. */
export function place(candidates: readonly Label[], taken: readonly Label[], lines: readonly Segment[]): Label | undefined {
  const free = candidates.filter((candidate) => taken.every((other) => !overlap(candidate, other)));
  return free.find((candidate) => lines.every((line) => !crosses(line, candidate))) ?? free[0] ?? candidates[0];
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function boxOf({ x, y, text, anchor }: Label): Box {
  const width = widthOf(text);
  const left = { start: x, middle: x - width / 2, end: x - width }[anchor];
  return { left: left - MARGIN, right: left + width + MARGIN, top: y - SIZE, bottom: y + MARGIN };
}

function overlap(one: Label, other: Label): boolean {
  const [a, b] = [boxOf(one), boxOf(other)];
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** Whether a line goes through the box of a label: what is left of the line within all four edges (Liang and Barsky). */
function crosses({ start, end }: Segment, label: Label): boolean {
  const { left, right, top, bottom } = boxOf(label);
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  let [from, to] = [0, 1];
  for (const [step, room] of [
    [-dx, start.x - left],
    [dx, right - start.x],
    [-dy, start.y - top],
    [dy, bottom - start.y],
  ] as const) {
    if (step === 0 && room < 0) return false;
    if (step < 0) from = Math.max(from, room / step);
    if (step > 0) to = Math.min(to, room / step);
  }
  return from <= to;
}
