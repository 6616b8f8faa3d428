/** The cipher functions AESGCM and ChaChaPoly (Noise rev 34, sections 12.3 and 12.4): keys of 32 octets, tags of 16. */
import { gcm } from '@noble/ciphers/aes.js';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';

export const CIPHER_KEY_OCTETS = 32;
export const TAG_OCTETS = 16;

export interface NoiseCipher {
  readonly name: 'AESGCM' | 'ChaChaPoly';
  /** @param n nonce, below 2^53 here */
  encrypt(key: Uint8Array, n: number, ad: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** @throws where the tag is wrong */
  decrypt(key: Uint8Array, n: number, ad: Uint8Array, ciphertext: Uint8Array): Uint8Array;
}

/** 32 bits of zeros, then `n` in 64 bits. */
function nonceOf(n: number, littleEndian: boolean): Uint8Array {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setBigUint64(4, BigInt(n), littleEndian);
  return nonce;
}

/** NIST SP 800-38D with 256-bit keys; the nonce is big endian. */
export const AESGCM: NoiseCipher = {
  name: 'AESGCM',
  encrypt: (key, n, ad, plaintext) => gcm(key, nonceOf(n, false), ad).encrypt(plaintext),
  decrypt: (key, n, ad, ciphertext) => gcm(key, nonceOf(n, false), ad).decrypt(ciphertext),
};

/** RFC 8439; the nonce is little endian. */
export const CHACHAPOLY: NoiseCipher = {
  name: 'ChaChaPoly',
  encrypt: (key, n, ad, plaintext) => chacha20poly1305(key, nonceOf(n, true), ad).encrypt(plaintext),
  decrypt: (key, n, ad, ciphertext) => chacha20poly1305(key, nonceOf(n, true), ad).decrypt(ciphertext),
};
