/** Ascon-AEAD128 (SP 800-232) by js-ascon, which compares tags as strings: for the model only. */
import JsAscon from 'js-ascon';
import { ICV_OCTETS } from '../../spec/header.ts';
import type { Aead, AeadInput } from './aead.ts';

const NONCE_OCTETS = 16;
const NOTHING = new Uint8Array(0);

/** With authentication only, all of a frame is AAD, and the text is empty. A nonce of 12 octets is followed by zeros. */
export const asconAead128: Aead = {
  id: 'ascon-aead128',
  seal(input) {
    const { key, text, encrypt } = input;
    const both = JsAscon.encrypt(key, nonceOf(input), aadOf(input), encrypt ? text : NOTHING);
    return { text: encrypt ? both.subarray(0, text.length) : text.slice(), icv: both.subarray(-ICV_OCTETS) };
  },
  open(input) {
    const { key, text, icv, encrypt } = input;
    const opened = JsAscon.decrypt(key, nonceOf(input), aadOf(input), encrypt ? Uint8Array.of(...text, ...icv) : icv);
    if (opened === null) return undefined;
    return encrypt ? opened : text.slice();
  },
};

function nonceOf({ nonce }: AeadInput): Uint8Array {
  const whole = new Uint8Array(NONCE_OCTETS);
  whole.set(nonce);
  return whole;
}

function aadOf({ aad, text, encrypt }: AeadInput): Uint8Array {
  return encrypt ? aad : Uint8Array.of(...aad, ...text);
}
