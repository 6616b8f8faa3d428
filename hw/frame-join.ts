import { bits, input, module, mux, output } from '../hdl-gen/index.ts';
import { FrameStream } from './frame-stream.ts';

/**
 * Makes one frame of two parts: `front`, then `trailer`, each to its `last`. The trailer can come while the front leaves; once it
 * shows, it has to show to its end, or there is a gap on the wire.
 */
export const frameJoin = module(
  'frame_join',
  { front: input(FrameStream), trailer: input(FrameStream), out: output(FrameStream) },
  (io, m) => {
    const { trailing } = m.registers({ trailing: bits(1) });
    io.out.valid.set(mux(trailing, io.trailer.valid, io.front.valid));
    io.out.data.set(mux(trailing, io.trailer.data, io.front.data));
    io.out.last.set(trailing.and(io.trailer.last));
    io.front.ready.set(io.out.ready.and(trailing.not()));
    io.trailer.ready.set(io.out.ready.and(trailing));
    m.when(io.front.fire.and(io.front.last), () => trailing.next(1));
    m.when(io.trailer.fire.and(io.trailer.last), () => trailing.next(0));
  },
  'Joins the two parts of each frame.',
);
