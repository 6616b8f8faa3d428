import { bits, bool, input, module, output } from '../../hdl-gen/index.ts';
import { PREAMBLE, START_DELIMITER } from './ethernet-frame.ts';
import { assertOrder, OctetLane } from './octet-lane.ts';

/**
 * The receiving pins of GMII (IEEE 802.3, 35.2.2) as octets. A PHY may shorten the preamble (35.2.3.2.2), so any number of its
 * octets will do, or none; anything else before the delimiter is no frame.
 */
export const receiveGmii = module(
  'receive_gmii',
  { rxd: input(bits(8)), rxDv: input(bool), rxEr: input(bool), octets: output(OctetLane) },
  (io, m) => {
    const r = m.registers({ data: bits(8), valid: bits(1), error: bits(1), earlyError: bits(1) });
    r.data.next(io.rxd);
    r.valid.next(io.rxDv);
    r.error.next(io.rxEr);
    const { begin } = m.let({ begin: r.valid.and(r.data.eq(START_DELIMITER)) });
    const state = m.fsm('state', {
      reset: 'search',
      states: {
        search: (f) => {
          r.earlyError.next(r.valid.and(begin.not()).and(r.earlyError.or(r.error)));
          m.when(begin, () => f.goto('frame')).elseWhen(r.valid.and(r.data.ne(PREAMBLE)), () => f.goto('skip'));
        },
        frame: (f) => m.when(r.valid.not(), () => f.goto('search')),
        skip: (f) => m.when(r.valid.not(), () => f.goto('search')),
      },
    });
    io.octets.begin.set(state.is('search').and(begin));
    io.octets.valid.set(state.is('frame').and(r.valid));
    io.octets.octet.set(r.data);
    io.octets.end.set(state.is('frame').and(r.valid.not()));
    io.octets.misaligned.set(0);
    io.octets.error.set(r.earlyError.or(r.valid.and(r.error)));
    assertOrder(m, io.octets, state.is('frame'));
  },
  'The receiving pins of GMII as octets.',
);
