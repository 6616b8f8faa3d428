import { bits, clockDomain, module, output } from '../../hdl-gen/index.ts';
import { gmii } from '../../hdl-gen/library/index.ts';
import { MAC_PORTS, macBetween } from './mac.ts';
import { receiveGmii } from './receive-gmii.ts';

/** The clock of the pins, 125 MHz: both directions have the same, so it comes from us. */
export const gmiiClock = clockDomain('gmii');

/**
 * A MAC for GMII, 8 bits at 125 MHz, 1 Gb/s, full duplex (IEEE 802.3, clauses 4 and 35); 10 and 100 Mb/s are not supported.
 * The other side takes its clocks for receiving and for sending from us, as the GEM of a Zynq does at its EMIO, of which the
 * TXD are our RXD. All pins are registered here. There are no bits that could be left over: `alignment` is never given. TX_ER
 * is 0: nothing that was begun has to be called back. Both domains must be reset together.
 */
export const gmiiMac = module(
  'gmii_mac',
  { ...MAC_PORTS, gmii: output(gmii, gmiiClock) },
  (io, m) => {
    const { receive, transmit } = macBetween(m, io, gmiiClock);
    m.in(gmiiClock, () => {
      const pins = m.instance('pins', receiveGmii);
      pins.rxd.set(io.gmii.rxd);
      pins.rxDv.set(io.gmii.rxDv);
      pins.rxEr.set(io.gmii.rxEr);
      m.connect(pins.octets, receive.octets);

      const r = m.registers({ txd: bits(8), txEn: bits(1) });
      transmit.advance.set(1);
      r.txd.next(transmit.octet);
      r.txEn.next(transmit.enable);
      io.gmii.txd.set(r.txd);
      io.gmii.txEn.set(r.txEn);
      io.gmii.txEr.set(0);
    });
  },
  'Ethernet MAC for GMII, 1 Gb/s.',
);
