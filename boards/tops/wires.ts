/** The ways between a peer's network side and the wire. */
import { type Bit, type Build, bits, bool, clockDomain, type Domain, defaultDomain, input, type Outside, output, type Ports } from '../../hdl-gen/index.ts';
import { resetSide, resetSynchroniser } from '../../hdl-gen/library/index.ts';
import { BUFG } from '../../hdl-gen/library/xilinx/index.ts';
import { frameMailbox } from '../../hw/frame-mailbox.ts';
import type { FrameStream } from '../../hw/frame-stream.ts';
import { gmiiClock, gmiiMac } from '../../hw/mac/gmii-mac.ts';
import { macCounters } from '../../hw/mac/mac-counters.ts';
import { rmiiClock, rmiiMac } from '../../hw/mac/rmii-mac.ts';
import { MAC_COUNTERS } from '../../spec/mac-registers.ts';
import type { WireName } from '../../spec/pages.ts';
import type { AxiLitePage, Processor } from './buses.ts';

/** What a way has to do with: the peer, its own page of registers, and the clocks. */
export interface Surroundings {
  readonly ps7: Processor;
  /** of the system's clock, while the processing system holds the logic in reset, active high and asynchronous */
  readonly request: Bit;
  readonly page: AxiLitePage;
  readonly network: { readonly rx: Outside<{ x: ReturnType<typeof input<typeof FrameStream>> }>['x']; readonly tx: Outside<{ x: ReturnType<typeof output<typeof FrameStream>> }>['x'] };
  /** index of the FCLK that clocks the GMII */
  readonly gmiiFclk: number;
}

/** The pins of a PHY with RMII, with the clock that it gives or shares. */
export const rmiiPins = clockDomain('rmii', { clock: 'rmii_ref_clk', reset: 'none' });
export const RMII_PORTS = {
  rmiiTxd: output(bits(2), rmiiPins),
  rmiiTxEn: output(bool, rmiiPins),
  rmiiRxd: input(bits(2), rmiiPins),
  rmiiCrsDv: input(bool, rmiiPins),
} as const;

export interface Wire {
  /** MHz of the clock of all logic */
  readonly systemMhz: number;
  /** MHz of the GMII, where there is one */
  readonly gmiiMhz?: number;
  readonly ports: Ports;
  /** joins the way to the peer; what it gives is its interrupt */
  readonly build: (m: Build, surroundings: Surroundings, io: unknown) => Bit | undefined;
}

/** The registers of a MAC on a clock of its own, which is reset together with the system's. */
function joinMac(m: Build, mac: Outside<(typeof gmiiMac)['ports']> | Outside<(typeof rmiiMac)['ports']>, { network, page }: Surroundings): void {
  m.connect(mac.rx, network.rx);
  m.connect(network.tx, mac.tx);
  const counters = m.instance('mac_counters', macCounters);
  m.connect(page, counters.sAxi);
  for (const event of MAC_COUNTERS) counters[event].set(mac[event]);
}

/** A clock with a reset that ends with it. */
function withReset(m: Build, name: string, clock: Domain, request: Bit): Domain {
  const release = m.instance(`${name}_release`, resetSynchroniser, new Map([[resetSide, clock]]));
  release.request.set(request);
  return m.resetBy(clock, release.reset, { reset: 'sync', active: 'high' });
}

export const WIRE_WAYS: Readonly<Record<WireName, Wire>> = {
  fifo: {
    systemMhz: 100,
    ports: {},
    build: (m, { network, page }) => {
      const mailbox = m.instance('network', frameMailbox);
      m.connect(page, mailbox.sAxi);
      m.connect(mailbox.sent, network.rx);
      m.connect(network.tx, mailbox.received);
      return mailbox.irq;
    },
  },
  // an octet arrives every 8 ns, so nothing slower keeps up
  gmii: {
    systemMhz: 125,
    gmiiMhz: 125,
    ports: {},
    build: (m, surroundings) => {
      const { ps7, request, gmiiFclk } = surroundings;
      const clock = gmiiBuffer(m, surroundings);
      const wire = withReset(m, 'gmii', clock, request);
      const mac = m.instance(
        'mac',
        gmiiMac,
        new Map([
          [gmiiClock, wire],
          [defaultDomain, surroundings.system],
        ]),
      );
      // what the GEM sends is what we receive
      mac.gmii.rxd.set(ps7.EMIOENET1GMIITXD);
      mac.gmii.rxDv.set(ps7.EMIOENET1GMIITXEN);
      mac.gmii.rxEr.set(ps7.EMIOENET1GMIITXER);
      ps7.EMIOENET1GMIIRXD.set(mac.gmii.txd);
      ps7.EMIOENET1GMIIRXDV.set(mac.gmii.txEn);
      ps7.EMIOENET1GMIIRXER.set(mac.gmii.txEr);
      joinMac(m, mac, surroundings);
      return undefined;
    },
  },
  rmii: { systemMhz: 100, ports: RMII_PORTS, build: () => undefined },
};
