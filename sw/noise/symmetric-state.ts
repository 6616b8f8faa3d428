/** SymmetricState (Noise rev 34, section 5.2) with the hash function SHA256 (section 12.5). */
import { expand, extract } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { CipherState } from './cipher-state.ts';
import type { NoiseCipher } from './ciphers.ts';

export const HASH_OCTETS = 32;
const NOTHING = new Uint8Array();

/** What a handshake ends with. */
export interface Split {
  /** the keys of Split() */
  readonly fromInitiator: Uint8Array;
  readonly fromResponder: Uint8Array;
  /** the third output of the same HKDF: a secret that no transport message was ever encrypted with (Noise, draft "Additional Symmetric Keys") */
  readonly additional: Uint8Array;
}

export class SymmetricState {
  readonly #cipher: CipherState;
  readonly #ck: Uint8Array;
  readonly #h: Uint8Array;

  private constructor(cipher: CipherState, ck: Uint8Array, h: Uint8Array) {
    this.#cipher = cipher;
    this.#ck = ck;
    this.#h = h;
  }

  /** InitializeSymmetric. */
  static initialize(protocolName: string, cipher: NoiseCipher): SymmetricState {
    const name = new TextEncoder().encode(protocolName);
    const h = new Uint8Array(HASH_OCTETS);
    h.set(name.length <= HASH_OCTETS ? name : sha256(name));
    return new SymmetricState(new CipherState(cipher), h.slice(), h);
  }

  mixKey(material: Uint8Array): void {
    const [ck, key] = this.#hkdf(material, 2);
    this.#ck.set(ck);
    this.#cipher.initializeKey(key);
    ck.fill(0);
    key.fill(0);
  }

  mixHash(data: Uint8Array): void {
    this.#h.set(sha256.create().update(this.#h).update(data).digest());
  }

  mixKeyAndHash(material: Uint8Array): void {
    const [ck, hash, key] = this.#hkdf(material, 3);
    this.#ck.set(ck);
    this.mixHash(hash);
    this.#cipher.initializeKey(key);
    ck.fill(0);
    hash.fill(0);
    key.fill(0);
  }

  /** GetHandshakeHash, as a copy. */
  get handshakeHash(): Uint8Array {
    return this.#h.slice();
  }

  encryptAndHash(plaintext: Uint8Array): Uint8Array {
    const ciphertext = this.#cipher.encryptWithAd(this.#h, plaintext);
    this.mixHash(ciphertext);
    return ciphertext;
  }

  /** @throws NoiseAuthenticationFailed */
  decryptAndHash(ciphertext: Uint8Array): Uint8Array {
    const plaintext = this.#cipher.decryptWithAd(this.#h, ciphertext);
    this.mixHash(ciphertext);
    return plaintext;
  }

  /** Split, and one output more; the caller zeroes all three. */
  split(): Split {
    const [fromInitiator, fromResponder, additional] = this.#hkdf(NOTHING, 3);
    return { fromInitiator, fromResponder, additional };
  }

  clone(): SymmetricState {
    return new SymmetricState(this.#cipher.clone(), this.#ck.slice(), this.#h.slice());
  }

  erase(): void {
    this.#cipher.erase();
    this.#ck.fill(0);
  }

  /** HKDF(chaining_key, input_key_material, 3) of section 4.3, which is that of RFC 5869 with an empty info; of 2 outputs, the first two. */
  #hkdf(material: Uint8Array, outputs: 2 | 3): readonly [Uint8Array, Uint8Array, Uint8Array] {
    const temporary = extract(sha256, material, this.#ck);
    const all = expand(sha256, temporary, NOTHING, outputs * HASH_OCTETS);
    temporary.fill(0);
    const output = (index: number): Uint8Array => all.slice(index * HASH_OCTETS, (index + 1) * HASH_OCTETS);
    const parts = [output(0), output(1), output(2)] as const;
    all.fill(0);
    return parts;
  }
}
