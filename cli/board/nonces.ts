/**
 * Whether a simulated station uses a nonce twice under one key, told from its wire and from the keys that were written into its registers; only
 * digests of them are kept.
 */
import { createHash } from 'node:crypto';
import type { ProfileName } from '../../spec/header.ts';
import { REGISTERS } from '../../spec/registers.ts';
import { parseFrame } from '../../sw/frame/secured-frame.ts';

const { transmitKey, transmitIv } = REGISTERS;

export class NonceWatch {
  /** words that are staged for the own direction, by their offsets */
  readonly #staged = new Map<number, number>();
  /** digest of the key that each KeyId on the wire stands for */
  readonly #pushed = new Map<number, string>();
  readonly #keys = new Set<string>();
  readonly #nonces = new Set<string>();
  #repeated = 0;

  /** Keys under which a frame was sent, and nonces that came again under one. */
  get account(): { readonly keys: number; readonly noncesRepeated: number } {
    return { keys: this.#keys.size, noncesRepeated: this.#repeated };
  }

  /** A word was written into a register of the peer. */
  written(offset: number, value: number): void {
    const isIn = (register: { readonly offset: number; readonly words: number }): boolean =>
      offset >= register.offset && offset < register.offset + 4 * register.words;
    if (isIn(transmitKey) || isIn(transmitIv)) this.#staged.set(offset, value);
  }

  /** The staged key was pushed, and its staging zeroed. */
  pushed(keyId: number, accepted: boolean): void {
    const words = [...this.#staged].sort(([a], [b]) => a - b);
    this.#staged.clear();
    if (accepted) this.#pushed.set(keyId, createHash('sha256').update(JSON.stringify(words)).digest('hex'));
  }

  /** A frame has left the station. @returns whether it is a secured one */
  sent(frame: Uint8Array, profile: ProfileName, frameId: number): boolean {
    const parsed = parseFrame(frame, { profile, frameId, encrypt: true });
    if (parsed.kind !== 'ours') return false;
    const { currentKeyId, counter } = parsed.frame;
    const key = this.#pushed.get(currentKeyId) ?? 'none';
    const nonce = `${key} ${counter}`;
    if (this.#nonces.has(nonce)) this.#repeated++;
    this.#nonces.add(nonce);
    this.#keys.add(key);
    return true;
  }
}
