/** The follower's agent: derives the key that is asked for, and pushes it as soon as a slot is free. */
import { nextKeyId, wireKeyId } from '../../spec/key-id.ts';
import { zeroize } from '../keys/material.ts';
import type { FollowerAgreement } from './agreement.ts';
import type { KeyDriver } from './driver.ts';
import type { AgentEvent, KeySource } from './key-source.ts';

export class FollowerAgent {
  readonly #driver: KeyDriver;
  readonly #keys: KeySource;
  readonly #onEvent: (event: AgentEvent) => void;
  /**
   * Where the key of the schedule is: the first one, not installed yet; derived, but not installed yet; installed, but not
   * switched to; in use.
   */
  #stage: 'first' | 'derived' | 'installed' | 'inUse' = 'first';
  readonly #counterAlarm: number;
  readonly #agreement: FollowerAgreement | undefined;
  #alarmed = false;

  /**
   * @param counterAlarm frames sent under one key by which the initiator should have begun the next rekey (`latestTriggerFrames`); the
   * follower can't begin one, and reports it. `counterThreshold` of the hardware is set to the same.
   * @param agreement without it new master keys are refused
   */
  constructor(
    driver: KeyDriver,
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
    if (this.#stage === 'installed') await this.#look();
    const requested = await this.#driver.request();
    // a request that stands while the last key is installed came behind the look: the slots have changed, and so it comes again
    if (requested === undefined || this.#stage === 'installed') return;
    if (this.#stage === 'derived' && requested !== wireKeyId(this.#keys.keyId)) this.#giveUp();
    if (this.#stage === 'inUse') {
      if (!this.#derive(requested)) return this.#onEvent({ kind: 'nRttRequested', keyId: requested });
      this.#stage = 'derived';
    }
    await this.#install();
  }

  /** Whether the hardware has switched to the key, or dropped it since it was announced no longer (M12). */
  async #look(): Promise<void> {
    const { provider, currentKeyId } = await this.#driver.status();
    if (provider.includes('Pending')) return;
    if (currentKeyId !== wireKeyId(this.#keys.keyId)) return this.#giveUp();
    this.#keys.settle();
    this.#stage = 'inUse';
  }

  /** The initiator has withdrawn the key: the one before goes on, and another may be asked for. */
  #giveUp(): void {
    const { keyId } = this.#keys;
    this.#keys.withdraw();
    this.#stage = 'inUse';
    if (keyId.communication === 0) this.#expectAgreement();
    this.#onEvent({ kind: 'keyDropped', keyId });
  }

  /** Whether the key that is asked for can be had. */
  #derive(requested: number): boolean {
    const { keyId, exhausted } = this.#keys;
    if (!exhausted && requested === wireKeyId(nextKeyId(keyId, '0-RTT'))) {
      this.#forgetAgreement();
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
    this.#stage = this.#stage === 'first' ? 'inUse' : 'installed';
    // the secret of the next agreement changes with the master key alone
    if (keyId.communication === 0) this.#expectAgreement();
    this.#onEvent({ kind: 'keyInstalled', keyId });
  }

  #expectAgreement(): void {
    this.#agreement?.expect(nextKeyId(this.#keys.keyId, 'n-RTT'), this.#keys.agreementPsk());
  }

  /** Whoever asks for a 0-RTT rekey has withdrawn a new master key that was confirmed, if there was one, and may agree on another. */
  #forgetAgreement(): void {
    const masterKey = this.#agreement?.takeMasterKey();
    if (masterKey === undefined) return;
    masterKey.fill(0);
    this.#expectAgreement();
  }
}
