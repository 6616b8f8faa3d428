/** The secured frame as octets, of either profile (`spec/header.ts`; paper, Fig. 8). */
import {
  ADDRESS_OCTETS,
  APDU_STATUS_OCTETS,
  C_SDU_MAX,
  COUNTER_OCTETS,
  ETHERTYPE_PROFINET,
  FRAME_ID_OCTETS,
  ICV_OCTETS,
  NONCE_OCTETS,
  PROFILES,
  PROTECTION_MODE,
  type ProfileName,
  placeOf,
  securityLength,
  TPID_VLAN,
  VLAN_TAG_OCTETS,
} from '../../spec/header.ts';

/** What a relation's frames have in common. */
export interface FrameKind {
  readonly profile: ProfileName;
  /** FrameID of frames that are ours */
  readonly frameId: number;
  /** authenticated encryption; false: authentication only */
  readonly encrypt: boolean;
}

/** What stands in the clear. */
export interface FrameHeader extends FrameKind {
  readonly destination: Uint8Array;
  readonly source: Uint8Array;
  /** undefined: no VLAN tag */
  readonly vlanTci: number | undefined;
  /** wire KeyIds */
  readonly currentKeyId: number;
  readonly nextKeyId: number;
  readonly counter: number;
  /** octets of the C_SDU */
  readonly length: number;
  /** the APDU status where it is no text (`paper`); else no octets */
  readonly clearStatus: Uint8Array;
}

export interface SecuredFrame extends FrameHeader {
  /** C_SDU, and in `std` the APDU status, as on the wire: enciphered, or in the clear with authentication only */
  readonly text: Uint8Array;
  readonly icv: Uint8Array;
}

/** What a provider gives and a consumer gets. */
export interface Payload {
  readonly cSdu: Uint8Array;
  readonly apduStatus: Uint8Array;
}

export type ParsedFrame =
  | { readonly kind: 'ours'; readonly frame: SecuredFrame }
  /** another EtherType or FrameID, or too short to have one */
  | { readonly kind: 'foreign' }
  | { readonly kind: 'malformed'; readonly reason: string };

const NOTHING = new Uint8Array();
const KEY_IDS_AT: Readonly<Record<ProfileName, number>> = { paper: placeOf('paper', 'keyIds'), std: placeOf('std', 'keyIds') };

export function encodeFrame(frame: SecuredFrame): Uint8Array {
  const { destination, source, vlanTci, text, icv, clearStatus } = frame;
  const tag = vlanTci === undefined ? NOTHING : [TPID_VLAN >> 8, TPID_VLAN & 0xff, vlanTci >> 8, vlanTci & 0xff];
  return concatenated(destination, source, tag, headerTail(frame), text, icv, clearStatus);
}

export function parseFrame(octets: Uint8Array, kind: FrameKind): ParsedFrame {
  const typeAt = 2 * ADDRESS_OCTETS;
  const tagged = word16At(octets, typeAt) === TPID_VLAN;
  const tag = tagged ? VLAN_TAG_OCTETS : 0;
  const frameIdAt = typeAt + tag + 2;
  if (octets.length < frameIdAt + FRAME_ID_OCTETS) return { kind: 'foreign' };
  if (word16At(octets, frameIdAt - 2) !== ETHERTYPE_PROFINET || word16At(octets, frameIdAt) !== kind.frameId) return { kind: 'foreign' };
  const { headerOctets, trailerOctets, textBehindOctets } = PROFILES[kind.profile];
  const length = octets.length - tag - headerOctets - trailerOctets;
  if (length < 1 || length > C_SDU_MAX) return { kind: 'malformed', reason: `C_SDU of ${length} octets, expected 1 to ${C_SDU_MAX}` };
  const textAt = headerOctets + tag;
  const icvAt = textAt + length + textBehindOctets;
  const keyIdsAt = KEY_IDS_AT[kind.profile] + tag;
  const keyIds = octets[keyIdsAt] ?? 0;
  const frame: SecuredFrame = {
    profile: kind.profile,
    frameId: kind.frameId,
    encrypt: kind.encrypt,
    destination: octets.subarray(0, ADDRESS_OCTETS),
    source: octets.subarray(ADDRESS_OCTETS, typeAt),
    vlanTci: tagged ? word16At(octets, typeAt + 2) : undefined,
    currentKeyId: keyIds >> 4,
    nextKeyId: keyIds & 0xf,
    counter: word16At(octets, keyIdsAt + 1) * 0x10000 + word16At(octets, keyIdsAt + 3),
    length,
    text: octets.subarray(textAt, icvAt),
    icv: octets.subarray(icvAt, icvAt + ICV_OCTETS),
    clearStatus: octets.subarray(icvAt + ICV_OCTETS),
  };
  const reason = kind.profile === 'std' ? metadataFault(octets.subarray(keyIdsAt - 1, textAt), frame) : undefined;
  return reason === undefined ? { kind: 'ours', frame } : { kind: 'malformed', reason };
}

/** @param metadata SecurityInformation to SecurityLength */
function metadataFault(metadata: Uint8Array, { encrypt, length }: SecuredFrame): string | undefined {
  const expected = { information: informationOf(encrypt), length: securityLength(length) };
  const [information = 0, high = 0, low = 0] = [metadata[0], metadata.at(-2), metadata.at(-1)];
  if (information !== expected.information) return `SecurityInformation ${information}, expected ${expected.information}`;
  const found = high * 256 + low;
  return found === expected.length ? undefined : `SecurityLength ${found}, expected ${expected.length}`;
}

/** Associated data: destination to the last octet in front of the C_SDU, without the VLAN tag, then an APDU status in the clear. */
export function aadOf(header: FrameHeader): Uint8Array {
  return concatenated(header.destination, header.source, headerTail(header), header.clearStatus);
}

/** A payload as the AEAD takes it: what is text, and what of it stands in the clear. */
export function textOf(
  profile: ProfileName,
  { cSdu, apduStatus }: Payload,
): { readonly text: Uint8Array; readonly clearStatus: Uint8Array } {
  if (profile === 'paper') return { text: cSdu, clearStatus: apduStatus };
  return { text: concatenated(cSdu, apduStatus), clearStatus: NOTHING };
}

/** The payload of a frame whose text was opened. */
export function payloadOf({ profile, length, clearStatus }: FrameHeader, text: Uint8Array): Payload {
  return { cSdu: text.slice(0, length), apduStatus: profile === 'paper' ? clearStatus : text.slice(length) };
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
  putWord16(status, 0, cycleCounter);
  status[2] = dataStatus;
  status[3] = transferStatus;
  return status;
}

/** From the EtherType to the C_SDU. */
function headerTail({ profile, frameId, encrypt, currentKeyId, nextKeyId, counter, length }: FrameHeader): Uint8Array {
  const tail = new Uint8Array(PROFILES[profile].headerOctets - 2 * ADDRESS_OCTETS);
  const keyIdsAt = KEY_IDS_AT[profile] - 2 * ADDRESS_OCTETS;
  putWord16(tail, 0, ETHERTYPE_PROFINET);
  putWord16(tail, 2, frameId);
  tail[keyIdsAt] = (currentKeyId << 4) | nextKeyId;
  putWord16(tail, keyIdsAt + 1, counter >>> 16);
  putWord16(tail, keyIdsAt + 3, counter & 0xffff);
  if (profile === 'paper') return tail;
  tail[keyIdsAt - 1] = informationOf(encrypt);
  putWord16(tail, keyIdsAt + 5, securityLength(length));
  return tail;
}

function informationOf(encrypt: boolean): number {
  return encrypt ? PROTECTION_MODE.encryption : PROTECTION_MODE.authentication;
}

function concatenated(...parts: readonly ArrayLike<number>[]): Uint8Array {
  let octets = 0;
  for (const { length } of parts) octets += length;
  const whole = new Uint8Array(octets);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function putWord16(octets: Uint8Array, at: number, value: number): void {
  octets[at] = value >>> 8;
  octets[at + 1] = value & 0xff;
}

function word16At(octets: Uint8Array, at: number): number {
  return ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0);
}
