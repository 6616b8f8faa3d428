/** One station of many relations in simulation: its hardware, the bus models around it, its driver, and a scoreboard that compares it with a reference station. */
import type { OutputPort, Simulator } from '../hdl-gen/sim/simulator.ts';
import type { SendTiming } from '../spec/cyclic.ts';
import type { KeyId } from '../spec/key-id.ts';
import type { Exclusive } from '../sw/control-plane/driver.ts';
import type { ImageLayout } from '../sw/control-plane/process-images.ts';
import type { RegisterSpace } from '../sw/control-plane/register-space.ts';
import { pageOf, StationDriver } from '../sw/control-plane/station-driver.ts';
import type { SlotMaterial } from '../sw/keys/material.ts';
import type { Payload, PeerSettings } from '../sw/reference-model/peer.ts';
import type { ReferenceStation } from '../sw/reference-model/station.ts';
import { AxiLiteMaster, portOf } from './bus/axi-lite-master.ts';
import { FRAME_GAP_OCTETS, FrameSink, FrameSource } from './bus/frame-ports.ts';
import { QuietSteps } from './bus/quiet-steps.ts';
import { turns } from './bus/turns.ts';
import { StationScoreboard, type StationScoreboardOptions } from './station-scoreboard.ts';
import { StationTrace } from './station-trace.ts';

export interface StationBenchOptions<O> extends Omit<StationScoreboardOptions<O>, 'trace'> {
  readonly simulator: Simulator;
  readonly relations: readonly (PeerSettings & { readonly counterThreshold?: number; readonly passTransmitted?: boolean })[];
  /** the hardware handed a frame to the host */
  readonly onPassed?: (frame: Uint8Array, firstAt: number) => void;
  /** the host's own frame is in the hardware */
  readonly onHostGiven?: (frame: Uint8Array) => void;
}

export class StationBench<O> {
  readonly driver: StationDriver;
  /** for software that needs the bus for several accesses */
  readonly turns: Exclusive;
  readonly #options: StationBenchOptions<O>;
  readonly #scoreboard: StationScoreboard<O>;
  readonly #axi: AxiLiteMaster;
  readonly #rx: FrameSource;
  readonly #host: FrameSource;
  readonly #steps: QuietSteps;
  readonly #irq: OutputPort;
  readonly #sinks: readonly FrameSink[];
  /** as it was when the outputs were last looked at */
  #interrupt = false;

  constructor(options: StationBenchOptions<O>) {
    const { simulator, clock } = options;
    const trace = new StationTrace(simulator);
    const scoreboard = new StationScoreboard({ ...options, trace });
    this.#options = options;
    this.#scoreboard = scoreboard;
    this.#axi = new AxiLiteMaster(simulator, clock);
    this.turns = turns(clock);
    this.driver = new StationDriver(this.#axi, (work) => work());
    this.#rx = new FrameSource(simulator, 'rx');
    this.#host = new FrameSource(simulator, 'host_tx');
    this.#irq = portOf(simulator.outputs, 'irq');
    this.#sinks = [
      new FrameSink(simulator, 'tx', (frame, firstAt) => scoreboard.left(frame, firstAt), FRAME_GAP_OCTETS),
      new FrameSink(simulator, 'host_rx', (frame, firstAt) => {
        scoreboard.passed(frame);
        options.onPassed?.(frame, firstAt);
      }),
    ];
    this.#steps = new QuietSteps({
      simulator,
      axi: this.#axi,
      sources: [this.#rx, this.#host],
      sinks: this.#sinks,
      happened: () => trace.happens,
      changed: () => (this.#irq.sampled === 1) !== this.#interrupt || scoreboard.shows,
      quietFor: () => scoreboard.quietFor,
    });
    const reset = portOf(simulator.inputs, 'rst');
    reset.value = 1;
    simulator.step(2);
    reset.value = 0;
  }

  get model(): ReferenceStation {
    return this.#scoreboard.model;
  }

  /** By relation, what the model counted. */
  get counts(): StationScoreboard<O>['counts'] {
    return this.#scoreboard.counts;
  }

  /** Frames, verdicts, payloads and commands that were compared. */
  get compared(): number {
    return this.#scoreboard.compared;
  }

  /** Whether every frame that was given or arrived has come to its end. */
  get idle(): boolean {
    return this.#rx.idle && this.#host.idle && this.#scoreboard.idle;
  }

  /** Configures every relation. */
  async begin(): Promise<void> {
    const { relations } = await this.driver.identify({ allowInsecure: true });
    this.#scoreboard.compare('number of relations', relations, this.#options.relations.length);
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
      this.#scoreboard.give(relation, payload);
      await this.driver.relation(relation).sendPayload(payload);
    });
  }

  /** Gives a relation an image, which is sent at those ticks once it is published. */
  layOut(relation: number, layout: ImageLayout, timing: SendTiming): Promise<void> {
    return this.turns(async () => {
      const images = this.driver.images(relation);
      await images.layOutProvider(layout);
      this.#scoreboard.images.schedule(relation, timing);
      await images.schedule(timing);
    });
  }

  publish(relation: number, image: Uint8Array, dataStatus: number): Promise<void> {
    return this.turns(async () => {
      this.#scoreboard.images.publishing(relation, image, dataStatus);
      await this.driver.images(relation).publish(image, dataStatus);
    });
  }

  /** Gives a relation an image that is received; its payloads are in the RX FIFO no longer. */
  expectImage(relation: number, layout: ImageLayout): Promise<void> {
    return this.turns(async () => {
      await this.driver.images(relation).layOutConsumer(layout);
      this.#scoreboard.images.expect(relation, layout.length);
    });
  }

  /** Acquires the image of a relation, and compares it with what was delivered. @returns whether there was one that is new */
  acquire(relation: number): Promise<boolean> {
    return this.turns(async () => {
      const images = this.driver.images(relation);
      const found = await images.acquire();
      const expected = this.#scoreboard.takeAcquired();
      const [high = 0, low = 0, dataStatus = 0, transfer = 0] = expected?.payload.apduStatus ?? [];
      const said = { cycleCounter: high * 256 + low, dataStatus, transferFault: transfer !== 0, fresh: expected?.fresh, expired: false };
      this.#scoreboard.compare(`acquired of relation ${relation}`, found, expected && said);
      if (expected !== undefined) this.#scoreboard.compare(`image of relation ${relation}`, await images.octets(), expected.payload.cSdu);
      return found?.fresh === true;
    });
  }

  /** The host sends a frame of its own. */
  sendHostFrame(frame: Uint8Array): void {
    this.#scoreboard.giveHost(frame);
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
    this.#scoreboard.pushing(keyId, material);
  }

  /** Reads every payload that was delivered. */
  async readPayloads(onRead?: (relation: number, payload: Payload) => void): Promise<void> {
    for (;;) {
      const relation = await this.driver.receivingRelation();
      if (relation === undefined) return;
      const payload = await this.driver.relation(relation).receivePayload();
      this.#scoreboard.read({ relation, payload });
      if (payload !== undefined) onRead?.(relation, payload);
    }
  }

  /** What every relation says of itself beside what the model says. */
  async compareAll(): Promise<void> {
    await this.readPayloads();
    const { counts, model, unread } = this.#scoreboard;
    const compare = this.#scoreboard.compare.bind(this.#scoreboard);
    compare('payloads that were not there to read', unread, 0);
    for (const [relation, expected] of counts.entries()) {
      const driver = this.driver.relation(relation);
      const peer = model.relation(relation);
      const { provider, consumer } = await driver.status();
      const views = { provider: peer.state.slots.map((slot) => slot.provider), consumer: peer.state.slots.map((slot) => slot.consumer) };
      compare(`slots of relation ${relation}`, { provider, consumer }, views);
      compare(`counter of relation ${relation}`, await driver.transmitCounter(), peer.lastTransmitCounter);
      const statistics = await driver.statistics();
      for (const [name, count] of Object.entries(expected)) {
        if (name in statistics) compare(`${name} of relation ${relation}`, statistics[name], count);
      }
    }
  }

  receive(frame: Uint8Array, origin: O): void {
    this.#rx.send(frame, (at) => this.#scoreboard.taken({ frame, origin, at }));
  }

  /** Simulates from that cycle on, at most so many cycles, as `QuietSteps` does; `sample` must follow. */
  step(cycle: number, atMost: number, isWatched: boolean): number {
    return this.#steps.run(cycle, isWatched ? atMost : Math.min(atMost, this.#scoreboard.quietFor), isWatched);
  }

  /** Looks at the outputs as the edge of that cycle caught them; in the `cycles - 1` before it they were as they had been. */
  sample(cycle: number, cycles: number): void {
    this.#interrupt = this.#irq.sampled === 1;
    this.#axi.sample();
    this.#rx.sample(cycle);
    this.#host.sample(cycle);
    this.#scoreboard.sample(cycle, cycles);
    for (const sink of this.#sinks) sink.sample(cycle);
  }
}
