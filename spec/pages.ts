/**
 * The pages of registers of a board, each 4096 octets, so that Linux can map each by itself. What lies outside them answers DECERR,
 * which ends a program on a Zynq (SIGBUS).
 */
import { ADDRESS_BITS } from './registers.ts';

export const PAGE_OCTETS = 2 ** ADDRESS_BITS;

/** What carries the frames of the peer's network side. */
export const WIRES = ['fifo', 'gmii', 'rmii'] as const;
export type WireName = (typeof WIRES)[number];

export interface PageDescription {
  /** the page, counted from the base of the board's registers; and the line of IRQ_F2P that it has, if it has one */
  readonly index: number;
  readonly interrupts: boolean;
  readonly description: string;
  /** the ways to the wire that have it */
  readonly wires: readonly WireName[];
}

export const PAGES = {
  peer: { index: 0, interrupts: true, description: 'the relation: registers.ts', wires: WIRES },
  host: {
    index: 1,
    interrupts: true,
    description: "mailbox of the host's own frames, which pass beside the secured ones: mailbox-registers.ts",
    wires: WIRES,
  },
  network: { index: 2, interrupts: true, description: 'mailbox that stands for the wire: mailbox-registers.ts', wires: ['fifo'] },
  mac: { index: 3, interrupts: false, description: 'counters of the MAC: mac-registers.ts', wires: ['gmii', 'rmii'] },
} as const satisfies Record<string, PageDescription>;

export type PageName = keyof typeof PAGES;

/** The pages of a board with that way to the wire. */
export function pagesOf(wire: WireName): readonly PageName[] {
  return (Object.keys(PAGES) as PageName[]).filter((name) => (PAGES[name].wires as readonly WireName[]).includes(wire));
}

/** Physical address of a page. */
export function pageBase(base: number, page: PageName): number {
  return base + PAGES[page].index * PAGE_OCTETS;
}
