/** The KEM functions MLKEM768 (FIPS 203) for the tokens `e1` and `ekem1` (Noise, modifier `hfs`, section 3). */
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import { NoiseKemKey } from './errors.ts';

/** Octets of an encapsulation key and of a ciphertext. */
export const KEM_KEY_OCTETS = 1184;
export const KEM_CIPHERTEXT_OCTETS = 1088;
/** Random octets that make a key pair (d, then z), and that make a ciphertext (m). */
export const KEM_SEED_OCTETS = 64;
export const KEM_MESSAGE_OCTETS = 32;

export interface KemKeyPair {
  /** 2,400 octets */
  readonly decapsulationKey: Uint8Array;
  /** 1,184 octets */
  readonly encapsulationKey: Uint8Array;
}

/** ML-KEM.KeyGen_internal (FIPS 203, algorithm 16). @param seed d and z, 64 octets; the caller's to zero */
export function kemKeyPairOf(seed: Uint8Array): KemKeyPair {
  const { secretKey, publicKey } = ml_kem768.keygen(seed);
  return { decapsulationKey: secretKey, encapsulationKey: publicKey };
}

/**
 * ML-KEM.Encaps (FIPS 203, algorithms 17 and 20, with the check of the key); the caller zeroes the secret, 32 octets.
 * @param message m, 32 octets  @throws NoiseKemKey where the key is none
 */
export function encapsulate(encapsulationKey: Uint8Array, message: Uint8Array): { ciphertext: Uint8Array; secret: Uint8Array } {
  try {
    const { cipherText, sharedSecret } = ml_kem768.encapsulate(encapsulationKey, message);
    return { ciphertext: cipherText, secret: sharedSecret };
  } catch {
    // with both lengths right it objects to nothing but a coefficient of q or more
    throw new NoiseKemKey();
  }
}

/** ML-KEM.Decaps (FIPS 203, algorithm 21): of a wrong ciphertext a secret comes too, which nobody else has. The caller zeroes it. */
export function decapsulate(decapsulationKey: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  return ml_kem768.decapsulate(ciphertext, decapsulationKey);
}
