/** A network capture, whatever file it came from. */
export interface CapturedPacket {
  /** index of the interface */
  readonly interface: number;
  readonly timestampNs: bigint;
  /** from the destination address; as many octets as were captured */
  readonly data: Uint8Array;
  /** octets that the frame had on the wire */
  readonly originalLength: number;
}

export interface Capture {
  readonly format: 'pcap' | 'pcapng';
  readonly interfaces: readonly { readonly name: string }[];
  readonly packets: readonly CapturedPacket[];
}

/** A file that is no capture, or a broken one. */
export class CaptureError extends Error {
  constructor(problem: string, offset: number, mend: string) {
    super(`not a usable capture: ${problem} at octet ${offset}; ${mend}`);
    this.name = 'CaptureError';
  }
}

/** LINKTYPE_ETHERNET (tcpdump.org/linktypes.html): the only link type that carries PROFINET RTC. */
export const LINK_TYPE_ETHERNET = 1;
