/**
 * CipherState (Noise rev 34, section 5.1). Rekey() is left out: nothing here lives long enough for it. So is to send anything without a key:
 * where both static keys are known, the first payload has one.
 */
import { CIPHER_KEY_OCTETS, type NoiseCipher } from './ciphers.ts';
import { NoiseAuthenticationFailed, NoiseUsage } from './errors.ts';

export class CipherState {
  readonly #cipher: NoiseCipher;
  readonly #key = new Uint8Array(CIPHER_KEY_OCTETS);
  #hasKey = false;
  #n = 0;

  constructor(cipher: NoiseCipher) {
    this.#cipher = cipher;
  }

  /** InitializeKey: a copy of the key, and the nonce 0. */
  initializeKey(key: Uint8Array): void {
    if (key.length !== CIPHER_KEY_OCTETS) throw new NoiseUsage(`a cipher key of ${key.length} octets, expected ${CIPHER_KEY_OCTETS}`);
    this.#key.set(key);
    this.#hasKey = true;
    this.#n = 0;
  }

  /** EncryptWithAd. @throws NoiseUsage where there is no key */
  encryptWithAd(ad: Uint8Array, plaintext: Uint8Array): Uint8Array {
    this.#expectKey();
    const ciphertext = this.#cipher.encrypt(this.#key, this.#n, ad, plaintext);
    this.#n++;
    return ciphertext;
  }

  /** DecryptWithAd: the nonce stays as it is where this fails. @throws NoiseAuthenticationFailed, NoiseUsage where there is no key */
  decryptWithAd(ad: Uint8Array, ciphertext: Uint8Array): Uint8Array {
    this.#expectKey();
    let plaintext: Uint8Array;
    try {
      plaintext = this.#cipher.decrypt(this.#key, this.#n, ad, ciphertext);
    } catch {
      throw new NoiseAuthenticationFailed();
    }
    this.#n++;
    return plaintext;
  }

  clone(): CipherState {
    const copy = new CipherState(this.#cipher);
    copy.#key.set(this.#key);
    copy.#hasKey = this.#hasKey;
    copy.#n = this.#n;
    return copy;
  }

  /** Zeroes the key; the state must not be used any more. */
  erase(): void {
    this.#key.fill(0);
    this.#hasKey = false;
  }

  #expectKey(): void {
    if (!this.#hasKey) throw new NoiseUsage('a cipher without a key: none was mixed in yet, or it was erased');
  }
}
