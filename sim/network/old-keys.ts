/**
 * The keys that a receiver has had, in the hands of an attacker, who seals frames under those that were replaced or erased: with counters that
 * were never used, so that nothing but the age of the key speaks against a frame.
 */
import type { Random } from '../../hdl-gen/sim/random.ts';
import { formatKeyId, INDEX_MODULUS, KEY_ID_BITS, type KeyId, wireKeyId } from '../../spec/key-id.ts';
import type { PeerState } from '../../spec/peer-rules.ts';
import type { Aead } from '../../sw/aead/aead.ts';
import { aadOf, encodeFrame, type FrameKind, nonceOf, parseFrame } from '../../sw/frame/secured-frame.ts';
import type { DirectionKey } from '../../sw/keys/material.ts';

interface Key extends DirectionKey {
  readonly keyId: KeyId;
  /** the highest that was used */
  counter: number;
}

/** Of so many the oldest has the wire KeyId of the one in use, where no rekey was n-RTT. */
const REMEMBERED = INDEX_MODULUS;

export class OldKeys {
  readonly #aead: Aead;
  readonly #kind: FrameKind;
  readonly #random: Random;
  /** in the order of their installation */
  #installed: readonly Key[] = [];
  #inUse: Key | undefined;
  /** the newest first */
  #replaced: readonly Key[] = [];

  /** @param kind of the frames that the receiver takes for its peer's */
  constructor(aead: Aead, kind: FrameKind, random: Random) {
    this.#aead = aead;
    this.#kind = kind;
    this.#random = random;
  }

  /** The receiver has taken a key to open with. */
  installed(keyId: KeyId, { key, iv }: DirectionKey): void {
    this.#installed = [...this.#installed.slice(1 - REMEMBERED), { keyId, key: key.slice(), iv: iv.slice(), counter: 0 }];
  }

  /** The slots of the receiver changed: a key that was in use and is not has been replaced, or erased. */
  slots({ slots }: PeerState): void {
    const active = slots.find(({ consumer }) => consumer === 'Active')?.keyId;
    const inUse = active && this.#installed.findLast(({ keyId }) => formatKeyId(keyId) === formatKeyId(active));
    if (inUse === this.#inUse) return;
    if (this.#inUse !== undefined) this.#replaced = [this.#inUse, ...this.#replaced.slice(0, REMEMBERED - 1)];
    this.#inUse = inUse;
  }

  /** A genuine frame passes, on its way to the receiver. */
  passes(frame: Uint8Array): void {
    const parsed = parseFrame(frame, this.#kind);
    if (parsed.kind !== 'ours') return;
    const { currentKeyId, counter } = parsed.frame;
    const key = this.#installed.findLast(({ keyId }) => wireKeyId(keyId) === currentKeyId);
    if (key !== undefined) key.counter = Math.max(key.counter, counter);
  }

  /** A frame in all like a genuine one, but under an old key; undefined where there is none. What it announces is invented, and so is its text. */
  seal(genuine: Uint8Array): Uint8Array | undefined {
    const parsed = parseFrame(genuine, this.#kind);
    const old = this.#replaced[this.#random.below(Math.max(1, this.#replaced.length))];
    if (parsed.kind !== 'ours' || old === undefined) return undefined;
    old.counter++;
    const header = {
      ...parsed.frame,
      currentKeyId: wireKeyId(old.keyId),
      nextKeyId: this.#random.below(2 ** KEY_ID_BITS),
      counter: old.counter,
    };
    const text = this.#random.bytes(parsed.frame.text.length);
    const nonce = nonceOf(old.iv, old.counter);
    return encodeFrame({ ...header, ...this.#aead.seal({ key: old.key, nonce, aad: aadOf(header), text, encrypt: header.encrypt }) });
  }
}
