/** What the MACs put on their transmitting pins. */
import { strict as assert } from 'node:assert';
import { Random } from '../../../../hdl-gen/sim/random.ts';
import { VARIANTS } from './mac-bench.ts';
import type { MacCheck, MacChecks } from './mac-check.ts';
import { asSent, carried, GAP_OCTETS, read, silence, withFcs } from './wire.ts';

export const sending: MacChecks = (kind) => {
  const { width, period: wire } = VARIANTS[kind];
  return [
    ...[5, 8, 20, 31].map(
      (period): MacCheck => ({
        claim: `sends with preamble, padding and FCS what it is given: a system of ${period} ns`,
        run: (open, seed) => {
          const random = new Random(seed);
          const bench = open({ seed, period, jitter: 0.9 });
          const frames = [1, 2, 14, 58, 59, 60, 61, 1517, 1518, ...Array.from({ length: 8 }, () => 1 + random.below(100))].map((length) =>
            random.bytes(length),
          );
          bench.send(...frames);
          bench.run();
          const found = read(bench.sent, width);
          assert.deepEqual(
            found.map(({ octets }) => octets),
            frames.map(asSent),
          );
          for (const { gap } of found) assert.ok(gap >= GAP_OCTETS, `a gap of ${gap} octets`);
          assert.deepEqual([bench.counts.sent, bench.counts.refused], [frames.length, 0]);
        },
      }),
    ),
    {
      claim: 'leaves 96 bit times between frames that wait for each other, no more and no less',
      run: (open, seed) => {
        const random = new Random(seed);
        const bench = open({ seed, period: wire / 2.5 });
        bench.send(...Array.from({ length: 12 }, () => random.bytes(60 + random.below(30))), random.bytes(1518), random.bytes(1518));
        bench.run();
        const gaps = read(bench.sent, width).map(({ gap }) => gap);
        assert.equal(gaps.length, 14);
        // the second, behind a short one, and the last ones may not be whole yet when they could begin
        assert.deepEqual(
          gaps.slice(2, 12),
          Array.from({ length: 10 }, () => GAP_OCTETS),
        );
      },
    },
    {
      claim: 'begins a frame only when the whole of it is there, and never breaks it off',
      run: (open, seed) => {
        const random = new Random(seed);
        const bench = open({ seed, period: 2 * wire, offers: 0.1 });
        const frames = Array.from({ length: 6 }, () => random.bytes(60 + random.below(120)));
        bench.send(...frames);
        bench.run();
        assert.deepEqual(
          read(bench.sent, width).map(({ octets }) => octets),
          frames.map(asSent),
        );
      },
    },
    {
      claim: 'drops a frame that is too long, whole, and sends what comes before and after it',
      run: (open, seed) => {
        const random = new Random(seed);
        const bench = open({ seed });
        const frames = [1518, 1519, 60, 5000, 1520, 1518].map((length) => random.bytes(length));
        bench.send(...frames);
        bench.run();
        assert.deepEqual(
          read(bench.sent, width).map(({ octets }) => octets),
          frames.filter(({ length }) => length <= 1518).map(asSent),
        );
        assert.deepEqual([bench.counts.sent, bench.counts.refused], [3, 3]);
      },
    },
    {
      claim: 'has the system wait while its store is full, and loses nothing',
      run: (open, seed) => {
        const random = new Random(seed);
        const bench = open({ seed, period: wire / 4 });
        const frames = Array.from({ length: 6 }, () => random.bytes(1518));
        bench.send(...frames);
        bench.run();
        assert.deepEqual(
          read(bench.sent, width).map(({ octets }) => octets),
          frames.map(asSent),
        );
      },
    },
    {
      claim: 'sends while it receives, each at full rate',
      run: (open, seed) => {
        const random = new Random(seed);
        const bench = open({ seed, jitter: 0.5 });
        const [there = [], back = []] = [0, 1].map(() => Array.from({ length: 15 }, () => random.bytes(60 + random.below(100))));
        bench.send(...there);
        for (const frame of back) bench.receive(carried(withFcs(frame), width), silence(GAP_OCTETS, width));
        bench.run();
        assert.deepEqual(
          read(bench.sent, width).map(({ octets }) => octets),
          there.map(asSent),
        );
        assert.deepEqual(bench.frames, back);
      },
    },
  ];
};
