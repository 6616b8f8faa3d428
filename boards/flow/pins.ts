/** Where the ports of a top are on the board, in the part of XDC that every tool understands. */
import type { Board } from '../schema.ts';

/** A port of the top is on a pin that the board has not. */
export class NoSuchPin extends Error {
  constructor(port: string, pin: string, board: Board) {
    super(`${port} is on ${pin}, which ${board.title} has not; choose another way to the wire, or add the pin to its board.json`);
    this.name = 'NoSuchPin';
  }
}

/**
 * @param pins of the board, by the ports of the top
 * @throws NoSuchPin
 */
export function pinConstraints(board: Board, pins: ReadonlyMap<string, string>): string {
  const lines = [...pins].map(([port, name]) => {
    const pin = board.pins[name];
    if (pin === undefined) throw new NoSuchPin(port, name, board);
    return `set_property -dict { PACKAGE_PIN ${pin.ball} IOSTANDARD ${board.ioStandard} } [get_ports {${port}}] ;# ${name}, ${pin.site}`;
  });
  const what = lines.length === 0 ? 'No port of this top is on a pin.' : `Pins of ${board.title}.`;
  return [`# ${what}`, ...lines, ''].join('\n');
}
