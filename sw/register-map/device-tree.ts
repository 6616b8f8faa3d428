/** A device-tree overlay that makes the registers a UIO device of Linux, with its interrupt. */
import { ADDRESS_BITS, MAP_VERSION } from '../../spec/registers.ts';
import { hex } from './names.ts';

/** Where the hardware stands in a Zynq-7000. */
export interface Placement {
  /** physical address of the registers, on a page of 4096 octets */
  readonly base: number;
  /** number of the shared peripheral interrupt: of IRQ_F2P[0] it is 29 (GIC 61; UG585, table 7-4) */
  readonly interrupt: number;
  /** FCLK that clocks the hardware, 0 to 3 */
  readonly fclk: number;
  /** file in /lib/firmware that an fpga_manager loads with the overlay; default: none */
  readonly firmware?: string;
  /** MHz that Linux sets the clock to when it drives the registers; default: as the boot loader left it */
  readonly fclkMhz?: number;
  /** pages beside that of the relation; default: none */
  readonly mailboxes?: readonly Mailbox[];
}

/** A page of `mailbox-registers.ts`, a UIO device of its own. */
export interface Mailbox {
  readonly name: string;
  readonly base: number;
  readonly interrupt: number;
}

/** Name of the node, and with it of the UIO device. */
export const UIO_NAME = 'keyturn';

/** Flag of a level-high interrupt in a GIC specifier. */
const LEVEL_HIGH = 4;
/** Clock number of FCLK0 at `clkc` (Documentation/devicetree/bindings/clock/zynq-7000.txt). */
const CLOCK_OF_FCLK0 = 15;

/**
 * Labels are those of Linux' zynq-7000.dtsi. The kernel drives a node by UIO when it is started with
 * `uio_pdrv_genirq.of_id=generic-uio`.
 */
export function deviceTreeOverlay({ base, interrupt, fclk, firmware, fclkMhz, mailboxes = [] }: Placement): string {
  const clock = CLOCK_OF_FCLK0 + fclk;
  const rate = fclkMhz === undefined ? [] : [`\t\tassigned-clocks = <&clkc ${clock}>;`, `\t\tassigned-clock-rates = <${fclkMhz * 1e6}>;`];
  const version = `${MAP_VERSION.major}.${MAP_VERSION.minor}`;
  const node = (name: string, compatible: string, at: number, line: number): string[] => [
    `\t${name}@${at.toString(16)} {`,
    `\t\tcompatible = "${compatible}", "generic-uio";`,
    `\t\treg = <${hex(at, 8)} ${hex(2 ** ADDRESS_BITS, 1)}>;`,
    '\t\tinterrupt-parent = <&intc>;',
    `\t\tinterrupts = <0 ${line} ${LEVEL_HIGH}>;`,
    `\t\tclocks = <&clkc ${clock}>;`,
    ...rate,
    '\t};',
  ];
  return [
    '// One Keyturn relation as a UIO device. Made from spec/registers.ts and the board.',
    '// The kernel command line needs: uio_pdrv_genirq.of_id=generic-uio',
    '/dts-v1/;',
    '/plugin/;',
    '',
    ...(firmware === undefined ? [] : ['&fpga_full {', `\tfirmware-name = "${firmware}";`, '};', '']),
    '/* Read once, when Linux starts: apply the overlay in U-Boot, or start Linux with clk_ignore_unused. Without either the',
    '   clock is switched off as unused, and the first access to a register hangs the processor. */',
    '&clkc {',
    `\tfclk-enable = <${hex(2 ** fclk, 1)}>;`,
    '};',
    '',
    '&amba {',
    '\t#address-cells = <1>;',
    '\t#size-cells = <1>;',
    '',
    ...node(UIO_NAME, `keyturn,relation-${version}`, base, interrupt),
    ...mailboxes.flatMap((mailbox) => ['', ...node(mailbox.name, `keyturn,mailbox-${version}`, mailbox.base, mailbox.interrupt)]),
    '};',
    '',
  ].join('\n');
}
