/** The secured frame as octets, profile `paper` (`spec/header.ts`; paper, Fig. 8). */
import {
  ADDRESS_OCTETS,
  APDU_STATUS_OCTETS,
  C_SDU_MAX,
  COUNTER_OCTETS,
  ETHERTYPE_PROFINET,
  FRAME_ID_OCTETS,
  HEADER_OCTETS,
  ICV_OCTETS,
  NONCE_OCTETS,
  TPID_VLAN,
  TRAILER_OCTETS,
  VLAN_TAG_OCTETS,
} from '../../spec/header.ts';

export interface SecuredFrame {
  readonly destination: Uint8Array;
  readonly source: Uint8Array;
  /** undefined: no VLAN tag */
  readonly vlanTci: number | undefined;
  readonly frameId: number;
  /** wire KeyIds */
  readonly currentKeyId: number;
  readonly nextKeyId: number;
  readonly counter: number;
  /** C_SDU as on the wire: enciphered, or in the clear with authentication only */
  readonly text: Uint8Array;
  readonly icv: Uint8Array;
  readonly apduStatus: Uint8Array;
}

export type ParsedFrame =
  | { readonly kind: 'ours'; readonly frame: SecuredFrame }
  /** another EtherType or FrameID, or too short to have one */
  | { readonly kind: 'foreign' }
  | { readonly kind: 'malformed'; readonly reason: string };

export function encodeFrame(frame: SecuredFrame): Uint8Array {
  const tag = frame.vlanTci === undefined ? [] : [TPID_VLAN >> 8, TPID_VLAN & 0xff, frame.vlanTci >> 8, frame.vlanTci & 0xff];
  return Uint8Array.from([
    ...frame.destination,
    ...frame.source,
    ...tag,
    ...headerTail(frame),
    ...frame.text,
    ...frame.icv,
    ...frame.apduStatus,
  ]);
}

/** @param frameId the FrameID of frames that are ours */
export function parseFrame(octets: Uint8Array, frameId: number): ParsedFrame {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const typeAt = 2 * ADDRESS_OCTETS;
  const tagged = octets.length >= typeAt + VLAN_TAG_OCTETS && view.getUint16(typeAt) === TPID_VLAN;
  const tag = tagged ? VLAN_TAG_OCTETS : 0;
  const frameIdAt = typeAt + tag + 2;
  if (octets.length < frameIdAt + FRAME_ID_OCTETS) return { kind: 'foreign' };
  if (view.getUint16(frameIdAt - 2) !== ETHERTYPE_PROFINET || view.getUint16(frameIdAt) !== frameId) return { kind: 'foreign' };
  const textLength = octets.length - tag - HEADER_OCTETS - TRAILER_OCTETS;
  if (textLength < 1 || textLength > C_SDU_MAX)
    return { kind: 'malformed', reason: `C_SDU of ${textLength} octets, expected 1 to ${C_SDU_MAX}` };
  const keyIdsAt = frameIdAt + FRAME_ID_OCTETS;
  const textAt = keyIdsAt + 1 + COUNTER_OCTETS;
  const icvAt = textAt + textLength;
  const keyIds = view.getUint8(keyIdsAt);
  return {
    kind: 'ours',
    frame: {
      destination: octets.slice(0, ADDRESS_OCTETS),
      source: octets.slice(ADDRESS_OCTETS, typeAt),
      vlanTci: tagged ? view.getUint16(typeAt + 2) : undefined,
      frameId,
      currentKeyId: keyIds >> 4,
      nextKeyId: keyIds & 0xf,
      counter: view.getUint32(keyIdsAt + 1),
      text: octets.slice(textAt, icvAt),
      icv: octets.slice(icvAt, icvAt + ICV_OCTETS),
      apduStatus: octets.slice(icvAt + ICV_OCTETS),
    },
  };
}

/** Associated data: destination to counter without the VLAN tag, then the APDU status. */
export function aadOf(frame: Omit<SecuredFrame, 'text' | 'icv'>): Uint8Array {
  return Uint8Array.from([...frame.destination, ...frame.source, ...headerTail(frame), ...frame.apduStatus]);
}

/** IV XOR the counter, right-aligned and big endian (RFC 8446, section 5.3). */
export function nonceOf(iv: Uint8Array, counter: number): Uint8Array {
  const nonce = iv.slice();
  for (let index = 0; index < COUNTER_OCTETS; index++) {
    const at = NONCE_OCTETS - 1 - index;
    nonce[at] = (nonce[at] ?? 0) ^ ((counter >>> (8 * index)) & 0xff);
  }
  return nonce;
}

/** APDU status (IEC 61158-6-10): cycle counter, data status, transfer status. */
export function apduStatusOf(cycleCounter: number, dataStatus: number, transferStatus: number): Uint8Array {
  const status = new Uint8Array(APDU_STATUS_OCTETS);
  new DataView(status.buffer).setUint16(0, cycleCounter);
  status[2] = dataStatus;
  status[3] = transferStatus;
  return status;
}

function headerTail(frame: Omit<SecuredFrame, 'text' | 'icv' | 'apduStatus'>): Uint8Array {
  const octets = new Uint8Array(2 + FRAME_ID_OCTETS + 1 + COUNTER_OCTETS);
  const view = new DataView(octets.buffer);
  view.setUint16(0, ETHERTYPE_PROFINET);
  view.setUint16(2, frame.frameId);
  view.setUint8(4, (frame.currentKeyId << 4) | frame.nextKeyId);
  view.setUint32(5, frame.counter);
  return octets;
}
