/**
 * Key identifiers (paper, sections V and VI): a KeyId names one master key and one communication key.
 *
 * Indices are absolute inside a peer and in key derivation; only the wire carries them mod 4. Deriving a key
 * from the wire form would repeat it after four 0-RTT rekeys (counterexample C13 of docs/protocol.md).
 */
export interface KeyId {
  /** number of n-RTT rekeys (new master keys) so far */
  readonly master: number;
  /** number of 0-RTT rekeys since the last n-RTT rekey */
  readonly communication: number;
}

export type RekeyKind = '0-RTT' | 'n-RTT';

/**
 * Bits of one index on the wire. Two suffice to tell preceding, current and both next KeyIds apart (paper, section VI).
 * The functions here take another modulus for the exploration of other widths (E2); what is built has this one.
 */
export const INDEX_BITS = 2;
export const INDEX_MODULUS = 2 ** INDEX_BITS;
/** Bits of a KeyId on the wire: master index mod 4 ‖ communication index mod 4. */
export const KEY_ID_BITS = 2 * INDEX_BITS;

export const FIRST_KEY_ID: KeyId = { master: 0, communication: 0 };

/** The KeyId as it stands on the wire, 4 bits wide. */
export function wireKeyId(keyId: KeyId, modulus = INDEX_MODULUS): number {
  return (keyId.master % modulus) * modulus + (keyId.communication % modulus);
}

/** Successor by a rekey: 0-RTT increments the communication index, n-RTT the master index and restarts the other (paper, section VI). */
export function nextKeyId(keyId: KeyId, kind: RekeyKind): KeyId {
  return kind === '0-RTT'
    ? { master: keyId.master, communication: keyId.communication + 1 }
    : { master: keyId.master + 1, communication: 0 };
}

/** The same successor on wire KeyIds, for those who hold only the four bits. */
export function nextWireKeyId(wire: number, kind: RekeyKind, modulus = INDEX_MODULUS): number {
  const master = Math.floor(wire / modulus);
  const communication = wire % modulus;
  return kind === '0-RTT' ? master * modulus + ((communication + 1) % modulus) : ((master + 1) % modulus) * modulus;
}

/** Which rekey leads from `current` to the announced wire KeyId; undefined where none does (rule M5). */
export function announcedKind(current: number, next: number, modulus = INDEX_MODULUS): RekeyKind | undefined {
  if (next === nextWireKeyId(current, '0-RTT', modulus)) return '0-RTT';
  if (next === nextWireKeyId(current, 'n-RTT', modulus)) return 'n-RTT';
  return undefined;
}

/** As the paper writes it: `2|3`. */
export function formatKeyId(keyId: KeyId): string {
  return `${keyId.master}|${keyId.communication}`;
}
