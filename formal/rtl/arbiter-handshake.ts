/** The stream arbiter keeps a frame together and keeps what it offers, while its sources do. */
import { bool, input, module, output } from '../../hdl-gen/index.ts';
import { FrameStream } from '../../hw/frame-stream.ts';
import { streamArbiter } from '../../hw/stream-arbiter.ts';

export const arbiterHandshake = module(
  'arbiter_handshake',
  { first: input(FrameStream), second: input(FrameStream), out: output(FrameStream), fromSecond: output(bool) },
  (io, m) => {
    const arbiter = m.instance('arbiter', streamArbiter);
    m.connect(io.first, arbiter.first);
    m.connect(io.second, arbiter.second);
    m.connect(arbiter.out, io.out);
    io.fromSecond.set(io.second.fire);
    for (const [name, source] of [
      ['first', io.first],
      ['second', io.second],
    ] as const) {
      const waited = m.past(`${name}_waited`, source.valid.and(source.ready.not()));
      const data = m.past(`${name}_data`, source.data);
      const last = m.past(`${name}_last`, source.last);
      m.assume(`${name}_keeps_its_offer`, waited.not().or(source.valid.and(source.data.eq(data)).and(source.last.eq(last))));
    }
    const r = m.registers({ inFrame: bool, second: bool });
    m.when(io.out.fire, () => {
      r.inFrame.next(io.out.last.not());
      r.second.next(io.second.fire);
    });
    const waited = m.past('out_waited', io.out.valid.and(io.out.ready.not()));
    const data = m.past('out_data', io.out.data);
    m.assert('offer_stays', waited.not().or(io.out.valid.and(io.out.data.eq(data))));
    m.assert('one_source_at_a_time', io.first.fire.and(io.second.fire).not());
    m.assert('nothing_invented', io.out.fire.eq(io.first.fire.or(io.second.fire)));
    m.assert('frame_stays_whole', io.out.fire.and(r.inFrame).not().or(io.second.fire.eq(r.second)));
    m.cover('second_sends', io.second.fire.and(io.out.last));
  },
  'Handshake rules of the stream arbiter.',
);
