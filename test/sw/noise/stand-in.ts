/**
 * In place of X25519 where very many agreements are made, and X25519 would take nearly all the time: any two keys agree, and what they agree on is
 * as good as random to everything that tests look at.
 */
import { createHash } from 'node:crypto';
import type { KeyPair } from '../../../sw/noise/diffie-hellman.ts';

function hash(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(createHash('sha256').update(Buffer.concat(parts)).digest());
}

export function keyPairOf(privateKey: Uint8Array): KeyPair {
  return { privateKey: Uint8Array.from(privateKey), publicKey: hash(privateKey) };
}

export function diffieHellman(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  return hash(...[hash(privateKey), publicKey].toSorted((a, b) => Buffer.compare(a, b)));
}
