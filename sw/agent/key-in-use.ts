/** Which key of a relation is in use, since when, and how many there were, told from what was installed and what the slots show. */
import { type KeyId, type RekeyKind, wireKeyId } from '../../spec/key-id.ts';
import type { Status } from '../control-plane/driver.ts';

export class KeyInUse {
  /** what a key that is used is recognised by: the last one that was installed and not given up */
  #installed: KeyId | undefined;
  #inUse: { readonly keyId: KeyId; readonly since: number } | undefined;
  readonly #rekeys: Record<RekeyKind, number> = { '0-RTT': 0, 'n-RTT': 0 };

  /** Since when it is known to be, in the unit of `looked`; undefined while none is. */
  get current(): { readonly keyId: KeyId; readonly since: number } | undefined {
    return this.#inUse;
  }

  /** Keys that came into use in the place of another of their association. */
  get rekeys(): Readonly<Record<RekeyKind, number>> {
    return { ...this.#rekeys };
  }

  /** The hardware has taken a key. */
  installed(keyId: KeyId): void {
    this.#installed = keyId;
  }

  /** The last key that was installed was given up before its switch. */
  givenUp(): void {
    this.#installed = this.#inUse?.keyId;
  }

  /** Keys of another association take the place of all before. */
  associated(): void {
    this.#inUse = undefined;
  }

  /** Nothing is known of the keys that the hardware has. */
  forget(): void {
    this.#inUse = undefined;
    this.#installed = undefined;
  }

  /** @returns the key that has come into use since the last look, if one has */
  looked({ provider, currentKeyId }: Status, now: number): KeyId | undefined {
    const keyId = this.#installed;
    if (keyId === undefined || provider.includes('Pending') || currentKeyId !== wireKeyId(keyId)) return undefined;
    if (this.#inUse?.keyId === keyId) return undefined;
    if (this.#inUse !== undefined) this.#rekeys[keyId.communication === 0 ? 'n-RTT' : '0-RTT']++;
    this.#inUse = { keyId, since: now };
    return keyId;
  }
}
