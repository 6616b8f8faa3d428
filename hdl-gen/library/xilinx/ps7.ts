/**
 * The processing system of a Zynq-7000 as its primitive (UG585; pins as Vivado's processing_system7 connects them): M_AXI_GP0,
 * the clocks and resets to the logic, the interrupts, and GMII and MDIO of the second Ethernet MAC. Everything else that goes in is tied
 * to 0, as there. What configures it (clocks, DDR, pins) is no part of a bitstream: the boot loader does that.
 */
import { asynchronous, bits, bool, clocked, clockInput, clockOutput, external, input, output, type Pins } from '../../index.ts';

const quiet = <const W extends number>(width: W) => bits(width, { fallback: 0 });

/** Inputs by their width; the names after a prefix. */
type Widths = Readonly<Record<number, string>>;

function tied(prefix: string, widths: Widths): Pins {
  const pins = Object.entries(widths).flatMap(([width, names]) =>
    names.split(' ').map((name) => [prefix + name, input(bits(Number(width), { fallback: 0 }), asynchronous)] as const),
  );
  return Object.fromEntries(pins);
}

/** A port of which the logic is the manager. */
function subordinate(
  prefix: string,
  { id, data, extra = {} }: { readonly id: number; readonly data: 32 | 64; readonly extra?: Widths },
): Pins {
  return {
    ...tied(prefix, {
      1: 'ACLK ARVALID AWVALID BREADY RREADY WLAST WVALID',
      2: 'ARBURST ARLOCK ARSIZE AWBURST AWLOCK AWSIZE',
      3: 'ARPROT AWPROT',
      4: 'ARCACHE ARLEN ARQOS AWCACHE AWLEN AWQOS',
      32: 'ARADDR AWADDR',
    }),
    ...tied(prefix, { [data]: 'WDATA' }),
    ...tied(prefix, { [data / 8]: 'WSTRB' }),
    ...tied(prefix, { [id]: 'ARID AWID WID' }),
    ...tied(prefix, extra),
  };
}

const both = (pins: (index: number) => Pins, count: number): Pins =>
  Object.assign({}, ...Array.from({ length: count }, (_, index) => pins(index)));

/** What no design here uses. */
const TIED: Pins = {
  ...tied('MAXIGP1', { 1: 'ACLK ARREADY AWREADY BVALID RLAST RVALID WREADY', 2: 'BRESP RRESP', 12: 'BID RID', 32: 'RDATA' }),
  ...both((index) => subordinate(`SAXIGP${index}`, { id: 6, data: 32 }), 2),
  ...both((index) => subordinate(`SAXIHP${index}`, { id: 6, data: 64, extra: { 1: 'RDISSUECAP1EN WRISSUECAP1EN' } }), 4),
  ...subordinate('SAXIACP', { id: 3, data: 64, extra: { 5: 'ARUSER AWUSER' } }),
  ...both((index) => tied(`DMA${index}`, { 1: 'ACLK DAREADY DRLAST DRVALID', 2: 'DRTYPE' }), 4),
  ...tied('EMIOENET0', { 1: 'EXTINTIN GMIICOL GMIICRS GMIIRXCLK GMIIRXDV GMIIRXER GMIITXCLK MDIOI', 8: 'GMIIRXD' }),
  ...tied('EMIOENET1', { 1: 'EXTINTIN GMIICOL GMIICRS' }),
  ...both(
    (index) => ({
      ...tied(`EMIOCAN${index}`, { 1: 'PHYRX' }),
      ...tied(`EMIOI2C${index}`, { 1: 'SCLI SDAI' }),
      ...tied(`EMIOSDIO${index}`, { 1: 'CDN CLKFB CMDI WP', 4: 'DATAI' }),
      ...tied(`EMIOSPI${index}`, { 1: 'MI SCLKI SI SSIN' }),
      ...tied(`EMIOTTC${index}`, { 3: 'CLKI' }),
      ...tied(`EMIOUART${index}`, { 1: 'CTSN DCDN DSRN RIN RX' }),
      ...tied(`EMIOUSB${index}`, { 1: 'VBUSPWRFAULT' }),
    }),
    2,
  ),
  ...tied('EMIO', { 1: 'PJTAGTCK PJTAGTDI PJTAGTMS SRAMINTIN TRACECLK WDTCLKI', 64: 'GPIOI' }),
  ...tied('FTM', { 1: 'DTRACEINCLOCK DTRACEINVALID', 4: 'DTRACEINATID TF2PTRIG TP2FTRIGACK', 32: 'DTRACEINDATA TF2PDEBUG' }),
  ...tied('', { 1: 'EVENTEVENTI FPGAIDLEN', 4: 'DDRARB FCLKCLKTRIGN' }),
};

const address = { ADDR: output(bits(32)), ID: output(bits(12)), LEN: output(bits(4)), SIZE: output(bits(2)), BURST: output(bits(2)) };
type Named<P extends string, T> = { readonly [K in keyof T & string as `${P}${K}`]: T[K] };

function named<const P extends string, T extends object>(prefix: P, pins: T): Named<P, T> {
  return Object.fromEntries(Object.entries(pins).map(([name, pin]) => [prefix + name, pin])) as Named<P, T>;
}

const USED = {
  /** the frequencies are those of the boot loader; Linux stops a clock that no driver holds */
  FCLKCLK: clockOutput({ width: 4 }),
  /** active low; they change with no clock of ours */
  FCLKRESETN: output(bits(4), asynchronous),
  /** 15..0 are IRQ_F2P; 19..16 go to the processors' own FIQ and IRQ */
  IRQF2P: input(quiet(20), asynchronous),
  /** an access with no clock here stops the processor for ever */
  MAXIGP0ACLK: clockInput(),
  ...clocked('MAXIGP0ACLK', {
    ...named('MAXIGP0AW', { ...address, VALID: output(bool), READY: input(bool) }),
    ...named('MAXIGP0W', {
      DATA: output(bits(32)),
      STRB: output(bits(4)),
      ID: output(bits(12)),
      LAST: output(bool),
      VALID: output(bool),
      READY: input(bool),
    }),
    ...named('MAXIGP0B', { ID: input(bits(12)), RESP: input(bits(2)), VALID: input(bool), READY: output(bool) }),
    ...named('MAXIGP0AR', { ...address, VALID: output(bool), READY: input(bool) }),
    ...named('MAXIGP0R', {
      DATA: input(bits(32)),
      RESP: input(bits(2)),
      ID: input(bits(12)),
      LAST: input(bool),
      VALID: input(bool),
      READY: output(bool),
    }),
  }),
  /** both clocks of the GMII come from the logic, which is the PHY */
  EMIOENET1GMIITXCLK: clockInput({ open: 0 }),
  ...clocked('EMIOENET1GMIITXCLK', named('EMIOENET1GMII', { TXD: output(bits(8)), TXEN: output(bool), TXER: output(bool) })),
  EMIOENET1GMIIRXCLK: clockInput({ open: 0 }),
  ...clocked('EMIOENET1GMIIRXCLK', named('EMIOENET1GMII', { RXD: input(quiet(8)), RXDV: input(quiet(1)), RXER: input(quiet(1)) })),
  /** management of a PHY, at the processor's own clock; MDIO is driven with O while TN is 1, the reverse of an IOBUF's T */
  ...named('EMIOENET1MDIO', {
    MDC: output(bool, asynchronous),
    O: output(bool, asynchronous),
    TN: output(bool, asynchronous),
    I: input(quiet(1), asynchronous),
  }),
} as const;

/** In a simulation its pins are ports, and the test plays the processor. */
export const PS7 = external<typeof USED>('PS7', { ...TIED, ...USED }, { model: 'bench' });
