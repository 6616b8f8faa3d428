/**
 * Frames as the judge reads them. The places are written out from the paper (Fig. 6 and 8) and IEEE 802.3, and shared with nothing:
 * a mistake in the tables that the hardware is made of must not be made here as well.
 */

/** DA 6 · SA 6 · [VLAN tag 4] · EtherType 2 · FrameID 2 · KeyIds 1 · counter 4 · C_SDU · ICV 16 · APDU status 4 */
export interface Secured {
  /** wire KeyIds, 4 bits each */
  readonly currentKeyId: number;
  readonly nextKeyId: number;
  readonly counter: number;
  /** destination to counter without the VLAN tag, then the APDU status */
  readonly aad: Buffer;
  /** the C_SDU as it stands on the wire */
  readonly text: Buffer;
  readonly icv: Buffer;
  readonly apduStatus: Buffer;
}

const PROFINET = 0x8892;
const VLAN = 0x8100;

/** Octets in front of the EtherType that counts. */
function head(frame: Buffer): number {
  return frame.length >= 18 && frame.readUInt16BE(12) === VLAN ? 16 : 12;
}

/** The FrameID of a PROFINET frame; undefined for any other. */
export function frameIdOf(frame: Buffer): number | undefined {
  const at = head(frame);
  return frame.length >= at + 4 && frame.readUInt16BE(at) === PROFINET ? frame.readUInt16BE(at + 2) : undefined;
}

/** A message of an n-RTT agreement: EtherType 88-B6, then `KT`. */
export function isAgreement(frame: Buffer): boolean {
  const at = head(frame);
  return frame.length >= at + 4 && frame.readUInt32BE(at) === 0x88b64b54;
}

/** A secured frame taken apart; undefined where it is too short or too long to be one. */
export function secured(frame: Buffer): Secured | undefined {
  const at = head(frame);
  const textAt = at + 9;
  const icvAt = frame.length - 20;
  if (icvAt - textAt < 1 || icvAt - textAt > 1440) return undefined;
  const apduStatus = frame.subarray(frame.length - 4);
  const keyIds = frame.readUInt8(at + 4);
  return {
    currentKeyId: keyIds >> 4,
    nextKeyId: keyIds & 15,
    counter: frame.readUInt32BE(at + 5),
    aad: Buffer.concat([frame.subarray(0, 12), frame.subarray(at, textAt), apduStatus]),
    text: frame.subarray(textAt, icvAt),
    icv: frame.subarray(icvAt, icvAt + 16),
    apduStatus,
  };
}

/** C_SDU and APDU status of a plain RTC frame, one behind the other. */
export function plainPayload(frame: Buffer): Buffer {
  return frame.subarray(head(frame) + 4);
}
