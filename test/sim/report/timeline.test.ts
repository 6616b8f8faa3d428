/** The picture of a rekey: where everything stands in it, by a run whose window is 10 ns a pixel from 0 on. */
import { describe, expect, it } from 'vitest';
import type { FrameRecord } from '../../../sim/report/result.ts';
import { timelineSvg } from '../../../sim/report/timeline.ts';
import { frameOf, REKEY, resultOf } from './results.ts';

/** The last step is 100 cycles behind the announcement; with 12 % before it and 5 % behind these are the 928 pixels between the margins. */
const CYCLE_NS = 9280 / 117;
const ANNOUNCED = 0.12 * (100 * CYCLE_NS);
const steps = {
  followerInstalled: 10,
  initiatorProviderSwitch: 20,
  followerSwitch: 30,
  initiatorConsumerSwitch: 40,
  followerTimeout: 100,
  initiatorTimeout: null,
};
const rekey = { ...REKEY, announcedAtNs: ANNOUNCED, steps };
const slot = (views: string, keyId: string | null) => ({ provider: views.charAt(0), consumer: views.charAt(1), keyId });
const lanes = {
  initiator: [
    { atNs: -500, slots: [slot('UU', null), slot('UU', null)] },
    { atNs: 100, slots: [slot('AA', '0|0'), slot('UU', null)] },
    { atNs: 2000, slots: [slot('AA', '0|0'), slot('PP', '0|1')] },
    { atNs: 3000, slots: [slot('UA', '0|0'), slot('AP', '0|1')] },
    { atNs: 3100, slots: [slot('UO', '0|0'), slot('AA', '0|1')] },
    { atNs: 9280, slots: [slot('UU', null), slot('AA', '0|1')] },
  ],
  follower: [{ atNs: 0, slots: [slot('AA', '0|0'), slot('UU', null)] }],
};
const run = resultOf({}, { cycleNs: CYCLE_NS, rekeys: [rekey], lanes, frames: [] });
/** Drawn anew by each test. */
const drawn = (): string => timelineSvg(run, 0);
const x = (ns: number): number => Math.round(1680 + ns) / 10;

/** Every element of a name, as it is written. */
const all = (name: string, text: string): readonly string[] => text.match(new RegExp(`<${name} [^>]*>`, 'g')) ?? [];

/** Opens and closes its elements in order. @returns what is wrong, or an empty string */
function unbalanced(xml: string): string {
  const open: string[] = [];
  for (const [tag, closes, name = '', closed] of xml.matchAll(/<(\/?)([a-zA-Z][\w-]*)(?:\s[^<>]*?)?(\/?)>/g)) {
    if (closes === '/') {
      const last = open.pop();
      if (last !== name) return `${tag} closes ${last ?? 'nothing'}`;
    } else if (closed !== '/') open.push(name);
  }
  return open.join(' ');
}

it('has room for two views of each slot of both peers, and for the network between them', () => {
  const svg = drawn();
  expect(svg).toContain(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1120 500" width="1120" height="500" role="img" aria-label="rekey 1: 0|0 to 0|1" font-family="system-ui, sans-serif" font-size="12">',
  );
  expect(svg).toContain('<rect width="1120" height="500" fill="#ffffff"/>');
  expect(svg).toContain('<text x="8" y="239" fill="#333">network</text>');
  // what began before the window is cut off
  expect(svg).toContain('<svg x="168" y="144" width="928" height="190" viewBox="168 144 928 190">');
  expect(svg.split('\n').at(-1)).toBe('</svg>');
  const four = { initiator: [{ atNs: 0, slots: [slot('AA', '0|0'), ...Array(3).fill(slot('UU', null))] }], follower: [] };
  expect(timelineSvg({ ...run, lanes: four }, 0)).toContain('viewBox="0 0 1120 692"');
  expect(timelineSvg({ ...run, lanes: { initiator: [], follower: [] } }, 0)).toContain('viewBox="0 0 1120 500"');
});

it('has a tick for each of at most 12 µs or what else is a round number, none outside of the window', () => {
  const svg = drawn();
  const ticks = svg.match(/<line [^>]*stroke="#eef0f2"\/><text [^>]*>[^<]*<\/text>/g) ?? [];
  expect(ticks).toEqual(
    Array.from(
      { length: 10 },
      (_, us) =>
        `<line x1="${x(1000 * us)}" y1="18" x2="${x(1000 * us)}" y2="460" stroke="#eef0f2"/><text x="${x(1000 * us)}" y="13" text-anchor="middle" fill="#666">${us} µs</text>`,
    ),
  );
  expect(svg.split('\n')[2]).toBe(ticks.join(''));
  const labels = (rekeyed: typeof rekey): readonly string[] =>
    [...timelineSvg({ ...run, rekeys: [rekeyed] }, 0).matchAll(/fill="#666">([^<]*) µs</g)].map(([, label = '']) => label);
  // 100 times as long, and later: 928 µs from 1 ms on
  const long = { ...rekey, announcedAtNs: 1e6 + 100 * ANNOUNCED, steps: { ...steps, followerTimeout: 10_000 } };
  expect(labels(long)).toEqual(['1000', '1100', '1200', '1300', '1400', '1500', '1600', '1700', '1800', '1900']);
  // 0.93 µs, and one of 93 ms, whose announcement is so early that nothing is before it
  expect(
    labels({
      ...rekey,
      announcedAtNs: ANNOUNCED / 10,
      steps: {
        ...steps,
        initiatorConsumerSwitch: 9,
        followerSwitch: 8,
        followerInstalled: 2,
        initiatorProviderSwitch: 4,
        followerTimeout: 10,
      },
    }),
  ).toEqual(['0', '0.5']);
  expect(labels({ ...rekey, announcedAtNs: 0, steps: { ...steps, followerTimeout: 1_000_000 } })).toEqual(
    Array.from({ length: 9 }, (_, index) => String(10_000 * index)),
  );
});

it('numbers the moments that make the rekey, and leaves out those that did not come', () => {
  const svg = drawn();
  const circles = [
    ...svg.matchAll(
      /<line x1="([\d.]+)" y1="32" x2="\1" y2="448" stroke="#999" stroke-dasharray="3 3"\/><circle cx="\1" cy="26" r="7" fill="#333"\/><text x="\1" y="30" text-anchor="middle" fill="#fff" font-size="10">(\d)<title>([^<]*)<\/title><\/text>/g,
    ),
  ];
  const at = (cycles: number): string => String(x(ANNOUNCED + cycles * CYCLE_NS));
  expect(circles.map(([, place, number, title]) => [place, number, title])).toEqual([
    [at(0), '1', 'announced'],
    [at(10), '2', 'follower ready'],
    [at(20), '3', 'initiator sends new key'],
    [at(30), '4', 'follower switched'],
    [at(40), '5', 'initiator switched'],
    [at(100), '6', 'old key gone'],
  ]);
  expect(svg.split('\n')[3]).toBe(circles.map(([whole]) => whole).join(''));
  const whole = timelineSvg({ ...run, rekeys: [{ ...rekey, steps: { ...steps, initiatorTimeout: 90 } }] }, 0);
  expect(whole).toContain('>7<title>old key gone</title>');
  expect(all('circle', whole)).toHaveLength(7);
});

describe('the slots', () => {
  const bar = (y: number, from: number, to: number, colour: string, title: string, label = ''): string =>
    `<rect x="${x(from)}" y="${y}" width="${(to - from) / 10}" height="20" fill="${colour}"><title>${title}</title></rect>${label}`;
  const text = (y: number, from: number, fill: string, words: string): string =>
    `<text x="${x(from) + 4}" y="${y + 14}" fill="${fill}">${words}</text>`;
  const [UNUSED, PENDING, ACTIVE, OBSOLETE] = ['#e6e8eb', '#f0e442', '#009e73', '#e69f00'] as const;

  it('stand below each other, each view a bar for each state, from the edge of the window on', () => {
    const svg = drawn();
    // a lane ends where the next one, or the network, begins
    const lane = (label: string): readonly string[] => {
      const lines = svg.split('\n');
      const from = lines.findIndex((line) => line.includes(`>${label}</text>`)) + 1;
      const to = lines.findIndex((line, index) => index >= from && !line.startsWith('<rect x='));
      return lines.slice(from, to);
    };
    expect(svg).toContain('<text x="8" y="48" font-weight="600" fill="#111">initiator</text>');
    expect(svg).toContain('<text x="8" y="356" font-weight="600" fill="#111">follower</text>');
    expect(svg).toContain('<text x="162" y="48" text-anchor="end" fill="#444">A provider</text>');
    expect(lane('A provider')).toEqual([
      bar(34, 0, 100, UNUSED, 'Unused '),
      bar(34, 100, 3000, ACTIVE, 'Active 0|0', text(34, 100, '#fff', '0|0 Active')),
      bar(34, 3000, 3100 + 6180, UNUSED, 'Unused 0|0'),
    ]);
    expect(svg).toContain('<text x="162" y="72" text-anchor="end" fill="#444">A consumer</text>');
    expect(lane('A consumer')).toEqual([
      bar(58, 0, 100, UNUSED, 'Unused '),
      bar(58, 100, 3100, ACTIVE, 'Active 0|0', text(58, 100, '#fff', '0|0 Active')),
      bar(58, 3100, 9280, OBSOLETE, 'Obsolete 0|0', text(58, 3100, '#222', '0|0 Obsolete')),
    ]);
    expect(lane('B provider')).toEqual([
      bar(82, 0, 2000, UNUSED, 'Unused '),
      bar(82, 2000, 3000, PENDING, 'Pending 0|1', text(82, 2000, '#222', '0|1 Pending')),
      bar(82, 3000, 9280, ACTIVE, 'Active 0|1', text(82, 3000, '#fff', '0|1 Active')),
    ]);
    expect(lane('B consumer').slice(1)).toEqual([
      bar(106, 2000, 3100, PENDING, 'Pending 0|1', text(106, 2000, '#222', '0|1 Pending')),
      bar(106, 3100, 9280, ACTIVE, 'Active 0|1', text(106, 3100, '#fff', '0|1 Active')),
    ]);
    expect(svg).toContain('<text x="162" y="428" text-anchor="end" fill="#444">B consumer</text>');
    expect(svg).not.toContain('>C ');
  });

  it('begin a new bar where the key is another one, and have no KeyId where there is no key', () => {
    const lane = (...moments: readonly (readonly [number, string, string | null])[]): string =>
      timelineSvg(
        { ...run, lanes: { initiator: [], follower: moments.map(([atNs, views, keyId]) => ({ atNs, slots: [slot(views, keyId)] })) } },
        0,
      );
    expect(lane([0, 'AA', '0|0'], [1000, 'AA', '0|0'], [2000, 'AA', '1|0'])).toContain(
      [
        bar(342, 0, 2000, ACTIVE, 'Active 0|0', text(342, 0, '#fff', '0|0 Active')),
        bar(342, 2000, 9280, ACTIVE, 'Active 1|0', text(342, 2000, '#fff', '1|0 Active')),
      ].join('\n'),
    );
    expect(lane([0, 'PP', null])).toContain(`${bar(342, 0, 9280, PENDING, 'Pending ')}\n`);
  });

  it('have the name of a state where there is room for it, the KeyId where there is for that, and are never too thin to be seen', () => {
    const barOf = (length: number): string => {
      const after = [
        { atNs: 1000, slots: [slot('AA', '0|0')] },
        { atNs: 1000 + length, slots: [slot('UU', null)] },
      ];
      return timelineSvg({ ...run, lanes: { initiator: [], follower: after } }, 0);
    };
    const label = /<text x="272" y="356" [^>]*>([^<]*)</;
    expect(label.exec(barOf(910))?.[1]).toBe('0|0 Active');
    expect(label.exec(barOf(900))?.[1]).toBe('0|0');
    expect(label.exec(barOf(280))?.[1]).toBe('0|0');
    expect(label.exec(barOf(270))).toBeNull();
    expect(barOf(3)).toContain('<rect x="268" y="342" width="0.5"');
    expect(barOf(7)).toContain('<rect x="268" y="342" width="0.7"');
  });
});

describe('the frames', () => {
  const [OLD, NEW, BAD] = ['#0072b2', '#cc79a7', '#d55e00'] as const;
  const picture = (...frames: readonly FrameRecord[]): string => timelineSvg({ ...run, frames }, 0);
  const frame = (fate: FrameRecord['fate'], changes: Partial<FrameRecord> = {}): FrameRecord =>
    frameOf(fate, { sentAtNs: 1000, ...(fate === 'lost' ? {} : { arrivedAtNs: 1500 }), ...changes });
  const arrow = (colour: string, title: string, width = 1.2, dash = ''): string =>
    `<g><title>${title}</title><line x1="268" y1="150" x2="318" y2="328" stroke="${colour}" stroke-width="${width}"${dash}/><path d="M318 328l-3.5 -7h7z" fill="${colour}"/></g>`;

  it('go from one peer to the other, those of the follower upwards', () => {
    expect(picture(frame('delivered'))).toContain(arrow(OLD, 'initiator to follower: current 0|0, next 0|0, delivered'));
    expect(picture(frame('delivered', { from: 'follower', to: 'initiator' }))).toContain(
      `<g><title>follower to initiator: current 0|0, next 0|0, delivered</title><line x1="268" y1="328" x2="318" y2="150" stroke="${OLD}" stroke-width="1.2"/><path d="M318 150l-3.5 7h7z" fill="${OLD}"/></g>`,
    );
  });

  it('have the colour of their key, thick where they announce another one', () => {
    expect(picture(frame('delivered', { nextKeyId: '0|1' }))).toContain(
      arrow(OLD, 'initiator to follower: current 0|0, next 0|1, delivered', 2.2),
    );
    const renewed = frame('delivered', { currentKeyId: '0|1', nextKeyId: '0|1' });
    expect(picture(renewed)).toContain(arrow(NEW, 'initiator to follower: current 0|1, next 0|1, delivered'));
    // on the wire an index is taken mod 4
    const wrapped = { ...rekey, fromKeyId: '5|6', toKeyId: '5|7' };
    const onWire = frame('delivered', { currentKeyId: '1|3', nextKeyId: '1|3' });
    expect(timelineSvg({ ...run, rekeys: [wrapped], frames: [onWire] }, 0)).toContain(
      arrow(NEW, 'initiator to follower: current 1|3, next 1|3, delivered'),
    );
  });

  it.each(['forged', 'flipped', 'replayed', 'reflected', 'swapped', 'old-key', 'crossed'] as const)('%s are an attack', (fate) => {
    expect(picture(frame(fate))).toContain(
      arrow(BAD, `initiator to follower: current 0|0, next 0|0, ${fate}`, 1.2, ' stroke-dasharray="5 3"'),
    );
  });

  it.each(['stale', 'duplicate'] as const)('%s are dropped', (fate) => {
    expect(picture(frame(fate))).toContain(
      arrow(OLD, `initiator to follower: current 0|0, next 0|0, ${fate}`, 1.2, ' stroke-dasharray="2 3"'),
    );
  });

  it('that nothing opens are wrong; those outside of an association are none of an attacker', () => {
    expect(picture(frame('undecryptable'))).toContain(arrow(BAD, 'initiator to follower: current 0|0, next 0|0, undecryptable'));
    expect(picture(frame('outside'))).toContain(arrow(OLD, 'initiator to follower: current 0|0, next 0|0, outside'));
  });

  it('that were lost end half way with a cross', () => {
    expect(picture(frame('lost'))).toContain(
      `<g><title>initiator to follower: current 0|0, next 0|0, lost</title><line x1="268" y1="150" x2="274" y2="239" stroke="${OLD}" stroke-width="1.2"/><path d="M270 235l8 8m0 -8l-8 8" stroke="#555555" stroke-width="1.6"/></g>`,
    );
  });

  it('are those that were on their way within the window, begun before it too', () => {
    const shown = (sentAtNs: number, arrivedAtNs: number | null): boolean =>
      picture(frame('delivered', { sentAtNs, arrivedAtNs })).includes('<g><title>');
    expect(shown(-2000, -1)).toBe(false);
    expect(shown(-2000, 0)).toBe(true);
    expect(shown(-1, null)).toBe(false);
    expect(shown(0, null)).toBe(true);
    expect(shown(9279.9, 9300)).toBe(true);
    expect(shown(9280.1, 9300)).toBe(false);
  });
});

it('says what its colours and lines mean, one beside the other', () => {
  const svg = drawn();
  const samples = [
    ...svg.matchAll(
      /<g transform="translate\(([\d.]+) 486\)">(<[^>]*>)<text x="20" y="0" fill="#333" font-size="11">([^<]*)<\/text><\/g>/g,
    ),
  ];
  const dashed = (colour: string, dash = ''): string => `<line x1="0" y1="-4" x2="15" y2="-4" stroke="${colour}" stroke-width="2"${dash}/>`;
  expect(samples.map(([, , sample, label]) => [label, sample])).toEqual([
    ...[
      ['Unused', '#e6e8eb'],
      ['Pending', '#f0e442'],
      ['Active', '#009e73'],
      ['Obsolete', '#e69f00'],
    ].map(([label, colour]) => [label, `<rect y="-10" width="14" height="12" fill="${colour}"/>`]),
    ['old key', dashed('#0072b2')],
    ['new key', dashed('#cc79a7')],
    ['attack', dashed('#d55e00', ' stroke-dasharray="5 3"')],
    ['dropped', dashed('#0072b2', ' stroke-dasharray="2 3"')],
    ['lost', '<path d="M3 -8l8 8m0 -8l-8 8" stroke="#555555" stroke-width="1.6"/>'],
  ]);
  const places = samples.map(([, place]) => Number(place));
  expect(places[0]).toBe(8);
  // a letter of 11 pixels is some 6 wide; before it there are 20 for the sample, and behind it a gap
  const widths = samples.map(([, , , label = '']) => 34 + 6.1 * label.length);
  for (const [index, place] of places.slice(1).entries()) expect(place - (places[index] ?? 0)).toBeCloseTo(widths[index] ?? 0, 6);
  const last = svg.split('\n').at(-2) ?? '';
  expect(last).toMatch(/^<g transform="translate\(8 486\)"><rect /);
  expect(last).toMatch(/<\/g><text x="8" y="466" fill="#333" font-size="11">1 announced · 2 follower has the key[^<]*<\/text>$/);
  expect(last.replace(/<g .*?<\/g>/g, '')).toMatch(/^<text [^>]*>[^<]*<\/text>$/);
});

it('opens and closes its elements in order', () => {
  const svg = drawn();
  expect(unbalanced(svg)).toBe('');
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
});

it('writes hostile names as text', () => {
  const hostile = timelineSvg(
    { ...run, rekeys: [{ ...rekey, toKeyId: '<b>"' }], frames: [frameOf('delivered', { currentKeyId: '<i>' })] },
    0,
  );
  expect(hostile).not.toContain('<b>');
  expect(hostile).not.toContain('<i>');
});

it('there is none of a rekey that did not happen', () => {
  expect(() => timelineSvg(run, 1)).toThrow(new RangeError('rekey 1 does not exist: there are 1'));
});
