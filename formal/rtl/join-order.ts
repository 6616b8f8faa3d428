/** Of each frame the front leaves first and whole, then the trailer; nothing is invented, changed or held up. */
import { bits, input, module, mux, output } from '../../hdl-gen/index.ts';
import { frameJoin } from '../../hw/frame-join.ts';
import { FrameStream } from '../../hw/frame-stream.ts';

export const joinOrder = module(
  'join_order',
  { front: input(FrameStream), trailer: input(FrameStream), out: output(FrameStream) },
  (io, m) => {
    const join = m.instance('join', frameJoin);
    m.connect(io.front, join.front);
    m.connect(io.trailer, join.trailer);
    m.connect(join.out, io.out);

    const r = m.registers({ fronts: bits(1), trailers: bits(1) });
    const frontEnds = io.front.fire.and(io.front.last);
    const trailerEnds = io.trailer.fire.and(io.trailer.last);
    m.when(frontEnds, () => r.fronts.next(r.fronts.not()));
    m.when(trailerEnds, () => r.trailers.next(r.trailers.not()));
    const { between } = m.let({ between: r.fronts.ne(r.trailers) });
    m.assert('one_part_at_a_time', io.front.fire.and(io.trailer.fire).not());
    m.assert('a_trailer_behind_its_front_alone', io.trailer.fire.not().or(between).and(io.front.fire.not().or(between.not())));
    m.assert('nothing_invented', io.out.fire.eq(io.front.fire.or(io.trailer.fire)));
    m.assert('nothing_changed', io.out.fire.not().or(io.out.data.eq(mux(io.front.fire, io.front.data, io.trailer.data))));
    m.assert('ends_with_the_trailer', io.out.fire.not().or(io.out.last.eq(trailerEnds)));
    m.assert(
      'nothing_held_up',
      io.out.ready
        .and(mux(between, io.trailer.valid, io.front.valid))
        .not()
        .or(io.out.fire),
    );
    const inside = m.observe('join', { trailing: bits(1) });
    m.assert('as_it_thinks', inside.trailing.eq(between));
    m.cover('second_frame', m.past('ended', trailerEnds).and(io.front.fire));
  },
  'Order of the parts of a frame.',
);
