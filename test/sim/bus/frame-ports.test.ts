/** The frame models of the simulation on a wire of the hardware: what goes in comes out, with a gap between. */
import { describe, expect, it } from 'vitest';
import { bits, input, module, output, stream } from '../../../hdl-gen/index.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
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
const FRAMES = [Uint8Array.of(1, 2, 3, 4, 5), Uint8Array.of(6), Uint8Array.of(7, 8)];

interface Arrival {
  readonly frame: Uint8Array;
  readonly firstAt: number;
  readonly cycle: number;
}

function run(open: (cycle: number) => boolean, cycles: number) {
  const simulator = simulateWasm(lower(gate.elaborate()));
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

describe('frame source and sink', () => {
  it('carry frames of any length, octet by octet, each with its end, and say when the first and the last octet was taken', () => {
    const { arrivals, taken, idle } = run(() => true, 100);
    expect(arrivals.map(({ frame }) => frame)).toEqual(FRAMES);
    expect(taken).toEqual(arrivals.map(({ firstAt, cycle }) => ({ firstAt, cycle })));
    for (const { frame, firstAt, cycle } of arrivals) expect(cycle - firstAt).toBe(frame.length - 1);
    expect(idle).toBe(true);
  });

  it('keep the distance of two frames on a wire', () => {
    const { arrivals } = run(() => true, 100);
    const [first = 0, second = 0, third = 0] = arrivals.map(({ cycle }) => cycle);
    expect(first).toBe(4);
    // the gap, then as many cycles as the frame has octets
    expect(second - first).toBe(FRAME_GAP_OCTETS + 1);
    expect(third - second).toBe(FRAME_GAP_OCTETS + 2);
  });

  it('wait while the port is not ready, and lose nothing', () => {
    const { arrivals } = run((cycle) => cycle % 3 === 0, 300);
    expect(arrivals.map(({ frame }) => frame)).toEqual(FRAMES);
    const never = run(() => false, 50);
    expect(never.arrivals).toEqual([]);
    expect(never.idle).toBe(false);
  });
});
