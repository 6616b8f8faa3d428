/** The initiator's agent: decides when to rekey, derives the key, and pushes it; the hardware does the rest. */

import { zeroize } from '../keys/material.ts';
import type { RelationDriver } from './driver.ts';
import type { AgentEvent, KeySource } from './key-source.ts';

/** At least one of both, no later than `latestTriggerFrames` and `latestTriggerTime` (E6): an announcement travels in frames of the old key. */
export interface RekeyTrigger {
  /** frames sent under one key after which a rekey begins */
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

  /**
   * Begins a rekey if one is due and nothing of the last one is still Pending or Obsolete (M8). Call it on
   * interrupts of the counter and of the slots, and when `dueAt` has come.
   */
  async service(): Promise<void> {
    const { frames } = this.#trigger;
    const late = this.#now() >= (this.dueAt ?? Number.POSITIVE_INFINITY);
    if (!late && frames === undefined) return;
    const { pushReady } = await this.#driver.status();
    if (!pushReady) return;
    // a level, read while nothing is Pending: the interrupt of a counter may be that of the key before
    if (!late && (await this.#driver.transmitCounter()) < (frames ?? 0)) return;
    this.#keys.advance();
    await this.#install();
  }

  /** When a rekey becomes due by time; undefined without that trigger. */
  get dueAt(): number | undefined {
    return this.#trigger.time === undefined ? undefined : this.#since + this.#trigger.time;
  }

  /** Ends the agent: its keys are erased. */
  stop(): void {
    this.#keys.erase();
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
    this.#onEvent({ kind: 'keyInstalled', keyId });
  }
}
