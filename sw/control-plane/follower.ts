/** The follower's agent: derives the key that is asked for, and pushes it as soon as a slot is free. */
import { nextKeyId, wireKeyId } from '../../spec/key-id.ts';
import { zeroize } from '../keys/material.ts';
import type { RelationDriver } from './driver.ts';
import type { AgentEvent, KeySource } from './key-source.ts';

export class FollowerAgent {
  readonly #driver: RelationDriver;
  readonly #keys: KeySource;
  readonly #onEvent: (event: AgentEvent) => void;
  /** the key of the schedule is derived, but not installed yet */
  #waiting = true;
  readonly #counterAlarm: number;
  #alarmed = false;

  /**
   * @param counterAlarm frames sent under one key by which the initiator should have begun the next rekey (`latestTriggerFrames`); the
   * follower can't begin one, and reports it. `counterThreshold` of the hardware is set to the same.
   */
  constructor(
    driver: RelationDriver,
    keys: KeySource,
    onEvent: (event: AgentEvent) => void = () => {},
    counterAlarm = Number.POSITIVE_INFINITY,
  ) {
    this.#counterAlarm = counterAlarm;
    this.#driver = driver;
    this.#keys = keys;
    this.#onEvent = onEvent;
  }

  /** Installs the first key; it is Active at once. @throws KeysInstalled when the hardware is in use */
  async start(): Promise<void> {
    await this.#driver.requireNoKeys();
    await this.#install();
  }

  /**
   * Answers a request, if one stands. The request is level-triggered: while no slot is free it is put off, and
   * looked at again when a slot changes. Call it on interrupts of the request, of the slots and of the counter.
   */
  async service(): Promise<void> {
    await this.#answer();
    if (this.#counterAlarm < Number.POSITIVE_INFINITY) await this.#watchCounter();
  }

  /** Ends the agent: its keys are erased. */
  stop(): void {
    this.#keys.erase();
  }

  async #watchCounter(): Promise<void> {
    const counter = await this.#driver.transmitCounter();
    const runsOut = counter >= this.#counterAlarm;
    if (runsOut && !this.#alarmed) this.#onEvent({ kind: 'counterRunsOut', counter });
    this.#alarmed = runsOut;
  }

  async #answer(): Promise<void> {
    const requested = await this.#driver.request();
    if (requested === undefined) return;
    if (!this.#waiting) {
      if (requested !== wireKeyId(nextKeyId(this.#keys.keyId, '0-RTT'))) {
        // a new master key comes from an agreement, which is not the follower's to guess
        this.#onEvent({ kind: 'nRttRequested', keyId: requested });
        return;
      }
      this.#keys.advance();
      this.#waiting = true;
    }
    await this.#install();
  }

  async #install(): Promise<void> {
    const { keyId } = this.#keys;
    const material = this.#keys.material('follower');
    try {
      const result = await this.#driver.pushKey(keyId, material);
      if (result === 'refused') {
        this.#onEvent({ kind: 'pushDeferred', keyId });
        return;
      }
    } finally {
      zeroize(material);
    }
    this.#waiting = false;
    this.#onEvent({ kind: 'keyInstalled', keyId });
  }
}
