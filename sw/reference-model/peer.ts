/** The reference model: one peer at frame level, over the rules in `spec/peer-rules.ts`. Written for reading; the RTL is compared with it. */
import { type Delivered, type Delivery, NOTHING_DELIVERED, verdictOn } from '../../spec/delivery.ts';
import { COUNTER_LAST, type ProfileName } from '../../spec/header.ts';
import type { KeyId } from '../../spec/key-id.ts';
import {
  announcedKeyId,
  canCancel,
  canPush,
  consumerView,
  currentKeyId,
  initialState,
  openingSlot,
  type PeerState,
  providerView,
  type Role,
  type StepOptions,
  step,
} from '../../spec/peer-rules.ts';
import type { View } from '../../spec/slot-machine.ts';
import type { Aead } from '../aead/aead.ts';
import { xorAead } from '../aead/xor.ts';
import {
  aadOf,
  encodeFrame,
  type FrameKind,
  nonceOf,
  type ParsedFrame,
  type Payload,
  parseFrame,
  payloadOf,
  type SecuredFrame,
  textOf,
} from '../frame/secured-frame.ts';
import { copyMaterial, type SlotMaterial, zeroize } from '../keys/material.ts';

export type { Payload } from '../frame/secured-frame.ts';

export interface PeerSettings extends StepOptions {
  /** default `paper` */
  readonly profile?: ProfileName;
  readonly encrypt: boolean;
  /** what becomes of frames that were overtaken; default `newest` */
  readonly delivery?: Delivery;
  /** undefined: sends without VLAN tag */
  readonly vlanTci: number | undefined;
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly transmitFrameId: number;
  readonly receiveFrameId: number;
  /** hand on received frames that are not ours */
  readonly passReceived: boolean;
}

/** What became of a received frame. */
export type Outcome =
  | { readonly kind: 'passed' | 'dropped' | 'malformed' | 'unknownKey' | 'icvFailed' | 'stale' }
  | ({ readonly kind: 'delivered'; readonly keyId: KeyId } & Payload);

export class ReferencePeer {
  readonly settings: PeerSettings;
  readonly #aead: Aead;
  #state: PeerState;
  /** by slot */
  readonly #material: (SlotMaterial | undefined)[] = [];
  /** by slot, of its key */
  readonly #delivered: Delivered[] = [];
  /** counter of the last frame sent under the provider-Active key */
  #sent = 0;

  constructor(role: Role, slots: number, settings: PeerSettings, aead: Aead = xorAead) {
    this.settings = settings;
    this.#aead = aead;
    this.#state = initialState(role, slots);
  }

  get state(): PeerState {
    return this.#state;
  }
  get providerView(): View {
    return providerView(this.#state);
  }
  get consumerView(): View {
    return consumerView(this.#state);
  }
  get lastTransmitCounter(): number {
    return this.#sent;
  }

  push(keyId: KeyId, material: SlotMaterial): 'accepted' | 'refused' {
    if (!canPush(this.#state, keyId)) return 'refused';
    this.#move(step(this.#state, { kind: 'push', keyId }, this.settings));
    const slot = this.#state.slots.findIndex((candidate) => candidate.keyId === keyId);
    this.#material[slot] = copyMaterial(material);
    return 'accepted';
  }

  /** Software withdraws the announced key (M12). */
  cancel(): 'accepted' | 'refused' {
    if (!canCancel(this.#state)) return 'refused';
    this.#move(step(this.#state, { kind: 'cancel' }, this.settings));
    return 'accepted';
  }

  /** The next frame, or undefined while no key is Active or its counter is used up. */
  transmit(payload: Payload): Uint8Array | undefined {
    const slot = activeSlot(this.#state);
    const current = currentKeyId(this.#state);
    const next = announcedKeyId(this.#state);
    const material = this.#material[slot];
    if (current === undefined || next === undefined || material === undefined || this.#sent === COUNTER_LAST) return undefined;
    this.#sent++;
    const { profile = 'paper', encrypt, source, destination, vlanTci, transmitFrameId } = this.settings;
    const { text, clearStatus } = textOf(profile, payload);
    const header = {
      profile,
      encrypt,
      frameId: transmitFrameId,
      source,
      destination,
      vlanTci,
      currentKeyId: current,
      nextKeyId: next,
      counter: this.#sent,
      length: payload.cSdu.length,
      clearStatus,
    };
    const { key, iv } = material.transmit;
    const sealed = this.#aead.seal({ key, nonce: nonceOf(iv, this.#sent), aad: aadOf(header), text, encrypt });
    return encodeFrame(Object.assign(header, sealed));
  }

  receive(octets: Uint8Array): Outcome {
    const parsed = this.parse(octets);
    if (parsed.kind === 'foreign') return { kind: this.settings.passReceived ? 'passed' : 'dropped' };
    if (parsed.kind === 'malformed') return { kind: 'malformed' };
    return this.#open(parsed.frame);
  }

  /** What a received frame is, before anything of it is authenticated. */
  parse(octets: Uint8Array): ParsedFrame {
    return parseFrame(octets, this.#kind(this.settings.receiveFrameId));
  }

  /** Cycles until the next Obsolete key runs out; Infinity while there is none. */
  get nextTimeout(): number {
    return Math.min(...this.#state.slots.map((slot) => (slot.consumer === 'Obsolete' ? slot.remaining : Number.POSITIVE_INFINITY)));
  }

  /** Cycles pass: Obsolete keys run out. */
  elapse(cycles: number): void {
    this.#move(step(this.#state, { kind: 'elapse', ticks: cycles }, this.settings));
  }

  /** No key is left, and no counter: the keys to come must be new ones. */
  eraseAll(): void {
    this.#move(step(this.#state, { kind: 'eraseAll' }, this.settings));
  }

  #open(frame: SecuredFrame): Outcome {
    const slot = openingSlot(this.#state, frame.currentKeyId);
    const material = slot === undefined ? undefined : this.#material[slot];
    if (slot === undefined || material === undefined) return { kind: 'unknownKey' };
    const { key, iv } = material.receive;
    const text = this.#aead.open({
      key,
      nonce: nonceOf(iv, frame.counter),
      aad: aadOf(frame),
      text: frame.text,
      icv: frame.icv,
      encrypt: this.settings.encrypt,
    });
    if (text === undefined) return { kind: 'icvFailed' };
    const { consumer = 'Unused', keyId } = this.#state.slots[slot] ?? {};
    const before = this.#delivered[slot] ?? NOTHING_DELIVERED;
    const { delivered, newest, after } = verdictOn(frame.counter, consumer, before, this.settings.delivery ?? 'newest');
    if (!delivered || keyId === undefined) return { kind: 'stale' };
    this.#delivered[slot] = after;
    this.#move(step(this.#state, { kind: 'received', slot, nextKeyId: frame.nextKeyId, fresh: newest }, this.settings));
    const { cSdu, apduStatus } = payloadOf(frame, text);
    return { kind: 'delivered', keyId, cSdu, apduStatus };
  }

  #kind(frameId: number): FrameKind {
    const { profile = 'paper', encrypt } = this.settings;
    return { profile, frameId, encrypt };
  }

  /** The new state, and what hangs on it: the counter restarts with a new provider key, and erased slots lose their keys and windows. */
  #move(next: PeerState): void {
    if (activeSlot(next) !== activeSlot(this.#state)) this.#sent = 0;
    this.#state = next;
    next.slots.forEach((slot, index) => {
      const material = this.#material[index];
      if (slot.keyId !== undefined || material === undefined) return;
      this.#delivered[index] = NOTHING_DELIVERED;
      zeroize(material);
      this.#material[index] = undefined;
    });
  }
}

/** That of the provider; -1 without a key. */
function activeSlot({ slots }: PeerState): number {
  return slots.findIndex(({ provider }) => provider === 'Active');
}
