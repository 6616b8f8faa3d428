/** A device-tree overlay that makes the registers a UIO device of Linux, with its interrupt. */
import { PAGE_OCTETS, type PageName, type WireName } from '../../spec/pages.ts';
import { MAP_VERSION } from '../../spec/registers.ts';
import { hex } from './names.ts';

/** Where the hardware stands in a Zynq-7000. */
export interface Placement {
  /** physical address of the registers, on a page of 4096 octets */
  readonly base: number;
  /** number of the shared peripheral interrupt: of IRQ_F2P[0] it is 29 (GIC 61; UG585, table 7-4) */
  readonly interrupt: number;
  /** FCLK that clocks the hardware, 0 to 3 */
  readonly fclk: number;
  /** each has a page behind that of the one before; default: 1 */
  readonly relations?: number;
  /** file in /lib/firmware that an fpga_manager loads with the overlay; default: none */
  readonly firmware?: string;
  /** MHz that Linux sets each FCLK to when it drives the registers, by its number; default: `fclk` alone, as the boot loader left it */
  readonly fclks?: ReadonlyMap<number, number>;
  /** pages beside those of the relations; default: none */
  readonly pages?: readonly Page[];
  /** what carries the frames, which says what the second MAC of the processor is for; default: `fifo`, for nothing */
  readonly wire?: WireName;
}

/** Another page of registers, a UIO device of its own. */
export interface Page {
  /** `keyturn-<name>` is what the device is called */
  readonly name: Exclude<PageName, 'peer'>;
  readonly base: number;
  /** as in `Placement`; default: none */
  readonly interrupt?: number;
}

/** Name of the node of the relations, and with it of its UIO device. */
export const UIO_NAME = 'keyturn';

/** The same of each page. */
export function uioNameOf(page: PageName): string {
  return page === 'peer' ? UIO_NAME : `${UIO_NAME}-${page}`;
}

/** Flag of a level-high interrupt in a GIC specifier. */
const LEVEL_HIGH = 4;
/** Clock number of FCLK0 at `clkc` (Documentation/devicetree/bindings/clock/zynq-7000.txt). */
const CLOCK_OF_FCLK0 = 15;

/** The second MAC (macb.yaml): with `gmii` the logic is its PHY; with `rmii` it manages a PHY, the first that it finds on its MDIO. */
const SECOND_MAC: Readonly<Record<WireName, readonly string[]>> = {
  fifo: [],
  gmii: [
    '/* The second MAC is the wire: it has the logic in place of a PHY. */',
    '&gem1 {',
    '\tstatus = "okay";',
    '\tphy-mode = "gmii";',
    '',
    '\tfixed-link {',
    '\t\tspeed = <1000>;',
    '\t\tfull-duplex;',
    '\t};',
    '};',
    '',
  ],
  rmii: [
    '/* The second MAC carries no frame: it manages the PHY, whatever its address. */',
    '&gem1 {',
    '\tstatus = "okay";',
    '\tphy-mode = "rmii";',
    '};',
    '',
  ],
};

/**
 * Labels are those of Linux' zynq-7000.dtsi. The kernel drives a node by UIO when it is started with
 * `uio_pdrv_genirq.of_id=generic-uio`.
 */
export function deviceTreeOverlay({
  base,
  interrupt,
  fclk,
  relations = 1,
  firmware,
  fclks = new Map(),
  pages = [],
  wire = 'fifo',
}: Placement): string {
  const enabled = new Set([fclk, ...fclks.keys()]);
  const clock = (index: number): string => `<&clkc ${CLOCK_OF_FCLK0 + index}>`;
  const rates =
    fclks.size === 0
      ? []
      : [
          `\t\tassigned-clocks = ${[...fclks.keys()].map(clock).join(', ')};`,
          `\t\tassigned-clock-rates = ${[...fclks.values()].map((mhz) => `<${mhz * 1e6}>`).join(', ')};`,
        ];
  const version = `${MAP_VERSION.major}.${MAP_VERSION.minor}`;
  const node = (name: string, kind: string, at: number, line: number | undefined, count = 1): string[] => [
    `\t${name}@${at.toString(16)} {`,
    `\t\tcompatible = "keyturn,${kind}-${version}", "generic-uio";`,
    `\t\treg = <${hex(at, 8)} ${hex(count * PAGE_OCTETS, 1)}>;`,
    ...(line === undefined ? [] : ['\t\tinterrupt-parent = <&intc>;', `\t\tinterrupts = <0 ${line} ${LEVEL_HIGH}>;`]),
    `\t\tclocks = ${clock(fclk)};`,
    ...rates,
    '\t};',
  ];
  return [
    `// A Keyturn station of ${relations === 1 ? 'one relation' : `${relations} relations`} as a UIO device. Made from spec/registers.ts and the board.`,
    '// The kernel command line needs: uio_pdrv_genirq.of_id=generic-uio',
    '/dts-v1/;',
    '/plugin/;',
    '',
    ...(firmware === undefined ? [] : ['&fpga_full {', `\tfirmware-name = "${firmware}";`, '};', '']),
    '/* Read once, when Linux starts: apply the overlay in U-Boot, or start Linux with clk_ignore_unused. Without either the',
    '   clock is switched off as unused, and the first access to a register hangs the processor. */',
    '&clkc {',
    `\tfclk-enable = <${hex(
      [...enabled].reduce((mask, index) => mask + 2 ** index, 0),
      1,
    )}>;`,
    '};',
    '',
    '&amba {',
    '\t#address-cells = <1>;',
    '\t#size-cells = <1>;',
    '',
    ...node(UIO_NAME, 'station', base, interrupt, relations),
    ...pages.flatMap((page) => ['', ...node(uioNameOf(page.name), page.name, page.base, page.interrupt)]),
    '};',
    '',
    ...SECOND_MAC[wire],
  ].join('\n');
}
