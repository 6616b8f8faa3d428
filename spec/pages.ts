/**
 * The pages of registers of a board, each 4096 octets, so that Linux can map each by itself: those of the relations first, and behind
 * the place of as many as there can be the others, which so have the same addresses on every board. What lies outside them answers
 * DECERR, which ends a program on a Zynq (SIGBUS).
 */
import { RELATIONS_MAX } from './configuration.ts';
import { ADDRESS_BITS } from './registers.ts';

export const PAGE_OCTETS = 2 ** ADDRESS_BITS;

/** What carries the frames of the station's network side. */
export const WIRES = ['fifo', 'gmii', 'rmii'] as const;
export type WireName = (typeof WIRES)[number];

export interface PageDescription {
  /** counted from the base of the board's registers */
  readonly index: number;
  /** of IRQ_F2P, if it has an interrupt */
  readonly line?: number;
  readonly description: string;
  /** the ways to the wire that have it */
  readonly wires: readonly WireName[];
}

export const PAGES = {
  peer: {
    index: 0,
    line: 0,
    description: 'relation 0, and behind it the others: station-registers.ts',
    wires: WIRES,
  },
  host: {
    index: RELATIONS_MAX,
    line: 1,
    description: "mailbox of the host's own frames, which pass beside the secured ones: mailbox-registers.ts",
    wires: WIRES,
  },
  network: { index: RELATIONS_MAX + 1, line: 2, description: 'mailbox that stands for the wire: mailbox-registers.ts', wires: ['fifo'] },
  mac: { index: RELATIONS_MAX + 2, description: 'counters of the MAC: mac-registers.ts', wires: ['gmii', 'rmii'] },
} as const satisfies Record<string, PageDescription>;

export type PageName = keyof typeof PAGES;

/** Its line of IRQ_F2P, if it has one. */
export function lineOf(page: PageName): number | undefined {
  const { line }: PageDescription = PAGES[page];
  return line;
}

/** The pages of a board with that way to the wire. */
export function pagesOf(wire: WireName): readonly PageName[] {
  return (Object.keys(PAGES) as PageName[]).filter((name) => (PAGES[name].wires as readonly WireName[]).includes(wire));
}

/** Octets in which the pages of as many relations as there can be lie: the base of a board's registers is a multiple of it. */
export const RELATIONS_OCTETS = RELATIONS_MAX * PAGE_OCTETS;

/** Physical address of a page; of the relations, that of the first. */
export function pageBase(base: number, page: PageName): number {
  return base + PAGES[page].index * PAGE_OCTETS;
}
