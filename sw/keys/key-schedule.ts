/**
 * Keys from a master key, by HKDF-SHA-256 (RFC 5869), in a chain (paper, section VI: master key and
 * communication key).
 *
 * A master key gives chain 0; chain c gives the keys and IVs of communication index c for both directions, and
 * chain c+1. A 0-RTT rekey moves one step along the chain and erases what it came from, so that an old key
 * can't be recomputed. Every label holds the absolute indices and, for keys and IVs, the direction (M11) and the engine: no engine
 * is given a key that another has.
 */
import { expand, extract } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { AEAD_ENGINES, type EngineName } from '../../spec/aead-engines.ts';
import { NONCE_OCTETS } from '../../spec/header.ts';
import { FIRST_KEY_ID, formatKeyId, type KeyId, nextKeyId } from '../../spec/key-id.ts';
import type { Role } from '../../spec/peer-rules.ts';
import type { DirectionKey, SlotMaterial } from './material.ts';

export const MASTER_KEY_OCTETS = 32;
const CHAIN_OCTETS = 32;

/** A master key that is no key. */
export class MasterKeyError extends Error {
  constructor(found: number) {
    super(`a master key has ${MASTER_KEY_OCTETS} octets, found ${found}: pass the output of the key agreement as it is`);
    this.name = 'MasterKeyError';
  }
}

const LABELS = {
  chain: (keyId: KeyId) => `keyturn 1 chain ${formatKeyId(keyId)}`,
  key: (keyId: KeyId, direction: Direction, engine: EngineName) => `keyturn 1 key ${formatKeyId(keyId)} ${direction} ${engine}`,
  iv: (keyId: KeyId, direction: Direction, engine: EngineName) => `keyturn 1 iv ${formatKeyId(keyId)} ${direction} ${engine}`,
} as const;

export type Direction = 'IOC>IOD' | 'IOD>IOC';

export class KeySchedule {
  readonly #engine: EngineName;
  #keyId: KeyId = FIRST_KEY_ID;
  readonly #chain: Uint8Array;

  /**
   * @param masterKey 32 octets; it is copied, and the caller should erase its own
   * @param engine the AEAD that the keys are for: their length follows from it
   * @throws MasterKeyError
   */
  constructor(masterKey: Uint8Array, engine: EngineName = 'xor') {
    if (masterKey.length !== MASTER_KEY_OCTETS) throw new MasterKeyError(masterKey.length);
    this.#engine = engine;
    this.#chain = extract(sha256, masterKey, text('keyturn 1'));
  }

  /** The KeyId that `material` belongs to. */
  get keyId(): KeyId {
    return this.#keyId;
  }

  /** Keys and IVs as a peer of that role installs them; the caller erases them after use. */
  material(role: Role): SlotMaterial {
    const [own, other]: readonly [Direction, Direction] = role === 'initiator' ? ['IOC>IOD', 'IOD>IOC'] : ['IOD>IOC', 'IOC>IOD'];
    return { transmit: this.#direction(own), receive: this.#direction(other) };
  }

  /** One step along the chain: the keys of the next 0-RTT rekey. */
  advance(): void {
    this.#keyId = nextKeyId(this.#keyId, '0-RTT');
    const next = expand(sha256, this.#chain, text(LABELS.chain(this.#keyId)), CHAIN_OCTETS);
    this.#chain.set(next);
    next.fill(0);
  }

  /** A new master key: the keys of an n-RTT rekey. @throws MasterKeyError */
  replaceMaster(masterKey: Uint8Array): void {
    if (masterKey.length !== MASTER_KEY_OCTETS) throw new MasterKeyError(masterKey.length);
    this.#keyId = nextKeyId(this.#keyId, 'n-RTT');
    const next = extract(sha256, masterKey, text('keyturn 1'));
    this.#chain.set(next);
    next.fill(0);
  }

  /** Erases the chain; the schedule is of no use afterwards. */
  erase(): void {
    this.#chain.fill(0);
  }

  #direction(direction: Direction): DirectionKey {
    return {
      key: expand(sha256, this.#chain, text(LABELS.key(this.#keyId, direction, this.#engine)), AEAD_ENGINES[this.#engine].keyOctets),
      iv: expand(sha256, this.#chain, text(LABELS.iv(this.#keyId, direction, this.#engine)), NONCE_OCTETS),
    };
  }
}

function text(label: string): Uint8Array {
  return new TextEncoder().encode(label);
}
