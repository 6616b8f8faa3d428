/** A relation's driver on the reference model: what software does to hardware, without registers. */

import type { KeyId } from '../../spec/key-id.ts';
import { announcedKeyId, canStartRekey, currentKeyId } from '../../spec/peer-rules.ts';
import { type KeyDriver, KeysInstalled, type Status } from '../../sw/control-plane/driver.ts';
import type { SlotMaterial } from '../../sw/keys/material.ts';
import type { ReferencePeer } from '../../sw/reference-model/peer.ts';

/** What a run wants to know of it. */
export interface Watcher {
  /** a key was taken */
  pushed(keyId: KeyId, material: SlotMaterial): void;
  /** no key is left */
  erased(): void;
}

export class ModelDriver implements KeyDriver {
  readonly #peer: () => ReferencePeer;
  readonly #delivered: () => number;
  readonly #watcher: Watcher;

  /**
   * @param peer of the relation, brought up to date
   * @param delivered frames of the peer whose payload was delivered so far
   */
  constructor(peer: () => ReferencePeer, delivered: () => number, watcher: Watcher) {
    this.#peer = peer;
    this.#delivered = delivered;
    this.#watcher = watcher;
  }

  async pushKey(keyId: KeyId, material: SlotMaterial): Promise<'accepted' | 'refused'> {
    const result = this.#peer().push(keyId, material);
    if (result === 'accepted') this.#watcher.pushed(keyId, material);
    return result;
  }

  async cancel(): Promise<'accepted' | 'refused'> {
    return this.#peer().cancel();
  }

  async eraseAll(): Promise<void> {
    this.#peer().eraseAll();
    this.#watcher.erased();
  }

  /** @throws KeysInstalled */
  async requireNoKeys(): Promise<void> {
    const status = await this.status();
    if ([...status.provider, ...status.consumer].some((state) => state !== 'Unused')) throw new KeysInstalled(status);
  }

  async status(): Promise<Status> {
    const { state, providerView: provider, consumerView: consumer } = this.#peer();
    const current = currentKeyId(state) ?? 0;
    return { provider, consumer, currentKeyId: current, nextKeyId: announcedKeyId(state) ?? current, pushReady: canStartRekey(state) };
  }

  async request(): Promise<number | undefined> {
    return this.#peer().state.request;
  }

  async transmitCounter(): Promise<number> {
    return this.#peer().lastTransmitCounter;
  }

  async framesDelivered(): Promise<number> {
    return this.#delivered();
  }
}
