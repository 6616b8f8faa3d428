import { bits, bool, cat, input, module, mux, output, u } from '../../hdl-gen/index.ts';
import { crc32, frameFifo } from '../../hdl-gen/library/index.ts';
import { FrameStream } from '../frame-stream.ts';
import { FCS_OCTETS, GAP_OCTETS, LONGEST_FRAME, PREAMBLE, PREAMBLE_OCTETS, SHORTEST_FRAME, START_DELIMITER } from './ethernet-frame.ts';

/** Octets of the store: two of the longest frame and more; one block of 36 kb. */
const STORE_OCTETS = 4096;
const LONGEST = LONGEST_FRAME - FCS_OCTETS;
const SHORTEST = SHORTEST_FRAME - FCS_OCTETS;

/**
 * Sends frames as IEEE 802.3 has them: preamble, start frame delimiter, the frame, octets of 0 up to the shortest one (4.2.3.3),
 * FCS, and a gap of 96 bit times before the next one. A frame begins when the whole of it is here, so that it can't run dry on
 * its way, whatever the clock that it comes from. One that is longer than 1518 octets without FCS is dropped whole.
 */
export const transmitFrame = module(
  'transmit_frame',
  {
    frames: input(FrameStream),
    /** an octet time ends with this cycle */
    advance: input(bool),
    /** what is on the wire during this octet time; 0 between frames */
    octet: output(bits(8)),
    enable: output(bool),
    /** a frame has left */
    sent: output(bool),
    /** a frame was too long, and is dropped */
    refused: output(bool),
  },
  (io, m) => {
    const { frames, advance } = io;
    const store = m.instance('store', frameFifo(FrameStream.payload, STORE_OCTETS));
    const crc = m.instance('crc', crc32(8));
    const r = m.registers({
      /** octets of the frame that comes in; stops at the longest one */
      stored: bits(11),
      /** octets of this part of the frame that were sent; in the frame it stops where no padding is due any more */
      count: bits(6),
      /** the octet to be sent, and `last`: memory and CRC together would take most of a cycle of 8 ns */
      head: bits(9),
      headValid: bits(1),
    });

    // ---- in
    const { tooLong } = m.let({ tooLong: r.stored.eq(LONGEST) });
    frames.ready.set(store.space.ne(0).or(tooLong));
    m.when(frames.fire, () => {
      m.when(frames.last, () => r.stored.next(0)).elseWhen(tooLong.not(), () => r.stored.next(r.stored.add(1)));
    });
    store.write.set(frames.fire.and(tooLong.not()));
    store.beat.set({ data: frames.data, last: frames.last });
    store.commit.set(frames.fire.and(frames.last).and(tooLong.not()));
    store.discard.set(frames.fire.and(frames.last).and(tooLong));
    io.refused.set(frames.fire.and(frames.last).and(tooLong));
    m.unused(store.level, crc.intact);

    // ---- out
    const { long } = m.let({ long: r.count.ge(SHORTEST - 1) });
    const { last } = m.let({ last: r.head.bit(8) });
    const step = (octets: number, then: () => void): void => {
      m.when(advance, () => {
        m.when(r.count.eq(octets - 1), () => {
          r.count.next(0);
          then();
        }).otherwise(() => r.count.next(r.count.add(1)));
      });
    };
    const state = m.fsm('state', {
      // a reset may have cut a frame off
      reset: 'gap',
      states: {
        idle: (f) => m.when(advance.and(r.headValid), () => f.goto('preamble')),
        preamble: (f) => step(PREAMBLE_OCTETS, () => f.goto('delimiter')),
        delimiter: (f) => m.when(advance, () => f.goto('frame')),
        frame: (f) => {
          m.when(advance, () => {
            m.when(long.not(), () => r.count.next(r.count.add(1)));
            m.when(last, () => {
              m.when(long, () => {
                r.count.next(0);
                f.goto('fcs');
              }).otherwise(() => f.goto('padding'));
            });
          });
        },
        padding: (f) => step(SHORTEST, () => f.goto('fcs')),
        fcs: (f) => step(FCS_OCTETS, () => f.goto('gap')),
        // the octet time that looks for the next frame is of the gap too
        gap: (f) => step(GAP_OCTETS - 1, () => f.goto('idle')),
      },
    });
    const inFrame = state.is('frame');
    const octet = mux(inFrame, r.head.take(8), u(8, 0));
    crc.first.set(state.is('delimiter'));
    crc.data.set(octet);
    crc.octets.set(advance.and(inFrame.or(state.is('padding'))));
    store.to.ready.set(r.headValid.not().or(advance.and(inFrame)));
    m.when(store.to.ready, () => {
      r.head.next(cat(store.to.last, store.to.data));
      r.headValid.next(store.to.valid);
    });
    io.octet.set(octet);
    m.when(state.is('preamble'), () => io.octet.set(PREAMBLE))
      .elseWhen(state.is('delimiter'), () => io.octet.set(START_DELIMITER))
      .elseWhen(state.is('fcs'), () => {
        m.switch(
          r.count.take(2),
          Object.fromEntries(Array.from({ length: FCS_OCTETS }, (_, index) => [index, () => io.octet.set(crc.fcs.byte(index))])),
        );
      });
    io.enable.set(state.is('idle').or(state.is('gap')).not());
    io.sent.set(advance.and(state.is('fcs')).and(r.count.eq(FCS_OCTETS - 1)));
    m.assert('never_runs_dry', inFrame.not().or(r.headValid));
    m.assert('store_never_spoils_a_frame', store.overflow.not());
  },
  'Frames onto the wire: preamble, padding, FCS and gap.',
);
