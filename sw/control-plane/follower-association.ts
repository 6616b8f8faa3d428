/**
 * The follower of a relation from its association on: it answers, whenever the initiator asks for one, and runs an agent with the keys that
 * were agreed on. An association takes the place of what there was only with its confirmation, which no replay can make.
 */
import { FIRST_KEY_ID } from '../../spec/key-id.ts';
import { secretOf } from '../agreement/association.ts';
import type { Parties } from '../agreement/parties.ts';
import { type AgreementPort, FollowerAgreement } from './agreement.ts';
import type { KeyDriver } from './driver.ts';
import { FollowerAgent } from './follower.ts';
import type { AgentEvent, KeySource } from './key-source.ts';

export interface FollowerAssociationOptions {
  readonly parties: Parties;
  /** 32 octets, the secret of the association; copied */
  readonly psk: Uint8Array;
  /** keys from a master key that was agreed on, from KeyId 0|0 on */
  readonly keysOf: (masterKey: Uint8Array) => KeySource;
  /** as of `FollowerAgent` */
  readonly counterAlarm?: number;
  readonly onEvent?: (event: AgentEvent) => void;
}

export class FollowerAssociation {
  readonly #driver: KeyDriver;
  readonly #options: FollowerAssociationOptions;
  readonly #psk: Uint8Array;
  readonly #agreement: FollowerAgreement;
  readonly #onEvent: (event: AgentEvent) => void;
  #agent: FollowerAgent | undefined;

  /** @throws AssociationSecretError */
  constructor(driver: KeyDriver, port: AgreementPort, options: FollowerAssociationOptions) {
    const { parties, psk, onEvent = () => {} } = options;
    this.#driver = driver;
    this.#options = options;
    this.#psk = secretOf(psk);
    this.#agreement = new FollowerAgreement(parties, port);
    this.#onEvent = onEvent;
  }

  /** Whether keys are agreed on. */
  get associated(): boolean {
    return this.#agent !== undefined;
  }

  /** Whether the peer has the key of a frame that is sent now: the initiator has installed the first key before the follower (M10). */
  get canSend(): boolean {
    return this.associated;
  }

  /**
   * Erases what the hardware has: no software knows it any more, and no rekey could be answered. That the peer hears nothing then makes it
   * associate anew.
   */
  async start(): Promise<void> {
    await this.#driver.eraseAll();
    this.#expect();
  }

  /** A frame that came for the host. Returns whether it is one of the agreement's: `service` is due then. */
  receive(frame: Uint8Array): boolean {
    return this.#agreement.receive(frame);
  }

  /** Call it on interrupts, and when something was received. */
  async service(): Promise<void> {
    const masterKey = this.#agreement.takeAssociation();
    if (masterKey !== undefined) await this.#associate(masterKey);
    await this.#agent?.service();
  }

  /** Its secrets are erased, and it is of no use afterwards; the hardware goes on. */
  stop(): void {
    this.#agreement.stop();
    this.#agent?.stop();
    this.#psk.fill(0);
  }

  #expect(): void {
    this.#agreement.expect(FIRST_KEY_ID, this.#psk.slice());
  }

  /** All keys are erased, and only then the first of the new ones is installed. */
  async #associate(masterKey: Uint8Array): Promise<void> {
    const { keysOf, counterAlarm } = this.#options;
    this.#agent?.stop();
    this.#agent = undefined;
    const keys = keysOf(masterKey);
    masterKey.fill(0);
    await this.#driver.eraseAll();
    const agent = new FollowerAgent(this.#driver, keys, this.#onEvent, counterAlarm, this.#agreement);
    await agent.start();
    this.#agent = agent;
    this.#expect();
    this.#onEvent({ kind: 'associated' });
  }
}
