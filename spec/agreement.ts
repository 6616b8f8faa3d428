/**
 * The n-RTT key agreement as data: Noise_KKpsk0_25519_ChaChaPoly_SHA256 (Noise Protocol Framework, revision 34) in acyclic Ethernet frames,
 * or the hybrid Noise_KKhfs+psk0_25519+MLKEM768_ChaChaPoly_SHA256, which has a key in the request and a ciphertext in the answer beside it.
 *
 *   initiator                                          follower
 *      | request       psk, e, es, ss  ------------------> |   again, with back-off, until the answer comes
 *      | <------------------  e, ee, se      answer        |   and the follower is authentic
 *      | installs the key, for good (M10)                  |
 *      | confirmation  a transport message  -------------> |   again, with back-off, until the follower uses the key
 *      | announces the key in its cyclic frames (0 extra)  |   may install the key now, when it is asked to
 *
 * Octets on the wire, all numbers big endian:
 *
 *   DA 6 · SA 6 · EtherType 2 · subtype 2 · version 1 · type 1 · relation 2 · master index 4 · attempt 4 · Noise message · padding
 */
import { ADDRESS_OCTETS } from './header.ts';

/** Version of prologue, messages and key labels. */
export const PROTOCOL_VERSION = 1;

/** Local Experimental EtherType 2 (IEEE Std 802-2014, clause 9.2.4); a subtype and a version follow it, as asked there. */
export const ETHERTYPE_AGREEMENT = 0x88b6;
/** `KT` */
export const AGREEMENT_SUBTYPE = 0x4b54;

/** How keys are agreed on: with X25519 alone, or with X25519 and ML-KEM-768. */
export const AGREEMENTS = ['classic', 'hybrid'] as const;
export type AgreementName = (typeof AGREEMENTS)[number];

/**
 * Type on the wire, and octets of the Noise message: a public key and a tag, or a tag alone; `hybrid` adds an encapsulation key (1,184
 * octets) or a ciphertext (1,088) with a tag of its own. The longest makes a frame of 1,276 octets.
 */
export const AGREEMENT_MESSAGES = {
  request: { type: 1, octets: { classic: 48, hybrid: 1248 } },
  answer: { type: 2, octets: { classic: 48, hybrid: 1152 } },
  confirmation: { type: 3, octets: { classic: 16, hybrid: 16 } },
} as const;

export type AgreementMessageKind = keyof typeof AGREEMENT_MESSAGES;

/** Where the fields stand, from the first octet of an untagged frame. */
export const AGREEMENT_OFFSETS = {
  etherType: 2 * ADDRESS_OCTETS,
  subtype: 14,
  version: 16,
  type: 17,
  relation: 18,
  master: 20,
  attempt: 24,
  message: 28,
} as const;

/** Shortest Ethernet frame without its FCS (IEEE 802.3): what is shorter is padded, with whatever. */
export const ETHERNET_MIN = 60;

/** 0-RTT rekeys after which a new master key is due: a bound on what a stolen chain key opens. */
export const ZERO_RTT_MAX = 2 ** 16;

/** When an unanswered message is sent again, and when an agreement is given up, in one unit of time. */
export interface AgreementTiming {
  /** from the first sending to the second; each wait after it is twice as long */
  readonly firstRetry: number;
  /** no wait is longer */
  readonly longestRetry: number;
  /** from the first request; a confirmation is never given up, since its key is installed */
  readonly giveUpAfter: number;
}

/** ns, for a real network of 1 ms cycles. */
export const AGREEMENT_TIMING: AgreementTiming = { firstRetry: 20_000_000, longestRetry: 1_000_000_000, giveUpAfter: 10_000_000_000 };
