import { bits, stream } from '../hdl-gen/index.ts';

/** A frame without preamble and FCS, one octet a beat, `last` with the last octet of the APDU status. */
export const FrameStream = stream({ data: bits(8) });
