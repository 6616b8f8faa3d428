/** A bitstream in either form: `.bit` with its header, or `.bin` as Linux' fpga_manager wants it, words byte-swapped and no header. */
import { type BitHeader, BitstreamError, isBitFile, parseBit } from './bit-file.ts';
import { findSync, readConfiguration } from './configuration.ts';

/** The sync word as it stands in a `.bin` for the PCAP of a Zynq: what zynq-fpga.c of Linux looks for. */
const SYNC_SWAPPED = 0x6655_99aa;

export interface Bitstream {
  /** undefined in a `.bin` */
  readonly header: BitHeader | undefined;
  /** words of the configuration as in a `.bit`, big-endian */
  readonly payload: Uint8Array;
  /** undefined where the configuration does not say */
  readonly idcode: number | undefined;
}

/** What a bitstream must be for. */
export interface TargetPart {
  /** `xc7z020clg400-1` */
  readonly name: string;
  readonly idcode: number;
}

/** Reads and checks either form. @throws BitstreamError */
export function readBitstream(octets: Uint8Array, source: string): Bitstream {
  if (octets.length === 0) throw new BitstreamError(source, 'is empty', 'generate it again');
  const { header, payload } = isBitFile(octets) ? parseBit(octets, source) : { header: undefined, payload: unswapped(octets, source) };
  return { header, payload, ...readConfiguration(payload, source) };
}

function unswapped(octets: Uint8Array, source: string): Uint8Array {
  if (findSync(octets, SYNC_SWAPPED) !== undefined) {
    if (octets.length % 4 !== 0)
      throw new BitstreamError(source, `has ${octets.length} octets, not whole words`, 'it is cut short; generate or copy it again');
    return swapped(octets);
  }
  if (findSync(octets) !== undefined)
    throw new BitstreamError(
      source,
      'is a .bin whose words are not byte-swapped, as Vivado -bin_file writes it',
      'give the .bit file instead',
    );
  throw new BitstreamError(
    source,
    'is no bitstream: it has neither the header of a .bit nor a sync word',
    'give a .bit file, or a byte-swapped .bin',
  );
}

/** The octets of each word in the other order: from `.bit` data to `.bin` and back. */
export function swapped(octets: Uint8Array): Uint8Array {
  return Buffer.from(octets).swap32();
}

/** @throws BitstreamError where the header or the configuration itself is for another part */
export function checkPart({ header, idcode }: Bitstream, part: TargetPart, source: string): void {
  const mend = 'generate it for this board, or name the other one with --board';
  if (header !== undefined && bareName(header.part) !== bareName(part.name))
    throw new BitstreamError(source, `is for the part ${header.part}, expected ${bareName(part.name)}`, mend);
  if (idcode !== undefined && revisionless(idcode) !== revisionless(part.idcode))
    throw new BitstreamError(source, `configures a part with IDCODE ${hex(idcode)}, expected ${hex(part.idcode)} (${part.name})`, mend);
}

/** Without `xc` and the speed grade, which a header may lack. */
function bareName(part: string): string {
  return part.toLowerCase().replace(/^xc/, '').replace(/-.*/, '');
}

/** Bits 31..28 are the revision of the silicon. */
function revisionless(idcode: number): number {
  return idcode & 0x0fff_ffff;
}

function hex(word: number): string {
  return `0x${word.toString(16).padStart(8, '0')}`;
}
