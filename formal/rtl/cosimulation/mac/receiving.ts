/** What the MACs make of their receiving pins. */
import { strict as assert } from 'node:assert';
import { Random } from '../../../../hdl-gen/sim/random.ts';
import { type BenchOptions, EVENTS, type Event, type Kind, type MacBench, RECEIVE_EVENTS, VARIANTS } from './mac-bench.ts';
import type { MacCheck, MacChecks } from './mac-check.ts';
import { carried, carrierGoneEarly, GAP_OCTETS, IDLE, type OnTheWire, type Pins, PREAMBLE, silence, symbolsOf, withFcs } from './wire.ts';

/** ns of the system's cycle: much faster than the wire, alike, slower by a little, and as slow as it may be. */
const PERIODS = { rmii: [8, 20, 20.01, 31], gmii: [5, 8, 8.01, 10] } as const;

const none = Object.fromEntries(EVENTS.map((event) => [event, 0])) as Record<Event, number>;
const gap = (kind: Kind): Pins[] => silence(GAP_OCTETS, VARIANTS[kind].width);

/** What became of the octets on the wire. */
interface Fate {
  readonly frames: readonly Uint8Array[];
  readonly counts: Readonly<Record<Event, number>>;
}

const passed = (frame: Uint8Array): Fate => ({ frames: [frame], counts: { ...none, received: 1 } });
const dropped = (event?: Event): Fate => ({ frames: [], counts: event === undefined ? none : { ...none, [event]: 1 } });

/** Octets on the wire, followed by a good frame that must pass. */
class Wire {
  readonly #kind: Kind;
  readonly #open: (options?: BenchOptions) => MacBench;
  readonly #seed: number;

  constructor(kind: Kind, open: (options?: BenchOptions) => MacBench, seed: number) {
    this.#kind = kind;
    this.#open = open;
    this.#seed = seed;
  }

  /** The same octets each time. */
  frame(length: number): Uint8Array {
    return new Random(this.#seed).bytes(length);
  }

  requireFate(octets: Uint8Array, expected: Fate, how: OnTheWire = {}, change: (pins: Pins[]) => Pins[] = (pins) => pins): void {
    const bench = this.#open({ seed: this.#seed });
    const { width } = bench;
    const next = new Random(this.#seed + 1).bytes(60);
    bench.receive(change(carried(octets, width, how)), gap(this.#kind), carried(withFcs(next), width), gap(this.#kind));
    bench.run();
    assert.deepEqual(bench.frames.pop(), next, 'the frame after it');
    assert.deepEqual({ frames: bench.frames, counts: { ...bench.counts, received: bench.counts.received - 1 } }, expected);
  }
}

/** A check of what becomes of single frames. */
function fates(kind: Kind, claim: string, run: (wire: Wire) => void): MacCheck {
  return { claim, run: (open, seed) => run(new Wire(kind, open, seed)) };
}

export const receiving: MacChecks = (kind) => {
  const { width } = VARIANTS[kind];
  const cycles = 8 / width;
  return [
    ...PERIODS[kind].map(
      (period): MacCheck => ({
        claim: `hands on what is on the wire, frame after frame at the least gap: a system of ${period} ns`,
        run: (open, seed) => {
          const random = new Random(seed);
          const bench = open({ period, seed, jitter: 0.9 });
          const frames = [60, 61, 62, 63, 64, 1517, 1518, ...Array.from({ length: 12 }, () => 60 + random.below(100))].map((length) =>
            random.bytes(length),
          );
          for (const frame of frames) bench.receive(carried(withFcs(frame), width), gap(kind));
          bench.run();
          assert.deepEqual(bench.frames, frames);
          assert.deepEqual(bench.counts, { ...none, received: frames.length });
        },
      }),
    ),
    {
      claim: 'drops a frame with one bit wrong, any of its FCS and one of each octet, and counts it once',
      run: (open, seed) => {
        const random = new Random(seed);
        const sent = withFcs(random.bytes(64));
        const bits = [
          ...Array.from({ length: 64 }, (_, octet) => 8 * octet + random.below(8)),
          ...Array.from({ length: 32 }, (_, bit) => 8 * 64 + bit),
        ];
        const bench = open({ seed });
        for (const bit of bits) {
          const wrong = sent.map((octet, index) => (index === bit >> 3 ? octet ^ (1 << (bit & 7)) : octet));
          bench.receive(carried(wrong, width), gap(kind));
        }
        bench.run();
        assert.deepEqual({ frames: bench.frames, counts: bench.counts }, { frames: [], counts: { ...none, fcs_error: bits.length } });
      },
    },
    fates(kind, 'drops a frame that is shorter than 64 octets with FCS as a runt, right or not', (wire) => {
      for (const length of [0, 1, 3, 4, 5, 8, 14, 62, 63]) {
        const whole = length < 4 ? new Uint8Array(length) : withFcs(wire.frame(length - 4));
        wire.requireFate(whole, dropped('runt'));
        wire.requireFate(
          whole.map((octet) => octet ^ 0x10),
          dropped('runt'),
        );
      }
    }),
    fates(kind, 'takes 64 octets with FCS, and 1522', (wire) => {
      for (const length of [60, 1518]) wire.requireFate(withFcs(wire.frame(length)), passed(wire.frame(length)));
    }),
    fates(kind, 'drops a frame of more than 1522 octets with FCS as too long', (wire) => {
      for (const length of [1523, 1524, 4096 + 64]) wire.requireFate(withFcs(wire.frame(length - 4)), dropped('too_long'));
    }),
    fates(kind, 'drops a frame in which the PHY saw an error: in its preamble, its first cycle, its last one', (wire) => {
      for (const at of [-8 * cycles, -3, -1, 0, 1, 30 * cycles + 1, 64 * cycles - 2, 64 * cycles - 1])
        wire.requireFate(withFcs(wire.frame(60)), dropped('receive_error'), { errors: [at] });
    }),
    fates(kind, 'takes no error that comes between frames for one of a frame', (wire) => {
      const error = { ...IDLE, error: true };
      const frame = wire.frame(60);
      wire.requireFate(withFcs(frame), passed(frame), {}, (pins) => [error, error, ...pins, error, error, error]);
    }),
    fates(kind, 'counts a frame with several faults once', (wire) => {
      wire.requireFate(wire.frame(40), dropped('runt'), { errors: [7] });
      wire.requireFate(wire.frame(1600), dropped('too_long'), { errors: [7] });
      wire.requireFate(wire.frame(100), dropped('receive_error'), { errors: [7] });
    }),
    fates(kind, 'takes carrier without a start frame delimiter for no frame', (wire) => {
      const octets = Uint8Array.from({ length: 80 }, (_, index) => (index === 0 ? 0x0e : 0xd5));
      for (const preamble of [[], [0x55, 0x55, 0x55], [0x55, 0x55, 0xaa, 0xd5], [0x55, 0x45, 0xd5]])
        wire.requireFate(octets, dropped(), { preamble });
    }),
    fates(kind, 'needs no more of the preamble than what the delimiter begins with', (wire) => {
      const frame = wire.frame(60);
      for (let kept = 1; kept <= PREAMBLE.length; kept++)
        wire.requireFate(withFcs(frame), passed(frame), { preamble: PREAMBLE.slice(-kept) });
    }),
    {
      claim: 'drops frames whole, and counts them, while the system takes none',
      run: (open, seed) => {
        const random = new Random(seed);
        const bench = open({ seed, takes: 0 });
        const frames = Array.from({ length: 12 }, () => random.bytes(600 + random.below(300)));
        for (const frame of frames) bench.receive(carried(withFcs(frame), width), gap(kind));
        bench.run();
        const { received, overflow } = bench.counts;
        assert.equal(received + overflow, 12);
        assert.ok(received >= 4 && overflow >= 5, `${received} received, ${overflow} dropped`);
        bench.takes = 1;
        bench.run();
        // what fitted before the first one that did not, and perhaps shorter ones after it
        assert.equal(bench.frames.length, received);
        assert.deepEqual(bench.frames.slice(0, 4), frames.slice(0, 4));
        for (const frame of bench.frames)
          assert.ok(
            frames.some((one) => Buffer.compare(one, frame) === 0),
            'a frame that was sent',
          );
      },
    },
    {
      claim: 'counts every one of a burst of frames that are nothing but a delimiter',
      run: (open, seed) => {
        const bench = open({ seed });
        for (let index = 0; index < 50; index++)
          bench.receive([...symbolsOf([0xd5], width).map((data) => ({ data, valid: true })), IDLE, IDLE]);
        bench.run();
        assert.deepEqual(bench.counts, { ...none, runt: 50 });
      },
    },
    {
      claim: 'keeps good frames and counts bad ones, in any mixture and at any pace of the system',
      run: (open, seed) => {
        const random = new Random(seed);
        const bench = open({ seed, period: 6 + random.below(20) / 10, takes: 0.9 });
        const wanted: Uint8Array[] = [];
        const counts = { ...none };
        for (let index = 0; index < 50; index++) {
          const frame = random.bytes(60 + random.below(random.chance(0.1) ? 1459 : 80));
          const [event, pins] = onTheWire(random, frame, width);
          if (event === 'received') wanted.push(frame);
          counts[event]++;
          bench.receive(pins, silence(GAP_OCTETS + random.below(4), width));
        }
        bench.run();
        assert.deepEqual(bench.counts, counts);
        assert.deepEqual(bench.frames, wanted);
        assert.equal(
          RECEIVE_EVENTS.reduce((sum, event) => sum + bench.counts[event], 0),
          50,
        );
      },
    },
  ];
};

/** A frame as it is, or with a fault, and what is counted of it. */
function onTheWire(random: Random, frame: Uint8Array, width: 2 | 8): readonly [Event, Pins[]] {
  const sent = withFcs(frame);
  switch (Math.max(0, random.below(6) - 2)) {
    case 1: {
      const wrong = sent.map((octet, at) => (at === frame.length ? octet ^ 0x80 : octet));
      return ['fcs_error', carried(wrong, width)];
    }
    case 2:
      return ['runt', carried(sent.subarray(0, random.below(64)), width)];
    case 3:
      return ['receive_error', carried(sent, width, { errors: [random.below((sent.length * 8) / width)] })];
    default:
      return ['received', carried(sent, width)];
  }
}

/** CRS_DV, which is carrier and data in one (RMII 1.2, 5.2). */
export const CARRIER: readonly MacCheck[] = [
  fates('rmii', 'carries data in the second dibit of a nibble when the carrier is gone before them', (wire) => {
    for (const nibbles of [1, 2, 3, 4, 8, 17, 40])
      wire.requireFate(withFcs(wire.frame(77)), passed(wire.frame(77)), {}, (pins) => carrierGoneEarly(pins, nibbles));
  }),
  fates('rmii', 'may rise long before there are data, in either place of a dibit', (wire) => {
    for (const early of [1, 2, 3, 9, 30]) {
      const carrier = Array.from({ length: early }, () => ({ data: 0, valid: true }));
      wire.requireFate(withFcs(wire.frame(77)), passed(wire.frame(77)), {}, (pins) => [...carrier, ...pins]);
    }
  }),
  fates('rmii', 'drops a frame with bits left over, even where its FCS is right without them', (wire) => {
    const sent = withFcs(wire.frame(77));
    for (const surplus of [[1], [2, 3], [0, 1, 2]]) wire.requireFate(sent, dropped('alignment'), { surplus });
    // an error that comes with what is left over is not of the frame
    wire.requireFate(sent, dropped('alignment'), { surplus: [1], errors: [4 * sent.length] });
    // an odd nibble after a carrier that was gone
    wire.requireFate(sent, dropped('alignment'), { surplus: [1, 1] }, (pins) => carrierGoneEarly(pins, 5));
  }),
  fates('rmii', 'takes three dibits of preamble and a delimiter for the begin of a frame, and nothing less', (wire) => {
    const [preamble, delimiter, other] = [1, 3, 2].map((data): Pins => ({ data, valid: true })) as [Pins, Pins, Pins];
    for (const before of [
      [preamble, delimiter],
      [preamble, preamble, delimiter],
      [other, other, other, delimiter],
      [other, preamble, preamble, preamble, delimiter],
      [preamble, preamble, IDLE, IDLE, preamble, delimiter],
    ])
      wire.requireFate(withFcs(wire.frame(77)), dropped(), { preamble: [] }, (pins) => [...before, ...pins]);
  }),
  fates('rmii', 'takes nothing of a false carrier for a frame', (wire) => {
    const falseCarrier = Array.from({ length: 400 }, (_, index) => ({ data: index < 5 ? 0 : 2, valid: true }));
    wire.requireFate(withFcs(wire.frame(77)), passed(wire.frame(77)), {}, (pins) => [...falseCarrier, IDLE, IDLE, ...pins]);
  }),
  fates('rmii', 'begins no frame in the rest of one that was cut off within a nibble', (wire) => {
    // what goes on without a pause reads like a frame of its own
    const rest = carried(withFcs(wire.frame(60)), 2);
    const cutOff = (pins: Pins[]) => [...pins.slice(0, -1), { data: 0, valid: false }, ...rest];
    wire.requireFate(withFcs(wire.frame(77)), dropped('alignment'), {}, cutOff);
  }),
  fates('rmii', 'has no part of a frame in the cycles after it', (wire) => {
    const error = { data: 0, valid: false, error: true };
    wire.requireFate(withFcs(wire.frame(77)), passed(wire.frame(77)), {}, (pins) => [...carrierGoneEarly(pins, 4), error, error]);
  }),
];
