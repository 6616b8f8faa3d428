import { ETHERTYPE_PROFINET } from '../../spec/header.ts';

/** The application data of both directions: what the IO controller and the IO device exchange. */
export interface ApplicationFrame {
  readonly cSdu: Uint8Array;
  /** APDU status (IEC 61158-6-10) */
  readonly cycleCounter: number;
  readonly dataStatus: number;
  readonly transferStatus: number;
}

/** One direction: addresses, FrameID and the payload of every cycle. */
export interface TrafficStream {
  readonly frameId: number;
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  /** undefined: frames without VLAN tag */
  readonly vlanTci: number | undefined;
  /** payload number `index`, from 0; the same on every call */
  frame(index: number): ApplicationFrame;
}

export interface Traffic {
  readonly initiatorToFollower: TrafficStream;
  readonly followerToInitiator: TrafficStream;
  /** where the data come from, for the report */
  readonly origin: string;
}

/** C_SDU and APDU status as the plain RTC frame of a stream (IEC 61158-6-10): what the application would send without security. */
export function plainFrame(
  { destination, source, frameId }: TrafficStream,
  { cSdu, apduStatus }: { readonly cSdu: Uint8Array; readonly apduStatus: Uint8Array },
): Uint8Array {
  return Uint8Array.from([
    ...destination,
    ...source,
    ETHERTYPE_PROFINET >> 8,
    ETHERTYPE_PROFINET & 0xff,
    frameId >> 8,
    frameId & 0xff,
    ...cSdu,
    ...apduStatus,
  ]);
}

/** Neither a capture nor a generator gives traffic to work with. */
export class TrafficError extends Error {
  constructor(problem: string, mend: string) {
    super(`${problem}; ${mend}`);
    this.name = 'TrafficError';
  }
}
