/** What the MACs make of their receiving pins. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { EVENTS, type Event, type Kind, MacBench, RECEIVE_EVENTS, VARIANTS } from './mac-bench.ts';
import { carried, carrierGoneEarly, GAP_OCTETS, IDLE, type OnTheWire, type Pins, PREAMBLE, silence, symbolsOf, withFcs } from './wire.ts';

const SEED = Number(process.env['MAC_SEED'] ?? Date.now() % 2 ** 31);
const KINDS: readonly Kind[] = ['rmii', 'gmii'];
/** ns of the system's cycle: much faster than the wire, alike, slower by a little, and as slow as it may be. */
const PERIODS = { rmii: [8, 20, 20.01, 31], gmii: [5, 8, 8.01, 10] } as const;

const none = Object.fromEntries(EVENTS.map((event) => [event, 0])) as Record<Event, number>;
const frameOf = (length: number, random = new Random(SEED)): Uint8Array => random.bytes(length);
const gap = (kind: Kind): Pins[] => silence(GAP_OCTETS, VARIANTS[kind].width);

/** What became of `octets` on the wire, followed by a good frame that must pass. */
function fate(kind: Kind, octets: Uint8Array, how: OnTheWire = {}, change: (pins: Pins[]) => Pins[] = (pins) => pins) {
  const bench = new MacBench(kind, { seed: SEED });
  const { width } = bench;
  const next = frameOf(60, new Random(SEED + 1));
  bench.receive(change(carried(octets, width, how)), gap(kind), carried(withFcs(next), width), gap(kind));
  bench.run();
  const last = bench.frames.pop();
  expect(last, `the frame after it, MAC_SEED=${SEED}`).toEqual(next);
  return { frames: bench.frames, counts: { ...bench.counts, received: bench.counts.received - 1 } };
}

const passed = (frame: Uint8Array) => ({ frames: [frame], counts: { ...none, received: 1 } });
const dropped = (event?: Event) => ({ frames: [], counts: event === undefined ? none : { ...none, [event]: 1 } });

describe.each(KINDS)('receiving over %s', (kind) => {
  const { width } = VARIANTS[kind];
  const cycles = 8 / width;

  it.each(PERIODS[kind])('hands on what is on the wire, frame after frame at the least gap: a system of %d ns', (period) => {
    const random = new Random(SEED);
    const bench = new MacBench(kind, { period, seed: SEED, jitter: 0.9 });
    const frames = [60, 61, 62, 63, 64, 1517, 1518, ...Array.from({ length: 12 }, () => 60 + random.below(100))].map((length) =>
      random.bytes(length),
    );
    for (const frame of frames) bench.receive(carried(withFcs(frame), width), gap(kind));
    bench.run();
    expect(bench.frames, `MAC_SEED=${SEED}`).toEqual(frames);
    expect(bench.counts).toEqual({ ...none, received: frames.length });
  });

  it('drops a frame with one bit wrong, any of its FCS and one of each octet, and counts it once', () => {
    const random = new Random(SEED);
    const sent = withFcs(random.bytes(64));
    const bits = [
      ...Array.from({ length: 64 }, (_, octet) => 8 * octet + random.below(8)),
      ...Array.from({ length: 32 }, (_, bit) => 8 * 64 + bit),
    ];
    const bench = new MacBench(kind, { seed: SEED });
    for (const bit of bits) {
      const wrong = sent.map((octet, index) => (index === bit >> 3 ? octet ^ (1 << (bit & 7)) : octet));
      bench.receive(carried(wrong, width), gap(kind));
    }
    bench.run();
    expect({ frames: bench.frames, counts: bench.counts }, `MAC_SEED=${SEED}`).toEqual({
      frames: [],
      counts: { ...none, fcs_error: bits.length },
    });
  });

  it.each([0, 1, 3, 4, 5, 8, 14, 62, 63])('drops a frame of %d octets with FCS as a runt, right or not', (length) => {
    const whole = length < 4 ? new Uint8Array(length) : withFcs(frameOf(length - 4));
    expect(fate(kind, whole)).toEqual(dropped('runt'));
    expect(
      fate(
        kind,
        whole.map((octet) => octet ^ 0x10),
      ),
    ).toEqual(dropped('runt'));
  });

  it('takes 64 octets with FCS, and 1522', () => {
    for (const length of [64, 1522]) expect(fate(kind, withFcs(frameOf(length - 4)))).toEqual(passed(frameOf(length - 4)));
  });

  it.each([1523, 1524, 4096 + 64])('drops a frame of %d octets with FCS as too long', (length) => {
    expect(fate(kind, withFcs(frameOf(length - 4)))).toEqual(dropped('too_long'));
  });

  it('drops a frame in which the PHY saw an error: in its preamble, its first cycle, its last one', () => {
    const sent = withFcs(frameOf(60));
    for (const at of [-8 * cycles, -3, -1, 0, 1, 30 * cycles + 1, 64 * cycles - 2, 64 * cycles - 1])
      expect(fate(kind, sent, { errors: [at] }), `at cycle ${at}`).toEqual(dropped('receive_error'));
  });

  it('takes no error that comes between frames for one of a frame', () => {
    const error = { ...IDLE, error: true };
    const frame = frameOf(60);
    expect(fate(kind, withFcs(frame), {}, (pins) => [error, error, ...pins, error, error, error])).toEqual(passed(frame));
  });

  it('counts a frame with several faults once', () => {
    const short = frameOf(40);
    expect(fate(kind, short, { errors: [7] })).toEqual(dropped('runt'));
    expect(fate(kind, frameOf(1600), { errors: [7] })).toEqual(dropped('too_long'));
    expect(fate(kind, frameOf(100), { errors: [7] })).toEqual(dropped('receive_error'));
  });

  it('takes carrier without a start frame delimiter for no frame', () => {
    for (const preamble of [[], [0x55, 0x55, 0x55], [0x55, 0x55, 0xaa, 0xd5], [0x55, 0x45, 0xd5]])
      expect(
        fate(
          kind,
          Uint8Array.from({ length: 80 }, (_, index) => (index === 0 ? 0x0e : 0xd5)),
          { preamble },
        ),
      ).toEqual(dropped());
  });

  it('needs no more of the preamble than what the delimiter begins with', () => {
    for (let kept = 1; kept <= PREAMBLE.length; kept++)
      expect(fate(kind, withFcs(frameOf(60)), { preamble: PREAMBLE.slice(-kept) })).toEqual(passed(frameOf(60)));
  });

  it('drops frames whole, and counts them, while the system takes none', () => {
    const random = new Random(SEED);
    const bench = new MacBench(kind, { seed: SEED, takes: 0 });
    const frames = Array.from({ length: 12 }, () => random.bytes(600 + random.below(300)));
    for (const frame of frames) bench.receive(carried(withFcs(frame), width), gap(kind));
    bench.run();
    const { received, overflow } = bench.counts;
    expect(received + overflow).toBe(12);
    expect(received).toBeGreaterThanOrEqual(4);
    expect(overflow).toBeGreaterThanOrEqual(5);
    bench.takes = 1;
    bench.run();
    // what fitted before the first one that did not, and perhaps shorter ones after it
    expect(bench.frames).toHaveLength(received);
    expect(bench.frames.slice(0, 4)).toEqual(frames.slice(0, 4));
    for (const frame of bench.frames) expect(frames).toContainEqual(frame);
  });

  it('counts every one of a burst of frames that are nothing but a delimiter', () => {
    const bench = new MacBench(kind, { seed: SEED });
    for (let index = 0; index < 50; index++)
      bench.receive([...symbolsOf([0xd5], width).map((data) => ({ data, valid: true })), IDLE, IDLE]);
    bench.run();
    expect(bench.counts).toEqual({ ...none, runt: 50 });
  });

  it('keeps good frames and counts bad ones, in any mixture and at any pace of the system', () => {
    const random = new Random(SEED);
    const { period, takes } = { period: 6 + random.below(20) / 10, takes: 0.9 };
    const bench = new MacBench(kind, { seed: SEED, period, takes });
    const wanted: Uint8Array[] = [];
    const counts = { ...none };
    for (let index = 0; index < 50; index++) {
      const frame = random.bytes(60 + random.below(random.chance(0.1) ? 1459 : 80));
      const sent = withFcs(frame);
      const [event, pins] =
        [
          () => ['received', carried(sent, width)] as const,
          () =>
            [
              'fcs_error',
              carried(
                sent.map((octet, at) => (at === frame.length ? octet ^ 0x80 : octet)),
                width,
              ),
            ] as const,
          () => ['runt', carried(sent.subarray(0, random.below(64)), width)] as const,
          () => ['receive_error', carried(sent, width, { errors: [random.below(sent.length * cycles)] })] as const,
        ][Math.max(0, random.below(6) - 2)]?.() ?? expect.fail();
      if (event === 'received') wanted.push(frame);
      counts[event]++;
      bench.receive(pins, silence(GAP_OCTETS + random.below(4), width));
    }
    bench.run();
    expect(bench.counts, `MAC_SEED=${SEED}`).toEqual(counts);
    expect(bench.frames).toEqual(wanted);
    expect(RECEIVE_EVENTS.reduce((sum, event) => sum + bench.counts[event], 0)).toBe(50);
  });
});

describe('CRS_DV of RMII', () => {
  const frame = frameOf(77);
  const sent = withFcs(frame);

  it('carries data in the second dibit of a nibble when the carrier is gone before them', () => {
    for (const nibbles of [1, 2, 3, 4, 8, 17, 40])
      expect(fate('rmii', sent, {}, (pins) => carrierGoneEarly(pins, nibbles))).toEqual(passed(frame));
  });

  it('may rise long before there are data, in either place of a dibit', () => {
    for (const early of [1, 2, 3, 9, 30])
      expect(fate('rmii', sent, {}, (pins) => [...Array.from({ length: early }, () => ({ data: 0, valid: true })), ...pins])).toEqual(
        passed(frame),
      );
  });

  it('drops a frame with bits left over, even where its FCS is right without them', () => {
    for (const surplus of [[1], [2, 3], [0, 1, 2]]) expect(fate('rmii', sent, { surplus })).toEqual(dropped('alignment'));
    // an odd nibble after a carrier that was gone
    expect(fate('rmii', sent, { surplus: [1, 1] }, (pins) => carrierGoneEarly(pins, 5))).toEqual(dropped('alignment'));
  });

  it('takes nothing of a false carrier for a frame', () => {
    const falseCarrier = Array.from({ length: 400 }, (_, index) => ({ data: index < 5 ? 0 : 2, valid: true }));
    expect(fate('rmii', sent, {}, (pins) => [...falseCarrier, IDLE, IDLE, ...pins])).toEqual(passed(frame));
  });

  it('begins no frame in the rest of one that was cut off within a nibble', () => {
    // what goes on without a pause reads like a frame of its own
    const rest = carried(withFcs(frameOf(60)), 2);
    const cutOff = (pins: Pins[]) => [...pins.slice(0, -1), { data: 0, valid: false }, ...rest];
    expect(fate('rmii', sent, {}, cutOff)).toEqual(dropped('alignment'));
  });

  it('has no part of a frame in the cycles after it', () => {
    const error = { data: 0, valid: false, error: true };
    expect(fate('rmii', sent, {}, (pins) => [...carrierGoneEarly(pins, 4), error, error])).toEqual(passed(frame));
  });
});
