/** The Diffie-Hellman functions 25519 (Noise rev 34, section 12.1; RFC 7748). */
import { x25519 } from '@noble/curves/ed25519.js';
import { NoiseUsage, NoiseZeroSecret } from './errors.ts';

/** Octets of a private key, a public key and a shared secret. */
export const DH_OCTETS = 32;

export interface KeyPair {
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** @param privateKey 32 octets, copied @throws NoiseUsage */
export function keyPairOf(privateKey: Uint8Array): KeyPair {
  if (privateKey.length !== DH_OCTETS) throw new NoiseUsage(`a private key of ${privateKey.length} octets, expected ${DH_OCTETS}`);
  // slice() of a Buffer is no copy
  return { privateKey: Uint8Array.from(privateKey), publicKey: x25519.getPublicKey(privateKey) };
}

/**
 * The shared secret, 32 octets; the caller zeroes it. One of zeros is refused, as section 12.1 allows and as RFC 7748, section 6.1,
 * asks of whoever wants each side to contribute.
 * @throws NoiseUsage, NoiseZeroSecret
 */
export function diffieHellman(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  for (const [what, key] of [
    ['private', privateKey],
    ['public', publicKey],
  ] as const)
    if (key.length !== DH_OCTETS) throw new NoiseUsage(`a ${what} key of ${key.length} octets, expected ${DH_OCTETS}`);
  let secret: Uint8Array;
  try {
    secret = x25519.getSharedSecret(privateKey, publicKey);
  } catch {
    // with both lengths right it objects to nothing but zeros
    throw new NoiseZeroSecret();
  }
  if (secret.every((octet) => octet === 0)) throw new NoiseZeroSecret();
  return secret;
}
