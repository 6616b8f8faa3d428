import { encodeFrame, type FrameKind } from '../../sw/frame/secured-frame.ts';

/** A frame of which nothing matters but its kind and its KeyIds: all else is zero. */
export function blankFrame(kind: FrameKind, currentKeyId: number, nextKeyId: number): Uint8Array {
  return encodeFrame({
    ...kind,
    destination: new Uint8Array(6),
    source: new Uint8Array(6),
    vlanTci: undefined,
    currentKeyId,
    nextKeyId,
    counter: 1,
    length: 40,
    text: new Uint8Array(40),
    icv: new Uint8Array(16),
    clearStatus: new Uint8Array(4),
  });
}
