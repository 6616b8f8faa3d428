/**
 * The dummy engine of the paper (section VII): text XOR key, and an ICV that XORs all blocks. Insecure.
 *
 * ICV = key ⊕ (nonce ‖ 0⁴) ⊕ all 16-octet blocks of the AAD ⊕ all of the text as on the wire, the last one of
 * each zero-padded. The paper's chain, taken literally, would XOR the key once a block, and lose it for every
 * even number of blocks; here it enters once, so that a wrong key always shows.
 */
import { type Aead, type AeadInput, equalTags } from './aead.ts';

const BLOCK = 16;

export const xorAead: Aead = {
  id: 'xor',
  seal(input) {
    const text = cipher(input);
    return { text, icv: icvOf(input, text) };
  },
  open(input) {
    return equalTags(icvOf(input, input.text), input.icv) ? cipher(input) : undefined;
  },
};

function cipher({ key, text, encrypt }: AeadInput): Uint8Array {
  return encrypt ? text.map((octet, index) => octet ^ (key[index % BLOCK] ?? 0)) : text.slice();
}

function icvOf({ key, nonce, aad }: AeadInput, wireText: Uint8Array): Uint8Array {
  const icv = key.slice();
  for (const part of [nonce, aad, wireText]) {
    part.forEach((octet, index) => {
      icv[index % BLOCK] = (icv[index % BLOCK] ?? 0) ^ octet;
    });
  }
  return icv;
}
