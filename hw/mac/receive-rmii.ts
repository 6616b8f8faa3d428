import { bits, bool, cat, input, module, mux, output } from '../../hdl-gen/index.ts';
import { assertOrder, OctetLane } from './octet-lane.ts';

/** The two values that preamble and start frame delimiter are made of: 01 01 01 … 01 11, bit 0 of each first. */
const PREAMBLE_DIBIT = 0b01;
const DELIMITER_DIBIT = 0b11;
/** Dibits of the delimiter before its last one: so much of the preamble must be there. */
const DELIMITER_PREAMBLE = 3;

/**
 * The receiving pins of RMII (RMII Consortium, revision 1.2, section 5) at 100 Mb/s as octets.
 *
 * CRS_DV is carrier sense and data valid in one. Where the carrier is gone before the data are, CRS_DV is 0 in the first
 * dibit of a nibble and 1 in the second one; so a nibble is valid when its second dibit is, and a frame ends with the first
 * nibble that has neither. A frame that ends with an odd nibble, or with CRS_DV 1 in the first dibit alone, is misaligned.
 *
 * Before the data RXD is 00, and 10 until the carrier is gone where it was a false one. CRS_DV may rise asynchronously:
 * two flip-flops follow, the first of them in the pad.
 */
export const receiveRmii = module(
  'receive_rmii',
  { rxd: input(bits(2)), crsDv: input(bool), rxEr: input(bool), octets: output(OctetLane) },
  (io, m) => {
    const inPad = { attributes: { IOB: true } };
    const r = m.registers({
      padData: bits(2, inPad),
      padCarrier: bits(1, inPad),
      padError: bits(1, inPad),
      data: bits(2),
      carrier: bits(1),
      error: bits(1),
      /** CRS_DV and RX_ER of the dibit before */
      carrierBefore: bits(1),
      errorBefore: bits(1),
      /** dibits of the preamble so far, as far as they matter */
      preamble: bits(2),
      earlyError: bits(1),
      /** the dibit of the octet */
      place: bits(2),
      /** the dibits of the octet before this one, the newest on top */
      earlier: bits(6),
    });
    r.padData.next(io.rxd);
    r.padCarrier.next(io.crsDv);
    r.padError.next(io.rxEr);
    r.data.next(r.padData);
    r.carrier.next(r.padCarrier);
    r.error.next(r.padError);
    r.carrierBefore.next(r.carrier);
    r.errorBefore.next(r.error);
    const { octet } = m.let({ octet: cat(r.data, r.earlier) });
    r.earlier.next(octet.bits(2, 6));

    const { enough } = m.let({ enough: r.preamble.eq(DELIMITER_PREAMBLE) });
    const { delimiter } = m.let({ delimiter: r.carrier.and(r.data.eq(DELIMITER_DIBIT)).and(enough) });
    const { secondOfNibble } = m.let({ secondOfNibble: r.place.bit(0) });
    const { over } = m.let({ over: secondOfNibble.and(r.carrier.not()) });
    const state = m.fsm('state', {
      reset: 'search',
      states: {
        search: (f) => {
          r.place.next(0);
          r.preamble.next(0);
          r.earlyError.next(r.carrier.and(delimiter.not()).and(r.earlyError.or(r.error)));
          m.when(delimiter, () => f.goto('frame')).elseWhen(r.carrier, () => {
            m.when(r.data.eq(PREAMBLE_DIBIT), () => r.preamble.next(mux(enough, r.preamble, r.preamble.add(1)))).elseWhen(
              r.data.or(r.preamble).any(),
              () => f.goto('skip'),
            );
          });
        },
        frame: (f) => {
          r.place.next(r.place.add(1));
          m.when(over, () => m.when(r.carrierBefore, () => f.goto('skip')).otherwise(() => f.goto('search')));
        },
        // until the carrier is gone, which a CRS_DV that toggles does not say
        skip: (f) => m.when(r.carrier.or(r.carrierBefore).not(), () => f.goto('search')),
      },
    });
    const { inFrame } = m.let({ inFrame: state.is('frame') });
    io.octets.begin.set(state.is('search').and(delimiter));
    io.octets.valid.set(inFrame.and(r.place.eq(3)).and(r.carrier));
    io.octets.octet.set(octet);
    io.octets.end.set(inFrame.and(over));
    io.octets.misaligned.set(r.place.bit(1).or(r.carrierBefore));
    // what comes with a nibble that is not valid is not of the frame
    const { nibbleError } = m.let({ nibbleError: secondOfNibble.and(r.carrier).and(r.error.or(r.errorBefore)) });
    io.octets.error.set(r.earlyError.or(inFrame.and(nibbleError)).or(inFrame.not().and(r.carrier).and(r.error)));
    assertOrder(m, io.octets, inFrame);
  },
  'The receiving pins of RMII as octets.',
);
