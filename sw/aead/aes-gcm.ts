/** AES-GCM (SP 800-38D) by @noble/ciphers; with authentication only, all of a frame is AAD (GMAC). */
import { gcm } from '@noble/ciphers/aes.js';
import { AEAD_ENGINES } from '../../spec/aead-engines.ts';
import { ICV_OCTETS } from '../../spec/header.ts';
import type { Aead, AeadInput } from './aead.ts';

const NOTHING = new Uint8Array(0);
/** What @noble/ciphers says of an ICV that does not match; everything else that it throws is a mistake of ours. */
const WRONG_ICV = 'aes-gcm: invalid tag';

function aesGcm(id: 'aes-128-gcm' | 'aes-256-gcm'): Aead {
  /** @throws RangeError for a key of another length */
  const cipher = ({ key, nonce, aad, text, encrypt }: AeadInput) => {
    const { keyOctets } = AEAD_ENGINES[id];
    if (key.length !== keyOctets) throw new RangeError(`a key of ${id} has ${keyOctets} octets, found ${key.length}`);
    return gcm(key, nonce, encrypt ? aad : joined(aad, text));
  };
  return {
    id,
    seal(input) {
      const { text, encrypt } = input;
      const both = cipher(input).encrypt(encrypt ? text : NOTHING);
      return { text: encrypt ? both.subarray(0, text.length) : text.slice(), icv: both.subarray(-ICV_OCTETS) };
    },
    open(input) {
      const { text, icv, encrypt } = input;
      try {
        const opened = cipher(input).decrypt(encrypt ? joined(text, icv) : icv);
        return encrypt ? opened : text.slice();
      } catch (error) {
        if (error instanceof Error && error.message === WRONG_ICV) return undefined;
        throw error;
      }
    },
  };
}

export const aes128Gcm = aesGcm('aes-128-gcm');
export const aes256Gcm = aesGcm('aes-256-gcm');

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
