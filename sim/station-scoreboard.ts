/**
 * A reference station beside the hardware of one: it hears of each event when the trace ports say that it happened. Every frame that
 * leaves, every verdict, payload, command and count is compared, and the first difference ends the run.
 */
import type { Clock } from '../hdl-gen/sim/testbench.ts';
import type { StationOptions } from '../hw/station/registers.ts';
import { CLOCK_HZ } from '../spec/cyclic.ts';
import { formatKeyId, type KeyId } from '../spec/key-id.ts';
import { AEADS } from '../sw/aead/engines.ts';
import { type SlotMaterial, zeroize } from '../sw/keys/material.ts';
import type { Outcome, Payload, PeerSettings } from '../sw/reference-model/peer.ts';
import { ReferenceStation } from '../sw/reference-model/station.ts';
import { ImageScoreboard, type SentImage } from './image-scoreboard.ts';
import { SlotScoreboard } from './slot-scoreboard.ts';
import { StationMismatch, show } from './station-mismatch.ts';
import type { StationTrace } from './station-trace.ts';

/** A frame that is no relation's, or not well-formed, has no verdict. */
type Counts = Record<
  | 'framesReceived'
  | 'framesMalformed'
  | 'framesDelivered'
  | 'framesStale'
  | 'framesUnknownKey'
  | 'framesIcvFailed'
  | 'framesSent'
  | 'framesRefused',
  number
>;

const NOTHING: Counts = {
  framesReceived: 0,
  framesMalformed: 0,
  framesDelivered: 0,
  framesStale: 0,
  framesUnknownKey: 0,
  framesIcvFailed: 0,
  framesSent: 0,
  framesRefused: 0,
};
const COUNTED = {
  delivered: 'framesDelivered',
  stale: 'framesStale',
  unknownKey: 'framesUnknownKey',
  icvFailed: 'framesIcvFailed',
} as const;

/** A frame that is in the hardware, with the cycle of its first octet. */
export interface Taken<O> {
  readonly frame: Uint8Array;
  readonly origin: O;
  readonly at: number;
}

/** Of a frame of ours. */
export interface Verdict<O> {
  readonly relation: number;
  readonly origin: O;
  readonly kind: Outcome['kind'];
  /** from its last octet */
  readonly cycles: number;
}

/** What happens to a relation, as the hardware says and the model does. */
export interface StationEvents<O> {
  /** a frame has left, its first octet in that cycle; of the host's frames without a relation, of an image with the cycle of its tick */
  readonly onSent: (frame: Uint8Array, firstAt: number, relation: number | undefined, tickAt: number | undefined) => void;
  readonly onVerdict?: (verdict: Verdict<O>) => void;
  readonly onTransmit?: (relation: number, frame: Uint8Array) => void;
  readonly onRefused?: (relation: number) => void;
  /** a record waits for its key in this cycle, longer than others do */
  readonly onStalled?: (relation: number) => void;
  /** the model's verdict on a frame, whose first octet came in cycle `at` */
  readonly onOutcome?: (relation: number, arrival: Taken<O>, outcome: Outcome) => void;
  /** a frame of no relation: the hardware hands it on */
  readonly onForeign?: (arrival: Taken<O>) => void;
  /** the hardware has taken a key; `material` is the scoreboard's */
  readonly onInstalled?: (relation: number, keyId: KeyId, material: SlotMaterial) => void;
  readonly onErased?: (relation: number) => void;
  /** slots may have changed */
  readonly onSlots?: (relation: number) => void;
  /** and the hardware has shown that they have */
  readonly onSlotsShown?: (relation: number) => void;
}

export interface StationScoreboardOptions<O> extends StationEvents<O> {
  readonly hardware: StationOptions;
  readonly clock: Clock;
  readonly relations: readonly PeerSettings[];
  readonly trace: StationTrace;
  /** how to see the same run again, for what is found */
  readonly replay?: string;
}

export class StationScoreboard<O> {
  readonly model: ReferenceStation;
  readonly images: ImageScoreboard;
  /** by relation, what the model counted */
  readonly counts: readonly Counts[];
  /** frames, verdicts, payloads, changes of slots and commands that were compared */
  compared = 0;
  readonly #options: StationScoreboardOptions<O>;
  readonly #given: { readonly relation: number; readonly payload: Payload }[] = [];
  readonly #leaving: { readonly relation: number; readonly frame: Uint8Array; readonly tickAt?: number }[] = [];
  readonly #arrived: { readonly relation: number; readonly taken: Taken<O>; readonly endedAt: number }[] = [];
  readonly #hosts: Uint8Array[] = [];
  readonly #delivered: { readonly relation: number; readonly payload: Payload }[] = [];
  readonly #passed: Uint8Array[] = [];
  #acquired: ReturnType<ImageScoreboard['acquired']>;
  /** was taken, and has no key yet */
  #takenImage: SentImage | undefined;
  #pushing: { readonly keyId: KeyId; readonly material: SlotMaterial } | undefined;
  readonly #slots: SlotScoreboard;

  constructor(options: StationScoreboardOptions<O>) {
    const { hardware, relations, clock } = options;
    const { role, slots, engine = 'xor', clockHz = CLOCK_HZ } = hardware;
    this.#options = options;
    this.model = new ReferenceStation({ role, slots, relations, passReceived: true }, AEADS[engine]);
    this.counts = relations.map(() => ({ ...NOTHING }));
    this.#slots = new SlotScoreboard({
      ...options,
      model: this.model,
      slots,
      relations: relations.length,
      compare: (what, found, expected) => this.compare(what, found, expected),
    });
    // the schedules are made empty first, one a cycle behind the reset
    this.images = new ImageScoreboard(relations.length, clockHz, clock.cycle + relations.length);
  }

  /** Whether every frame that was given or arrived has come to its end. */
  get idle(): boolean {
    return this.#given.length + this.#leaving.length + this.#arrived.length + this.#passed.length + this.#hosts.length === 0;
  }

  /** Payloads that were delivered, and that software has not read. */
  get unread(): number {
    return this.#delivered.length;
  }

  /** Software begins to write a record. */
  give(relation: number, payload: Payload): void {
    this.#given.push({ relation, payload });
  }

  /** The host's own frame goes into the hardware. */
  giveHost(frame: Uint8Array): void {
    this.#hosts.push(frame);
  }

  /** Software is about to push a key; `material` is the scoreboard's from here on, or of a caller who has staged it. */
  pushing(keyId: KeyId, material: SlotMaterial): void {
    this.#pushing = { keyId, material };
  }

  /** Software has read a payload. */
  read(found: { readonly relation: number; readonly payload: Payload | undefined }): void {
    this.compare('payload', found, this.#delivered.shift());
  }

  /** What was acquired since the last time. */
  takeAcquired(): ReturnType<ImageScoreboard['acquired']> {
    const acquired = this.#acquired;
    this.#acquired = undefined;
    return acquired;
  }

  /** The last octet of a frame was taken. */
  taken(taken: Taken<O>): void {
    const { frame } = taken;
    const relation = this.model.relationOf(frame);
    const parsed = relation === undefined ? undefined : this.model.relation(relation).parse(frame);
    const counts = relation === undefined ? undefined : this.counts[relation];
    if (relation === undefined || parsed === undefined || counts === undefined || parsed.kind === 'foreign') {
      this.#passed.push(frame);
      this.#options.onForeign?.(taken);
      return;
    }
    counts.framesReceived++;
    if (parsed.kind === 'ours') this.#arrived.push({ relation, taken, endedAt: this.#cycle });
    else {
      counts.framesMalformed++;
      this.#options.onOutcome?.(relation, taken, { kind: 'malformed' });
    }
  }

  /** The hardware has handed a frame to the host. */
  passed(frame: Uint8Array): void {
    this.compare('frame for the host', frame, this.#passed.shift());
  }

  /** The last octet of a frame has left, whose first one did in that cycle. */
  left(frame: Uint8Array, firstAt: number): void {
    const [host] = this.#hosts;
    if (host !== undefined && Buffer.compare(host, frame) === 0) {
      this.#hosts.shift();
      this.compared++;
      this.#options.onSent(frame, firstAt, undefined, undefined);
      return;
    }
    const next = this.#leaving.shift();
    this.compare('frame on the wire', frame, next?.frame);
    this.#options.onSent(frame, firstAt, next?.relation, next?.tickAt);
  }

  /** Cycles in which nothing comes of it that the trace is as it was. */
  get quietFor(): number {
    return Math.min(this.model.nextTimeout, this.#slots.quietFor(this.#cycle));
  }

  /** Whether the hardware shows slots that have changed. */
  get shows(): boolean {
    return this.#slots.shows;
  }

  /** Looks at the trace as the edge of that cycle caught it; in the `cycles - 1` before it nothing happened. */
  sample(cycle: number, cycles: number): void {
    this.#slots.sample(cycle);
    for (const relation of this.model.elapse(cycles)) this.#slots.runsOut(relation, cycle);
    this.#commands();
    this.#verdict();
    this.#transmit();
    this.#image(cycle);
  }

  #verdict(): void {
    const { receive, deliver, receive_relation } = this.#options.trace.ports;
    if (receive.sampled === 0) return;
    const next = this.#arrived.shift();
    this.compare('relation of a verdict', receive_relation.sampled, next?.relation);
    if (next === undefined) return;
    const before = this.#slots.modelled(next.relation);
    const { outcome } = this.model.receive(next.taken.frame);
    this.#options.onVerdict?.({
      relation: next.relation,
      origin: next.taken.origin,
      kind: outcome.kind,
      cycles: this.#cycle - next.endedAt,
    });
    this.compare('a frame delivered', deliver.sampled === 1, outcome.kind === 'delivered');
    const counts = this.counts[next.relation];
    if (counts !== undefined && outcome.kind in COUNTED) counts[COUNTED[outcome.kind as keyof typeof COUNTED]]++;
    if (outcome.kind === 'delivered') {
      const { cSdu, apduStatus } = outcome;
      const payload = { cSdu, apduStatus };
      if (!this.images.deliver(next.relation, payload)) this.#delivered.push({ relation: next.relation, payload });
    }
    this.#options.onOutcome?.(next.relation, next.taken, outcome);
    this.#slots.happened(before);
  }

  #transmit(): void {
    const { transmit, refused, transmit_relation, stalled, image: isImage } = this.#options.trace.ports;
    if (stalled.sampled === 1) this.#options.onStalled?.(transmit_relation.sampled);
    if (transmit.sampled + refused.sampled === 0) return;
    const image = this.#takenImage;
    const next = isImage.sampled === 1 ? image : this.#given.shift();
    if (next === image) this.#takenImage = undefined;
    this.compare('relation of a record', transmit_relation.sampled, next?.relation);
    if (next === undefined) return;
    const { relation, payload } = next;
    const frame = this.model.relation(relation).transmit(payload);
    this.compare('a record refused', refused.sampled === 1, frame === undefined);
    const counts = this.counts[relation];
    if (counts !== undefined) counts[frame === undefined ? 'framesRefused' : 'framesSent']++;
    if (frame === undefined) return this.#options.onRefused?.(relation);
    this.#leaving.push({ relation, frame, ...(image === next ? { tickAt: image.tickAt } : {}) });
    this.#options.onTransmit?.(relation, frame);
  }

  #image(cycle: number): void {
    const { published, taken, image_relation, unit } = this.#options.trace.ports;
    if (published.sampled === 1) this.images.published(image_relation.sampled);
    const { came, acquired, consumer_relation } = this.#options.trace.ports;
    if (came.sampled === 1) this.compare('relation of an image that came', consumer_relation.sampled, this.images.came());
    if (acquired.sampled === 1) this.#acquired = this.images.acquired(consumer_relation.sampled);
    if (taken.sampled === 0) return;
    const image = this.images.taken(image_relation.sampled, unit.sampled, cycle);
    if (typeof image === 'string') this.#fail('an image', image, 'the newest, at its tick');
    this.#takenImage = image;
  }

  #commands(): void {
    if (!this.#options.trace.isCommanded) return;
    const { push_accepted, push_refused, cancel_accepted, cancel_refused, erased, command_relation } = this.#options.trace.ports;
    const before = this.#slots.modelled(command_relation.sampled);
    const peer = () => this.model.relation(before.relation);
    if (push_accepted.sampled + push_refused.sampled > 0) {
      const pushing = this.#pushing;
      if (pushing === undefined) this.#fail('a Push', 'settled', 'none');
      this.#pushing = undefined;
      try {
        const result = peer().push(pushing.keyId, pushing.material);
        this.compare(`Push of ${formatKeyId(pushing.keyId)}`, push_accepted.sampled === 1 ? 'accepted' : 'refused', result);
        if (result === 'accepted') this.#options.onInstalled?.(before.relation, pushing.keyId, pushing.material);
      } finally {
        zeroize(pushing.material);
      }
    }
    if (cancel_accepted.sampled + cancel_refused.sampled > 0)
      this.compare('cancel', cancel_accepted.sampled === 1 ? 'accepted' : 'refused', peer().cancel());
    if (erased.sampled > 0) {
      peer().eraseAll();
      this.#options.onErased?.(before.relation);
    }
    this.#slots.happened(before);
  }

  get #cycle(): number {
    return this.#options.clock.cycle;
  }

  /** @throws StationMismatch */
  compare(what: string, found: unknown, expected: unknown): void {
    this.compared++;
    if (found !== expected && show(found) !== show(expected)) this.#fail(what, found, expected);
  }

  #fail(what: string, found: unknown, expected: unknown): never {
    throw new StationMismatch(this.#options.hardware.role, this.#cycle, what, found, expected, this.#options.replay);
  }
}
