/** The ways between the network side of a station and the wire. */
import {
  asynchronous,
  type Bit,
  type Build,
  bool,
  type Domain,
  defaultDomain,
  type Inside,
  type Outside,
  output,
} from '../../hdl-gen/index.ts';
import { frameMailbox } from '../../hw/frame-mailbox.ts';
import type { station } from '../../hw/station.ts';
import type { PageBus, Processor } from './buses.ts';
import { gmiiPins, gmiiWire, RMII_WIRES, rmiiPins, rmiiWire } from './wire-mac.ts';

type Network = Pick<Outside<ReturnType<typeof station>['ports']>, 'rx' | 'tx'>;

/** What a way stands between. */
export interface Surroundings {
  readonly network: Network;
  /** its own page of registers */
  readonly page: PageBus;
  readonly system: Domain;
  /** active high, asynchronous: the processing system holds the logic in reset */
  readonly request: Bit;
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
export function gmiiWay(m: Build, { network, page, system, request }: Surroundings, clock: Domain, ps7: Processor): void {
  const domains = new Map([
    [gmiiPins, clock],
    [defaultDomain, system],
  ]);
  const mac = m.instance('mac', gmiiWire, domains);
  mac.gmii.rxd.set(ps7.EMIOENET1GMIITXD);
  mac.gmii.rxDv.set(ps7.EMIOENET1GMIITXEN);
  mac.gmii.rxEr.set(ps7.EMIOENET1GMIITXER);
  ps7.EMIOENET1GMIIRXD.set(mac.gmii.txd);
  ps7.EMIOENET1GMIIRXDV.set(mac.gmii.txEn);
  ps7.EMIOENET1GMIIRXER.set(mac.gmii.txEr);
  // an MDIO that nobody drives is pulled up: Linux finds no PHY there
  ps7.EMIOENET1MDIOI.set(1);
  mac.request.set(request);
  m.connect(page, mac.sAxi);
  m.connect(mac.rx, network.rx);
  m.connect(network.tx, mac.tx);
}

/** A PHY on wires, with its management interface. */
export const RMII_PORTS = {
  ...RMII_WIRES,
  /** by the system's clock: a PHY in reset may give no REF_CLK */
  rmiiRstN: output(bool, asynchronous),
  /** by the processor's clock: its second MAC, which has no other wire here, manages the PHY */
  rmiiMdc: output(bool, asynchronous),
} as const;

/** Our MAC on the pins of a PHY, which the processor manages. */
export function rmiiWay(
  m: Build,
  { network, page, system, request }: Surroundings,
  ps7: Processor,
  io: Omit<Inside<typeof RMII_PORTS>, 'rmiiRstN'>,
): void {
  const domains = new Map([
    [rmiiPins, rmiiPins],
    [defaultDomain, system],
  ]);
  const mac = m.instance('mac', rmiiWire, domains);
  io.rmiiTxd.set(mac.rmiiTxd);
  io.rmiiTxEn.set(mac.rmiiTxEn);
  mac.rmiiRxd.set(io.rmiiRxd);
  mac.rmiiCrsDv.set(io.rmiiCrsDv);
  mac.rmiiMdio.connect(io.rmiiMdio);
  mac.mdioO.set(ps7.EMIOENET1MDIOO);
  mac.mdioT.set(ps7.EMIOENET1MDIOTN.not());
  ps7.EMIOENET1MDIOI.set(mac.mdioI);
  io.rmiiMdc.set(ps7.EMIOENET1MDIOMDC);
  mac.request.set(request);
  m.connect(page, mac.sAxi);
  m.connect(mac.rx, network.rx);
  m.connect(network.tx, mac.tx);
}
