/**
 * The arbiter of frames keeps a frame together and prefers the first source. That it keeps what it offers while its sources
 * do, `prove` asks of every stream port.
 */
import { bits, bool, input, module, mux, output } from '../../hdl-gen/index.ts';
import { frameArbiter } from '../../hdl-gen/library/index.ts';
import { FrameStream } from '../../hw/frame-stream.ts';

export const arbiterHandshake = module(
  'arbiter_handshake',
  { first: input(FrameStream), second: input(FrameStream), out: output(FrameStream), fromSecond: output(bool) },
  (io, m) => {
    const arbiter = m.instance('arbiter', frameArbiter(FrameStream.payload));
    m.connect(io.first, arbiter.first);
    m.connect(io.second, arbiter.second);
    m.connect(arbiter.out, io.out);
    io.fromSecond.set(io.second.fire);

    const r = m.registers({ inFrame: bool, second: bool });
    m.when(io.out.fire, () => {
      r.inFrame.next(io.out.last.not());
      r.second.next(io.second.fire);
    });
    const waited = m.past('offer_waited', io.out.valid.and(io.out.ready.not()));
    m.assert('one_source_at_a_time', io.first.fire.and(io.second.fire).not());
    m.assert('nothing_invented', io.out.fire.eq(io.first.fire.or(io.second.fire)));
    for (const [name, source] of [
      ['first', io.first],
      ['second', io.second],
    ] as const) {
      m.assert(`nothing_changed_of_${name}`, source.fire.not().or(io.out.data.eq(source.data).and(io.out.last.eq(source.last))));
    }
    m.assert('frame_stays_whole', io.out.fire.and(r.inFrame).not().or(io.second.fire.eq(r.second)));
    const { free } = m.let({ free: r.inFrame.or(waited).not() });
    m.assert('first_goes_first', free.and(io.first.valid).and(io.out.fire).not().or(io.first.fire));
    m.assert('nobody_waits_for_nothing', io.out.ready.and(free).and(io.second.valid).and(io.first.valid.not()).not().or(io.second.fire));

    // what makes it hold for ever: busy from the first offer to the last octet, with the source of the frame
    const inside = m.observe('arbiter', { busy: bits(1), onSecond: bits(1) });
    m.assert('busy_in_a_frame', inside.busy.eq(r.inFrame.or(waited)));
    m.assert('with_its_source', r.inFrame.not().or(inside.onSecond.eq(r.second)));
    const offers = m.past('second_offers', io.second.valid.and(mux(inside.busy, inside.onSecond, io.first.valid.not())));
    m.assert('who_offers_keeps_the_wire', waited.not().or(inside.onSecond.eq(offers)));
    m.cover('offer_waits', waited);
    m.cover('second_sends', io.second.fire.and(io.out.last).and(r.inFrame));
    m.cover('first_after_second', m.past('second_ended', io.second.fire.and(io.out.last)).and(io.first.fire).and(io.first.last));
  },
  'Handshake rules of the arbiter of frames.',
);
