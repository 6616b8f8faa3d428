/**
 * Looks at every frame that is sealed, where the AEAD is called, and at every key that is installed to send with: no key comes twice, and
 * the counter of each goes up and up (SP 800-38D, section 8: no nonce twice under a key). It knows nothing of slots, KeyIds or restarts.
 */
import type { Aead } from '../../sw/aead/aead.ts';
import type { DirectionKey } from '../../sw/keys/material.ts';

/** Of a key, in octets that are characters: a string takes a third of the memory of an array. */
interface Seen {
  readonly key: string;
  readonly iv: string;
  /** counter of the newest frame */
  counter: number;
}

export class NonceObserver {
  /** by the key's octets; one that is gone stays here, so that it is known when it comes again: some 200 octets of memory each */
  readonly #keys = new Map<string, Seen>();
  /** the same by where a key stands: quicker to look up, and wrong where it holds another key by now */
  readonly #places = new WeakMap<Uint8Array, Seen>();
  #repeatedKeys = 0;
  #repeatedNonces = 0;
  #sealed = 0;

  /** Keys that were installed to send with, and so have a direction of one relation to themselves. */
  get keys(): number {
    return this.#keys.size;
  }
  get sealed(): number {
    return this.#sealed;
  }
  /** Installations of a key that was installed before. */
  get repeatedKeys(): number {
    return this.#repeatedKeys;
  }
  /** Frames whose (key, nonce) may have been before: the counter is none that is new, or the key was never installed. */
  get repeatedNonces(): number {
    return this.#repeatedNonces;
  }

  /** A station has installed this to send with. */
  installed({ key, iv }: DirectionKey): void {
    const name = charactersOf(key);
    if (this.#keys.has(name)) this.#repeatedKeys++;
    else this.#keys.set(name, { key: name, iv: charactersOf(iv), counter: 0 });
  }

  /** The AEAD, with every frame that it seals looked at. */
  watching(aead: Aead): Aead {
    return {
      id: aead.id,
      open: (input) => aead.open(input),
      seal: (input) => {
        this.#look(input.key, input.nonce);
        return aead.seal(input);
      },
    };
  }

  #look(key: Uint8Array, nonce: Uint8Array): void {
    this.#sealed++;
    const seen = this.#find(key);
    const counter = seen === undefined ? undefined : counterIn(nonce, seen.iv);
    if (seen === undefined || counter === undefined || counter <= seen.counter) this.#repeatedNonces++;
    else seen.counter = counter;
  }

  #find(key: Uint8Array): Seen | undefined {
    const here = this.#places.get(key);
    if (here !== undefined && isSame(key, here.key)) return here;
    const seen = this.#keys.get(charactersOf(key));
    if (seen !== undefined) this.#places.set(key, seen);
    return seen;
  }
}

function isSame(octets: Uint8Array, characters: string): boolean {
  for (let index = 0; index < octets.length; index++) if (octets[index] !== characters.charCodeAt(index)) return false;
  return octets.length === characters.length;
}

function charactersOf(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1');
}

/** What makes the nonce of the IV: its last four octets, big endian; undefined where the others differ. */
function counterIn(nonce: Uint8Array, iv: string): number | undefined {
  const at = iv.length - 4;
  let counter = 0;
  for (let index = 0; index < iv.length; index++) {
    const difference = (nonce[index] ?? 0) ^ iv.charCodeAt(index);
    if (index >= at) counter = counter * 256 + difference;
    else if (difference !== 0) return undefined;
  }
  return counter;
}
