/**
 * What each way to the wire adds to a block design: parameters and pins of processing_system7 (PG082), and ports with the names that
 * they have in the top, so that the constraints of both ways in are the same.
 */
import type { WireName } from '../../spec/pages.ts';
import type { Board } from '../schema.ts';
import { boardTopFclks } from '../tops/clocks.ts';

export interface BlockWire {
  /** parameters of the processing system */
  readonly settings: Readonly<Record<string, string>>;
  /** streams from block to block, as they are in the top */
  readonly streams: readonly (readonly [from: string, to: string])[];
  /** commands for everything else */
  readonly commands: readonly string[];
}

export function blockWire(wire: WireName, board: Board): BlockWire {
  return { fifo, gmii, rmii }[wire](board);
}

/** The second MAC, at the logic's side. */
const ENET1 = {
  PCW_ENET1_PERIPHERAL_ENABLE: '1',
  PCW_ENET1_ENET1_IO: 'EMIO',
  PCW_ENET1_GRP_MDIO_ENABLE: '1',
  PCW_ENET1_GRP_MDIO_IO: 'EMIO',
};

const MAC_STREAMS = [
  ['mac/rx', 'peer/rx'],
  ['peer/tx', 'mac/tx'],
] as const;

const pin = (path: string): string => `[get_bd_pins ${path}]`;
const port = (name: string): string => `[get_bd_ports ${name}]`;
const net = (...ends: readonly string[]): string => `connect_bd_net ${ends.join(' ')}`;

function fifo(): BlockWire {
  return {
    settings: {},
    streams: [
      ['network/sent', 'peer/rx'],
      ['peer/tx', 'network/received'],
    ],
    commands: [],
  };
}

function gmii(board: Board): BlockWire {
  const fclks = boardTopFclks({ board, wire: 'gmii' });
  const [fclk, mhz] = [...fclks].find(([index]) => index !== board.registers.fclk) ?? [Number.NaN, Number.NaN];
  return {
    settings: {
      ...ENET1,
      PCW_ENET1_PERIPHERAL_CLKSRC: 'External',
      PCW_ENET1_PERIPHERAL_FREQMHZ: '1000 Mbps',
      [`PCW_FPGA${fclk}_PERIPHERAL_FREQMHZ`]: String(mhz),
      [`PCW_EN_CLK${fclk}_PORT`]: '1',
    },
    streams: MAC_STREAMS,
    commands: [
      '# the logic gives the second MAC both its clocks, and is its PHY',
      net(pin(`ps/FCLK_CLK${fclk}`), pin('mac/gmii_clk'), pin('ps/ENET1_GMII_TX_CLK'), pin('ps/ENET1_GMII_RX_CLK')),
      ...(
        [
          ['ps/ENET1_GMII_TXD', 'mac/gmii_rxd'],
          ['ps/ENET1_GMII_TX_EN', 'mac/gmii_rx_dv'],
          ['ps/ENET1_GMII_TX_ER', 'mac/gmii_rx_er'],
          ['mac/gmii_txd', 'ps/ENET1_GMII_RXD'],
          ['mac/gmii_tx_en', 'ps/ENET1_GMII_RX_DV'],
          ['mac/gmii_tx_er', 'ps/ENET1_GMII_RX_ER'],
        ] as const
      ).map(([from, to]) => net(pin(from), pin(to))),
      '# an MDIO that nobody drives is pulled up: Linux finds no PHY there',
      'create_bd_cell -type ip -vlnv xilinx.com:ip:xlconstant mdio_high',
      net(pin('mdio_high/dout'), pin('ps/ENET1_MDIO_I')),
    ],
  };
}

function rmii(): BlockWire {
  return {
    settings: ENET1,
    streams: MAC_STREAMS,
    commands: [
      'create_bd_port -dir I -type clk -freq_hz 50000000 rmii_ref_clk',
      'create_bd_port -dir I -from 1 -to 0 rmii_rxd',
      'create_bd_port -dir I rmii_crs_dv',
      'create_bd_port -dir O -from 1 -to 0 rmii_txd',
      'create_bd_port -dir O rmii_tx_en',
      'create_bd_port -dir O rmii_rst_n',
      'create_bd_port -dir O rmii_mdc',
      'create_bd_port -dir IO rmii_mdio',
      ...['rmii_ref_clk', 'rmii_rxd', 'rmii_crs_dv'].map((name) => net(port(name), pin(`mac/${name}`))),
      ...['rmii_txd', 'rmii_tx_en', 'rmii_mdio'].map((name) => net(pin(`mac/${name}`), port(name))),
      net(pin('reset/peripheral_aresetn'), port('rmii_rst_n')),
      net(pin('ps/ENET1_MDIO_MDC'), port('rmii_mdc')),
      net(pin('ps/ENET1_MDIO_O'), pin('mac/mdio_o')),
      net(pin('ps/ENET1_MDIO_T'), pin('mac/mdio_t')),
      net(pin('mac/mdio_i'), pin('ps/ENET1_MDIO_I')),
    ],
  };
}
