/** What the MACs put on their transmitting pins. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { type Kind, MacBench, VARIANTS } from './mac-bench.ts';
import { asSent, carried, GAP_OCTETS, read, silence, withFcs } from './wire.ts';

const SEED = Number(process.env['MAC_SEED'] ?? Date.now() % 2 ** 31);
const KINDS: readonly Kind[] = ['rmii', 'gmii'];

describe.each(KINDS)('sending over %s', (kind) => {
  const { width, period: wire } = VARIANTS[kind];

  it.each([5, 8, 20, 31])('sends with preamble, padding and FCS what it is given: a system of %d ns', (period) => {
    const random = new Random(SEED);
    const bench = new MacBench(kind, { seed: SEED, period, jitter: 0.9 });
    const frames = [1, 2, 14, 58, 59, 60, 61, 1517, 1518, ...Array.from({ length: 8 }, () => 1 + random.below(100))].map((length) =>
      random.bytes(length),
    );
    bench.send(...frames);
    bench.run();
    const found = read(bench.sent, width);
    expect(
      found.map(({ octets }) => octets),
      `MAC_SEED=${SEED}`,
    ).toEqual(frames.map(asSent));
    for (const { gap } of found) expect(gap).toBeGreaterThanOrEqual(GAP_OCTETS);
    expect([bench.counts.sent, bench.counts.refused]).toEqual([frames.length, 0]);
  });

  it('leaves 96 bit times between frames that wait for each other, no more and no less', () => {
    const random = new Random(SEED);
    const bench = new MacBench(kind, { seed: SEED, period: wire / 2.5 });
    bench.send(...Array.from({ length: 12 }, () => random.bytes(60 + random.below(30))), random.bytes(1518), random.bytes(1518));
    bench.run();
    const gaps = read(bench.sent, width).map(({ gap }) => gap);
    expect(gaps).toHaveLength(14);
    // the second, behind a short one, and the last ones may not be whole yet when they could begin
    expect(gaps.slice(2, 12)).toEqual(Array.from({ length: 10 }, () => GAP_OCTETS));
  });

  it('begins a frame only when the whole of it is there, and never breaks it off', () => {
    const random = new Random(SEED);
    const bench = new MacBench(kind, { seed: SEED, period: 2 * wire, offers: 0.1 });
    const frames = Array.from({ length: 6 }, () => random.bytes(60 + random.below(120)));
    bench.send(...frames);
    bench.run();
    expect(read(bench.sent, width).map(({ octets }) => octets)).toEqual(frames.map(asSent));
  });

  it('drops a frame that is too long, whole, and sends what comes before and after it', () => {
    const random = new Random(SEED);
    const bench = new MacBench(kind, { seed: SEED });
    const frames = [1518, 1519, 60, 5000, 1520, 1518].map((length) => random.bytes(length));
    bench.send(...frames);
    bench.run();
    expect(read(bench.sent, width).map(({ octets }) => octets)).toEqual(frames.filter(({ length }) => length <= 1518).map(asSent));
    expect([bench.counts.sent, bench.counts.refused]).toEqual([3, 3]);
  });

  it('sends while it receives, each at full rate', () => {
    const random = new Random(SEED);
    const bench = new MacBench(kind, { seed: SEED, jitter: 0.5 });
    const [there, back] = [0, 1].map(() => Array.from({ length: 15 }, () => random.bytes(60 + random.below(100)))) as [
      Uint8Array[],
      Uint8Array[],
    ];
    bench.send(...there);
    for (const frame of back) bench.receive(carried(withFcs(frame), width), silence(GAP_OCTETS, width));
    bench.run();
    expect(
      read(bench.sent, width).map(({ octets }) => octets),
      `MAC_SEED=${SEED}`,
    ).toEqual(there.map(asSent));
    expect(bench.frames).toEqual(back);
  });
});
