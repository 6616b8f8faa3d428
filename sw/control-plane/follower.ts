/** The follower's agent: derives the key that is asked for, and pushes it as soon as a slot is free. */
import { nextKeyId, wireKeyId } from '../../spec/key-id.ts';
import { zeroize } from '../keys/material.ts';
import type { FollowerAgreement } from './agreement.ts';
import type { RelationDriver } from './driver.ts';
import type { AgentEvent, KeySource } from './key-source.ts';

export class FollowerAgent {
  readonly #driver: RelationDriver;
  readonly #keys: KeySource;
  readonly #onEvent: (event: AgentEvent) => void;
  /** the key of the schedule is derived, but not installed yet */
  #waiting = true;
  readonly #counterAlarm: number;
  readonly #agreement: FollowerAgreement | undefined;
  #alarmed = false;

  /**
   * @param counterAlarm frames sent under one key by which the initiator should have begun the next rekey (`latestTriggerFrames`); the
   * follower can't begin one, and reports it. `counterThreshold` of the hardware is set to the same.
   * @param agreement without it new master keys are refused
   */
  constructor(
    driver: RelationDriver,
    keys: KeySource,
    onEvent: (event: AgentEvent) => void = () => {},
    counterAlarm = Number.POSITIVE_INFINITY,
    agreement?: FollowerAgreement,
  ) {
    this.#agreement = agreement;
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
   * looked at again when a slot changes. Call it on interrupts of the request, of the slots and of the counter, and when something
   * has happened in the agreement.
   */
  async service(): Promise<void> {
    await this.#answer();
    if (this.#counterAlarm < Number.POSITIVE_INFINITY) await this.#watchCounter();
  }

  /** Ends the agent: its keys are erased. */
  stop(): void {
    this.#agreement?.stop();
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
      if (!this.#derive(requested)) return this.#onEvent({ kind: 'nRttRequested', keyId: requested });
      this.#waiting = true;
    }
    await this.#install();
  }

  /** Whether the key that is asked for can be had. */
  #derive(requested: number): boolean {
    const { keyId, exhausted } = this.#keys;
    if (!exhausted && requested === wireKeyId(nextKeyId(keyId, '0-RTT'))) {
      this.#keys.advance();
      return true;
    }
    // a new master key comes from an agreement, and not before its confirmation (M10)
    if (requested !== wireKeyId(nextKeyId(keyId, 'n-RTT'))) return false;
    const masterKey = this.#agreement?.takeMasterKey();
    if (masterKey === undefined) return false;
    this.#keys.replaceMaster(masterKey);
    masterKey.fill(0);
    return true;
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
    // the secret of the next agreement changes with the master key alone
    if (keyId.communication === 0) this.#agreement?.expect(nextKeyId(keyId, 'n-RTT'), this.#keys.agreementPsk());
    this.#onEvent({ kind: 'keyInstalled', keyId });
  }
}
