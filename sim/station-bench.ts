/**
 * One station of many relations in simulation: its hardware, the bus models around it, its driver, and beside it a reference station that
 * hears of each event when the hardware says that it happened. Every frame that leaves, every verdict, payload and count is compared.
 */
import type { OutputPort, Simulator } from '../hdl-gen/sim/simulator.ts';
import type { Clock } from '../hdl-gen/sim/testbench.ts';
import type { StationOptions } from '../hw/station/registers.ts';
import { CLOCK_HZ, type SendTiming } from '../spec/cyclic.ts';
import { formatKeyId, type KeyId } from '../spec/key-id.ts';
import { AEADS } from '../sw/aead/engines.ts';
import type { Exclusive } from '../sw/control-plane/driver.ts';
import type { ImageLayout } from '../sw/control-plane/process-images.ts';
import type { RegisterSpace } from '../sw/control-plane/register-space.ts';
import { pageOf, StationDriver } from '../sw/control-plane/station-driver.ts';
import { type SlotMaterial, zeroize } from '../sw/keys/material.ts';
import type { Outcome, Payload, PeerSettings } from '../sw/reference-model/peer.ts';
import { ReferenceStation } from '../sw/reference-model/station.ts';
import { AxiLiteMaster, portOf } from './bus/axi-lite-master.ts';
import { FRAME_GAP_OCTETS, FrameSink, FrameSource } from './bus/frame-ports.ts';
import { QuietSteps } from './bus/quiet-steps.ts';
import { turns } from './bus/turns.ts';
import { ImageScoreboard, type SentImage } from './image-scoreboard.ts';

/** What hardware and model say differently. */
export class StationMismatch extends Error {
  constructor(station: string, cycle: number, what: string, found: unknown, expected: unknown) {
    super(`${station}, cycle ${cycle}: ${what} is ${show(found)}, expected ${show(expected)}`);
    this.name = 'StationMismatch';
  }
}

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

const TRACES = [
  'transmit',
  'refused',
  'transmit_relation',
  'receive',
  'deliver',
  'receive_relation',
  'push_accepted',
  'push_refused',
  'cancel_accepted',
  'cancel_refused',
  'erased',
  'command_relation',
  'image',
  'published',
  'taken',
  'image_relation',
  'unit',
  'came',
  'acquired',
  'consumer_relation',
] as const;
/** Those that say that something happens, and of them what is done to the slots by command. */
const EVENTS = TRACES.filter((name) => !name.endsWith('_relation') && name !== 'unit');
const COMMANDS: ReadonlySet<string> = new Set(['push_accepted', 'push_refused', 'cancel_accepted', 'cancel_refused', 'erased']);

/** What happens to a relation, as the hardware says and the model does. */
export interface StationEvents<O> {
  readonly onTransmit?: (relation: number, frame: Uint8Array) => void;
  readonly onRefused?: (relation: number) => void;
  /** the model's verdict on a frame, whose first octet came in cycle `at` */
  readonly onOutcome?: (relation: number, arrival: Taken<O>, outcome: Outcome) => void;
  /** a frame of no relation: the hardware hands it on */
  readonly onForeign?: (arrival: Taken<O>) => void;
  /** the hardware has taken a key; `material` is the bench's */
  readonly onInstalled?: (relation: number, keyId: KeyId, material: SlotMaterial) => void;
  readonly onErased?: (relation: number) => void;
  /** slots may have changed */
  readonly onSlots?: (relation: number) => void;
  /** the hardware handed a frame to the host */
  readonly onPassed?: (frame: Uint8Array, firstAt: number) => void;
  /** the host's own frame is in the hardware */
  readonly onHostGiven?: (frame: Uint8Array) => void;
}

/** A frame that is in the hardware, with the cycle of its first octet. */
export interface Taken<O> {
  readonly frame: Uint8Array;
  readonly origin: O;
  readonly at: number;
}

export interface StationBenchOptions<O> extends StationEvents<O> {
  readonly hardware: StationOptions;
  readonly simulator: Simulator;
  readonly clock: Clock;
  readonly relations: readonly (PeerSettings & { readonly counterThreshold?: number; readonly passTransmitted?: boolean })[];
  /** a frame has left, its first octet in that cycle; of the host's frames without a relation, of an image with the cycle of its tick */
  readonly onSent: (frame: Uint8Array, firstAt: number, relation: number | undefined, tickAt: number | undefined) => void;
  readonly onVerdict?: (verdict: Verdict<O>) => void;
}

/** Of a frame of ours. */
export interface Verdict<O> {
  readonly relation: number;
  readonly origin: O;
  readonly kind: Outcome['kind'];
  /** from its last octet */
  readonly cycles: number;
}

export class StationBench<O> {
  readonly driver: StationDriver;
  readonly model: ReferenceStation;
  /** by relation, what the model counted */
  readonly counts: readonly Counts[];
  /** frames, verdicts, payloads and commands that were compared */
  compared = 0;
  readonly #options: StationBenchOptions<O>;
  readonly #simulator: Simulator;
  readonly #axi: AxiLiteMaster;
  readonly #rx: FrameSource;
  readonly #host: FrameSource;
  readonly #steps: QuietSteps;
  readonly #irq: OutputPort;
  readonly #sinks: readonly FrameSink[];
  readonly #trace: Readonly<Record<(typeof TRACES)[number], OutputPort>>;
  readonly #given: { readonly relation: number; readonly payload: Payload }[] = [];
  readonly #leaving: { readonly relation: number; readonly frame: Uint8Array; readonly tickAt?: number }[] = [];
  readonly #arrived: { readonly relation: number; readonly taken: Taken<O>; readonly endedAt: number }[] = [];
  readonly #hosts: Uint8Array[] = [];
  /** for software that needs the bus for several accesses */
  readonly turns: Exclusive;
  /** as it was when the outputs were last looked at */
  #interrupt = false;
  readonly #delivered: { readonly relation: number; readonly payload: Payload }[] = [];
  readonly #passed: Uint8Array[] = [];
  readonly #images: ImageScoreboard;
  #acquired: ReturnType<ImageScoreboard['acquired']>;
  /** was taken, and has no key yet */
  #takenImage: SentImage | undefined;
  #pushing: { readonly keyId: KeyId; readonly material: SlotMaterial } | undefined;

  constructor(options: StationBenchOptions<O>) {
    const { hardware, simulator, clock, relations } = options;
    this.#options = options;
    this.#simulator = simulator;
    this.#axi = new AxiLiteMaster(this.#simulator, clock);
    this.turns = turns(clock);
    this.driver = new StationDriver(this.#axi, (work) => work());
    const { role, slots, engine = 'xor' } = hardware;
    this.model = new ReferenceStation({ role, slots, relations, passReceived: true }, AEADS[engine]);
    this.counts = relations.map(() => ({ ...NOTHING }));
    // the schedules are made empty first, one a cycle behind the reset
    this.#images = new ImageScoreboard(relations.length, hardware.clockHz ?? CLOCK_HZ, clock.cycle + relations.length);
    this.#rx = new FrameSource(this.#simulator, 'rx');
    this.#host = new FrameSource(this.#simulator, 'host_tx');
    this.#irq = portOf(this.#simulator.outputs, 'irq');
    this.#sinks = [
      new FrameSink(this.#simulator, 'tx', (frame, firstAt) => this.#left(frame, firstAt), FRAME_GAP_OCTETS),
      new FrameSink(this.#simulator, 'host_rx', (frame, firstAt) => {
        this.#compare('frame for the host', frame, this.#passed.shift());
        options.onPassed?.(frame, firstAt);
      }),
    ];
    this.#trace = Object.fromEntries(TRACES.map((name) => [name, portOf(this.#simulator.outputs, `trace_${name}`)])) as never;
    this.#steps = new QuietSteps({
      simulator,
      axi: this.#axi,
      sources: [this.#rx, this.#host],
      sinks: this.#sinks,
      happened: () => this.#happened(),
      changed: () => (this.#irq.sampled === 1) !== this.#interrupt,
      quietFor: () => this.model.nextTimeout,
    });
    const reset = portOf(this.#simulator.inputs, 'rst');
    reset.value = 1;
    this.#simulator.step(2);
    reset.value = 0;
  }

  /** Whether every frame that was given or arrived has come to its end. */
  get idle(): boolean {
    return (
      this.#rx.idle &&
      this.#host.idle &&
      this.#given.length + this.#leaving.length + this.#arrived.length + this.#passed.length + this.#hosts.length === 0
    );
  }

  /** Configures every relation. */
  async begin(): Promise<void> {
    const { relations } = await this.driver.identify({ allowInsecure: true });
    this.#compare('number of relations', relations, this.#options.relations.length);
    for (const [relation, settings] of this.#options.relations.entries()) await this.driver.configure(relation, settings);
  }

  /** Whether software is to take events. */
  get interrupt(): boolean {
    return this.#interrupt;
  }

  /** The registers of a relation. */
  pageOf(relation: number): RegisterSpace {
    return pageOf(this.#axi, relation);
  }

  send(relation: number, payload: Payload): Promise<void> {
    return this.turns(async () => {
      this.#given.push({ relation, payload });
      await this.driver.relation(relation).sendPayload(payload);
    });
  }

  /** Gives a relation an image, which is sent at those ticks once it is published. */
  layOut(relation: number, layout: ImageLayout, timing: SendTiming): Promise<void> {
    return this.turns(async () => {
      const images = this.driver.images(relation);
      await images.layOutProvider(layout);
      this.#images.schedule(relation, timing);
      await images.schedule(timing);
    });
  }

  publish(relation: number, image: Uint8Array, dataStatus: number): Promise<void> {
    return this.turns(async () => {
      this.#images.publishing(relation, image, dataStatus);
      await this.driver.images(relation).publish(image, dataStatus);
    });
  }

  /** Gives a relation an image that is received; its payloads are in the RX FIFO no longer. */
  expectImage(relation: number, layout: ImageLayout): Promise<void> {
    return this.turns(async () => {
      await this.driver.images(relation).layOutConsumer(layout);
      this.#images.expect(relation, layout.length);
    });
  }

  /** Acquires the image of a relation, and compares it with what was delivered. @returns whether there was one that is new */
  acquire(relation: number): Promise<boolean> {
    return this.turns(async () => {
      this.#acquired = undefined;
      const images = this.driver.images(relation);
      const found = await images.acquire();
      const expected = this.#acquired as ReturnType<ImageScoreboard['acquired']>;
      const [high = 0, low = 0, dataStatus = 0, transfer = 0] = expected?.payload.apduStatus ?? [];
      const said = { cycleCounter: high * 256 + low, dataStatus, transferFault: transfer !== 0, fresh: expected?.fresh, expired: false };
      this.#compare(`acquired of relation ${relation}`, found, expected && said);
      if (expected !== undefined) this.#compare(`image of relation ${relation}`, await images.octets(), expected.payload.cSdu);
      return found?.fresh === true;
    });
  }

  /** The host sends a frame of its own. */
  sendHostFrame(frame: Uint8Array): void {
    this.#hosts.push(frame);
    this.#host.send(frame, () => this.#options.onHostGiven?.(frame));
  }

  push(relation: number, keyId: KeyId, material: SlotMaterial): Promise<'accepted' | 'refused'> {
    return this.turns(() => {
      this.pushing(keyId, material);
      return this.driver.relation(relation).pushKey(keyId, material);
    });
  }

  /** Software is about to push a key; `material` is the bench's from here on, or of a caller who has staged it. */
  pushing(keyId: KeyId, material: SlotMaterial): void {
    this.#pushing = { keyId, material };
  }

  /** Reads every payload that was delivered. */
  async readPayloads(onRead?: (relation: number, payload: Payload) => void): Promise<void> {
    for (;;) {
      const relation = await this.driver.receivingRelation();
      if (relation === undefined) return;
      const payload = await this.driver.relation(relation).receivePayload();
      this.#compare('payload', { relation, payload }, this.#delivered.shift());
      if (payload !== undefined) onRead?.(relation, payload);
    }
  }

  /** What every relation says of itself beside what the model says. */
  async compareAll(): Promise<void> {
    await this.readPayloads();
    this.#compare('payloads that were not there to read', this.#delivered.length, 0);
    for (const [relation, expected] of this.counts.entries()) {
      const driver = this.driver.relation(relation);
      const peer = this.model.relation(relation);
      const { provider, consumer } = await driver.status();
      const views = { provider: peer.state.slots.map((slot) => slot.provider), consumer: peer.state.slots.map((slot) => slot.consumer) };
      this.#compare(`slots of relation ${relation}`, { provider, consumer }, views);
      this.#compare(`counter of relation ${relation}`, await driver.transmitCounter(), peer.lastTransmitCounter);
      const statistics = await driver.statistics();
      for (const [name, count] of Object.entries(expected)) {
        if (name in statistics) this.#compare(`${name} of relation ${relation}`, statistics[name], count);
      }
    }
  }

  receive(frame: Uint8Array, origin: O): void {
    this.#rx.send(frame, (at) => this.#taken({ frame, origin, at }));
  }

  /** Simulates from that cycle on, at most so many cycles, as `QuietSteps` does; `sample` must follow. */
  step(cycle: number, atMost: number, isWatched: boolean): number {
    return this.#steps.run(cycle, isWatched ? atMost : Math.min(atMost, this.model.nextTimeout), isWatched);
  }

  /** Looks at the outputs as the edge of that cycle caught them; in the `cycles - 1` before it they were as they had been. */
  sample(cycle: number, cycles: number): void {
    this.#interrupt = this.#irq.sampled === 1;
    this.#axi.sample();
    this.#rx.sample(cycle);
    this.#host.sample(cycle);
    for (const relation of this.model.elapse(cycles)) this.#options.onSlots?.(relation);
    this.#commands();
    this.#verdict();
    this.#transmit();
    this.#image(cycle);
    for (const sink of this.#sinks) sink.sample(cycle);
  }

  /** Whether a trace port says that something has happened. */
  #happened(): boolean {
    return EVENTS.some((name) => this.#trace[name].sampled === 1);
  }

  /** The last octet was taken. */
  #taken(taken: Taken<O>): void {
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
    if (parsed.kind === 'ours') this.#arrived.push({ relation, taken, endedAt: this.#options.clock.cycle });
    else {
      counts.framesMalformed++;
      this.#options.onOutcome?.(relation, taken, { kind: 'malformed' });
    }
  }

  #verdict(): void {
    const { receive, deliver, receive_relation } = this.#trace;
    if (receive.sampled === 0) return;
    const next = this.#arrived.shift();
    this.#compare('relation of a verdict', receive_relation.sampled, next?.relation);
    if (next === undefined) return;
    const { outcome } = this.model.receive(next.taken.frame);
    this.#options.onVerdict?.({
      relation: next.relation,
      origin: next.taken.origin,
      kind: outcome.kind,
      cycles: this.#options.clock.cycle - next.endedAt,
    });
    this.#compare('a frame delivered', deliver.sampled === 1, outcome.kind === 'delivered');
    const counts = this.counts[next.relation];
    if (counts !== undefined && outcome.kind in COUNTED) counts[COUNTED[outcome.kind as keyof typeof COUNTED]]++;
    if (outcome.kind === 'delivered') {
      const { cSdu, apduStatus } = outcome;
      const payload = { cSdu, apduStatus };
      if (!this.#images.deliver(next.relation, payload)) this.#delivered.push({ relation: next.relation, payload });
    }
    this.#options.onOutcome?.(next.relation, next.taken, outcome);
    this.#options.onSlots?.(next.relation);
  }

  #transmit(): void {
    const { transmit, refused, transmit_relation } = this.#trace;
    if (transmit.sampled + refused.sampled === 0) return;
    const image = this.#takenImage;
    const next = this.#trace.image.sampled === 1 ? image : this.#given.shift();
    if (next === image) this.#takenImage = undefined;
    this.#compare('relation of a record', transmit_relation.sampled, next?.relation);
    if (next === undefined) return;
    const { relation, payload } = next;
    const frame = this.model.relation(relation).transmit(payload);
    this.#compare('a record refused', refused.sampled === 1, frame === undefined);
    const counts = this.counts[relation];
    if (counts !== undefined) counts[frame === undefined ? 'framesRefused' : 'framesSent']++;
    if (frame === undefined) return this.#options.onRefused?.(relation);
    this.#leaving.push({ relation, frame, ...(image === next ? { tickAt: image.tickAt } : {}) });
    this.#options.onTransmit?.(relation, frame);
  }

  #image(cycle: number): void {
    const { published, taken, image_relation, unit } = this.#trace;
    if (published.sampled === 1) this.#images.published(image_relation.sampled);
    const { came, acquired, consumer_relation } = this.#trace;
    if (came.sampled === 1) this.#compare('relation of an image that came', consumer_relation.sampled, this.#images.came());
    if (acquired.sampled === 1) this.#acquired = this.#images.acquired(consumer_relation.sampled);
    if (taken.sampled === 0) return;
    const image = this.#images.taken(image_relation.sampled, unit.sampled, cycle);
    if (typeof image === 'string') throw new StationMismatch(this.#name, cycle, 'an image', image, 'the newest, at its tick');
    this.#takenImage = image;
  }

  #commands(): void {
    const { push_accepted, push_refused, cancel_accepted, cancel_refused, erased, command_relation } = this.#trace;
    const peer = () => this.model.relation(command_relation.sampled);
    if (push_accepted.sampled + push_refused.sampled > 0) {
      const pushing = this.#pushing;
      if (pushing === undefined) throw new StationMismatch(this.#name, this.#options.clock.cycle, 'a Push', 'settled', 'none');
      const result = peer().push(pushing.keyId, pushing.material);
      this.#compare(`Push of ${formatKeyId(pushing.keyId)}`, push_accepted.sampled === 1 ? 'accepted' : 'refused', result);
      if (result === 'accepted') this.#options.onInstalled?.(command_relation.sampled, pushing.keyId, pushing.material);
      zeroize(pushing.material);
      this.#pushing = undefined;
    }
    if (cancel_accepted.sampled + cancel_refused.sampled > 0)
      this.#compare('cancel', cancel_accepted.sampled === 1 ? 'accepted' : 'refused', peer().cancel());
    if (erased.sampled > 0) {
      peer().eraseAll();
      this.#options.onErased?.(command_relation.sampled);
    }
    if (EVENTS.some((name) => COMMANDS.has(name) && this.#trace[name].sampled === 1)) this.#options.onSlots?.(command_relation.sampled);
  }

  #left(frame: Uint8Array, firstAt: number): void {
    const [host] = this.#hosts;
    if (host !== undefined && Buffer.compare(host, frame) === 0) {
      this.#hosts.shift();
      this.compared++;
      this.#options.onSent(frame, firstAt, undefined, undefined);
      return;
    }
    const next = this.#leaving.shift();
    this.#compare('frame on the wire', frame, next?.frame);
    this.#options.onSent(frame, firstAt, next?.relation, next?.tickAt);
  }

  get #name(): string {
    return this.#options.hardware.role;
  }

  #compare(what: string, found: unknown, expected: unknown): void {
    this.compared++;
    if (show(found) !== show(expected)) throw new StationMismatch(this.#name, this.#options.clock.cycle, what, found, expected);
  }
}

function show(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) => (inner instanceof Uint8Array ? Buffer.from(inner).toString('hex') : inner)) ?? 'nothing'
  );
}
