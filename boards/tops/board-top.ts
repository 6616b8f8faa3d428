/**
 * What is loaded into a board: the processing system as its primitive, and a station behind its M_AXI_GP0. README.md in this folder says what a
 * user must know of it.
 */
import {
  asynchronous,
  type Bit,
  type Bits,
  type Build,
  bool,
  type Domain,
  type Inside,
  type Module,
  module,
  output,
  type Ports,
  u,
  type Wire,
} from '../../hdl-gen/index.ts';
import { axi3Bridge, axiLiteSplit, type PageSpan, resetSide, resetSynchroniser } from '../../hdl-gen/library/index.ts';
import { BUFG, PS7 } from '../../hdl-gen/library/xilinx/index.ts';
import { frameMailbox } from '../../hw/frame-mailbox.ts';
import { type PeerOptions, relationsName, variantName } from '../../hw/peer-options.ts';
import { relationsText, STATION_ADDRESS_BITS } from '../../hw/station/registers.ts';
import { station } from '../../hw/station.ts';
import { PAGES, type PageName, pageBase, pagesOf, type WireName } from '../../spec/pages.ts';
import { ADDRESS_BITS } from '../../spec/registers.ts';
import type { Board } from '../schema.ts';
import { connectGp0, type PageBus, type Processor } from './buses.ts';
import { boardTopFclks, gmiiFclkOf, WIRE_CLOCKS } from './clocks.ts';
import { fifoWay, gmiiWay, RMII_PORTS, rmiiWay, type Surroundings } from './wires.ts';

export interface BoardTopOptions {
  readonly board: Board;
  /** what carries the frames of the station's network side */
  readonly wire: WireName;
  readonly peer: PeerOptions;
  /** 1 to 256; default 1 */
  readonly relations?: number;
  /** octets of the memory of process images, of each direction, a multiple of 4; default 0, none */
  readonly imageOctets?: number;
}

type Fclk = 0 | 1 | 2 | 3;
/** Pages with a line of IRQ_F2P. */
type Interrupting = 'peer' | 'host' | 'network';

/** The pin of the logic that resets the board's Ethernet PHY, active low, where a board has one: 1 for ever. */
export const PHY_RESET = 'eth_rst_b';
/** M_AXI_GP0: UG585, 5.6. */
const GP0 = { addressBits: 32, idBits: 12 } as const;
const RMII_MHZ = 50;

export function boardTopName({ wire, peer: options, relations = 1 }: Omit<BoardTopOptions, 'board'>): string {
  return relationsName(`${variantName('keyturn_top', options)}_${wire}`, relations);
}

/** Periods of the top's clocks in ns, by the names that `timingConstraints` and simulations know them by. */
export function boardTopPeriods(options: Pick<BoardTopOptions, 'board' | 'wire'>): Readonly<Record<string, number>> {
  const fclks = [...boardTopFclks(options)].map(([index, mhz]) => [`ps7_fclkclk_${index}`, 1000 / mhz] as const);
  return Object.fromEntries([...fclks, ...(options.wire === 'rmii' ? [['rmii_ref_clk', 1000 / RMII_MHZ] as const] : [])]);
}

/** The pin of the board, by its name in `board.json`, of each bit of each port of the top, as the Verilog has it. */
export function boardTopPins({ board, wire }: Pick<BoardTopOptions, 'board' | 'wire'>): ReadonlyMap<string, string> {
  const { rmii } = board;
  return new Map([
    ...(board.pins[PHY_RESET] === undefined ? [] : ([[PHY_RESET, PHY_RESET]] as const)),
    ...(wire !== 'rmii'
      ? []
      : ([
          ['rmii_ref_clk', rmii.refClk],
          ['rmii_txd[0]', rmii['txd[0]']],
          ['rmii_txd[1]', rmii['txd[1]']],
          ['rmii_tx_en', rmii.txEn],
          ['rmii_rxd[0]', rmii['rxd[0]']],
          ['rmii_rxd[1]', rmii['rxd[1]']],
          ['rmii_crs_dv', rmii.crsDv],
          ['rmii_rst_n', rmii.rstN],
          ['rmii_mdc', rmii.mdc],
          ['rmii_mdio', rmii.mdio],
        ] as const)),
  ]);
}

/** The whole of a board's logic; `boardTopPins` says where its ports go. */
export function boardTop(options: BoardTopOptions): Module<Ports> {
  const { board, wire, relations = 1 } = options;
  const resetsPhy = board.pins[PHY_RESET] !== undefined;
  const ports: Ports = {
    ...(resetsPhy ? { ethRstB: output(bool, asynchronous) } : {}),
    ...(wire === 'rmii' ? RMII_PORTS : {}),
  };
  return module(
    boardTopName(options),
    ports,
    (io, m) => {
      const pins = io as unknown as Inside<typeof RMII_PORTS> & { readonly ethRstB: Wire<1> };
      // low would stop the PHY that Linux uses, and the clock that it gives
      if (resetsPhy) pins.ethRstB.set(1);
      const clock = m.clock('system');
      const gmii = wire === 'gmii' ? m.clock('gmii') : undefined;
      const clocks = gmii === undefined ? {} : { EMIOENET1GMIITXCLK: gmii, EMIOENET1GMIIRXCLK: gmii };
      // without its clock, an access to GP0 stops the processor for ever
      const ps7 = m.external('ps7', PS7, { clocks: { MAXIGP0ACLK: clock, ...clocks } });
      const buffered = (name: string, index: number): Domain => m.external(name, BUFG, { clocks: { I: ps7.FCLKCLK[index as Fclk] } }).O;
      m.clockFrom(clock, buffered('system_buffer', board.registers.fclk));
      if (gmii !== undefined) m.clockFrom(gmii, buffered('gmii_buffer', gmiiFclkOf(board)));
      const request = ps7.FCLKRESETN.bit(board.registers.fclk).not();
      const release = m.instance('release', resetSynchroniser, new Map([[resetSide, clock]]));
      release.request.set(request);
      const system = m.resetBy(clock, release.reset, { reset: 'sync', active: 'high' });
      if (wire === 'rmii') pins.rmiiRstN.set(release.reset.not());
      m.in(system, () => {
        const { network, pages } = buildSystem(m, ps7, options);
        const own = (page: PageBus | undefined): Surroundings => ({ network, page: required(page, wire), system, request });
        const irq = wire === 'fifo' ? fifoWay(m, own(pages.network)) : u(1, 0);
        if (wire === 'rmii') rmiiWay(m, own(pages.mac), ps7, pins);
        if (gmii !== undefined) gmiiWay(m, own(pages.mac), gmii, ps7);
        const line = (name: Interrupting, level: Bit): Bits<20> => level.zext(20).shl(PAGES[name].line);
        ps7.IRQF2P.set(line('peer', network.irq).or(line('host', pages.hostIrq)).or(line('network', irq)));
      });
    },
    `${board.title}: a station of ${relationsText(relations)} behind M_AXI_GP0.`,
  );
}

function required<T>(page: T | undefined, wire: WireName): T {
  if (page === undefined) throw new RangeError(`the way ${wire} has no page of registers of its own`);
  return page;
}

/** The station and the mailbox of its host, behind the bridge and the split. */
function buildSystem(m: Build, ps7: Processor, options: BoardTopOptions) {
  const { board, wire } = options;
  const bridge = m.instance('bridge', axi3Bridge(GP0));
  const pages = Object.fromEntries(
    pagesOf(wire).map((name) => [name, { base: pageBase(board.registers.base, name), bits: pageBits(name) }]),
  ) as Record<PageName, PageSpan>;
  const split = m.instance('pages', axiLiteSplit(`pages_${wire}`, { addressBits: GP0.addressBits, pages }));
  const network = buildNetwork(m, options);
  const host = m.instance('host', frameMailbox);
  connectGp0(ps7, bridge.sAxi);
  m.connect(bridge.mAxi, split.sAxi);
  m.connect(split.peer, network.sAxi);
  m.connect(split.host, host.sAxi);
  m.connect(network.hostRx, host.received);
  m.connect(host.sent, network.hostTx);
  const own: { readonly network?: PageBus; readonly mac?: PageBus } = split;
  return { network, pages: { network: own.network, mac: own.mac, hostIrq: host.irq } };
}

/** A station has the addresses of as many relations as there can be. */
function pageBits(page: PageName): number {
  return page === 'peer' ? STATION_ADDRESS_BITS : ADDRESS_BITS;
}

/** What holds the relations, called as its page. Its trace is for simulations. */
function buildNetwork(m: Build, { wire, peer: options, relations = 1, imageOctets = 0 }: BoardTopOptions) {
  const images = imageOctets === 0 ? {} : { imageWords: imageOctets / 4, clockHz: 1e6 * WIRE_CLOCKS[wire].systemMhz };
  const network = m.instance('peer', station({ ...options, relations, ...images }));
  m.unused(network.ready, network.trace);
  return network;
}
