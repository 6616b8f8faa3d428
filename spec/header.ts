/**
 * The secured PROFINET RTC frame, in two profiles (IEC 61158-6-10 for the frame around it). Octets on the wire:
 *
 *   paper  DA 6 · SA 6 · [TPID 2 · TCI 2] · EtherType 2 · FrameID 2 · KeyIds 1 · counter 4 · C_SDU 1..1440 · ICV 16 · APDU status 4
 *   std    DA 6 · SA 6 · [TPID 2 · TCI 2] · EtherType 2 · FrameID 2 · SecurityInformation 1 · SecurityControl 1 · counter 4 ·
 *          SecurityLength 2 · C_SDU 1..1440 · APDU status 4 · ICV 16
 *
 * `paper` is Fig. 6 and 8 of the paper: whoever knows nothing of security still finds the APDU status in its place. `std` has the wire
 * layout of PROFINET Security as public dissectors show it; its nonce, AAD and keys are ours, since the standard's are not public, so
 * that nothing here interoperates with it cryptographically.
 *
 * The KeyIds octet, which `std` calls SecurityControl, carries currentKeyId in its high and nextKeyId in its low nibble. All fields are
 * big endian. The FCS is the MAC's affair and never seen here.
 */

/** A field of a frame; `octets` is its length, null where it takes what is left. */
export interface Field {
  readonly name: string;
  readonly octets: number | null;
  /** what the field is to the AEAD (RFC 5116): associated data, text, the ICV itself, or not covered */
  readonly protection: 'aad' | 'text' | 'icv' | 'none';
}

export const ETHERTYPE_PROFINET = 0x8892;
export const TPID_VLAN = 0x8100;

export const ADDRESS_OCTETS = 6;
export const VLAN_TAG_OCTETS = 4;
export const FRAME_ID_OCTETS = 2;
export const COUNTER_OCTETS = 4;
export const ICV_OCTETS = 16;
export const APDU_STATUS_OCTETS = 4;
export const NONCE_OCTETS = 12;

/** Limits of a cyclic C_SDU (IEC 61158-6-10, Table 163). Keyturn's receiver takes 1..1440. */
export const C_SDU_MIN = 40;
export const C_SDU_MAX = 1440;

export const PROFILE_NAMES = ['paper', 'std'] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

/** What both profiles begin with. The VLAN tag is not authenticated, since switches may strip it (IEEE 802.1Q). */
const FRONT: readonly Field[] = [
  { name: 'destination', octets: ADDRESS_OCTETS, protection: 'aad' },
  { name: 'source', octets: ADDRESS_OCTETS, protection: 'aad' },
  { name: 'vlanTag', octets: VLAN_TAG_OCTETS, protection: 'none' },
  { name: 'etherType', octets: 2, protection: 'aad' },
  { name: 'frameId', octets: FRAME_ID_OCTETS, protection: 'aad' },
];

/** The fields of a frame in wire order. With authentication only, what is text here is authenticated all the same. */
export const FIELDS: Readonly<Record<ProfileName, readonly Field[]>> = {
  paper: [
    ...FRONT,
    { name: 'keyIds', octets: 1, protection: 'aad' },
    { name: 'counter', octets: COUNTER_OCTETS, protection: 'aad' },
    { name: 'cSdu', octets: null, protection: 'text' },
    { name: 'icv', octets: ICV_OCTETS, protection: 'icv' },
    { name: 'apduStatus', octets: APDU_STATUS_OCTETS, protection: 'aad' },
  ],
  std: [
    ...FRONT,
    { name: 'securityInformation', octets: 1, protection: 'aad' },
    { name: 'keyIds', octets: 1, protection: 'aad' },
    { name: 'counter', octets: COUNTER_OCTETS, protection: 'aad' },
    { name: 'securityLength', octets: 2, protection: 'aad' },
    { name: 'cSdu', octets: null, protection: 'text' },
    { name: 'apduStatus', octets: APDU_STATUS_OCTETS, protection: 'text' },
    { name: 'icv', octets: ICV_OCTETS, protection: 'icv' },
  ],
};

/** Lengths of a profile, in octets, none of which counts the VLAN tag. */
export interface Profile {
  /** in front of the C_SDU */
  readonly headerOctets: number;
  /** behind the C_SDU */
  readonly trailerOctets: number;
  /** in the order of the wire */
  readonly aadOctets: number;
  /** text behind the C_SDU: the APDU status, or nothing */
  readonly textBehindOctets: number;
  /** what the security adds to a plain RTC frame */
  readonly overheadOctets: number;
}

function isUntagged({ name }: Field): boolean {
  return name !== 'vlanTag';
}

function octetsWhere(fields: readonly Field[], holds: (field: Field) => boolean): number {
  return fields.reduce((sum, field) => sum + (holds(field) ? (field.octets ?? 0) : 0), 0);
}

function profileOf(fields: readonly Field[]): Profile {
  const cSdu = fields.findIndex(({ name }) => name === 'cSdu');
  const plain = ['destination', 'source', 'vlanTag', 'etherType', 'frameId', 'apduStatus'];
  return {
    headerOctets: octetsWhere(fields.slice(0, cSdu), isUntagged),
    trailerOctets: octetsWhere(fields.slice(cSdu + 1), isUntagged),
    aadOctets: octetsWhere(fields, ({ protection }) => protection === 'aad'),
    textBehindOctets: octetsWhere(fields, ({ protection }) => protection === 'text'),
    overheadOctets: octetsWhere(fields, ({ name }) => !plain.includes(name)),
  };
}

/** Octets in front of a field, without the VLAN tag; of fields in front of the C_SDU. @throws RangeError for a field that the profile does not have */
export function placeOf(profile: ProfileName, name: string): number {
  const fields = FIELDS[profile];
  const index = fields.findIndex((field) => field.name === name);
  if (index < 0)
    throw new RangeError(`header profile ${profile} has no field ${name}; it has ${fields.map((field) => field.name).join(', ')}`);
  return octetsWhere(fields.slice(0, index), isUntagged);
}

export const PROFILES: Readonly<Record<ProfileName, Profile>> = { paper: profileOf(FIELDS.paper), std: profileOf(FIELDS.std) };

/** Longest secured frame of either profile, tagged. */
export const FRAME_MAX =
  VLAN_TAG_OCTETS + C_SDU_MAX + Math.max(...Object.values(PROFILES).map(({ headerOctets, trailerOctets }) => headerOctets + trailerOctets));

/** SecurityInformation of `std`: bit 0 is ProtectionMode, 1 for authenticated encryption; the others are reserved and 0. */
export const PROTECTION_MODE = { authentication: 0, encryption: 1 } as const;

/** SecurityLength of `std`: C_SDU and APDU status, as Wireshark's dissector has it; bits 15..11 are reserved and 0. */
export function securityLength(cSduOctets: number): number {
  return cSduOctets + APDU_STATUS_OCTETS;
}

/**
 * Frame counter of one key and one direction. 0 is reserved (it says that no frame was sent), counting starts
 * at 1 with each key and stops, sending included, before it wraps (SP 800-38D, section 8.3: a nonce never repeats).
 */
export const COUNTER_FIRST = 1;
export const COUNTER_LAST = 0xffff_ffff;

/** PROFINET TCI for real-time frames: priority 6, VLAN 0. */
export const TCI_REAL_TIME = 0xc000;
