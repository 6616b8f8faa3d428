/**
 * The ideal AEAD: the identity of key and nonce in place of encryption, for runs of many frames in the model. It stands for an AEAD that
 * nobody breaks: what was sealed under a key opens under that key alone, and nothing is computed. The text stays in the clear and the ICV
 * gives the key away: it is no engine, hardware can't be generated with it, and no frame of it may leave the process.
 */
import { ICV_OCTETS } from '../../spec/header.ts';
import { type Aead, type AeadInput, equalTags } from './aead.ts';

export const idealAead: Aead = {
  id: 'ideal',
  seal: (input) => ({ text: input.text, icv: identityOf(input) }),
  open: (input) => (equalTags(identityOf(input), input.icv) ? input.text : undefined),
};

/** Keys come from a KDF: those that differ, differ in their first octets. */
function identityOf({ key, nonce }: AeadInput): Uint8Array {
  const identity = new Uint8Array(ICV_OCTETS);
  for (let index = 0; index < ICV_OCTETS; index++) identity[index] = (key[index] ?? 0) ^ (nonce[index] ?? 0);
  return identity;
}
