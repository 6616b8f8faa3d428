/**
 * One station of many relations in simulation: its hardware, the bus models around it, its driver, and beside it a reference station that
 * hears of each event when the hardware says that it happened. Every frame that leaves, every verdict, payload and count is compared.
 */
import type { OutputPort, Simulator } from '../hdl-gen/sim/simulator.ts';
import type { Clock } from '../hdl-gen/sim/testbench.ts';
import type { StationOptions } from '../hw/station/registers.ts';
import { formatKeyId, type KeyId } from '../spec/key-id.ts';
import { AEADS } from '../sw/aead/engines.ts';
import { StationDriver } from '../sw/control-plane/station-driver.ts';
import type { SlotMaterial } from '../sw/keys/material.ts';
import type { Outcome, Payload, PeerSettings } from '../sw/reference-model/peer.ts';
import { ReferenceStation } from '../sw/reference-model/station.ts';
import { AxiLiteMaster, portOf } from './bus/axi-lite-master.ts';
import { FRAME_GAP_OCTETS, FrameSink, FrameSource } from './bus/frame-ports.ts';
import type { Arrival, Origin } from './network/line-channel.ts';

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
] as const;

export interface StationBenchOptions {
  readonly hardware: StationOptions;
  readonly simulator: Simulator;
  readonly clock: Clock;
  readonly relations: readonly PeerSettings[];
  /** a frame has left, its first octet in that cycle */
  readonly onSent: (frame: Uint8Array, firstAt: number) => void;
  readonly onVerdict: (verdict: Verdict) => void;
}

/** Of a frame of ours. */
export interface Verdict {
  readonly origin: Origin;
  readonly kind: Outcome['kind'];
  /** from its last octet */
  readonly cycles: number;
}

export class StationBench {
  readonly driver: StationDriver;
  readonly model: ReferenceStation;
  /** by relation, what the model counted */
  readonly counts: readonly Counts[];
  /** frames, verdicts, payloads and commands that were compared */
  compared = 0;
  readonly #options: StationBenchOptions;
  readonly #simulator: Simulator;
  readonly #axi: AxiLiteMaster;
  readonly #rx: FrameSource;
  readonly #sinks: readonly FrameSink[];
  readonly #trace: Readonly<Record<(typeof TRACES)[number], OutputPort>>;
  readonly #given: { readonly relation: number; readonly payload: Payload }[] = [];
  readonly #leaving: { readonly relation: number; readonly frame: Uint8Array }[] = [];
  readonly #arrived: { readonly relation: number; readonly frame: Uint8Array; readonly origin: Origin; readonly at: number }[] = [];
  readonly #delivered: { readonly relation: number; readonly payload: Payload }[] = [];
  readonly #passed: Uint8Array[] = [];
  #pushing: { readonly keyId: KeyId; readonly material: SlotMaterial } | undefined;

  constructor(options: StationBenchOptions) {
    const { hardware, simulator, clock, relations } = options;
    this.#options = options;
    this.#simulator = simulator;
    this.#axi = new AxiLiteMaster(this.#simulator, clock);
    this.driver = new StationDriver(this.#axi);
    const { role, slots, engine = 'xor' } = hardware;
    this.model = new ReferenceStation({ role, slots, relations, passReceived: true }, AEADS[engine]);
    this.counts = relations.map(() => ({ ...NOTHING }));
    this.#rx = new FrameSource(this.#simulator, 'rx');
    this.#sinks = [
      new FrameSink(this.#simulator, 'tx', (frame, firstAt) => this.#left(frame, firstAt), FRAME_GAP_OCTETS),
      new FrameSink(this.#simulator, 'host_rx', (frame) => this.#compare('frame for the host', frame, this.#passed.shift())),
    ];
    this.#trace = Object.fromEntries(TRACES.map((name) => [name, portOf(this.#simulator.outputs, `trace_${name}`)])) as never;
    const reset = portOf(this.#simulator.inputs, 'rst');
    reset.value = 1;
    this.#simulator.step(2);
    reset.value = 0;
  }

  /** Whether every frame that was given or arrived has come to its end. */
  get idle(): boolean {
    return this.#rx.idle && this.#given.length + this.#leaving.length + this.#arrived.length + this.#passed.length === 0;
  }

  /** Configures every relation. */
  async begin(): Promise<void> {
    const { relations } = await this.driver.identify({ allowInsecure: true });
    this.#compare('number of relations', relations, this.#options.relations.length);
    for (const [relation, settings] of this.#options.relations.entries()) await this.driver.configure(relation, settings);
  }

  async send(relation: number, payload: Payload): Promise<void> {
    this.#given.push({ relation, payload });
    await this.driver.relation(relation).sendPayload(payload);
  }

  async push(relation: number, keyId: KeyId, material: SlotMaterial): Promise<'accepted' | 'refused'> {
    this.#pushing = { keyId, material };
    return this.driver.relation(relation).pushKey(keyId, material);
  }

  /** Reads every payload that was delivered. */
  async readPayloads(): Promise<void> {
    for (;;) {
      const relation = await this.driver.receivingRelation();
      if (relation === undefined) return;
      const payload = await this.driver.relation(relation).receivePayload();
      this.#compare('payload', { relation, payload }, this.#delivered.shift());
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

  receive({ frame, origin }: Arrival): void {
    this.#rx.send(frame, () => this.#taken(frame, origin));
  }

  /** One cycle. */
  step(): void {
    const { cycle } = this.#options.clock;
    this.#axi.drive();
    this.#rx.drive(cycle);
    for (const sink of this.#sinks) sink.drive(cycle);
    this.#simulator.step();
    this.#axi.sample();
    this.#rx.sample(cycle);
    this.model.elapse(1);
    this.#commands();
    this.#verdict();
    this.#transmit();
    for (const sink of this.#sinks) sink.sample(cycle);
  }

  /** The last octet was taken. */
  #taken(frame: Uint8Array, origin: Origin): void {
    const relation = this.model.relationOf(frame);
    const parsed = relation === undefined ? undefined : this.model.relation(relation).parse(frame);
    const counts = relation === undefined ? undefined : this.counts[relation];
    if (relation === undefined || parsed === undefined || counts === undefined || parsed.kind === 'foreign') {
      this.#passed.push(frame);
      return;
    }
    counts.framesReceived++;
    if (parsed.kind === 'malformed') counts.framesMalformed++;
    else this.#arrived.push({ relation, frame, origin, at: this.#options.clock.cycle });
  }

  #verdict(): void {
    const { receive, deliver, receive_relation } = this.#trace;
    if (receive.sampled === 0) return;
    const next = this.#arrived.shift();
    this.#compare('relation of a verdict', receive_relation.sampled, next?.relation);
    if (next === undefined) return;
    const { outcome } = this.model.receive(next.frame);
    this.#options.onVerdict({ origin: next.origin, kind: outcome.kind, cycles: this.#options.clock.cycle - next.at });
    this.#compare('a frame delivered', deliver.sampled === 1, outcome.kind === 'delivered');
    const counts = this.counts[next.relation];
    if (counts !== undefined && outcome.kind in COUNTED) counts[COUNTED[outcome.kind as keyof typeof COUNTED]]++;
    if (outcome.kind === 'delivered') {
      const { cSdu, apduStatus } = outcome;
      this.#delivered.push({ relation: next.relation, payload: { cSdu, apduStatus } });
    }
  }

  #transmit(): void {
    const { transmit, refused, transmit_relation } = this.#trace;
    if (transmit.sampled + refused.sampled === 0) return;
    const next = this.#given.shift();
    this.#compare('relation of a record', transmit_relation.sampled, next?.relation);
    if (next === undefined) return;
    const { relation, payload } = next;
    const frame = this.model.relation(relation).transmit(payload);
    this.#compare('a record refused', refused.sampled === 1, frame === undefined);
    const counts = this.counts[relation];
    if (counts !== undefined) counts[frame === undefined ? 'framesRefused' : 'framesSent']++;
    if (frame !== undefined) this.#leaving.push({ relation, frame });
  }

  #commands(): void {
    const { push_accepted, push_refused, cancel_accepted, cancel_refused, erased, command_relation } = this.#trace;
    const peer = () => this.model.relation(command_relation.sampled);
    if (push_accepted.sampled + push_refused.sampled > 0) {
      const pushing = this.#pushing;
      if (pushing === undefined) throw new StationMismatch(this.#name, this.#options.clock.cycle, 'a Push', 'settled', 'none');
      const result = peer().push(pushing.keyId, pushing.material);
      this.#compare(`Push of ${formatKeyId(pushing.keyId)}`, push_accepted.sampled === 1 ? 'accepted' : 'refused', result);
    }
    if (cancel_accepted.sampled + cancel_refused.sampled > 0)
      this.#compare('cancel', cancel_accepted.sampled === 1 ? 'accepted' : 'refused', peer().cancel());
    if (erased.sampled > 0) peer().eraseAll();
  }

  #left(frame: Uint8Array, firstAt: number): void {
    const next = this.#leaving.shift();
    this.#compare('frame on the wire', frame, next?.frame);
    this.#options.onSent(frame, firstAt);
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
