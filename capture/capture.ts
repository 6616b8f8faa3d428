/** What a network capture holds, whatever file it came from. */
export interface CapturedPacket {
  /** index into the capture's interfaces */
  readonly interface: number;
  readonly timestampNs: bigint;
  /** from the destination address, without the FCS; as many octets as were captured. A view into what was read: copy what is kept of a long file */
  readonly data: Uint8Array;
  /** octets that the frame had on the wire, without the FCS */
  readonly originalLength: number;
  /** opt_comment of the packet's block, in the order of the file; pcap has none */
  readonly comments: readonly string[];
}

export interface CaptureInterface {
  /** if_name, or the empty string */
  readonly name: string;
  /** tcpdump.org/linktypes.html */
  readonly linkType: number;
}

/** A file that is no capture, or a broken one. */
export class CaptureError extends Error {
  constructor(file: string, problem: string, offset: number, mend: string) {
    super(`${file}: not a usable capture: ${problem} at octet ${offset}; ${mend}`);
    this.name = 'CaptureError';
  }
}

/** LINKTYPE_ETHERNET (tcpdump.org/linktypes.html): the only link type that carries PROFINET RTC. */
export const LINK_TYPE_ETHERNET = 1;

/** No frame is longer; a larger length is a broken file, not a jumbo frame. */
export const LONGEST_PACKET = 262_144;

export const MEND_LINK = 'record on an Ethernet interface';
export const MEND_CUT = 'the file is cut off: copy it again, or repair it with a capture tool';
export const MEND_DAMAGED = 'the file is damaged: copy it again, or record it again';

/** Captured octets and their length on the wire, both without the FCS: where the frame was cut, it may have lost part of its FCS already. */
export function withoutFcs(data: Uint8Array, originalLength: number, fcsOctets: number): { data: Uint8Array; originalLength: number } {
  const whole = Math.max(0, originalLength - fcsOctets);
  return { data: data.length > whole ? data.subarray(0, whole) : data, originalLength: whole };
}
