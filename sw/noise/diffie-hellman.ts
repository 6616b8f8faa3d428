/** The Diffie-Hellman functions 25519 (Noise rev 34, section 12.1; RFC 7748). */
import { x25519 } from '@noble/curves/ed25519.js';
import { NoiseUsage, NoiseZeroSecret } from './errors.ts';

/** Octets of a private key, a public key and a shared secret. */
export const DH_OCTETS = 32;

export interface KeyPair {
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** @param what names the key in the error @throws NoiseUsage where it has another length than 32 octets */
export function expectKey(what: string, { length }: Uint8Array): void {
  if (length !== DH_OCTETS) throw new NoiseUsage(`a ${what} of ${length} octets, expected ${DH_OCTETS}`);
}

/** @param privateKey 32 octets, copied @throws NoiseUsage */
export function keyPairOf(privateKey: Uint8Array): KeyPair {
  expectKey('private key', privateKey);
  // slice() of a Buffer is no copy
  return { privateKey: Uint8Array.from(privateKey), publicKey: x25519.getPublicKey(privateKey) };
}

/**
 * The shared secret, 32 octets; the caller zeroes it. One of zeros is refused, as section 12.1 allows and as RFC 7748, section 6.1,
 * asks of whoever wants each side to contribute.
 * @throws NoiseUsage, NoiseZeroSecret
 */
export function diffieHellman(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  expectKey('private key', privateKey);
  expectKey('public key', publicKey);
  try {
    return x25519.getSharedSecret(privateKey, publicKey);
  } catch {
    // with both lengths right it objects to nothing but zeros
    throw new NoiseZeroSecret();
  }
}
