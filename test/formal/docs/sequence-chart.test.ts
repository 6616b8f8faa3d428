import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import type { Chart, FrameFate, FrameLine, Moment } from '../../../formal/docs/chart.ts';
import { counterexample } from '../../../formal/docs/counterexample.ts';
import { sequenceChartSvg } from '../../../formal/docs/sequence-chart.ts';
import { stateDiagramSvg } from '../../../formal/docs/state-diagram.ts';
import { NAIVE, SEAMLESS } from '../../../formal/explore/configurations.ts';

/** JsonML: name, attributes, children. */
type Node = readonly [string, Readonly<Record<string, string>>, ...(Node | string)[]];
const { parse } = createRequire(import.meta.url)('onml') as { readonly parse: (xml: string) => Node };

interface Box {
  readonly what: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Where texts and the circles of the steps are; letters are taken to be as wide as those of a common sans serif. */
function boxes([name, attributes, ...children]: Node): readonly Box[] {
  const number = (key: string, otherwise = 0): number => Number(attributes[key] ?? otherwise);
  if (name === 'circle') {
    const [x, y, r] = [number('cx'), number('cy'), number('r')];
    return [{ what: `circle at ${x} ${y}`, left: x - r, right: x + r, top: y - r, bottom: y + r }];
  }
  if (name === 'text') {
    const text = children
      .filter((child) => typeof child === 'string')
      .join('')
      .replace(/&#\d+;/g, "'");
    const size = number('font-size', 13);
    const width = text.length * size * (attributes.class?.includes('mono') === true ? 0.6 : 0.53);
    const x = number('x') - ({ middle: width / 2, end: width }[attributes['text-anchor'] ?? 'start'] ?? 0);
    return [{ what: text, left: x, right: x + width, top: number('y') - 0.75 * size, bottom: number('y') + 0.1 * size }];
  }
  return children.flatMap((child) => (typeof child === 'string' ? [] : boxes(child)));
}

/** A number stands inside its circle; all else must be apart. */
function collisions(svg: string): readonly string[] {
  const all = boxes(parse(svg));
  const inside = (a: Box, b: Box): boolean => a.left >= b.left && a.right <= b.right && a.top >= b.top && a.bottom <= b.bottom;
  return all.flatMap((a, index) =>
    all
      .slice(index + 1)
      .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom && !inside(a, b) && !inside(b, a))
      .map((b) => `${a.what} / ${b.what}`),
  );
}

/** KeyIds that an arrow goes through, found by walking along it. */
function struck(svg: string): readonly string[] {
  const words = boxes(parse(svg)).filter(({ what }) => /\d\|\d \/ \d\|\d/.test(what));
  const arrows = [...svg.matchAll(/<path class="arrow [^"]*" d="M([-\d.]+) ([-\d.]+)L([-\d.]+) ([-\d.]+)/g)].map((match) =>
    match.slice(1).map(Number),
  );
  return arrows.flatMap(([x1 = 0, y1 = 0, x2 = 0, y2 = 0]) =>
    words
      .filter(({ left, right, top, bottom }) =>
        Array.from({ length: 501 }, (_, step) => [x1 + ((x2 - x1) * step) / 500, y1 + ((y2 - y1) * step) / 500] as const).some(
          ([x, y]) => x > left && x < right && y > top && y < bottom,
        ),
      )
      .map(({ what }) => `${what} by the line from ${x1} ${y1} to ${x2} ${y2}`),
  );
}

function beyond(svg: string): readonly Box[] {
  const [, { width, height }] = parse(svg);
  return boxes(parse(svg)).filter(
    ({ left, right, top, bottom }) => left < 0 || right > Number(width) || top < 0 || bottom > Number(height),
  );
}

const FATES: readonly FrameFate[] = ['delivered', 'late', 'lost', 'underWay', 'undecryptable', 'forged', 'replayed', 'reflected'];

const drawn = NAIVE.map((naive) => {
  const chart = counterexample(naive);
  return { id: naive.id, chart, svg: sequenceChartSvg(chart) };
});

describe('a chart', () => {
  it.each(drawn)('$id: nothing is written over anything else, or beyond the sheet', ({ svg }) => {
    expect(collisions(svg)).toEqual([]);
    expect(beyond(svg)).toEqual([]);
  });

  it.each(drawn)('$id: no line goes through what is written beside another, or beside itself', ({ svg }) => {
    expect(struck(svg)).toEqual([]);
  });

  it.each(drawn)('$id: the steps between the ticks are numbered from 1 on, none left out', ({ svg }) => {
    const numbers = [...new Set([...svg.matchAll(/class="number"[^>]*>(\d+)</g)].map(([, text]) => Number(text)))];
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(numbers.length).toBeGreaterThan(0);
  });

  it.each(drawn)('$id: ends with what is violated, in words', ({ svg, chart }) => {
    const texts = boxes(parse(svg)).map(({ what }) => what);
    expect(texts).toContain(chart.verdict[0]);
    expect(texts.join(' ')).toContain(chart.verdict[1]);
  });

  it('whatever becomes of a frame, it is drawn in its own way', () => {
    const moments = [0, 1].map(
      (step): Moment => ({ step, tick: step, sides: { initiator: { notes: [], slots: [] }, follower: { notes: [], slots: [] } } }),
    );
    const ways = FATES.map((fate) => {
      const from = fate === 'reflected' ? 'follower' : fate === 'forged' || fate === 'replayed' ? 'attacker' : 'initiator';
      const frame: FrameLine = {
        from,
        to: 'follower',
        keyIds: '',
        fate,
        sent: 0,
        arrives: fate === 'lost' || fate === 'underWay' ? undefined : 1,
      };
      const chart: Chart = { title: '', setting: '', moments, frames: [frame], verdict: ['', ''] };
      const svg = sequenceChartSvg(chart);
      return svg.split('\n').find((line) => line.includes('class="arrow'));
    });
    expect(new Set(ways).size).toBe(FATES.length);
  });

  it('the legend has room for every fate', () => {
    const frames = FATES.map((fate): FrameLine => ({ from: 'initiator', to: 'follower', keyIds: '', fate, sent: 0, arrives: undefined }));
    const svg = sequenceChartSvg({ title: '', setting: '', moments: [], frames, verdict: ['', ''] });
    expect(beyond(svg)).toEqual([]);
  });

  it('text of any kind is safe in it', () => {
    const title = `<"&'>`;
    const svg = sequenceChartSvg({ title, setting: '', moments: [], frames: [], verdict: ['', ''] });
    expect(svg).not.toContain(title);
    expect(() => parse(svg)).not.toThrow();
  });
});

describe('a counterexample', () => {
  const chartOf = (id: string): Chart => {
    const found = drawn.find((candidate) => candidate.id === id);
    if (found === undefined) throw new Error(`no counterexample ${id}`);
    return found.chart;
  };

  it('C1: the old frame of the follower, two ticks old, meets no key', () => {
    const { frames, moments } = chartOf('C1');
    const fatal = frames.filter(({ fate }) => fate === 'undecryptable');
    expect(fatal).toMatchObject([{ from: 'follower', to: 'initiator', keyIds: '0|0 / 0|1' }]);
    const tickOf = (moment = 0): number => moments.slice(0, moment + 1).findLast(({ tick }) => tick !== undefined)?.tick ?? 0;
    expect(tickOf(fatal[0]?.arrives) - tickOf(fatal[0]?.sent)).toBe(2);
  });

  it('C11: the attacker forges a frame that makes the initiator switch', () => {
    const { frames, moments } = chartOf('C11');
    const [forged] = frames.filter(({ from }) => from === 'attacker');
    expect(forged).toMatchObject({ to: 'initiator', fate: 'forged' });
    expect(moments[forged?.sent ?? 0]?.sides.initiator.notes).toContain('consumer switches to 0|1');
  });

  it("C17: the initiator gets its own announcement back, and takes it for the follower's", () => {
    const [reflected] = chartOf('C17').frames.filter(({ fate }) => fate === 'reflected');
    expect(reflected).toMatchObject({ from: 'initiator', to: 'initiator', keyIds: '0|0 / 0|1' });
  });

  it('every provider sends one frame a tick, and each is drawn', () => {
    // in C16 a switch sends one more, in C22 a new connection begins with one
    for (const { id, chart } of drawn.filter((one) => !['C16', 'C22'].includes(one.id))) {
      const ticks = chart.moments.filter(({ tick }) => tick !== undefined).length;
      const sent = new Set(chart.frames.filter(({ from }) => from !== 'attacker').map(({ from, sent: moment }) => `${from} ${moment}`));
      expect(sent.size, id).toBe(2 * ticks);
    }
  });

  it('there is none where every rule is kept', () => {
    for (const { config } of SEAMLESS.slice(0, 1))
      expect(() => counterexample({ id: 'C0', reading: 'as it is', config, breaks: 'S2' })).toThrow(/C0: nothing breaks/);
  });

  it('the state diagram is apart too', () => {
    expect(collisions(stateDiagramSvg())).toEqual([]);
  });
});
