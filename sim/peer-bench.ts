/** One peer in simulation: its hardware, the bus models around it, the software that drives it, and its scoreboard. */
import type { OutputPort, Simulator } from '../hdl-gen/sim/simulator.ts';
import type { Clock } from '../hdl-gen/sim/testbench.ts';
import type { Point } from '../judge/points.ts';
import type { AgreementTiming } from '../spec/agreement.ts';
import type { KeyId } from '../spec/key-id.ts';
import type { Parties } from '../sw/agreement/parties.ts';
import { FollowerAgreement, InitiatorAgreement } from '../sw/control-plane/agreement.ts';
import { RelationDriver } from '../sw/control-plane/driver.ts';
import { FollowerAgent } from '../sw/control-plane/follower.ts';
import { InitiatorAgent, type RekeyTrigger } from '../sw/control-plane/initiator.ts';
import type { AgentEvent, KeySource } from '../sw/control-plane/key-source.ts';
import { apduStatusOf } from '../sw/frame/secured-frame.ts';
import { copyMaterial, type SlotMaterial } from '../sw/keys/material.ts';
import type { PeerSettings } from '../sw/reference-model/peer.ts';
import { AxiLiteMaster, portOf } from './bus/axi-lite-master.ts';
import { FrameSink, FrameSource } from './bus/frame-ports.ts';
import type { Side } from './report/result.ts';
import type { Scoreboard } from './scoreboard.ts';
import { plainFrame, type TrafficStream } from './traffic/traffic.ts';

export interface PeerBenchOptions<Origin> {
  readonly side: Side;
  readonly simulator: Simulator;
  readonly clock: Clock;
  readonly scoreboard: Scoreboard<Origin>;
  readonly settings: PeerSettings;
  readonly keys: KeySource;
  readonly trigger: RekeyTrigger;
  /** frames under one key after which the follower reports that its counter runs out */
  readonly counterAlarm?: number;
  readonly onAgentEvent?: (event: AgentEvent) => void;
  /** without it there are 0-RTT rekeys only */
  readonly nRtt?: {
    /** of so many rekeys one is n-RTT */
    readonly every: number;
    readonly parties: Parties;
    /** in cycles */
    readonly timing: AgreementTiming;
    readonly random: (octets: number) => Uint8Array;
  };
  readonly traffic: TrafficStream;
  /** payloads to send, and cycles from one to the next */
  readonly frames: number;
  readonly interval: number;
  /** cycle in which the first payload is sent */
  readonly firstAt: number;
  /** where the data that are delivered come from */
  readonly peerTraffic: TrafficStream;
  /** a frame has left on the wire, its first octet in cycle `firstAt` */
  readonly onSent: (frame: Uint8Array, isHostFrame: boolean, firstAt: number) => void;
  /** what went in and out elsewhere, for whoever watches */
  readonly onSeen: (point: Exclude<Point, 'sent'>, at: number, frame: Uint8Array, origin?: Origin) => void;
  /** the hardware has taken a key; `material` is erased after the call */
  readonly onInstalled: (keyId: KeyId, material: SlotMaterial) => void;
  /** a payload waited for a key in this cycle */
  readonly onStalled: () => void;
}

export class PeerBench<Origin> {
  readonly side: Side;
  readonly #options: PeerBenchOptions<Origin>;
  readonly #axi: AxiLiteMaster;
  readonly #rx: FrameSource;
  readonly #host: FrameSource;
  readonly #sinks: readonly FrameSink[];
  readonly #driver: RelationDriver;
  readonly #irq: OutputPort;
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
  readonly #agreement: InitiatorAgreement | FollowerAgreement | undefined;
  /** something has happened in the agreement that the agent has not looked at */
  #agreementNews = false;
  #started = false;
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
        if (this.#agreement?.receive(frame) === true) this.#agreementNews = true;
      }),
    ];
    this.#driver = new RecordingDriver(this.#axi, (keyId, material) => scoreboard.push(keyId, material), options.onInstalled);
    this.#agreement = this.#makeAgreement();
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
  }

  get started(): boolean {
    return this.#started;
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

  /** Sets the inputs of the cycle to come. */
  drive(): void {
    this.#axi.drive();
    this.#rx.drive();
    this.#host.drive();
  }

  /** Looks at the outputs as the edge caught them. */
  sample(cycle: number): void {
    if (this.#reset.value === 1) return;
    this.#axi.sample();
    // the verdict trails the last octet, so the scoreboard hears of arrivals first
    this.#rx.sample(cycle);
    this.#host.sample(cycle);
    const trace = this.#trace;
    if (trace.stalled.sampled === 1) this.#options.onStalled();
    this.#options.scoreboard.cycle(cycle, {
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
    });
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
      const agent = await this.#agent();
      this.#started = true;
      clock.fork(() => this.#application());
      await this.#serve(agent);
    });
  }

  stop(): void {
    this.#stopping = true;
  }

  /** The registers' own count of events. */
  statistics(): Promise<Readonly<Record<string, number>>> {
    return this.#driver.statistics();
  }

  /** The agreement's messages are frames of the host, and are lost when the application has ended. */
  #makeAgreement(): InitiatorAgreement | FollowerAgreement | undefined {
    const { nRtt, clock, frames } = this.#options;
    if (nRtt === undefined) return undefined;
    const { parties, timing, random } = nRtt;
    const send = (frame: Uint8Array): void => {
      if (this.payloadsSent < frames) this.sendHostFrame(frame);
    };
    const port = { send, random, now: () => clock.cycle };
    return this.side === 'follower' ? new FollowerAgreement(parties, port) : new InitiatorAgreement(parties, timing, port);
  }

  async #agent(): Promise<Agent> {
    const { clock, keys, trigger, counterAlarm, onAgentEvent, nRtt } = this.#options;
    const agreement = this.#agreement;
    const agent =
      agreement instanceof InitiatorAgreement
        ? new InitiatorAgent(this.#driver, keys, trigger, () => clock.cycle, onAgentEvent, { agreement, every: nRtt?.every ?? 0 })
        : this.side === 'initiator'
          ? new InitiatorAgent(this.#driver, keys, trigger, () => clock.cycle, onAgentEvent)
          : new FollowerAgent(this.#driver, keys, onAgentEvent, counterAlarm, agreement);
    await agent.start();
    return agent;
  }

  /** Writes a payload into the TX FIFO in every send interval. */
  async #application(): Promise<void> {
    const { clock, traffic, frames, interval, firstAt, scoreboard, onSeen } = this.#options;
    for (let index = 0; index < frames && !this.#stopping; index++) {
      await clock.until(firstAt + index * interval);
      const { cSdu, cycleCounter, dataStatus, transferStatus } = traffic.frame(index);
      const payload = { cSdu, apduStatus: apduStatusOf(cycleCounter, dataStatus, transferStatus) };
      scoreboard.payload(payload);
      this.payloadsBegun++;
      await this.#driver.sendPayload(payload);
      this.payloadsSent++;
      onSeen('given', clock.cycle, plainFrame(traffic, payload));
    }
  }

  /** Answers interrupts: payloads to read, a key to push. */
  async #serve(agent: Agent): Promise<void> {
    const { clock, scoreboard, peerTraffic, onSeen } = this.#options;
    const due = (): boolean => clock.cycle >= (agent.dueAt ?? Number.POSITIVE_INFINITY);
    const timers = this.#agreement instanceof InitiatorAgreement ? this.#agreement : undefined;
    const mustTick = (): boolean => clock.cycle >= (timers?.dueAt ?? Number.POSITIVE_INFINITY);
    let triedAt = -1;
    for (;;) {
      await clock.when(
        () => this.#stopping || this.#irq.sampled === 1 || (due() && triedAt !== agent.dueAt) || this.#agreementNews || mustTick(),
      );
      if (this.#stopping) return agent.stop();
      const news = this.#agreementNews || mustTick();
      this.#agreementNews = false;
      if (mustTick()) timers?.tick();
      const interrupts = await this.#driver.takeInterrupts();
      if (interrupts.received) {
        for (let payload = await this.#driver.receivePayload(); payload !== undefined; payload = await this.#driver.receivePayload()) {
          onSeen('delivered', clock.cycle, plainFrame(peerTraffic, payload));
          scoreboard.read(payload);
        }
      }
      if (interrupts.request || interrupts.slots || interrupts.counter || due() || news) {
        triedAt = due() ? (agent.dueAt ?? -1) : -1;
        await agent.service();
      }
    }
  }
}

/** What the bench needs of either agent. */
interface Agent {
  readonly dueAt?: number | undefined;
  service(): Promise<void>;
  stop(): void;
}

type OnKey = (keyId: KeyId, material: SlotMaterial) => void;

/** Tells the scoreboard which key is pushed, for the reference model, and others which was taken. */
class RecordingDriver extends RelationDriver {
  readonly #onPush: OnKey;
  readonly #onInstalled: OnKey;

  constructor(space: AxiLiteMaster, onPush: OnKey, onInstalled: OnKey) {
    super(space);
    this.#onPush = onPush;
    this.#onInstalled = onInstalled;
  }

  override async pushKey(keyId: KeyId, material: SlotMaterial): Promise<'accepted' | 'refused'> {
    this.#onPush(keyId, copyMaterial(material));
    const result = await super.pushKey(keyId, material);
    if (result === 'accepted') this.#onInstalled(keyId, material);
    return result;
  }
}
