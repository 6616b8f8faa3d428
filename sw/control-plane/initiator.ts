/** The initiator's agent: decides when to rekey, derives the key, and pushes it; the hardware does the rest. */

import { nextKeyId, type RekeyKind } from '../../spec/key-id.ts';
import { zeroize } from '../keys/material.ts';
import type { InitiatorAgreement } from './agreement.ts';
import type { KeyDriver } from './driver.ts';
import type { AgentEvent, KeySource } from './key-source.ts';

/** At least one of both, no later than `latestTriggerFrames` and `latestTriggerTime` (E6): an announcement travels in frames of the old key. */
export interface RekeyTrigger {
  /** frames sent under one key after which a rekey begins */
  readonly frames?: number;
  /** time under one key after which a rekey begins, in the unit of `now` */
  readonly time?: number;
  /**
   * time after which an announcement that had no effect is withdrawn (M12), and the other kind of rekey follows, in the unit of
   * `now`; without it, and where no other kind is possible, it is announced for ever
   */
  readonly announcement?: number;
  /**
   * share of `frames` and `time` after which the first rekey begins, above 0 and at most 1, so that relations that began together do not rekey
   * together; default 1
   */
  readonly first?: number;
}

/** A key that is announced, and where its withdrawal leads back to. */
interface Announced {
  readonly kind: RekeyKind;
  /** when it is withdrawn; undefined: never */
  readonly withdrawAt: number | undefined;
  readonly before: { readonly since: number; readonly zeroRtt: number; readonly share: number };
}

/** When master keys are replaced. */
export interface NRtt {
  readonly agreement: InitiatorAgreement;
  /** of so many rekeys one is n-RTT; Infinity: only when the master key has had its last 0-RTT rekey */
  readonly every: number;
  /** whether an agreement may begin now, others of this station being under way; what may not is asked again by the next `service` */
  readonly mayBegin?: (() => boolean) | undefined;
}

export class InitiatorAgent {
  readonly #driver: KeyDriver;
  readonly #keys: KeySource;
  readonly #trigger: RekeyTrigger;
  readonly #now: () => number;
  readonly #onEvent: (event: AgentEvent) => void;
  readonly #nRtt: NRtt | undefined;
  /** when the last key was installed */
  #since = 0;
  /** of the trigger, after which the next rekey begins */
  #share: number;
  /** 0-RTT rekeys since the last new master key */
  #zeroRtt = 0;
  /** the agreement for the rekey that is due has failed */
  #failed = false;
  #announced: Announced | undefined;
  /** a rekey that was asked for by hand, and has not begun */
  #asked: RekeyKind | undefined;
  /** what was withdrawn under the Active key: its KeyId is blocked until the next switch, and the other kind must do */
  #withdrawn: RekeyKind | undefined;

  /** @param now the time, in any unit  @param nRtt without it there are 0-RTT rekeys only */
  constructor(
    driver: KeyDriver,
    keys: KeySource,
    trigger: RekeyTrigger,
    now: () => number,
    onEvent: (event: AgentEvent) => void = () => {},
    nRtt?: NRtt,
  ) {
    this.#nRtt = nRtt;
    this.#driver = driver;
    this.#keys = keys;
    this.#trigger = trigger;
    this.#share = trigger.first ?? 1;
    this.#now = now;
    this.#onEvent = onEvent;
  }

  /** Installs the first key; it is Active at once. @throws KeysInstalled when the hardware is in use */
  async start(): Promise<void> {
    await this.#driver.requireNoKeys();
    await this.#install();
  }

  /** A rekey is due at once, and of that kind where that is possible: a master key that has had its last 0-RTT rekey, or a failed agreement, calls for the other. */
  ask(kind: RekeyKind): void {
    this.#asked = kind;
  }

  /**
   * Begins a rekey if one is due and nothing of the last one is still Pending or Obsolete (M8). Call it on
   * interrupts of the counter and of the slots, when `dueAt` has come, and when something has happened in the agreement.
   */
  async service(): Promise<void> {
    await this.#settle();
    const { frames } = this.#trigger;
    const late = this.#asked !== undefined || this.#now() >= (this.#rekeyDueAt ?? Number.POSITIVE_INFINITY);
    if (!late && frames === undefined) return;
    const { pushReady } = await this.#driver.status();
    if (!pushReady) return;
    // a level, read while nothing is Pending: the interrupt of a counter may be that of the key before
    if (!late && (await this.#driver.transmitCounter()) < this.#share * (frames ?? 0)) return;
    const kind = this.#kind();
    if (kind === '0-RTT') await this.#zeroRttRekey();
    else if (kind === 'n-RTT') await this.#nRttRekey();
  }

  /** When a rekey becomes due by time, or an announcement is to be withdrawn; undefined where neither is. */
  get dueAt(): number | undefined {
    return this.#announced?.withdrawAt ?? this.#rekeyDueAt;
  }

  get #rekeyDueAt(): number | undefined {
    return this.#trigger.time === undefined ? undefined : this.#since + this.#share * this.#trigger.time;
  }

  /** Ends the agent: its keys are erased. */
  stop(): void {
    this.#nRtt?.agreement.stop();
    this.#keys.erase();
  }

  /** What the rekey that is due can be now; undefined: it waits for the agreement, which this begins if need be. */
  #kind(): RekeyKind | undefined {
    const { exhausted } = this.#keys;
    if (this.#nRtt === undefined) {
      if (exhausted) this.#onEvent({ kind: 'chainExhausted', keyId: this.#keys.keyId });
      return exhausted ? undefined : '0-RTT';
    }
    const { agreement, every, mayBegin = () => true } = this.#nRtt;
    if (this.#withdrawn === 'n-RTT') return '0-RTT';
    if (agreement.phase === 'agreed') return 'n-RTT';
    const failure = agreement.takeFailure();
    if (failure !== undefined) {
      this.#failed = true;
      this.#onEvent({ kind: 'agreementFailed', failure });
    }
    if (agreement.phase !== 'idle') return undefined;
    const mayBeZeroRtt = !exhausted && this.#withdrawn === undefined;
    const wantsZeroRtt = this.#asked === undefined ? this.#zeroRtt + 1 < every : this.#asked === '0-RTT';
    if (mayBeZeroRtt && (this.#failed || wantsZeroRtt)) return '0-RTT';
    if (mayBegin()) agreement.begin(nextKeyId(this.#keys.keyId, 'n-RTT'), this.#keys.agreementPsk());
    return undefined;
  }

  async #zeroRttRekey(): Promise<void> {
    const isWithdrawable = this.#nRtt !== undefined;
    this.#keys.advance();
    await this.#announce('0-RTT', isWithdrawable);
    this.#zeroRtt++;
  }

  /** The key is installed first, and confirmed then (M10). */
  async #nRttRekey(): Promise<void> {
    const masterKey = this.#nRtt?.agreement.takeMasterKey();
    if (masterKey === undefined) return;
    const isWithdrawable = !this.#keys.exhausted;
    this.#keys.replaceMaster(masterKey);
    masterKey.fill(0);
    await this.#announce('n-RTT', isWithdrawable);
    this.#nRtt?.agreement.installed();
    this.#zeroRtt = 0;
  }

  /** @param hasOther another kind of rekey could take its place: under the KeyId of this one no key comes before the next switch (M12) */
  async #announce(kind: RekeyKind, hasOther: boolean): Promise<void> {
    const before = { since: this.#since, zeroRtt: this.#zeroRtt, share: this.#share };
    this.#asked = undefined;
    this.#share = 1;
    await this.#install();
    const { announcement } = this.#trigger;
    const isFirst = this.#withdrawn === undefined;
    const withdrawAt = hasOther && isFirst && announcement !== undefined ? this.#now() + announcement : undefined;
    this.#announced = { kind, withdrawAt, before };
    this.#failed = false;
  }

  /** A rekey is settled when the own provider uses its key: the follower has said that it holds it. That of an association is Active at once. */
  async #settle(): Promise<void> {
    const announced = this.#announced;
    if (announced === undefined && this.#nRtt?.agreement.phase !== 'confirming') return;
    const { provider } = await this.#driver.status();
    if (provider.includes('Pending')) return announced === undefined ? undefined : this.#withdrawIfLate(announced);
    this.#announced = undefined;
    this.#withdrawn = undefined;
    this.#keys.settle();
    this.#nRtt?.agreement.settled();
  }

  /** The hardware refuses where a view has switched to the key meanwhile: then the rekey settles by itself. */
  async #withdrawIfLate({ kind, withdrawAt, before }: Announced): Promise<void> {
    if (withdrawAt === undefined || this.#now() < withdrawAt) return;
    const { keyId } = this.#keys;
    if ((await this.#driver.cancel()) === 'refused') {
      this.#announced = { kind, withdrawAt: undefined, before };
      return;
    }
    this.#keys.withdraw();
    this.#nRtt?.agreement.withdrawn();
    this.#announced = undefined;
    this.#withdrawn = kind;
    this.#since = before.since;
    this.#zeroRtt = before.zeroRtt;
    this.#share = before.share;
    this.#onEvent({ kind: 'announcementWithdrawn', keyId });
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
