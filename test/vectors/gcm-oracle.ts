/** AES-GCM and the hash subkey by OpenSSL, through Node: what the engine is judged by. */
import { createCipheriv } from 'node:crypto';
import type { AesKeyBits } from '../../hw/aead/aes-cipher.ts';
import type { AeadInput } from '../../sw/aead/aead.ts';

/** Key, then H = E_K(0^128). */
export function gcmMaterial(key: Uint8Array): Uint8Array {
  const cipher = createCipheriv(`aes-${8 * key.length}-ecb`, key, null).setAutoPadding(false);
  return Uint8Array.of(...key, ...cipher.update(new Uint8Array(16)));
}

export function gcmSealed({ key, nonce, aad, text, encrypt }: AeadInput): { readonly text: Uint8Array; readonly icv: Uint8Array } {
  const cipher = createCipheriv(`aes-${(8 * key.length) as AesKeyBits}-gcm`, key, nonce);
  cipher.setAAD(encrypt ? aad : Buffer.concat([aad, text]));
  const out = Buffer.concat([cipher.update(encrypt ? text : new Uint8Array(0)), cipher.final()]);
  return { text: Uint8Array.from(encrypt ? out : text), icv: Uint8Array.from(cipher.getAuthTag()) };
}
