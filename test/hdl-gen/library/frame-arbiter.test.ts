import { expect, it } from 'vitest';
import { bits } from '../../../hdl-gen/index.ts';
import { frameArbiter } from '../../../hdl-gen/library/frame-arbiter.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { out, set } from '../sim/contract.ts';
import { replay, SEED, SIMULATORS, started } from './stream-bench.ts';

const SOURCES = ['first', 'second'] as const;
const FRAMES = 40;
/** Octets of frame `number` of either source: its source, and which octet it is. */
const lengthOf = (number: number): number => 1 + ((number * 7) % 5);

interface Taken {
  readonly source: (typeof SOURCES)[number];
  readonly data: number;
  readonly last: number;
  /** whether the first source offered its frame in that cycle */
  readonly firstOffered: boolean;
}

/** All frames of both sources through the arbiter, with pauses of everybody. */
function pass(start: (typeof SIMULATORS)[number]['start'], takes: number): readonly Taken[] {
  const sim = started(frameArbiter({ data: bits(8) }), start);
  const random = new Random(SEED);
  const state = { first: { frame: 0, octet: 0, offered: false }, second: { frame: 0, octet: 0, offered: false } };
  const taken: Taken[] = [];
  for (let cycles = 0; SOURCES.some((source) => state[source].frame < FRAMES); cycles++) {
    expect(cycles, replay).toBeLessThan(20_000);
    for (const source of SOURCES) {
      const at = state[source];
      // what was offered stays offered
      at.offered ||= at.frame < FRAMES && random.chance(0.4);
      set(sim, `${source}_valid`, at.offered ? 1 : 0);
      set(sim, `${source}_data`, (source === 'first' ? 0 : 0x80) + at.octet);
      set(sim, `${source}_last`, at.octet === lengthOf(at.frame) - 1 ? 1 : 0);
    }
    const ready = random.chance(takes);
    set(sim, 'out_ready', ready ? 1 : 0);
    const fired = SOURCES.filter((source) => state[source].offered && out(sim, `${source}_ready`).value === 1);
    expect(fired.length, replay).toBe(ready && out(sim, 'out_valid').value === 1 ? 1 : 0);
    const firstOffered = state.first.offered;
    for (const source of fired) {
      const at = state[source];
      taken.push({ source, data: out(sim, 'out_data').value, last: out(sim, 'out_last').value, firstOffered });
      const isLast = at.octet === lengthOf(at.frame) - 1;
      Object.assign(at, { frame: at.frame + (isLast ? 1 : 0), octet: isLast ? 0 : at.octet + 1, offered: false });
    }
    sim.step();
  }
  return taken;
}

it.each(SIMULATORS.flatMap(({ simulator, start }) => [1, 0.5].map((takes) => ({ simulator, start, takes }))))(
  'an arbiter of frames, $simulator, taken $takes: hands on every frame whole, in the order of its source',
  ({ start, takes }) => {
    const taken = pass(start, takes);
    const frames: Taken[][] = [[]];
    for (const octet of taken) {
      frames.at(-1)?.push(octet);
      if (octet.last === 1) frames.push([]);
    }
    expect(frames.pop(), replay).toEqual([]);
    const number = { first: 0, second: 0 };
    for (const frame of frames) {
      const source = frame[0]?.source ?? expect.fail(replay);
      const octets = Array.from({ length: lengthOf(number[source]++) }, (_, octet) => (source === 'first' ? 0 : 0x80) + octet);
      expect(
        frame.map(({ data }) => data),
        replay,
      ).toEqual(octets);
    }
    expect(number).toEqual({ first: FRAMES, second: FRAMES });
  },
);

it.each(SIMULATORS)('an arbiter of frames, $simulator: the first source goes first between frames', ({ start }) => {
  const sim = started(frameArbiter({ data: bits(8) }), start);
  const offers = (first: number, second: number, ready: number): string => {
    for (const [port, value] of Object.entries({
      first_valid: first,
      second_valid: second,
      first_last: 1,
      second_last: 0,
      out_ready: ready,
    }))
      set(sim, port, value);
    const now = `${out(sim, 'first_ready').value}${out(sim, 'second_ready').value}`;
    sim.step();
    return now;
  };
  // both offer: the first; the second alone begins, and keeps the way until its last octet, whoever offers
  expect([offers(1, 1, 1), offers(0, 1, 1), offers(1, 1, 1), offers(1, 0, 1)]).toEqual(['10', '01', '01', '01']);
  set(sim, 'second_last', 1);
  set(sim, 'second_valid', 1);
  expect(out(sim, 'second_ready').value).toBe(1);
  sim.step();
  expect(offers(1, 1, 1)).toBe('10');
});

it.each(SIMULATORS)('an arbiter of frames, $simulator: what waits stays offered', ({ start }) => {
  const sim = started(frameArbiter({ data: bits(8) }), start);
  set(sim, 'second_valid', 1);
  set(sim, 'second_data', 0x55);
  sim.step();
  set(sim, 'first_valid', 1);
  expect([out(sim, 'out_valid').value, out(sim, 'out_data').value]).toEqual([1, 0x55]);
});
