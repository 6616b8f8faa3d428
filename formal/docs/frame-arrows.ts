/** The frames of a message sequence chart: what becomes of each can be seen from its line. */
import type { Role } from '../../spec/peer-rules.ts';
import type { FrameFate, FrameLine } from './chart.ts';
import { type Label, type Point, place, type Segment, widthOf } from './labels.ts';

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

export interface Drawn {
  readonly path: string;
  readonly labels: readonly Label[];
}

/** The line of a frame, and the places where its words may stand, the best first. */
interface Line {
  readonly path: string;
  readonly segment: Segment;
  /** what is written beside it: one label, or the two of an attacker; each has its places */
  readonly words: readonly (readonly Label[])[];
}

/** All lines first, then the words: what has fewest places to choose from is placed first. */
export function drawFrames(frames: readonly FrameLine[], at: (moment: number) => number): readonly Drawn[] {
  const lines = frames.map((frame) => lineOf(frame, at));
  const segments = lines.map(({ segment }) => segment);
  const words = lines.map(() => [] as Label[]);
  const taken: Label[] = [];
  for (const index of [...lines.keys()].sort((a, b) => choice(lines[a]) - choice(lines[b]))) {
    for (const candidates of lines[index]?.words ?? []) {
      const label = place(candidates, taken, segments);
      if (label === undefined) continue;
      taken.push(label);
      words[index]?.push(label);
    }
  }
  return lines.map(({ path }, index) => ({ path, labels: words[index] ?? [] }));
}

function choice(line: Line | undefined): number {
  return Math.max(...(line?.words ?? []).map(({ length }) => length));
}

/** Beside the lane, where the number of the step stands. */
function besideLane(to: Role): number {
  return LANE[to] - inwardOf(to) * 9;
}

function inwardOf(to: Role): 1 | -1 {
  return to === 'follower' ? 1 : -1;
}

function lineOf(frame: FrameLine, at: (moment: number) => number): Line {
  const { from, to, sent, arrives } = frame;
  if (from === 'attacker' || from === to) return attack(frame, besideLane(to), inwardOf(to), at(sent), at(arrives ?? sent));
  if (arrives === undefined) return stub(frame, LANE[from], inwardOf(to), at(sent));
  return arrow(frame, { start: { x: LANE[from], y: at(sent) }, end: { x: besideLane(to), y: at(arrives) } });
}

function along({ start, end }: Segment, share: number): Point {
  return { x: start.x + share * (end.x - start.x), y: start.y + share * (end.y - start.y) };
}

function arrow(frame: FrameLine, way: Segment): Line {
  const { style } = FATE[frame.fate];
  const { start } = way;
  // a frame that can't be opened stops short of its peer
  const end = along(way, frame.fate === 'undecryptable' ? 0.95 : 1);
  const inward = inwardOf(frame.to);
  const slope = Math.atan2(way.end.y - start.y, Math.abs(way.end.x - start.x));
  const head = frame.fate === 'undecryptable' ? cross(end.x, end.y, style) : tip(end.x, end.y, inward, slope, style);
  const places = [0.5, 0.6, 0.4, 0.7, 0.3, 0.8, 0.2].flatMap((share) =>
    besideLine(frame.keyIds, along(way, share), Math.tan(slope), inward),
  );
  return {
    path: `<path class="arrow ${style}" d="M${start.x} ${start.y}L${round(end.x)} ${round(end.y)}"/>${head}`,
    segment: { start, end },
    words: [places],
  };
}

/** Above a line that falls by `slope` towards where it goes; beside a steep one, on either side. */
function besideLine(text: string, { x, y }: Point, slope: number, inward: number): readonly Label[] {
  const tone = 'ink';
  const above: Label = { x, y: y - 6 - slope * (widthOf(text) / 2 + 4), text, anchor: 'middle', tone };
  if (slope < 0.5) return [above];
  const aside = 8 + 9 / slope;
  const right: Label = { x: x + aside, y: y + 4, text, anchor: 'start', tone };
  const left: Label = { x: x - aside, y: y + 4, text, anchor: 'end', tone };
  return inward > 0 ? [right, left] : [left, right];
}

/** A frame that does not arrive ends a little beside its peer. */
function stub({ keyIds, fate }: FrameLine, x: number, inward: number, y: number): Line {
  const end = { x: x + inward * 44, y: y + 9 };
  const mark = fate === 'lost' ? cross(end.x, end.y, 'lost') : dots(end.x, end.y, inward);
  const label = (away: number, down: number): Label => ({
    x: x + inward * away,
    y: y + down,
    text: keyIds,
    anchor: inward > 0 ? 'start' : 'end',
    tone: 'soft',
  });
  return {
    path: `<path class="arrow lost" d="M${x} ${y}L${end.x} ${end.y}"/>${mark}`,
    segment: { start: { x, y }, end },
    words: [[label(68, 14), label(12, 27), label(18, -5), label(110, 14), label(150, 14)]],
  };
}

/** The attacker stands between the peers; a reflected frame comes from the very peer that gets it. */
function attack({ from, to, keyIds, fate }: FrameLine, target: number, inward: number, sent: number, y: number): Line {
  const hub = from === to ? y - 10 : y;
  const taken = from === to ? `M${target} ${sent}L${CENTRE} ${hub}` : `M${CENTRE} ${hub}`;
  const slope = Math.atan2(y - hub, Math.abs(target - CENTRE));
  const label = { x: CENTRE - inward * 12, anchor: inward > 0 ? 'end' : 'start' } as const;
  return {
    path: `<path class="arrow ${FATE[fate].style}" d="${taken}L${target} ${y}"/>${tip(target, y, inward, slope, FATE[fate].style)}<circle cx="${CENTRE}" cy="${hub}" r="5" class="bad"/>`,
    segment: { start: { x: CENTRE, y: hub }, end: { x: target, y } },
    words: [[{ ...label, y: hub - 1, text: 'attacker', tone: 'bad' }], [{ ...label, y: hub + 14, text: `${fate} ${keyIds}`, tone: 'ink' }]],
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
