/** Two tops as one design, with the pins of their wires outside. */
import { loadBoard } from '../../../boards/board.ts';
import { boardTop } from '../../../boards/tops/board-top.ts';
import { WIRE_CLOCKS } from '../../../boards/tops/clocks.ts';
import { rmiiPins } from '../../../boards/tops/wire-mac.ts';
import type { RMII_PORTS } from '../../../boards/tops/wires.ts';
import { bits, bool, clockDomain, inout, input, type Module, module, output, type Ports } from '../../../hdl-gen/index.ts';
import { type PhyReceive, PhySink, PhySource, type PhyTransmit, type Testbench } from '../../../hdl-gen/testbench/index.ts';
import { SIDES, type Side } from '../../../judge/points.ts';
import type { WireName } from '../../../spec/pages.ts';

const board = loadBoard('zybo-z7-20');
export const SLOTS = 3;

const refClock = {
  initiator: clockDomain('rmii_a', { clock: 'initiator_ref_clk', reset: 'none' }),
  follower: clockDomain('rmii_b', { clock: 'follower_ref_clk', reset: 'none' }),
};
const rmiiOf = (side: Side) => ({
  [`${side}Txd`]: output(bits(2), refClock[side]),
  [`${side}TxEn`]: output(bool, refClock[side]),
  [`${side}Rxd`]: input(bits(2), refClock[side]),
  [`${side}CrsDv`]: input(bool, refClock[side]),
  [`${side}Mdio`]: inout(bool),
});

export function twoBoards(wire: WireName): Module<Ports> {
  const top = (role: Side) => boardTop({ board, wire, peer: { role, slots: SLOTS } });
  if (wire !== 'rmii')
    return module(`two_boards_${wire}`, {}, (_, m) => {
      for (const side of SIDES) m.instance(side, top(side));
    });
  return module('two_boards_rmii', { ...rmiiOf('initiator'), ...rmiiOf('follower') } as Ports, (io, m) => {
    for (const side of SIDES) {
      const made = m.instance(side, top(side) as Module<typeof RMII_PORTS & Ports>, new Map([[rmiiPins, refClock[side]]]));
      const pins = io as unknown as Record<string, { set(value: unknown): void }>;
      pins[`${side}Txd`]?.set(made.rmiiTxd);
      pins[`${side}TxEn`]?.set(made.rmiiTxEn);
      made.rmiiRxd.set(pins[`${side}Rxd`] as never);
      made.rmiiCrsDv.set(pins[`${side}CrsDv`] as never);
      made.rmiiMdio.connect(pins[`${side}Mdio`] as never);
      m.unused(made.rmiiRstN, made.rmiiMdc);
    }
  });
}

/** Names of the clocks of a board: of its logic, and of its wire where that has pins. */
export function clocksOf(wire: WireName, side: Side): { readonly system: string; readonly pins?: string } {
  const system = `${side}_ps7_fclkclk_0`;
  if (wire === 'fifo') return { system };
  return { system, pins: wire === 'gmii' ? `${side}_ps7_fclkclk_1` : `${side}_ref_clk` };
}

/** ns of each clock; those of the follower's board are slower by a share, as crystals differ. */
export function periodsOf(wire: WireName, share: number): Readonly<Record<string, number>> {
  const { systemMhz, octetNs } = WIRE_CLOCKS[wire];
  return Object.fromEntries(
    SIDES.flatMap((side) => {
      const { system, pins } = clocksOf(wire, side);
      const slower = side === 'follower' ? 1 + share : 1;
      const pinPeriod = wire === 'rmii' ? octetNs / 4 : octetNs;
      return [[system, (1000 / systemMhz) * slower] as const, ...(pins === undefined ? [] : [[pins, pinPeriod * slower] as const])];
    }),
  );
}

/** The PHYs at the pins of a board, as its MAC sees them. */
export function phyOf(bench: Testbench, wire: 'gmii' | 'rmii', side: Side): { readonly source: PhySource; readonly sink: PhySink } {
  const names =
    wire === 'gmii'
      ? ['TXD', 'TXEN', 'RXD', 'RXDV'].map((name) => `${side}_ps7_EMIOENET1GMII${name}`)
      : ['rxd', 'crs_dv', 'txd', 'tx_en'].map((name) => `${side}_${name}`);
  const [data = '', valid = '', sent = '', enable = ''] = names;
  const { inputs, outputs } = bench.simulator;
  const driven = (name: string) => {
    const port = inputs.get(name);
    if (port === undefined) throw new RangeError(`no input ${name}`);
    return { name, value: 0, set: (value: number) => Object.assign(port, { value }) };
  };
  const observed = (name: string) => {
    const port = outputs.get(name);
    if (port === undefined) throw new RangeError(`no output ${name}`);
    return port;
  };
  const clock = clocksOf(wire, side).pins ?? '';
  const options = { width: wire === 'gmii' ? 8 : 2, clock } as const;
  const receive: PhyReceive = { data: driven(data), valid: driven(valid) };
  const transmit: PhyTransmit = { data: observed(sent), enable: observed(enable) };
  return { source: new PhySource(bench, receive, options), sink: new PhySink(bench, transmit, options) };
}
