/** CipherState (Noise rev 34, section 5.1). Rekey() is left out: nothing here lives long enough for it. */
import { CIPHER_KEY_OCTETS, type NoiseCipher, TAG_OCTETS } from './ciphers.ts';
import { NoiseAuthenticationFailed, NoiseMessageLength, NoiseUsage } from './errors.ts';

/** No message is longer (section 3). */
export const NOISE_MESSAGE_MAX = 65535;

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

  /** EncryptWithAd: a copy of the plaintext while there is no key. */
  encryptWithAd(ad: Uint8Array, plaintext: Uint8Array): Uint8Array {
    if (!this.#hasKey) return Uint8Array.from(plaintext);
    const sealed = plaintext.length + TAG_OCTETS;
    if (sealed > NOISE_MESSAGE_MAX) throw new NoiseMessageLength(sealed, `at most ${NOISE_MESSAGE_MAX}`);
    const ciphertext = this.#cipher.encrypt(this.#key, this.#n, ad, plaintext);
    this.#n++;
    return ciphertext;
  }

  /** DecryptWithAd: the nonce stays as it is where this fails. @throws NoiseAuthenticationFailed, NoiseMessageLength */
  decryptWithAd(ad: Uint8Array, ciphertext: Uint8Array): Uint8Array {
    if (!this.#hasKey) return Uint8Array.from(ciphertext);
    const { length } = ciphertext;
    if (length < TAG_OCTETS || length > NOISE_MESSAGE_MAX) throw new NoiseMessageLength(length, `${TAG_OCTETS} to ${NOISE_MESSAGE_MAX}`);
    let plaintext: Uint8Array;
    try {
      plaintext = this.#cipher.decrypt(this.#key, this.#n, ad, ciphertext);
    } catch {
      throw new NoiseAuthenticationFailed('a ciphertext');
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
}
