/** What a board is: `board.json` in a folder of its own. */
import { z } from 'zod';
import { RELATIONS_OCTETS } from '../spec/pages.ts';

/** Of the CLG400 package: 20 columns; rows without I, O, Q, S, X and Z. */
const ball = z.string().regex(/^[A-HJ-NPRT-WY](1?[1-9]|10|20)$/, 'expected a ball of the CLG400 package, as K17');
/** Xilinx' name of a site, which ends with its bank; a clock may come in at the P side of a pair that has MRCC or SRCC. */
const site = z.string().regex(/^IO_[A-Z0-9_]+_\d+$/, 'expected a site as IO_L12P_T1_MRCC_35');
const hexadecimal = z
  .string()
  .regex(/^0x[0-9a-f]{8}$/, 'expected 32 bits in hexadecimal, as 0x43c00000')
  .transform(Number);
/** UG585, table 4-1. */
const GP0 = { first: 0x4000_0000, end: 0x8000_0000 } as const;
const text = z.string().min(1);
const count = z.number().int().positive();

/** RX_ER is left out: a damaged frame has a wrong FCS. */
export const RMII_SIGNALS = ['refClk', 'txd[0]', 'txd[1]', 'txEn', 'rxd[0]', 'rxd[1]', 'crsDv', 'rstN', 'mdc', 'mdio'] as const;

const shape = {
  title: text,
  part: z.strictObject({
    /** with package and speed grade */
    name: z.string().regex(/^xc7z0\d\d[si]?clg400-[123]$/, 'expected a Zynq-7000 part as xc7z020clg400-1'),
    idcode: hexadecimal,
    /** banks of the logic that are bonded */
    banks: z.array(count),
    luts: count,
    flipFlops: count,
    /** of 36 Kb */
    blockRams: count,
    dsps: count,
  }),
  vivadoBoard: text,
  openFpgaLoaderBoard: text,
  registers: z.strictObject({
    base: hexadecimal.refine(
      (base) => base % RELATIONS_OCTETS === 0 && base >= GP0.first && base + 2 * RELATIONS_OCTETS <= GP0.end,
      'expected a multiple of 0x100000 in M_AXI_GP0, 0x40000000 to 0x7fe00000',
    ),
    interrupt: z.number().int().min(29).max(36),
    fclk: z.number().int().min(0).max(3),
  }),
  /** by the pin they come in at */
  clocks: z.record(text, z.strictObject({ mhz: z.number().positive(), caution: text.optional() })),
  ioStandard: z.enum(['LVCMOS33', 'LVCMOS25', 'LVCMOS18']),
  /** by the name in the vendor's constraints; index 0 to 3 of a Pmod are its pins 1 to 4, 4 to 7 its pins 7 to 10 */
  pins: z.record(text, z.strictObject({ ball, site })),
  /** by the signal, the pins of a PHY with RMII on wires (Ethernet of the logic's own) */
  rmii: z.strictObject(Object.fromEntries(RMII_SIGNALS.map((name) => [name, text])) as Record<(typeof RMII_SIGNALS)[number], typeof text>),
  /** parameters of processing_system7 */
  processingSystem: z.record(z.string().regex(/^PCW_[A-Z0-9_]+$/, 'expected a parameter as PCW_UART1_BAUD_RATE'), text),
} as const;

/** Every part of the data has its source. */
const sources = z.strictObject(
  Object.fromEntries(
    ['part', 'vivadoBoard', 'openFpgaLoaderBoard', 'registers', 'clocks', 'pins', 'rmii', 'processingSystem'].map((name) => [name, text]),
  ),
);

export const boardSchema = z.strictObject({ ...shape, sources }).superRefine(({ pins, part, clocks, rmii }, context) => {
  const owners = new Map<string, string>();
  for (const [name, pin] of Object.entries(pins)) {
    const owner = owners.get(pin.ball);
    if (owner !== undefined) context.addIssue({ code: 'custom', path: ['pins', name, 'ball'], message: `${pin.ball} is ${owner} too` });
    owners.set(pin.ball, name);
    if (!part.banks.includes(bankOf(pin.site)))
      context.addIssue({ code: 'custom', path: ['pins', name, 'site'], message: `bank ${bankOf(pin.site)} is not bonded in ${part.name}` });
  }
  const wired = new Map<string, string>();
  for (const [signal, name] of Object.entries(rmii)) {
    const pin = pins[name];
    const other = wired.get(name);
    wired.set(name, signal);
    const wrong =
      pin === undefined
        ? 'there is no such pin'
        : other !== undefined
          ? `${name} is ${other} too`
          : signal === 'refClk' && !isClockCapable(pin.site)
            ? `its pin, ${pin.site}, is not clock-capable`
            : undefined;
    if (wrong !== undefined) context.addIssue({ code: 'custom', path: ['rmii', signal], message: wrong });
  }
  for (const name of Object.keys(clocks)) {
    const pin = pins[name];
    if (pin === undefined) context.addIssue({ code: 'custom', path: ['clocks', name], message: 'there is no such pin' });
    else if (!isClockCapable(pin.site))
      context.addIssue({ code: 'custom', path: ['clocks', name], message: `its pin, ${pin.site}, is not clock-capable` });
  }
});

export type Board = z.infer<typeof boardSchema>;

export function bankOf(siteName: string): number {
  return Number(siteName.slice(siteName.lastIndexOf('_') + 1));
}

/** Whether a single-ended clock may come in there. */
export function isClockCapable(siteName: string): boolean {
  return /^IO_L\d+P_.*[MS]RCC/.test(siteName);
}
