/**
 * What is loaded into a board: the processing system as its primitive, and a peer behind its M_AXI_GP0. `board-top.md` beside this
 * file says what a user must know of it.
 */
import { asynchronous, type Bit, type Bits, type Build, bool, type Domain, type Module, module, output, type Ports, u } from '../../hdl-gen/index.ts';
import { axi3Bridge, axiLiteSplit, resetSide, resetSynchroniser } from '../../hdl-gen/library/index.ts';
import { BUFG, PS7 } from '../../hdl-gen/library/xilinx/index.ts';
import { frameMailbox } from '../../hw/frame-mailbox.ts';
import { peer } from '../../hw/peer.ts';
import { type PeerOptions, variantName } from '../../hw/peer-options.ts';
import { PAGES, pageBase, pagesOf, type PageName, type WireName } from '../../spec/pages.ts';
import { ADDRESS_BITS } from '../../spec/registers.ts';
import type { Board } from '../schema.ts';
import { connectFlat, connectGp0, type Processor } from './buses.ts';

export interface BoardTopOptions {
  readonly board: Board;
  /** what carries the frames of the peer's network side */
  readonly wire: WireName;
  readonly peer: PeerOptions;
}

/** The pin of the logic that resets the board's Ethernet PHY, active low, where a board has one. */
const PHY_RESET = 'eth_rst_b';
/** M_AXI_GP0 of UG585, 5.6. */
const GP0 = { addressBits: 32, idBits: 12 } as const;

/**
 * MHz of the clock of all logic, FCLK_CLK0 to 3 as the board says. With GMII at 1 Gb/s an octet arrives every 8 ns, so nothing
 * slower keeps up; the other ways leave the tools more time.
 */
export const SYSTEM_MHZ: Readonly<Record<WireName, number>> = { fifo: 100, gmii: 125, rmii: 100 };

export function boardTopName({ wire, peer: options }: BoardTopOptions): string {
  return `${variantName('keyturn_top', options)}_${wire}`;
}

/** Periods of the top's clocks in ns, by their names, as `timingConstraints` wants them. */
export function boardTopPeriods({ board, wire }: BoardTopOptions): Readonly<Record<string, number>> {
  return { [`ps7_fclkclk_${board.registers.fclk}`]: 1000 / SYSTEM_MHZ[wire] };
}

/** The whole of a board's logic. Its ports are pins of the board, by the names in its `board.json`. */
export function boardTop(options: BoardTopOptions): Module<Ports> {
  const { board } = options;
  const resetsPhy = board.pins[PHY_RESET] !== undefined;
  const ports: Ports = { ...(resetsPhy ? { ethRstB: output(bool, asynchronous) } : {}) };
  return module(
    boardTopName(options),
    ports,
    (io, m) => {
      if (resetsPhy) (io as unknown as { readonly ethRstB: { set(value: number): void } }).ethRstB.set(1);
      const free = m.clock('system');
      const ps7 = m.external('ps7', PS7, { clocks: { MAXIGP0ACLK: free } });
      const fclk = ps7.FCLKCLK[board.registers.fclk as 0 | 1 | 2 | 3];
      m.clockFrom(free, m.external('system_buffer', BUFG, { clocks: { I: fclk } }).O);
      const release = m.instance('release', resetSynchroniser, new Map([[resetSide, free]]));
      release.request.set(ps7.FCLKRESETN.bit(board.registers.fclk).not());
      const system: Domain = m.resetBy(free, release.reset, { reset: 'sync', active: 'high' });
      m.in(system, () => buildSystem(m, ps7, options));
    },
    `${board.title}: a peer behind M_AXI_GP0.`,
  );
}

function buildSystem(m: Build, ps7: Processor, { board, wire, peer: peerOptions }: BoardTopOptions): void {
  const bridge = m.instance('bridge', axi3Bridge(GP0));
  const names = pagesOf(wire);
  const bases = Object.fromEntries(names.map((name) => [name, pageBase(board.registers.base, name)])) as Record<PageName, number>;
  const split = m.instance('pages', axiLiteSplit(`pages_${wire}`, { addressBits: GP0.addressBits, pageBits: ADDRESS_BITS, pages: bases }));
  const relation = m.instance('peer', peer(peerOptions));
  const host = m.instance('host', frameMailbox);
  connectGp0(ps7, bridge.sAxi);
  m.connect(bridge.mAxi, split.sAxi);
  connectFlat(split.peer, relation);
  m.connect(split.host, host.sAxi);
  m.connect(relation.hostRx, host.received);
  m.connect(host.sent, relation.hostTx);
  const network = m.instance('network', frameMailbox);
  m.connect(split.network, network.sAxi);
  m.connect(network.sent, relation.rx);
  m.connect(relation.tx, network.received);
  const lines: Partial<Record<PageName, Bit>> = { peer: relation.irq, host: host.irq, network: network.irq };
  const line = (name: PageName): Bits<20> => (lines[name] ?? u(1, 0)).zext(20).shl(PAGES[name].index);
  ps7.IRQF2P.set(names.map(line).reduce((a, b) => a.or(b)));
  m.unused(
    relation.traceProviderStates,
    relation.traceConsumerStates,
    relation.traceCurrentKeyId,
    relation.traceNextKeyId,
    relation.traceTransmit,
    relation.traceReceive,
    relation.traceDeliver,
    relation.tracePushAccepted,
    relation.tracePushRefused,
    relation.traceStalled,
    relation.traceErased,
  );
}
