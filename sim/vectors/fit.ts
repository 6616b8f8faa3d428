/** Which engine of the hardware a vector is for, or why it is for none. */
import { AEAD_ENGINES, type EngineName } from '../../spec/aead-engines.ts';
import { ICV_OCTETS, NONCE_OCTETS } from '../../spec/header.ts';
import type { AeadVector, VectorAlgorithm } from './vector.ts';

type Tested = Exclude<EngineName, 'xor'>;

/** The engines of each algorithm, which differ in the length of the key, and the octets of nonce that its vectors have. */
const FITTING: Readonly<Record<VectorAlgorithm, { readonly engines: readonly Tested[]; readonly nonceOctets: number }>> = {
  'AES-GCM': { engines: ['aes-128-gcm', 'aes-256-gcm'], nonceOctets: NONCE_OCTETS },
  'AES-GMAC': { engines: ['aes-128-gcm', 'aes-256-gcm'], nonceOctets: NONCE_OCTETS },
  // the peer's nonces have 12 octets; the engine is made with 16 for its vectors
  'Ascon-AEAD128': { engines: ['ascon-aead128'], nonceOctets: 16 },
};

/** More octets than any frame has (`hw/aead/aes-gcm.ts` counts no further). */
const OCTETS_MAX = 8191;

export type Fit = { readonly engine: Tested; readonly nonceOctets: number } | { readonly misfit: string };

export function fitOf(algorithm: VectorAlgorithm, { key, nonce, aad, enciphered, icv, result }: AeadVector): Fit {
  const { engines, nonceOctets } = FITTING[algorithm];
  const engine = engines.find((name) => AEAD_ENGINES[name].keyOctets === key.length);
  if (engine === undefined) return { misfit: `key of ${key.length} octets` };
  if (nonce.length !== nonceOctets) return { misfit: `IV not of ${nonceOctets} octets` };
  if (icv.length !== ICV_OCTETS) return { misfit: `tag not of ${ICV_OCTETS} octets` };
  if (aad.length > OCTETS_MAX || enciphered.length > OCTETS_MAX) return { misfit: `more than ${OCTETS_MAX} octets` };
  if (result === 'acceptable') return { misfit: 'neither valid nor invalid' };
  return { engine, nonceOctets };
}
