/**
 * The secured PROFINET RTC frame (paper, Fig. 6 and 8; IEC 61158-6-10 for the frame around it).
 *
 * Octets, on the wire, of profile `paper`:
 *
 *   DA 6 · SA 6 · [TPID 2 · TCI 2] · EtherType 2 · FrameID 2 · KeyIds 1 · counter 4 · C_SDU 1..1440 · ICV 16 · APDU status 4
 *
 * The KeyIds octet carries currentKeyId in its high and nextKeyId in its low nibble, as PROFINET Security's
 * SecurityControl does. All fields are big endian. The FCS is the MAC's affair and never seen here.
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

/** Profile `paper`, in wire order. The VLAN tag is not authenticated, since switches may strip it (IEEE 802.1Q). */
export const PAPER_PROFILE: readonly Field[] = [
  { name: 'destination', octets: ADDRESS_OCTETS, protection: 'aad' },
  { name: 'source', octets: ADDRESS_OCTETS, protection: 'aad' },
  { name: 'vlanTag', octets: VLAN_TAG_OCTETS, protection: 'none' },
  { name: 'etherType', octets: 2, protection: 'aad' },
  { name: 'frameId', octets: FRAME_ID_OCTETS, protection: 'aad' },
  { name: 'keyIds', octets: 1, protection: 'aad' },
  { name: 'counter', octets: COUNTER_OCTETS, protection: 'aad' },
  { name: 'cSdu', octets: null, protection: 'text' },
  { name: 'icv', octets: ICV_OCTETS, protection: 'icv' },
  { name: 'apduStatus', octets: APDU_STATUS_OCTETS, protection: 'aad' },
];

/** Octets from the destination address to the counter, without a VLAN tag. */
export const HEADER_OCTETS = 2 * ADDRESS_OCTETS + 2 + FRAME_ID_OCTETS + 1 + COUNTER_OCTETS;
/** Octets that stand after the C_SDU. */
export const TRAILER_OCTETS = ICV_OCTETS + APDU_STATUS_OCTETS;
/** AAD octets in the order of processing: the header without the tag, then the APDU status. */
export const AAD_OCTETS = HEADER_OCTETS + APDU_STATUS_OCTETS;
/** What the security header and the ICV add to a plain RTC frame. */
export const OVERHEAD_OCTETS = 1 + COUNTER_OCTETS + ICV_OCTETS;
/** Longest secured frame, tagged. */
export const FRAME_MAX = HEADER_OCTETS + VLAN_TAG_OCTETS + C_SDU_MAX + TRAILER_OCTETS;

/**
 * Frame counter of one key and one direction. 0 is reserved (it says that no frame was sent), counting starts
 * at 1 with each key and stops, sending included, before it wraps (SP 800-38D, section 8.3: a nonce never repeats).
 */
export const COUNTER_FIRST = 1;
export const COUNTER_LAST = 0xffff_ffff;

/** PROFINET TCI for real-time frames: priority 6, VLAN 0. */
export const TCI_REAL_TIME = 0xc000;
