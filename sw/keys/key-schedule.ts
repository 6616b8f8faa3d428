/**
 * Keys from a master key, by HKDF-SHA-256 (RFC 5869), in a chain (paper, section VI: master key and
 * communication key; `docs/key-hierarchy.md` draws it).
 *
 * A master key gives chain 0; chain c gives the keys and IVs of communication index c for both directions, and
 * chain c+1. A 0-RTT rekey moves one step along the chain. What it came from is kept until the switch is seen, since the
 * announcement may be withdrawn (M12), and is erased then, so that an old key can't be recomputed; so is it with a new master key. Every label names protocol version, profile, engine and relation, holds the absolute indices and, for
 * keys and IVs, the direction (M11). Beside the chain stands the pre-shared key of the next n-RTT agreement: whoever has not this
 * association's master key can't begin one.
 */
import { expand, extract } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { AEAD_ENGINES, type EngineName } from '../../spec/aead-engines.ts';
import { PROTOCOL_VERSION, ZERO_RTT_MAX } from '../../spec/agreement.ts';
import { NONCE_OCTETS } from '../../spec/header.ts';
import { FIRST_KEY_ID, formatKeyId, type KeyId, nextKeyId } from '../../spec/key-id.ts';
import type { Role } from '../../spec/peer-rules.ts';
import type { DirectionKey, SlotMaterial } from './material.ts';

export const MASTER_KEY_OCTETS = 32;
const CHAIN_OCTETS = 32;
const PSK_OCTETS = 32;

/** A master key that is no key. */
export class MasterKeyError extends Error {
  constructor(found: number) {
    super(`a master key has ${MASTER_KEY_OCTETS} octets, found ${found}: pass the output of the key agreement as it is`);
    this.name = 'MasterKeyError';
  }
}

/** The master key has been used for as many 0-RTT rekeys as one may be. */
export class ChainExhausted extends Error {
  constructor(keyId: KeyId) {
    super(`KeyId ${formatKeyId(keyId)} is the last of its master key, after ${ZERO_RTT_MAX} 0-RTT rekeys: agree on a new one (n-RTT)`);
    this.name = 'ChainExhausted';
  }
}

/** There is no rekey to take back. */
export class NothingToWithdraw extends Error {
  constructor(keyId: KeyId) {
    super(`no rekey leads to KeyId ${formatKeyId(keyId)} that could be withdrawn: it was settled, or is the first; withdraw before settle`);
    this.name = 'NothingToWithdraw';
  }
}

/** What keys are for: no two such contexts have a key in common. */
export interface KeyContext {
  readonly profile: string;
  readonly engine: EngineName;
  readonly relation: number;
}

const LABELS = {
  chain: (keyId: KeyId) => `chain ${formatKeyId(keyId)}`,
  key: (keyId: KeyId, direction: Direction) => `key ${formatKeyId(keyId)} ${direction}`,
  iv: (keyId: KeyId, direction: Direction) => `iv ${formatKeyId(keyId)} ${direction}`,
  agreement: (keyId: KeyId) => `agreement ${formatKeyId(keyId)}`,
} as const;

export type Direction = 'IOC>IOD' | 'IOD>IOC';

export class KeySchedule {
  readonly #keyOctets: number;
  readonly #context: string;
  #keyId: KeyId = FIRST_KEY_ID;
  readonly #chain = new Uint8Array(CHAIN_OCTETS);
  readonly #psk = new Uint8Array(PSK_OCTETS);
  /** what the rekey that is not settled came from; zero without one */
  #before: KeyId | undefined;
  readonly #chainBefore = new Uint8Array(CHAIN_OCTETS);
  readonly #pskBefore = new Uint8Array(PSK_OCTETS);

  /**
   * @param masterKey 32 octets; it is copied, and the caller should erase its own
   * @param context what the keys are for; their length is that of the engine's keys
   * @throws MasterKeyError
   */
  constructor(masterKey: Uint8Array, { profile, engine, relation }: KeyContext = { profile: 'paper', engine: 'xor', relation: 0 }) {
    requireMasterKey(masterKey);
    this.#keyOctets = AEAD_ENGINES[engine].keyOctets;
    this.#context = `keyturn ${PROTOCOL_VERSION} ${profile} ${engine} ${relation}`;
    this.#begin(masterKey, FIRST_KEY_ID);
  }

  /** The KeyId that `material` belongs to. */
  get keyId(): KeyId {
    return this.#keyId;
  }

  /** Whether this is the last key of its master key: a 0-RTT rekey is not possible any more. */
  get exhausted(): boolean {
    return this.#keyId.communication >= ZERO_RTT_MAX;
  }

  /** Keys and IVs as a peer of that role installs them; the caller erases them after use. */
  material(role: Role): SlotMaterial {
    const [own, other]: readonly [Direction, Direction] = role === 'initiator' ? ['IOC>IOD', 'IOD>IOC'] : ['IOD>IOC', 'IOC>IOD'];
    return { transmit: this.#direction(own), receive: this.#direction(other) };
  }

  /** One step along the chain: the keys of the next 0-RTT rekey. It settles the rekey before. @throws ChainExhausted */
  advance(): void {
    if (this.exhausted) throw new ChainExhausted(this.#keyId);
    this.#keep();
    this.#keyId = nextKeyId(this.#keyId, '0-RTT');
    move(this.#expand(LABELS.chain(this.#keyId), CHAIN_OCTETS), this.#chain);
  }

  /** A new master key: the keys of an n-RTT rekey. It settles the rekey before. @throws MasterKeyError */
  replaceMaster(masterKey: Uint8Array): void {
    requireMasterKey(masterKey);
    this.#keep();
    this.#begin(masterKey, nextKeyId(this.#keyId, 'n-RTT'));
  }

  /** The switch to the last rekey's key was seen: what it came from is erased. */
  settle(): void {
    this.#before = undefined;
    this.#chainBefore.fill(0);
    this.#pskBefore.fill(0);
  }

  /** The last rekey was withdrawn: its keys are erased, and those that it came from are next to be rekeyed again. @throws NothingToWithdraw */
  withdraw(): void {
    if (this.#before === undefined) throw new NothingToWithdraw(this.#keyId);
    this.#keyId = this.#before;
    move(this.#chainBefore, this.#chain);
    move(this.#pskBefore, this.#psk);
    this.#before = undefined;
  }

  /** The pre-shared key of the agreement on the next master key: 32 octets, the same after any number of 0-RTT rekeys; the caller erases it. */
  agreementPsk(): Uint8Array {
    return this.#psk.slice();
  }

  /** Erases the chain; the schedule is of no use afterwards. */
  erase(): void {
    this.settle();
    this.#chain.fill(0);
    this.#psk.fill(0);
  }

  #keep(): void {
    this.#before = this.#keyId;
    this.#chainBefore.set(this.#chain);
    this.#pskBefore.set(this.#psk);
  }

  #begin(masterKey: Uint8Array, keyId: KeyId): void {
    this.#keyId = keyId;
    move(extract(sha256, masterKey, text(`keyturn ${PROTOCOL_VERSION}`)), this.#chain);
    move(this.#expand(LABELS.agreement(keyId), PSK_OCTETS), this.#psk);
  }

  #direction(direction: Direction): DirectionKey {
    return {
      key: this.#expand(LABELS.key(this.#keyId, direction), this.#keyOctets),
      iv: this.#expand(LABELS.iv(this.#keyId, direction), NONCE_OCTETS),
    };
  }

  #expand(label: string, octets: number): Uint8Array {
    return expand(sha256, this.#chain, text(`${this.#context} ${label}`), octets);
  }
}

function requireMasterKey(masterKey: Uint8Array): void {
  if (masterKey.length !== MASTER_KEY_OCTETS) throw new MasterKeyError(masterKey.length);
}

/** Over what was there, and nowhere else. */
function move(from: Uint8Array, to: Uint8Array): void {
  to.set(from);
  from.fill(0);
}

function text(label: string): Uint8Array {
  return new TextEncoder().encode(label);
}
