import { bits, input, module, mux, output } from '../hdl-gen/index.ts';
import { FrameStream } from './frame-stream.ts';

/** Two streams of frames onto one wire: a frame is never interrupted, and between frames the first stream goes first. */
export const streamArbiter = module(
  'stream_arbiter',
  { first: input(FrameStream), second: input(FrameStream), out: output(FrameStream) },
  (io, m) => {
    const r = m.registers({ busy: bits(1), onSecond: bits(1) });
    const { takeSecond } = m.let({ takeSecond: mux(r.busy, r.onSecond, io.first.valid.not()) });
    io.out.valid.set(mux(takeSecond, io.second.valid, io.first.valid));
    io.out.data.set(mux(takeSecond, io.second.data, io.first.data));
    io.out.last.set(mux(takeSecond, io.second.last, io.first.last));
    io.first.ready.set(io.out.ready.and(takeSecond.not()));
    io.second.ready.set(io.out.ready.and(takeSecond));
    // once offered, a frame keeps the wire, taken or not: valid never drops
    m.when(io.out.valid, () => {
      r.onSecond.next(takeSecond);
      r.busy.next(io.out.ready.and(io.out.last).not());
    });
  },
  'Merges two streams of frames; the first one has priority between frames.',
);
