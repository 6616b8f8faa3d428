/** Where Linux finds the hardware of a board: the relations behind the base, and 1 MiB behind it the other pages. */

import type { Board } from '../boards/schema.ts';
import { boardTopFclks } from '../boards/tops/clocks.ts';
import { lineOf, type PageName, pageBase, pagesOf, type WireName } from '../spec/pages.ts';
import type { Page, Placement } from '../sw/register-map/device-tree.ts';

/** @param relations 1 to 256 */
export function placementOn(board: Board, wire: WireName, relations: number): Placement {
  const { registers } = board;
  const placed = (name: Page['name']): Page => {
    const line = lineOf(name);
    return { name, base: pageBase(registers.base, name), ...(line === undefined ? {} : { interrupt: registers.interrupt + line }) };
  };
  const isOther = (page: PageName): page is Page['name'] => page !== 'peer';
  return { ...registers, relations, wire, fclks: boardTopFclks({ board, wire }), pages: pagesOf(wire).filter(isOther).map(placed) };
}
