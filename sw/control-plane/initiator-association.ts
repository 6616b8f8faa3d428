/**
 * The initiator of a relation from its association on: agrees on the first key, runs an agent with it, and begins anew when the peer is silent
 * or the software was started again. Keys that the hardware has when this starts go on until a new association takes their place: they count
 * on in the hardware, and nobody else knows them.
 */
import type { AgreementTiming } from '../../spec/agreement.ts';
import { FIRST_KEY_ID } from '../../spec/key-id.ts';
import { looked, type Presence, secretOf, silentAt } from '../agreement/association.ts';
import type { Parties } from '../agreement/parties.ts';
import { type AgreementPort, InitiatorAgreement } from './agreement.ts';
import type { RelationDriver } from './driver.ts';
import { InitiatorAgent, type RekeyTrigger } from './initiator.ts';
import type { AgentEvent, KeySource } from './key-source.ts';

export interface InitiatorAssociationOptions {
  readonly parties: Parties;
  /** 32 octets, the secret of the association; copied */
  readonly psk: Uint8Array;
  /** keys from a master key that was agreed on, from KeyId 0|0 on */
  readonly keysOf: (masterKey: Uint8Array) => KeySource;
  readonly trigger: RekeyTrigger;
  /** of so many rekeys one is n-RTT */
  readonly nRttEvery: number;
  readonly timing: AgreementTiming;
  /** time without a frame of the peer after which it is taken for gone; longer than an outage that a connection survives */
  readonly silence: number;
  readonly onEvent?: (event: AgentEvent) => void;
}

export class InitiatorAssociation {
  readonly #driver: RelationDriver;
  readonly #port: AgreementPort;
  readonly #options: InitiatorAssociationOptions;
  readonly #psk: Uint8Array;
  readonly #agreement: InitiatorAgreement;
  readonly #onEvent: (event: AgentEvent) => void;
  /** with the keys of this association; undefined until there are some */
  #agent: InitiatorAgent | undefined;
  /** the peer has not been seen in this association */
  #unseen = true;
  #presence: Presence = { received: 0, at: 0 };

  /** @throws AssociationSecretError */
  constructor(driver: RelationDriver, port: AgreementPort, options: InitiatorAssociationOptions) {
    const { parties, psk, timing, onEvent = () => {} } = options;
    this.#driver = driver;
    this.#port = port;
    this.#options = options;
    this.#psk = secretOf(psk);
    this.#agreement = new InitiatorAgreement(parties, timing, port);
    this.#onEvent = onEvent;
  }

  /** Whether keys are agreed on and the peer was seen to use them. */
  get associated(): boolean {
    return this.#agent !== undefined && !this.#unseen;
  }

  /** When `service` is to be called at the latest. */
  get dueAt(): number {
    const silent = this.#agent === undefined ? Number.POSITIVE_INFINITY : silentAt(this.#presence, this.#options.silence);
    const rekey = this.associated ? this.#agent?.dueAt : undefined;
    return Math.min(silent, rekey ?? Number.POSITIVE_INFINITY, this.#agreement.dueAt ?? Number.POSITIVE_INFINITY);
  }

  /** Asks for an association. */
  start(): void {
    this.#begin();
  }

  /** A frame that came for the host. Returns whether it is one of the agreement's: `service` is due then. */
  receive(frame: Uint8Array): boolean {
    return this.#agreement.receive(frame);
  }

  /** Call it when `dueAt` has come, on interrupts, and when something was received. */
  async service(): Promise<void> {
    this.#agreement.tick();
    if (this.#agent === undefined) return this.#associate();
    await this.#look();
    if (this.#port.now() >= silentAt(this.#presence, this.#options.silence)) {
      this.#onEvent({ kind: 'peerSilent' });
      return this.#begin();
    }
    if (this.associated) await this.#agent.service();
  }

  /** Its secrets are erased, and it is of no use afterwards; the hardware goes on. */
  stop(): void {
    this.#end();
    this.#psk.fill(0);
  }

  #begin(): void {
    this.#end();
    this.#agreement.begin(FIRST_KEY_ID, this.#psk.slice());
  }

  #end(): void {
    this.#agent?.stop();
    this.#agent = undefined;
    this.#agreement.stop();
    // to be stopped is no failure that another attempt follows
    this.#agreement.takeFailure();
  }

  /** All keys are erased, and only then the first of the new ones is installed (M10: first here, and for good). */
  async #associate(): Promise<void> {
    const failure = this.#agreement.takeFailure();
    if (failure !== undefined) {
      this.#onEvent({ kind: 'agreementFailed', failure });
      return this.#begin();
    }
    const masterKey = this.#agreement.takeMasterKey();
    if (masterKey === undefined) return;
    const { keysOf, trigger, nRttEvery } = this.#options;
    const keys = keysOf(masterKey);
    masterKey.fill(0);
    await this.#driver.eraseAll();
    const nRtt = { agreement: this.#agreement, every: nRttEvery };
    const agent = new InitiatorAgent(this.#driver, keys, trigger, () => this.#port.now(), this.#onEvent, nRtt);
    await agent.start();
    this.#presence = { received: await this.#driver.framesReceived(), at: this.#port.now() };
    this.#agent = agent;
    this.#unseen = true;
    this.#agreement.installed();
    this.#onEvent({ kind: 'associated' });
  }

  /** Before a frame under the first key has come, the follower may not have it: it is confirmed again and again. */
  async #look(): Promise<void> {
    const now = looked(this.#presence, await this.#driver.framesReceived(), this.#port.now());
    if (this.#unseen && now !== this.#presence) {
      this.#unseen = false;
      this.#agreement.settled();
    }
    this.#presence = now;
  }
}
