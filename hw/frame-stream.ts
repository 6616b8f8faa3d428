import { type BitsShape, bits, type StreamSink, type StreamSource, stream } from '../hdl-gen/index.ts';

/** A frame without preamble and FCS, one octet a beat, `last` with the last octet of the APDU status. */
export const FrameStream = stream({ data: bits(8) });
/** A word on its way from or to software. */
export const RecordWord = { word: bits(32) };
export const RecordStream = stream(RecordWord, { last: false });
/** One that arrives, and one that leaves. */
export type FrameSink = StreamSink<{ data: BitsShape<8> }>;
export type FrameSource = StreamSource<{ data: BitsShape<8> }>;
