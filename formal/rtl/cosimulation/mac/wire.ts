/**
 * Ethernet as it is on the pins of a PHY, by IEEE 802.3 and RMII 1.2, written for the checks alone: it shares nothing with what
 * it judges, nor with the bus models.
 */
import { AssertionError } from 'node:assert';
import { crc32 } from 'node:zlib';

/** One cycle of the pins: 8 bits of RXD or TXD or two of them, RX_DV, CRS_DV or TX_EN, RX_ER or TX_ER. */
export interface Pins {
  readonly data: number;
  readonly valid: boolean;
  readonly error?: boolean;
}

export const IDLE: Pins = { data: 0, valid: false };
/** Octets of 0x55, then the start frame delimiter. */
export const PREAMBLE = [0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0xd5];
export const GAP_OCTETS = 12;

/** The frame and its FCS (802.3, 3.2.9), which zlib calculates too. */
export function withFcs(frame: Uint8Array): Uint8Array {
  const fcs = crc32(frame);
  return Uint8Array.from([...frame, fcs & 0xff, (fcs >>> 8) & 0xff, (fcs >>> 16) & 0xff, fcs >>> 24]);
}

/** Octets as a wire of `width` bits has them, the lowest bits first (802.3, 3.3; 35.2.3; RMII 5.3). */
export function symbolsOf(octets: Iterable<number>, width: 2 | 8): number[] {
  return width === 8 ? [...octets] : [...octets].flatMap((octet) => [octet & 3, (octet >> 2) & 3, (octet >> 4) & 3, octet >> 6]);
}

/** So many octet times of nothing. */
export function silence(octets: number, width: 2 | 8): Pins[] {
  return Array.from({ length: (octets * 8) / width }, () => IDLE);
}

export interface OnTheWire {
  /** what comes before the frame; `PREAMBLE` */
  readonly preamble?: readonly number[];
  /** cycles, counted from the first octet after the preamble, in which there is an error */
  readonly errors?: readonly number[];
  /** symbols after the last octet, that make none */
  readonly surplus?: readonly number[];
}

/** Octets behind a preamble. */
export function carried(octets: Uint8Array, width: 2 | 8, { preamble = PREAMBLE, errors = [], surplus = [] }: OnTheWire = {}): Pins[] {
  const before = symbolsOf(preamble, width);
  return [...before, ...symbolsOf(octets, width), ...surplus].map((data, index) => ({
    data,
    valid: true,
    error: errors.includes(index - before.length),
  }));
}

/** RMII 5.2: the carrier was gone `nibbles` nibbles before the data. */
export function carrierGoneEarly(pins: readonly Pins[], nibbles: number): Pins[] {
  const from = pins.length - 2 * nibbles;
  return pins.map((one, index) => (index >= from && (index - from) % 2 === 0 ? { ...one, valid: false } : one));
}

/** What a PHY reads from the pins: octets from the preamble to the FCS, and the octet times of silence before. */
export interface Carried {
  readonly octets: readonly number[];
  readonly gap: number;
}

/** @throws AssertionError for TX_ER, for bits that make no octet, for data while nothing is sent */
export function read(pins: readonly Pins[], width: 2 | 8): Carried[] {
  const found: Carried[] = [];
  let [silent, symbols]: [number, number[]] = [0, []];
  for (const { data, valid, error = false } of [...pins, IDLE]) {
    if (error) throw new AssertionError({ message: 'TX_ER' });
    if (valid) {
      symbols.push(data);
      continue;
    }
    if (data !== 0) throw new AssertionError({ message: `TXD is ${data} while TX_EN is 0` });
    if (symbols.length > 0) {
      found.push({ octets: octetsOf(symbols, width), gap: (silent * width) / 8 });
      [silent, symbols] = [0, []];
    }
    silent++;
  }
  return found;
}

function octetsOf(symbols: readonly number[], width: 2 | 8): number[] {
  const each = 8 / width;
  if (symbols.length % each !== 0) throw new AssertionError({ message: `${symbols.length} symbols of ${width} bits make no octets` });
  return Array.from({ length: symbols.length / each }, (_, octet) =>
    symbols.slice(octet * each, (octet + 1) * each).reduce((value, symbol, index) => value | (symbol << (width * index)), 0),
  );
}

/** What stands on the wire for a frame that is sent: padded to 60 octets (4.2.3.3), with preamble and FCS. */
export function asSent(frame: Uint8Array): number[] {
  const padded = new Uint8Array(Math.max(60, frame.length));
  padded.set(frame);
  return [...PREAMBLE, ...withFcs(padded)];
}
