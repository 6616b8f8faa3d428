/** The software of a station in simulation, from one start to the next: what ends it takes effect between two accesses of its registers. */

import type { KeyId } from '../spec/key-id.ts';
import { REGISTERS } from '../spec/registers.ts';
import type { AgreementPort } from '../sw/control-plane/agreement.ts';
import { type Exclusive, RelationDriver } from '../sw/control-plane/driver.ts';
import { FollowerAssociation } from '../sw/control-plane/follower-association.ts';
import type { RekeyTrigger } from '../sw/control-plane/initiator.ts';
import { InitiatorAssociation } from '../sw/control-plane/initiator-association.ts';
import type { AgentEvent, KeySource } from '../sw/control-plane/key-source.ts';
import type { RegisterSpace } from '../sw/control-plane/register-space.ts';
import { copyMaterial, type SlotMaterial } from '../sw/keys/material.ts';
import type { AssociationSettings } from './agreement.ts';

/** The software was ended in the midst of its work: no fault, and nobody may catch it but who ended it. */
class Killed extends Error {}

export interface StationSoftwareOptions {
  readonly settings: AssociationSettings;
  /** keys from a master key that was agreed on */
  readonly keysOf: (masterKey: Uint8Array) => KeySource;
  readonly trigger: RekeyTrigger;
  readonly counterAlarm: number;
  readonly port: Omit<AgreementPort, 'random'>;
  readonly onEvent: (event: AgentEvent) => void;
  /** a key is being pushed; `material` is the taker's own copy */
  readonly onPush: (keyId: KeyId, material: SlotMaterial) => void;
  /** for what takes several accesses, where other software uses the same registers; default: none does */
  readonly exclusive?: Exclusive;
}

interface Push {
  readonly keyId: KeyId;
  readonly material: SlotMaterial;
}

export class StationSoftware {
  readonly #association: InitiatorAssociation | FollowerAssociation;
  /** something happened that it has not looked at; at first, that it was started */
  #news = true;
  #onKeyPush: (() => void) | undefined;
  #killed = false;
  #started = false;

  constructor(space: RegisterSpace, options: StationSoftwareOptions) {
    const { settings, keysOf, trigger, counterAlarm, onEvent, onPush } = options;
    const { parties, psk, random, nRttEvery, timing, silence } = settings;
    const driver = new StagingDriver(
      this.#mortal(space),
      (push) => {
        this.#onKeyPush = push && (() => onPush(push.keyId, copyMaterial(push.material)));
      },
      options.exclusive,
    );
    const port = { ...options.port, random };
    const common = { parties, psk, keysOf, onEvent };
    this.#association =
      parties.role === 'initiator'
        ? new InitiatorAssociation(driver, port, { ...common, trigger, nRttEvery, timing, silence })
        : new FollowerAssociation(driver, port, { ...common, counterAlarm });
  }

  get associated(): boolean {
    return this.#association.associated;
  }

  get canSend(): boolean {
    return this.#association.canSend;
  }

  /** When `service` has something to do by itself. */
  get dueAt(): number {
    return this.#association instanceof InitiatorAssociation ? this.#association.dueAt : Number.POSITIVE_INFINITY;
  }

  /** Whether `service` has something to do, at that time, without an interrupt. */
  isDue(now: number): boolean {
    return this.#news || this.dueAt <= now;
  }

  /** A frame came for the host. */
  receive(frame: Uint8Array): void {
    if (this.#association.receive(frame)) this.#news = true;
  }

  /** Does what is due. */
  async service(): Promise<void> {
    this.#news = false;
    try {
      if (this.#started) return await this.#association.service();
      this.#started = true;
      await this.#association.start();
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }

  /** As SIGKILL: it does nothing more, not even tidy up. */
  kill(): void {
    this.#killed = true;
  }

  stop(): void {
    this.#association.stop();
  }

  /** The registers, while the software lives; it is told of the word that pushes a key. */
  #mortal(space: RegisterSpace): RegisterSpace {
    const check = (): void => {
      if (this.#killed) throw new Killed();
    };
    return {
      read32: (offset) => {
        check();
        return space.read32(offset);
      },
      write32: (offset, value) => {
        check();
        if (offset === REGISTERS.keyPush.offset) this.#onKeyPush?.();
        return space.write32(offset, value);
      },
    };
  }
}

/** Tells what is about to be pushed: whether it comes to that, the registers show. */
class StagingDriver extends RelationDriver {
  readonly #staged: (push: Push | undefined) => void;

  constructor(space: RegisterSpace, staged: (push: Push | undefined) => void, exclusive?: Exclusive) {
    super(space, exclusive);
    this.#staged = staged;
  }

  override async pushKey(keyId: KeyId, material: SlotMaterial): Promise<'accepted' | 'refused'> {
    this.#staged({ keyId, material });
    try {
      return await super.pushKey(keyId, material);
    } finally {
      this.#staged(undefined);
    }
  }
}
