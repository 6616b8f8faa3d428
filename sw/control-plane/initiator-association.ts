/**
 * The initiator of a relation from its association on: agrees on the first key, runs an agent with it, and begins anew when the peer is silent
 * or the software was started again. Keys that the hardware has when this starts go on until a new association takes their place: they count
 * on in the hardware, and nobody else knows them.
 */
import type { AgreementTiming } from '../../spec/agreement.ts';
import { FIRST_KEY_ID, type RekeyKind } from '../../spec/key-id.ts';
import { looked, type Presence, secretOf, silentAt } from '../agreement/association.ts';
import type { Parties } from '../agreement/parties.ts';
import { type AgreementPort, InitiatorAgreement } from './agreement.ts';
import type { KeyDriver } from './driver.ts';
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
  /** whether an agreement may begin now, others of this station being under way (as of `NRtt`); default: always */
  readonly mayBegin?: () => boolean;
  readonly onEvent?: (event: AgentEvent) => void;
}

/** An association with keys. */
interface Current {
  readonly agent: InitiatorAgent;
  readonly presence: Presence;
  /** a frame of the peer has come under these keys */
  readonly seen: boolean;
}

export class InitiatorAssociation {
  readonly #driver: KeyDriver;
  readonly #port: AgreementPort;
  readonly #options: InitiatorAssociationOptions;
  readonly #psk: Uint8Array;
  readonly #agreement: InitiatorAgreement;
  readonly #onEvent: (event: AgentEvent) => void;
  #current: Current | undefined;
  #canSend = false;
  /** it has no secret any more that it could begin with */
  #stopped = false;
  /** an association is wanted, and its turn has not come */
  #waitsForTurn = false;
  /** `dueAt` of the agent when it was last looked after: what is due since then waits for something else than time */
  #lookedAfter: number | undefined;

  /** @throws AssociationSecretError */
  constructor(driver: KeyDriver, port: AgreementPort, options: InitiatorAssociationOptions) {
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
    return this.#current?.seen === true;
  }

  /**
   * Whether the peer has the key of a frame that is sent now, as far as is known here: it was seen to use it, or the hardware goes on with
   * what it had before. Until the first frame under a new first key has come, what is sent may be lost.
   */
  get canSend(): boolean {
    return this.#canSend;
  }

  /** Whether messages of an agreement are to be expected, or a key of one is to be confirmed. */
  get agreeing(): boolean {
    return this.#agreement.phase !== 'idle';
  }

  /** When `service` is to be called at the latest. What is overdue, and waits for the peer or for a slot, is due no more. */
  get dueAt(): number {
    const agreement = this.#agreement.dueAt ?? Number.POSITIVE_INFINITY;
    if (this.#current === undefined) return agreement;
    const { agent, presence, seen } = this.#current;
    const waits = !seen || agent.dueAt === this.#lookedAfter;
    return Math.min(agreement, silentAt(presence, this.#options.silence), (waits ? undefined : agent.dueAt) ?? Number.POSITIVE_INFINITY);
  }

  /** Asks for an association. */
  async start(): Promise<void> {
    const { provider } = await this.#driver.status();
    this.#canSend = provider.includes('Active');
    this.#begin();
  }

  /** A frame that came for the host. Returns whether it is one of the agreement's: `service` is due then. */
  receive(frame: Uint8Array): boolean {
    return this.#agreement.receive(frame);
  }

  /** Call it when `dueAt` has come, on interrupts, and when something was received. */
  async service(): Promise<void> {
    this.#agreement.tick();
    if (this.#current === undefined) return this.#associate();
    const { agent, presence, seen } = await this.#look(this.#current);
    if (this.#port.now() >= silentAt(presence, this.#options.silence)) {
      this.#onEvent({ kind: 'peerSilent' });
      return this.#begin();
    }
    if (!seen) return;
    await agent.service();
    this.#lookedAfter = this.#port.now() >= (agent.dueAt ?? Number.POSITIVE_INFINITY) ? agent.dueAt : undefined;
  }

  /**
   * A rekey is to begin now.
   * @returns whether there are keys in use that it could begin from; it is begun by the next `service`
   */
  rekey(kind: RekeyKind): boolean {
    if (this.#current?.seen !== true) return false;
    this.#current.agent.ask(kind);
    return true;
  }

  /** Its secrets are erased, and it is of no use afterwards; the hardware goes on. */
  stop(): void {
    this.#stopped = true;
    this.#end();
    this.#psk.fill(0);
  }

  #begin(): void {
    this.#end();
    if (this.#stopped) return;
    this.#waitsForTurn = this.#options.mayBegin?.() === false;
    if (this.#waitsForTurn) return;
    this.#agreement.begin(FIRST_KEY_ID, this.#psk.slice());
  }

  #end(): void {
    this.#current?.agent.stop();
    this.#current = undefined;
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
    if (this.#waitsForTurn) return this.#begin();
    if (masterKey === undefined) return;
    const { keysOf, trigger, nRttEvery, mayBegin } = this.#options;
    const keys = keysOf(masterKey);
    masterKey.fill(0);
    this.#canSend = false;
    await this.#driver.eraseAll();
    const nRtt = { agreement: this.#agreement, every: nRttEvery, mayBegin };
    const agent = new InitiatorAgent(this.#driver, keys, trigger, () => this.#port.now(), this.#onEvent, nRtt);
    await agent.start();
    const presence = { received: await this.#driver.framesDelivered(), at: this.#port.now() };
    this.#current = { agent, presence, seen: false };
    this.#agreement.installed();
    this.#onEvent({ kind: 'associated' });
  }

  /** Before a frame under the first key has come, the follower may not have it: until the agent goes on, it is confirmed again and again. */
  async #look({ agent, presence, seen }: Current): Promise<Current> {
    const now = looked(presence, await this.#driver.framesDelivered(), this.#port.now());
    this.#current = { agent, presence: now, seen: seen || now !== presence };
    if (this.#current.seen) this.#canSend = true;
    return this.#current;
  }
}
