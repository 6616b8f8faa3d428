/** What stands behind the page of a MAC: the MAC itself, its counters, and a reset for the clock of its wire. */
import {
  asynchronous,
  type Build,
  bits,
  bool,
  clockDomain,
  type Domain,
  defaultDomain,
  type Inside,
  inout,
  input,
  module,
  type Outside,
  output,
} from '../../hdl-gen/index.ts';
import { axiLite, gmii, resetSide, resetSynchroniser } from '../../hdl-gen/library/index.ts';
import { IOBUF } from '../../hdl-gen/library/xilinx/index.ts';
import { FrameStream } from '../../hw/frame-stream.ts';
import { gmiiClock, gmiiMac } from '../../hw/mac/gmii-mac.ts';
import type { MAC_PORTS } from '../../hw/mac/mac.ts';
import { macCounters } from '../../hw/mac/mac-counters.ts';
import { rmiiClock, rmiiMac } from '../../hw/mac/rmii-mac.ts';
import { MAC_COUNTERS } from '../../spec/mac-registers.ts';
import { ADDRESS_BITS } from '../../spec/registers.ts';

const PORTS = {
  rx: output(FrameStream),
  tx: input(FrameStream),
  sAxi: input(axiLite(ADDRESS_BITS)),
  /** active high: what also resets the system's side */
  request: input(bool, asynchronous),
} as const;

/** The frames of a MAC, and its registers. */
function join(m: Build, io: Inside<typeof PORTS>, mac: Outside<typeof MAC_PORTS>): void {
  m.connect(mac.rx, io.rx);
  m.connect(io.tx, mac.tx);
  const counters = m.instance('mac_counters', macCounters);
  m.connect(io.sAxi, counters.sAxi);
  for (const event of MAC_COUNTERS) counters[event].set(mac[event]);
}

/** The clock of a wire with a reset that comes together with the system's, and ends with that clock. */
function released(m: Build, clock: Domain, io: Inside<typeof PORTS>): Domain {
  const release = m.instance('wire_release', resetSynchroniser, new Map([[resetSide, clock]]));
  release.request.set(io.request);
  return m.resetBy(clock, release.reset, { reset: 'sync', active: 'high' });
}

/** 125 MHz, for both directions. */
export const gmiiPins = clockDomain('gmii', { reset: 'none' });

export const gmiiWire = module(
  'gmii_wire',
  { ...PORTS, gmii: output(gmii, gmiiPins) },
  (io, m) => {
    const domains = new Map([
      [gmiiClock, released(m, gmiiPins, io)],
      [defaultDomain, defaultDomain],
    ]);
    const mac = m.instance('mac', gmiiMac, domains);
    m.connect(mac.gmii, io.gmii);
    join(m, io, mac);
  },
  'A MAC for GMII and its registers.',
);

/** REF_CLK at its pin; the tools put its buffers there, as for every clock that comes in. */
export const rmiiPins = clockDomain('rmii', { clock: 'rmii_ref_clk', reset: 'none' });

/** A PHY on wires, but its reset and its management clock. */
export const RMII_WIRES = {
  rmiiTxd: output(bits(2), rmiiPins),
  rmiiTxEn: output(bool, rmiiPins),
  rmiiRxd: input(bits(2), rmiiPins),
  rmiiCrsDv: input(bool, rmiiPins),
  rmiiMdio: inout(bool),
} as const;

export const rmiiWire = module(
  'rmii_wire',
  {
    ...PORTS,
    ...RMII_WIRES,
    /** management data, whose pad is here: what the processor sends, whether it does not, and what it receives */
    mdioO: input(bool, asynchronous),
    mdioT: input(bool, asynchronous),
    mdioI: output(bool, asynchronous),
  },
  (io, m) => {
    const domains = new Map([
      [rmiiClock, released(m, rmiiPins, io)],
      [defaultDomain, defaultDomain],
    ]);
    const mac = m.instance('mac', rmiiMac, domains);
    io.rmiiTxd.set(mac.rmii.txd);
    io.rmiiTxEn.set(mac.rmii.txEn);
    mac.rmii.rxd.set(io.rmiiRxd);
    mac.rmii.crsDv.set(io.rmiiCrsDv);
    mac.rmii.rxEr.set(0);
    join(m, io, mac);
    const pad = m.external('mdio_pad', IOBUF);
    pad.IO.connect(io.rmiiMdio);
    pad.I.set(io.mdioO);
    pad.T.set(io.mdioT);
    io.mdioI.set(pad.O);
  },
  'A MAC for RMII, its registers, and the pad of the management data.',
);
