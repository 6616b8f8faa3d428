/** pcap (draft-ietf-opsawg-pcap), in either octet order and with either unit of time; and the one that Kuznetzov modified. */
import {
  type CapturedPacket,
  CaptureError,
  LINK_TYPE_ETHERNET,
  LONGEST_PACKET,
  MEND_CUT,
  MEND_DAMAGED,
  MEND_LINK,
  withoutFcs,
} from './capture.ts';
import { CUT_PACKETS, type Findings } from './left-out.ts';
import type { OctetStream } from './octet-stream.ts';

interface PcapFormat {
  readonly littleEndian: boolean;
  /** ns of a unit of the timestamp's fraction */
  readonly nsPerUnit: bigint;
  readonly recordOctets: number;
}

const FILE_HEADER = 24;
const RECORD = 16;
/** Kuznetzov's modification adds interface, protocol and packet type. */
const MODIFIED_RECORD = 24;
/** Of the link field: whether it tells the length of the FCS, and where it stands, in units of 2 octets. */
const FCS_PRESENT = 0x0400_0000;
const FCS_SHIFT = 28;

/** By the magic that a file begins with. */
const FORMATS: ReadonlyMap<number, Omit<PcapFormat, 'littleEndian'>> = new Map([
  [0xa1b2c3d4, { nsPerUnit: 1000n, recordOctets: RECORD }],
  [0xa1b23c4d, { nsPerUnit: 1n, recordOctets: RECORD }],
  [0xa1b2cd34, { nsPerUnit: 1000n, recordOctets: MODIFIED_RECORD }],
]);

/** What the first four octets say; undefined where they begin no pcap file. */
export function pcapFormat(stream: OctetStream): PcapFormat | undefined {
  for (const littleEndian of [true, false]) {
    const format = FORMATS.get(stream.u32(0, littleEndian));
    if (format !== undefined) return { ...format, littleEndian };
  }
  return undefined;
}

/** @throws CaptureError */
export async function* pcapPackets(
  file: string,
  stream: OctetStream,
  { littleEndian, nsPerUnit, recordOctets }: PcapFormat,
  { interfaces, leftOut }: Findings,
): AsyncGenerator<CapturedPacket> {
  if (!(await stream.hold(FILE_HEADER))) throw new CaptureError(file, 'the file header is cut off', stream.offset + stream.held, MEND_CUT);
  const link = stream.u32(20, littleEndian);
  const linkType = link & 0xffff;
  if (linkType !== LINK_TYPE_ETHERNET) throw new CaptureError(file, `link type ${linkType}, expected Ethernet (1)`, 20, MEND_LINK);
  const fcsOctets = (link & FCS_PRESENT) === 0 ? 0 : 2 * (link >>> FCS_SHIFT);
  interfaces.push({ name: '', linkType });
  stream.take(FILE_HEADER);
  while (stream.held > 0 || (await stream.hold(1))) {
    if (stream.held < recordOctets && !(await stream.hold(recordOctets))) return leftOut.add(CUT_PACKETS);
    const seconds = BigInt(stream.u32(0, littleEndian));
    const fraction = BigInt(stream.u32(4, littleEndian));
    const length = stream.u32(8, littleEndian);
    const onWire = stream.u32(12, littleEndian);
    if (length > LONGEST_PACKET)
      throw new CaptureError(file, `a packet of ${length} octets`, stream.offset, `expected at most ${LONGEST_PACKET}: ${MEND_DAMAGED}`);
    const record = recordOctets + length;
    if (stream.held < record && !(await stream.hold(record))) return leftOut.add(CUT_PACKETS);
    const timestampNs = seconds * 1_000_000_000n + fraction * nsPerUnit;
    yield { interface: 0, timestampNs, ...withoutFcs(stream.octets(recordOctets, length), onWire, fcsOctets), comments: [] };
    stream.take(record);
  }
}
