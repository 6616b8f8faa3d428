/** The frame models of the simulation on a wire of the hardware: what goes in comes out, with a gap between. */
import { describe, expect, it } from 'vitest';
import { bits, input, module, output, stream } from '../../../hdl-gen/index.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { interpret } from '../../../hdl-gen/sim/interpreter.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import type { Simulator } from '../../../hdl-gen/sim/simulator.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';
import { portOf } from '../../../sim/bus/axi-lite-master.ts';
import { FRAME_GAP_OCTETS, FrameSink, FrameSource } from '../../../sim/bus/frame-ports.ts';

const Frames = stream({ data: bits(8) });
/** A wire that can be closed. */
const gate = module('gate', { from: input(Frames), to: output(Frames), open: input(bits(1)) }, (io) => {
  io.to.data.set(io.from.data);
  io.to.last.set(io.from.last);
  io.to.valid.set(io.from.valid.and(io.open));
  io.from.ready.set(io.to.ready.and(io.open));
});
const netlist = lower(gate.elaborate());
const FRAMES = [Uint8Array.of(1, 2, 3, 4, 5), Uint8Array.of(6), Uint8Array.of(7, 8)];

interface Arrival {
  readonly frame: Uint8Array;
  readonly firstAt: number;
  readonly cycle: number;
}

function run(simulate: (of: typeof netlist) => Simulator, open: (cycle: number) => boolean, cycles: number) {
  const simulator = simulate(netlist);
  const source = new FrameSource(simulator, 'from');
  const arrivals: Arrival[] = [];
  const taken: { readonly firstAt: number; readonly cycle: number }[] = [];
  let cycle = 0;
  const sink = new FrameSink(simulator, 'to', (frame, firstAt) => arrivals.push({ frame, firstAt, cycle }));
  for (const frame of FRAMES) source.send(frame, (firstAt) => taken.push({ firstAt, cycle }));
  expect(source.idle).toBe(false);
  for (; cycle < cycles; cycle++) {
    portOf(simulator.inputs, 'open').value = open(cycle) ? 1 : 0;
    source.drive(cycle);
    simulator.step();
    source.sample(cycle);
    sink.sample(cycle);
  }
  return { arrivals, taken, idle: source.idle };
}

describe.each([
  ['interpreter', interpret],
  ['wasm', simulateWasm],
] as const)('frame source and sink on %s', (_, simulate) => {
  it('carry frames of any length, octet by octet, each with its end, and say when the first and the last octet was taken', () => {
    const { arrivals, taken, idle } = run(simulate, () => true, 100);
    expect(arrivals.map(({ frame }) => frame)).toEqual(FRAMES);
    expect(taken).toEqual(arrivals.map(({ firstAt, cycle }) => ({ firstAt, cycle })));
    for (const { frame, firstAt, cycle } of arrivals) expect(cycle - firstAt).toBe(frame.length - 1);
    expect(idle).toBe(true);
  });

  it('keep the distance of two frames on a wire', () => {
    const { arrivals } = run(simulate, () => true, 100);
    const [first = 0, second = 0, third = 0] = arrivals.map(({ cycle }) => cycle);
    expect(first).toBe(4);
    // the gap, then as many cycles as the frame has octets
    expect(second - first).toBe(FRAME_GAP_OCTETS + 1);
    expect(third - second).toBe(FRAME_GAP_OCTETS + 2);
  });

  it('wait while the port is not ready, and lose nothing', () => {
    const { arrivals } = run(simulate, (cycle) => cycle % 3 === 0, 300);
    expect(arrivals.map(({ frame }) => frame)).toEqual(FRAMES);
    const never = run(simulate, () => false, 50);
    expect(never.arrivals).toEqual([]);
    expect(never.idle).toBe(false);
  });
});

/** Frames through the gate, which opens and shuts by chance. @returns what came out and what was taken, with the cycles of both */
function seen(seed: number, simulator: Simulator, runTo: (cycles: number) => number) {
  const random = new Random(seed);
  const source = new FrameSource(simulator, 'from');
  const events: unknown[] = [];
  let last = 0;
  const sink = new FrameSink(simulator, 'to', (frame, firstAt) => events.push({ came: [...frame], firstAt, last }));
  for (let frame = 0; frame < 6; frame++)
    source.send(
      Uint8Array.from({ length: 1 + random.below(9) }, () => random.below(3)),
      (firstAt) => events.push({ taken: frame, firstAt, last }),
    );
  let cycle = 0;
  for (let stretch = 0; stretch < 60; stretch++) {
    portOf(simulator.inputs, 'open').value = random.below(2);
    for (const end = cycle + 1 + random.below(20); cycle < end; ) {
      source.drive(cycle);
      cycle += runTo(Math.min(end - cycle, source.quietFor(cycle)));
      last = cycle - 1;
      source.sample(last);
      sink.sample(last);
    }
  }
  return events;
}

it('moved by the simulation itself, frames come and go in the same cycles as octet by octet', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const [slow, fast] = [interpret(netlist), simulateWasm(netlist)];
    const expected = seen(seed, slow, () => {
      slow.step();
      return 1;
    });
    let calls = 0;
    const found = seen(seed, fast, (cycles) => {
      calls++;
      return fast.movers?.run(cycles) ?? 0;
    });
    expect({ seed, found }).toEqual({ seed, found: expected });
    expect(expected.length).toBe(12);
    expect(calls).toBeLessThan(fast.cycle / 2);
  }
});

it('octets that come while nothing in the design changes are counted all the same', () => {
  const simulator = simulateWasm(netlist);
  const sink = simulator.movers?.sink('to');
  const set = (name: string, value: number): void => {
    portOf(simulator.inputs, name).value = value;
  };
  for (const port of ['open', 'to_ready', 'from_valid']) set(port, 1);
  set('from_data', 7);
  expect(simulator.movers?.run(10)).toBe(10);
  expect(sink?.isDue).toBe(false);
  set('from_last', 1);
  expect(simulator.movers?.run(10)).toBe(1);
  expect(sink?.take()).toEqual(new Uint8Array(11).fill(7));
  expect(simulator.movers?.run(5000)).toBe(1);
});

it('frames longer than a mover keeps are refused, and a port is given away once', () => {
  const simulator = simulateWasm(netlist);
  const source = simulator.movers?.source('from');
  expect(() => source?.play(new Uint8Array(5000))).toThrow('a frame of 5000 octets for from, expected at most 4096');
  expect(simulator.movers?.source('from')).toBeUndefined();
  expect(simulator.movers?.sink('from')).toBeUndefined();
});

describe('what nothing is to be done in', () => {
  /** Source and sink on the wire, one cycle a call, where nothing moves octets for them; the sink wants a gap of 6. */
  function wire() {
    const simulator = interpret(netlist);
    const source = new FrameSource(simulator, 'from');
    const frames: Uint8Array[] = [];
    const sink = new FrameSink(simulator, 'to', (frame) => frames.push(frame), 6);
    let cycle = 0;
    const step = (open = true): { readonly source: boolean; readonly sink: boolean } => {
      portOf(simulator.inputs, 'open').value = open ? 1 : 0;
      source.drive(cycle);
      sink.drive(cycle);
      simulator.step();
      // it is asked for as the ports are behind the edge, before anybody has looked at them
      const ends = { source: source.endsFrame, sink: sink.endsFrame };
      source.sample(cycle);
      sink.sample(cycle);
      cycle++;
      return ends;
    };
    return { source, sink, frames, step, now: () => cycle };
  }

  it('is for ever where no frame waits, and none while octets go', () => {
    const { source, sink, step } = wire();
    expect([source.quietFor(0), sink.quietFor(0)]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    source.send(Uint8Array.of(1, 2, 3));
    expect(source.quietFor(0)).toBe(1);
    expect(step(false)).toEqual({ source: false, sink: false });
    // until the port is ready
    expect(source.quietFor(1)).toBe(Number.POSITIVE_INFINITY);
    expect(step()).toEqual({ source: false, sink: false });
    expect([source.quietFor(2), sink.quietFor(2)]).toEqual([1, 1]);
    expect(step()).toEqual({ source: false, sink: false });
    expect(step()).toEqual({ source: true, sink: true });
    expect(step()).toEqual({ source: false, sink: false });
  });

  it('is the gap behind a frame: 24 octets of the source, what was asked for of the sink', () => {
    const { source, sink, step, now, frames } = wire();
    for (const frame of [Uint8Array.of(1), Uint8Array.of(2)]) source.send(frame);
    expect(step()).toEqual({ source: true, sink: true });
    step();
    // the frame was taken in cycle 0
    expect(now()).toBe(2);
    expect([source.quietFor(2), sink.quietFor(2)]).toEqual([1 + FRAME_GAP_OCTETS - 2, 7 - 2]);
    expect([source.quietFor(7), sink.quietFor(7)]).toEqual([1 + FRAME_GAP_OCTETS - 7, Number.POSITIVE_INFINITY]);
    while (now() < FRAME_GAP_OCTETS + 1) expect(step()).toEqual({ source: false, sink: false });
    expect(source.quietFor(now())).toBe(1);
    expect(step()).toEqual({ source: true, sink: true });
    expect(frames).toEqual([Uint8Array.of(1), Uint8Array.of(2)]);
    expect(source.quietFor(now())).toBe(Number.POSITIVE_INFINITY);
  });

  it('a sink takes nothing in its gap, and a source that tells nobody sends all the same', () => {
    const { source, sink, frames, step } = wire();
    source.send(Uint8Array.of(1));
    source.send(Uint8Array.of(2));
    for (let cycle = 0; cycle < 60; cycle++) step(cycle === 0 || cycle > 24);
    expect(frames).toHaveLength(2);
    // and nothing is offered any more
    expect(sink.quietFor(60)).toBe(Number.POSITIVE_INFINITY);
  });
});
