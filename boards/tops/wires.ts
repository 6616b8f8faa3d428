/** The ways between a peer's network side and the wire. */
import {
  asynchronous,
  type Bit,
  type Build,
  bits,
  bool,
  clockDomain,
  type Domain,
  defaultDomain,
  type Inside,
  inout,
  input,
  type Outside,
  output,
} from '../../hdl-gen/index.ts';
import { resetSide, resetSynchroniser } from '../../hdl-gen/library/index.ts';
import { IOBUF } from '../../hdl-gen/library/xilinx/index.ts';
import { frameMailbox } from '../../hw/frame-mailbox.ts';
import { gmiiClock, gmiiMac } from '../../hw/mac/gmii-mac.ts';
import type { MAC_PORTS } from '../../hw/mac/mac.ts';
import { macCounters } from '../../hw/mac/mac-counters.ts';
import { rmiiClock, rmiiMac } from '../../hw/mac/rmii-mac.ts';
import type { peer } from '../../hw/peer.ts';
import { MAC_COUNTERS } from '../../spec/mac-registers.ts';
import type { PageBus, Processor } from './buses.ts';

type Network = Pick<Outside<ReturnType<typeof peer>['ports']>, 'rx' | 'tx'>;

/** What a way stands between. */
export interface Surroundings {
  readonly network: Network;
  /** its own page of registers */
  readonly page: PageBus;
  readonly system: Domain;
  /** active high, asynchronous: the processing system holds the logic in reset */
  readonly request: Bit;
}

/** The registers of a MAC, and its frames. */
function joinMac(m: Build, mac: Outside<typeof MAC_PORTS>, { network, page }: Surroundings): void {
  m.connect(mac.rx, network.rx);
  m.connect(network.tx, mac.tx);
  const counters = m.instance('mac_counters', macCounters);
  m.connect(page, counters.sAxi);
  for (const event of MAC_COUNTERS) counters[event].set(mac[event]);
}

/** The clock of a wire with a reset that comes together with the system's, and ends with that clock. */
function released(m: Build, clock: Domain, request: Bit): Domain {
  const release = m.instance('wire_release', resetSynchroniser, new Map([[resetSide, clock]]));
  release.request.set(request);
  return m.resetBy(clock, release.reset, { reset: 'sync', active: 'high' });
}

/** A mailbox: software carries the frames. @returns its interrupt */
export function fifoWay(m: Build, { network, page }: Surroundings): Bit {
  const mailbox = m.instance('network', frameMailbox);
  m.connect(page, mailbox.sAxi);
  m.connect(mailbox.sent, network.rx);
  m.connect(network.tx, mailbox.received);
  return mailbox.irq;
}

/** Our MAC as the PHY of the second GEM of the processing system, which takes both clocks of its GMII from us. */
export function gmiiWay(m: Build, surroundings: Surroundings, clock: Domain, ps7: Processor): void {
  const wire = released(m, clock, surroundings.request);
  const mac = m.instance(
    'mac',
    gmiiMac,
    new Map([
      [gmiiClock, wire],
      [defaultDomain, surroundings.system],
    ]),
  );
  mac.gmii.rxd.set(ps7.EMIOENET1GMIITXD);
  mac.gmii.rxDv.set(ps7.EMIOENET1GMIITXEN);
  mac.gmii.rxEr.set(ps7.EMIOENET1GMIITXER);
  ps7.EMIOENET1GMIIRXD.set(mac.gmii.txd);
  ps7.EMIOENET1GMIIRXDV.set(mac.gmii.txEn);
  ps7.EMIOENET1GMIIRXER.set(mac.gmii.txEr);
  // an MDIO that nobody drives is pulled up: Linux finds no PHY there
  ps7.EMIOENET1MDIOI.set(1);
  joinMac(m, mac, surroundings);
}

/** REF_CLK at its pin; the tools put its buffers there, as for every clock that comes in. */
export const rmiiPins = clockDomain('rmii', { clock: 'rmii_ref_clk', reset: 'none' });

/** A PHY on wires, with its management interface. */
export const RMII_PORTS = {
  rmiiTxd: output(bits(2), rmiiPins),
  rmiiTxEn: output(bool, rmiiPins),
  rmiiRxd: input(bits(2), rmiiPins),
  rmiiCrsDv: input(bool, rmiiPins),
  /** by the system's clock: a PHY in reset may give no REF_CLK */
  rmiiRstN: output(bool, asynchronous),
  /** by the processor's clock: its second MAC, which has no other wire here, manages the PHY */
  rmiiMdc: output(bool, asynchronous),
  rmiiMdio: inout(bool),
} as const;

/** Our MAC on the pins of a PHY, which the processor manages. */
export function rmiiWay(m: Build, surroundings: Surroundings, ps7: Processor, io: Omit<Inside<typeof RMII_PORTS>, 'rmiiRstN'>): void {
  const wire = released(m, rmiiPins, surroundings.request);
  const mac = m.instance(
    'mac',
    rmiiMac,
    new Map([
      [rmiiClock, wire],
      [defaultDomain, surroundings.system],
    ]),
  );
  io.rmiiTxd.set(mac.rmii.txd);
  io.rmiiTxEn.set(mac.rmii.txEn);
  mac.rmii.rxd.set(io.rmiiRxd);
  mac.rmii.crsDv.set(io.rmiiCrsDv);
  mac.rmii.rxEr.set(0);
  joinMac(m, mac, surroundings);
  const pad = m.external('mdio_pad', IOBUF);
  pad.IO.connect(io.rmiiMdio);
  pad.I.set(ps7.EMIOENET1MDIOO);
  pad.T.set(ps7.EMIOENET1MDIOTN.not());
  ps7.EMIOENET1MDIOI.set(pad.O);
  io.rmiiMdc.set(ps7.EMIOENET1MDIOMDC);
}
