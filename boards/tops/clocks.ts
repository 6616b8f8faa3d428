/** The clock of the logic and the speed of the wire, by the way to it. */
import type { WireName } from '../../spec/pages.ts';
import type { Board } from '../schema.ts';

const GMII_MHZ = 125;

export interface WireClocks {
  /** MHz of all logic */
  readonly systemMhz: number;
  /** ns of an octet on the wire, at its own speed (1 Gb/s: 8; 100 Mb/s: 80) */
  readonly octetNs: number;
}

/** With GMII an octet arrives every 8 ns, so nothing slower keeps up; the other ways leave the tools more time. */
export const WIRE_CLOCKS: Readonly<Record<WireName, WireClocks>> = {
  fifo: { systemMhz: 100, octetNs: 8 },
  gmii: { systemMhz: 125, octetNs: 8 },
  rmii: { systemMhz: 100, octetNs: 80 },
};

/** The same as settings of a configuration, in ns. */
export function wireTiming(wire: WireName): { readonly clockPeriod: number; readonly octetTime: number } {
  const { systemMhz, octetNs } = WIRE_CLOCKS[wire];
  return { clockPeriod: 1000 / systemMhz, octetTime: octetNs };
}

/** MHz of each FCLK of the processing system that the top needs, by its number; the one of all logic first. */
export function boardTopFclks({ board, wire }: { readonly board: Board; readonly wire: WireName }): ReadonlyMap<number, number> {
  return new Map([
    [board.registers.fclk, WIRE_CLOCKS[wire].systemMhz],
    ...(wire === 'gmii' ? ([[gmiiFclkOf(board), GMII_MHZ]] as const) : []),
  ]);
}

export function gmiiFclkOf(board: Board): number {
  return (board.registers.fclk + 1) % 4;
}
