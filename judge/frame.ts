/**
 * Frames as the judge reads them. The places are written out from the paper (Fig. 6 and 8) and IEEE 802.3, and shared with nothing:
 * a mistake in the tables that the hardware is made of must not be made here as well.
 */

/**
 * paper: DA 6 · SA 6 · [VLAN tag 4] · EtherType 2 · FrameID 2 · KeyIds 1 · counter 4 · C_SDU · ICV 16 · APDU status 4
 * std: up to the FrameID the same · mode 1 · KeyIds 1 · counter 4 · length 2 · C_SDU · APDU status 4 · ICV 16
 */
export type Profile = 'paper' | 'std';

export interface Secured {
  /** wire KeyIds, 4 bits each */
  readonly currentKeyId: number;
  readonly nextKeyId: number;
  readonly counter: number;
  /** what is in front of the C_SDU, without the VLAN tag; paper: then the APDU status */
  readonly aad: Buffer;
  /** the C_SDU as it stands on the wire; std: with the APDU status */
  readonly text: Buffer;
  readonly icv: Buffer;
  /** what of the payload is no text; std: nothing */
  readonly clear: Buffer;
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

/** The addresses of a frame, 12 hex digits each. */
export function destinationOf(frame: Buffer): string {
  return frame.toString('hex', 0, 6);
}

export function sourceOf(frame: Buffer): string {
  return frame.toString('hex', 6, 12);
}

/** What a message of an agreement is for: EtherType 88-B6, then `KT`; with master index 0 the first key of all. */
export function agreementOf(frame: Buffer): 'association' | 'n-RTT' | undefined {
  const at = head(frame);
  if (frame.length < at + 12 || frame.readUInt32BE(at) !== 0x88b64b54) return undefined;
  return frame.readUInt32BE(at + 8) === 0 ? 'association' : 'n-RTT';
}

/** A secured frame taken apart; undefined where it is none: too short or too long, or its metadata say another mode or length. */
export function secured(frame: Buffer, profile: Profile, encrypted: boolean): Secured | undefined {
  return profile === 'paper' ? paper(frame) : std(frame, encrypted);
}

function paper(frame: Buffer): Secured | undefined {
  const at = head(frame);
  const textAt = at + 9;
  const icvAt = frame.length - 20;
  if (icvAt - textAt < 1 || icvAt - textAt > 1440) return undefined;
  const clear = frame.subarray(frame.length - 4);
  const aad = Buffer.concat([frame.subarray(0, 12), frame.subarray(at, textAt), clear]);
  return { ...ids(frame, at + 4), aad, text: frame.subarray(textAt, icvAt), icv: frame.subarray(icvAt, icvAt + 16), clear };
}

function std(frame: Buffer, encrypted: boolean): Secured | undefined {
  const at = head(frame);
  const textAt = at + 12;
  const icvAt = frame.length - 16;
  if (icvAt - textAt < 5 || icvAt - textAt > 1444) return undefined;
  if (frame.readUInt8(at + 4) !== (encrypted ? 1 : 0) || frame.readUInt16BE(at + 10) !== icvAt - textAt) return undefined;
  const aad = Buffer.concat([frame.subarray(0, 12), frame.subarray(at, textAt)]);
  return { ...ids(frame, at + 5), aad, text: frame.subarray(textAt, icvAt), icv: frame.subarray(icvAt), clear: Buffer.alloc(0) };
}

function ids(frame: Buffer, at: number): Pick<Secured, 'currentKeyId' | 'nextKeyId' | 'counter'> {
  const octet = frame.readUInt8(at);
  return { currentKeyId: octet >> 4, nextKeyId: octet & 15, counter: frame.readUInt32BE(at + 1) };
}

/** C_SDU and APDU status of a plain RTC frame, one behind the other. */
export function plainPayload(frame: Buffer): Buffer {
  return frame.subarray(head(frame) + 4);
}
