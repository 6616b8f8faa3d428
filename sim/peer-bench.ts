/** One peer in simulation: its hardware, the bus models around it, the software that drives it, and its scoreboard. */
import type { OutputPort, Simulator } from '../hdl-gen/sim/simulator.ts';
import type { Clock } from '../hdl-gen/sim/testbench.ts';
import type { Point } from '../judge/points.ts';
import { RelationDriver } from '../sw/control-plane/driver.ts';
import type { RekeyTrigger } from '../sw/control-plane/initiator.ts';
import type { AgentEvent, KeySource } from '../sw/control-plane/key-source.ts';
import type { PeerSettings } from '../sw/reference-model/peer.ts';
import type { AssociationSettings } from './agreement.ts';
import { sendPayloads } from './application.ts';
import { AxiLiteMaster, portOf } from './bus/axi-lite-master.ts';
import { FrameSink, FrameSource } from './bus/frame-ports.ts';
import { QuietSteps } from './bus/quiet-steps.ts';
import type { Side } from './report/result.ts';
import type { Scoreboard } from './scoreboard.ts';
import { StationSoftware } from './station-software.ts';
import { plainFrame, type TrafficStream } from './traffic/traffic.ts';

export interface PeerBenchOptions<Origin> {
  readonly side: Side;
  readonly simulator: Simulator;
  readonly clock: Clock;
  readonly scoreboard: Scoreboard<Origin>;
  readonly settings: PeerSettings;
  readonly association: AssociationSettings;
  /** keys from a master key that was agreed on */
  readonly keysOf: (masterKey: Uint8Array) => KeySource;
  readonly trigger: RekeyTrigger;
  /** frames under one key after which the follower reports that its counter runs out */
  readonly counterAlarm: number;
  readonly onAgentEvent: (event: AgentEvent) => void;
  /** whether every station has sent all that it was to send: what is agreed on is of no more use */
  readonly isOver: () => boolean;
  readonly traffic: TrafficStream;
  /** payloads to send, and cycles from one to the next */
  readonly frames: number;
  readonly interval: number;
  /** the earliest cycle in which a payload is sent; all are sent so many intervals after it */
  readonly firstAt: number;
  /** where the data that are delivered come from */
  readonly peerTraffic: TrafficStream;
  /** a frame has left on the wire, its first octet in cycle `firstAt` */
  readonly onSent: (frame: Uint8Array, isHostFrame: boolean, firstAt: number) => void;
  /** what went in and out elsewhere, for whoever watches */
  readonly onSeen: (point: Exclude<Point, 'sent'>, at: number, frame: Uint8Array, origin?: Origin) => void;
  /** a payload waited for a key in this cycle  @param associated whether there was an association to wait in, rather than for */
  readonly onStalled: (associated: boolean) => void;
}

export class PeerBench<Origin> {
  readonly side: Side;
  readonly #options: PeerBenchOptions<Origin>;
  readonly #axi: AxiLiteMaster;
  readonly #rx: FrameSource;
  readonly #host: FrameSource;
  readonly #sinks: readonly FrameSink[];
  readonly #steps: QuietSteps;
  readonly #driver: RelationDriver;
  readonly #irq: OutputPort;
  /** as they were when the outputs were last looked at: the hardware may be ahead of the software */
  #interrupt = false;
  #views = { provider: 0, consumer: 0 };
  readonly #reset;
  readonly #trace: Readonly<
    Record<
      | 'provider'
      | 'consumer'
      | 'transmit'
      | 'receive'
      | 'deliver'
      | 'pushAccepted'
      | 'pushRefused'
      | 'cancelAccepted'
      | 'cancelRefused'
      | 'stalled'
      | 'erased',
      OutputPort
    >
  >;
  /** payloads that the hardware was given */
  payloadsSent = 0;
  /** and those that it is being given */
  payloadsBegun = 0;
  #software: StationSoftware;
  #stopping = false;

  constructor(options: PeerBenchOptions<Origin>) {
    this.#options = options;
    this.side = options.side;
    const { simulator, scoreboard } = options;
    this.#axi = new AxiLiteMaster(simulator, options.clock);
    this.#rx = new FrameSource(simulator, 'rx');
    this.#host = new FrameSource(simulator, 'host_tx');
    this.#sinks = [
      new FrameSink(simulator, 'tx', (frame, firstAt) => options.onSent(frame, scoreboard.sent(frame), firstAt)),
      new FrameSink(simulator, 'host_rx', (frame, firstAt) => {
        options.onSeen('delivered', firstAt, frame);
        scoreboard.passed(frame);
        this.#software.receive(frame);
      }),
    ];
    this.#driver = new RelationDriver(this.#axi);
    this.#software = this.#newSoftware();
    this.#irq = portOf(simulator.outputs, 'irq');
    this.#reset = portOf(simulator.inputs, 'rst');
    const trace = (name: string): OutputPort => portOf(simulator.outputs, `trace_${name}`);
    this.#trace = {
      provider: trace('provider_states'),
      consumer: trace('consumer_states'),
      transmit: trace('transmit'),
      receive: trace('receive'),
      deliver: trace('deliver'),
      pushAccepted: trace('push_accepted'),
      pushRefused: trace('push_refused'),
      cancelAccepted: trace('cancel_accepted'),
      cancelRefused: trace('cancel_refused'),
      stalled: trace('stalled'),
      erased: trace('erased'),
    };
    this.#reset.value = 1;
    const { provider, consumer } = this.#trace;
    this.#steps = new QuietSteps({
      simulator,
      axi: this.#axi,
      sources: [this.#rx, this.#host],
      sinks: this.#sinks,
      happened: () => this.#happened(),
      changed: () =>
        (this.#irq.sampled === 1) !== this.#interrupt ||
        provider.sampled !== this.#views.provider ||
        consumer.sampled !== this.#views.consumer ||
        this.#reset.value !== 0,
      quietFor: () => scoreboard.quietFor,
    });
  }

  /** Whether the software has keys, and the peer was seen to have them too. */
  get associated(): boolean {
    return this.#software.associated;
  }

  /** Whether every payload was handed over, and nothing is on its way into the hardware. */
  get idle(): boolean {
    return this.payloadsSent === this.#options.frames && this.#rx.idle && this.#host.idle;
  }

  /** A frame comes from the network. */
  receive(frame: Uint8Array, origin: Origin): void {
    this.#rx.send(frame, (at) => {
      this.#options.onSeen('arrived', at, frame, origin);
      this.#options.scoreboard.arrived({ frame, origin, at });
    });
  }

  /** The host sends a frame of its own. */
  sendHostFrame(frame: Uint8Array): void {
    this.#options.scoreboard.hostFrame(frame);
    this.#host.send(frame, () => this.#options.onSeen('given', this.#options.clock.cycle, frame));
  }

  endReset(): void {
    this.#reset.value = 0;
  }

  /** Simulates from that cycle on, at most so many cycles, as `QuietSteps` does; `sample` must follow. */
  step(cycle: number, atMost: number, isWatched: boolean): number {
    return this.#steps.run(cycle, isWatched ? atMost : Math.min(atMost, this.#options.scoreboard.quietFor), isWatched);
  }

  /** Whether a trace port says that something has happened. */
  #happened(): boolean {
    const { transmit, receive, deliver, pushAccepted, pushRefused, cancelAccepted, cancelRefused, stalled, erased } = this.#trace;
    const settled = pushAccepted.sampled | pushRefused.sampled | cancelAccepted.sampled | cancelRefused.sampled;
    return (transmit.sampled | receive.sampled | deliver.sampled | settled | stalled.sampled | erased.sampled) !== 0;
  }

  /** Looks at the outputs as the edge of that cycle caught them; in the `cycles - 1` before it they were as they had been. */
  sample(cycle: number, cycles: number): void {
    this.#interrupt = this.#irq.sampled === 1;
    if (this.#reset.value === 1) return;
    this.#axi.sample();
    // the verdict trails the last octet, so the scoreboard hears of arrivals first
    this.#rx.sample(cycle);
    this.#host.sample(cycle);
    const trace = this.#trace;
    this.#views = { provider: trace.provider.sampled, consumer: trace.consumer.sampled };
    if (trace.stalled.sampled === 1) this.#options.onStalled(this.#software.canSend);
    this.#options.scoreboard.cycle(
      cycle,
      {
        provider: trace.provider.sampled,
        consumer: trace.consumer.sampled,
        transmit: trace.transmit.sampled === 1,
        receive: trace.receive.sampled === 1,
        deliver: trace.deliver.sampled === 1,
        pushAccepted: trace.pushAccepted.sampled === 1,
        pushRefused: trace.pushRefused.sampled === 1,
        cancelAccepted: trace.cancelAccepted.sampled === 1,
        cancelRefused: trace.cancelRefused.sampled === 1,
        erased: trace.erased.sampled === 1,
      },
      cycles,
    );
    for (const sink of this.#sinks) sink.sample(cycle);
  }

  /** Starts the software of this peer: set-up, then the application and the agent as two tasks. */
  start(): void {
    const { clock } = this.#options;
    clock.fork(async () => {
      await this.#driver.identify({ allowInsecure: true });
      await this.#driver.configure({
        ...this.#options.settings,
        counterThreshold: (this.side === 'follower' ? this.#options.counterAlarm : this.#options.trigger.frames) ?? 0,
        passTransmitted: true,
      });
      clock.fork(() => this.#application());
      await this.#serve();
    });
  }

  /** The software that drives the keys is ended, whatever it is doing, and started again with what it had at first; the rest goes on. */
  restart(): void {
    this.#software.kill();
    this.#software = this.#newSoftware();
  }

  stop(): void {
    this.#stopping = true;
  }

  /** The registers' own count of events. */
  statistics(): Promise<Readonly<Record<string, number>>> {
    return this.#driver.statistics();
  }

  /** The agreement's messages are frames of the host. */
  #newSoftware(): StationSoftware {
    const { association, keysOf, trigger, counterAlarm, clock, scoreboard, isOver, onAgentEvent } = this.#options;
    const send = (frame: Uint8Array): void => {
      if (!isOver()) this.sendHostFrame(frame);
    };
    return new StationSoftware(this.#axi, {
      settings: association,
      keysOf,
      trigger,
      counterAlarm,
      port: { send, now: () => clock.cycle },
      onEvent: onAgentEvent,
      onPush: (keyId, material) => scoreboard.push(keyId, material),
    });
  }

  /** Writes the payloads into the TX FIFO. */
  async #application(): Promise<void> {
    const { traffic, scoreboard, onSeen, clock } = this.#options;
    await sendPayloads({
      ...this.#options,
      canSend: () => this.#software.canSend,
      isStopping: () => this.#stopping,
      give: async (payload) => {
        scoreboard.payload(payload);
        this.payloadsBegun++;
        await this.#driver.sendPayload(payload);
        this.payloadsSent++;
        onSeen('given', clock.cycle, plainFrame(traffic, payload));
      },
    });
  }

  /** Answers interrupts: payloads to read, a key to push; and does what is due by time, or because of a message. */
  async #serve(): Promise<void> {
    const { clock, scoreboard, peerTraffic, onSeen } = this.#options;
    for (;;) {
      await clock.when(
        () => this.#stopping || this.#interrupt || this.#software.isDue(clock.cycle),
        () => this.#software.dueAt,
      );
      if (this.#stopping) return this.#software.stop();
      const interrupts = await this.#driver.takeInterrupts();
      if (interrupts.received) {
        for (let payload = await this.#driver.receivePayload(); payload !== undefined; payload = await this.#driver.receivePayload()) {
          onSeen('delivered', clock.cycle, plainFrame(peerTraffic, payload));
          scoreboard.read(payload);
        }
      }
      const { associated } = this.#software;
      // until there is an association, each frame may be the first of it
      const isWanted = interrupts.request || interrupts.slots || interrupts.counter || (interrupts.received && !associated);
      if (isWanted || this.#software.isDue(clock.cycle)) await this.#software.service();
    }
  }
}
