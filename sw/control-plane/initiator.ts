/** The initiator's agent: decides when to rekey, derives the key, and pushes it; the hardware does the rest. */

import { zeroize } from '../keys/material.ts';
import type { RelationDriver } from './driver.ts';
import type { AgentEvent, KeySource } from './key-source.ts';

export interface RekeyTrigger {
  /** frames under one key after which a rekey begins */
  readonly frames?: number;
  /** time under one key after which a rekey begins, in the unit of `now` */
  readonly time?: number;
}

export class InitiatorAgent {
  readonly #driver: RelationDriver;
  readonly #keys: KeySource;
  readonly #trigger: RekeyTrigger;
  readonly #now: () => number;
  readonly #onEvent: (event: AgentEvent) => void;
  /** when the last key was installed */
  #since = 0;
  #counterReached = false;

  /** @param now the time, in any unit */
  constructor(
    driver: RelationDriver,
    keys: KeySource,
    trigger: RekeyTrigger,
    now: () => number,
    onEvent: (event: AgentEvent) => void = () => {},
  ) {
    this.#driver = driver;
    this.#keys = keys;
    this.#trigger = trigger;
    this.#now = now;
    this.#onEvent = onEvent;
  }

  /** Installs the first key; it is Active at once. @throws KeysInstalled when the hardware is in use */
  async start(): Promise<void> {
    await this.#driver.requireNoKeys();
    await this.#install();
  }

  /** The hardware says that the frame counter reached the threshold (`counterThreshold` is set to the trigger's frames). */
  counterReached(): void {
    this.#counterReached = true;
  }

  /**
   * Begins a rekey if one is due and nothing of the last one is still Pending or Obsolete (M8). Call it on
   * interrupts of the counter and of the slots, and when `dueAt` has come.
   */
  async service(): Promise<void> {
    if (!this.#isDue()) return;
    const { pushReady } = await this.#driver.status();
    if (!pushReady) return;
    this.#keys.advance();
    await this.#install();
  }

  /** When a rekey becomes due by time; undefined without that trigger. */
  get dueAt(): number | undefined {
    return this.#trigger.time === undefined ? undefined : this.#since + this.#trigger.time;
  }

  #isDue(): boolean {
    return this.#counterReached || (this.dueAt !== undefined && this.#now() >= this.dueAt);
  }

  async #install(): Promise<void> {
    const { keyId } = this.#keys;
    const material = this.#keys.material('initiator');
    try {
      const result = await this.#driver.pushKey(keyId, material);
      if (result === 'refused')
        throw new Error(`initiator: the hardware refused KeyId ${keyId.master}|${keyId.communication} although it was ready for a Push`);
    } finally {
      zeroize(material);
    }
    this.#since = this.#now();
    this.#counterReached = false;
    this.#onEvent({ kind: 'keyInstalled', keyId });
  }
}
