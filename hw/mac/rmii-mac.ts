import { bits, cat, clockDomain, module, output, u } from '../../hdl-gen/index.ts';
import { rmii } from '../../hdl-gen/library/index.ts';
import { MAC_PORTS, macBetween } from './mac.ts';
import { receiveRmii } from './receive-rmii.ts';

/** REF_CLK, 50 MHz, of the PHY or of an oscillator for both. */
export const rmiiClock = clockDomain('ref');

/**
 * A MAC for RMII (RMII Consortium, revision 1.2), 100 Mb/s, full duplex; 10 Mb/s, where each dibit stands for ten cycles, is
 * not supported, so the PHY must not negotiate it. Where RX_ER of
 * the PHY is not wired it is 0, and what it would have said shows as a wrong FCS. All pins are registered at the rising edge of REF_CLK, in the pads. Both
 * domains must be reset together.
 */
export const rmiiMac = module(
  'rmii_mac',
  { ...MAC_PORTS, rmii: output(rmii, rmiiClock) },
  (io, m) => {
    const { receive, transmit } = macBetween(m, io, rmiiClock);
    m.in(rmiiClock, () => {
      const pins = m.instance('pins', receiveRmii);
      pins.rxd.set(io.rmii.rxd);
      pins.crsDv.set(io.rmii.crsDv);
      pins.rxEr.set(io.rmii.rxEr);
      m.connect(pins.octets, receive.octets);

      const inPad = { attributes: { IOB: true } };
      const r = m.registers({ place: bits(2), txd: bits(2, inPad), txEn: bits(1, inPad) });
      r.place.next(r.place.add(1));
      transmit.advance.set(r.place.eq(3));
      r.txd.next(transmit.octet.shr(cat(r.place, u(1, 0))).take(2));
      r.txEn.next(transmit.enable);
      io.rmii.txd.set(r.txd);
      io.rmii.txEn.set(r.txEn);
    });
  },
  'Ethernet MAC for RMII, 100 Mb/s.',
);
