/** What a slot of the hardware takes for a key (`spec/aead-engines.ts`). */
import { ecb } from '@noble/ciphers/aes.js';
import { AEAD_ENGINES, type EngineName, type MaterialPart, materialOctets } from '../../spec/aead-engines.ts';

/** Makes the part of that name out of a key. */
const PARTS: Readonly<Record<MaterialPart['name'], (key: Uint8Array) => Uint8Array>> = {
  key: (key) => key.slice(),
  // H = E_K(0^128): SP 800-38D, section 7.1, step 1
  hashSubkey: (key) => ecb(key, { disablePadding: true }).encrypt(new Uint8Array(16)),
};

/**
 * The parts one behind the other, as the registers take them; whoever calls zeroes the result.
 * @throws RangeError for a key of another length
 */
export function materialOf(engine: EngineName, key: Uint8Array): Uint8Array {
  const { keyOctets, material } = AEAD_ENGINES[engine];
  if (key.length !== keyOctets) throw new RangeError(`a key of ${engine} has ${keyOctets} octets, found ${key.length}`);
  const octets = new Uint8Array(materialOctets(engine));
  let at = 0;
  for (const { name } of material) {
    const part = PARTS[name](key);
    octets.set(part, at);
    at += part.length;
    part.fill(0);
  }
  return octets;
}
