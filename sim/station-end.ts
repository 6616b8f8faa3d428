/** One station in hardware, a controller or a device: for each relation its application and the software that drives its keys. */
import type { Simulator } from '../hdl-gen/sim/simulator.ts';
import type { Clock } from '../hdl-gen/sim/testbench.ts';
import { OTHER, type Side } from '../judge/points.ts';
import type { Role } from '../spec/peer-rules.ts';
import { REGISTERS } from '../spec/registers.ts';
import { parseMessage } from '../sw/agreement/message.ts';
import type { KeySource } from '../sw/control-plane/key-source.ts';
import { associationOf, keysFrom, RELATION, triggerOf } from './agreement.ts';
import { sendPayloads } from './application.ts';
import { type Connection, slotsText } from './connection.ts';
import type { Lane } from './lanes.ts';
import type { Compared } from './report/result.ts';
import type { ScenarioOptions } from './scenario-options.ts';
import { StationBench } from './station-bench.ts';
import { StationSoftware } from './station-software.ts';
import type { Origin } from './tally.ts';
import { plainFrame } from './traffic/traffic.ts';

export interface StationRelation {
  readonly connection: Connection;
  readonly options: ScenarioOptions;
  /** the earliest cycle in which a payload is sent */
  readonly firstAt: number;
}

export interface StationEndOptions {
  readonly side: Side;
  readonly simulator: Simulator;
  readonly clock: Clock;
  /** they have slots and engine in common */
  readonly relations: readonly [StationRelation, ...StationRelation[]];
  /** the connection that a frame's FrameID is of, whatever its source */
  readonly connectionOf: (frame: Uint8Array) => Connection | undefined;
  /** whether all is sent that was to be: what is agreed on is of no more use */
  readonly isOver: () => boolean;
  /** how to see the same run again */
  readonly replay: string;
  /** a broken key schedule, for tests */
  readonly keysOf?: KeysOf;
}

/** The keys of a side from a master key that was agreed on. */
export type KeysOf = (role: Role, masterKey: Uint8Array) => KeySource;

interface End extends StationRelation {
  software: StationSoftware;
  readonly compared: { -readonly [K in keyof Compared]: number };
  /** payloads that the hardware was given, and those that it is being given */
  payloadsSent: number;
  payloadsBegun: number;
  /** something happened that its software has not looked at */
  news: boolean;
  slots: string;
  /** its first rekey has been called for, which comes earlier than those behind it */
  hasRekeyed: boolean;
}

/** Of an end without hardware. */
export const NOTHING_COMPARED: Compared = { slotChanges: 0, framesSent: 0, verdicts: 0, payloads: 0, pushes: 0, hostFrames: 0 };

export class StationEnd implements Lane {
  readonly #options: StationEndOptions;
  readonly #bench: StationBench<Origin>;
  readonly #ends: readonly End[];
  /** of the host's frames that are in the hardware */
  readonly #hosts: (End | undefined)[] = [];
  #stopping = false;

  constructor(options: StationEndOptions) {
    const { side, simulator, clock, relations, connectionOf, replay } = options;
    const { slots, engine } = relations[0].options;
    this.#options = options;
    const end = (relation: number): End => {
      const found = this.#ends[relation];
      if (found === undefined) throw new RangeError(`relation ${relation} does not exist: there are ${this.#ends.length}`);
      return found;
    };
    this.#bench = new StationBench<Origin>({
      hardware: { role: side, slots, engine, relations: relations.length },
      simulator,
      clock,
      replay,
      relations: relations.map(({ connection, options: { rekeyFrames, counterAlarm } }, relation) => ({
        ...connection.settingsOf(side),
        counterThreshold: side === 'initiator' ? Math.ceil(rekeyFrames * this.#share(relation)) : counterAlarm,
        passTransmitted: true,
      })),
      onTransmit: (relation, frame) => end(relation).connection.transmits(side, frame),
      onStalled: (relation) => end(relation).connection.tally.stalled(side, true),
      onRefused: (relation) => end(relation).connection.tally.stalled(side, end(relation).software.canSend),
      onOutcome: (relation, arrival, outcome) => {
        const { connection, compared } = end(relation);
        compared.verdicts++;
        connection.seen(side, 'arrived', arrival.at, arrival.frame, arrival.origin);
        connection.outcome(side, arrival, outcome);
      },
      onForeign: (arrival) => {
        const connection = connectionOf(arrival.frame);
        (connection ?? relations[0].connection).seen(side, 'arrived', arrival.at, arrival.frame, arrival.origin);
        // of the FrameID of a relation, from another source
        connection?.outcome(side, arrival, { kind: 'passed' });
      },
      onInstalled: (relation, keyId, material) => {
        end(relation).compared.pushes++;
        end(relation).connection.installed(side, keyId, material);
      },
      onErased: (relation) => end(relation).connection.erased(side),
      onSlots: (relation) => this.#slots(end(relation), relation),
      onSlotsShown: (relation) => end(relation).compared.slotChanges++,
      onPassed: (frame, firstAt) => this.#toHost(frame, firstAt),
      onHostGiven: (frame) => (this.#hosts.at(-1) ?? end(0)).connection.seen(side, 'given', clock.cycle, frame),
      onSent: (frame, firstAt, relation) => {
        const isHost = relation === undefined;
        const { connection, payloadsBegun, compared } = isHost ? (this.#hosts.shift() ?? end(0)) : end(relation);
        compared[isHost ? 'hostFrames' : 'framesSent']++;
        connection.sent(side, frame, isHost, firstAt, payloadsBegun);
      },
    });
    this.#ends = relations.map((relation, number) => ({
      ...relation,
      software: this.#software(relation, number),
      hasRekeyed: false,
      compared: { ...NOTHING_COMPARED },
      payloadsSent: 0,
      payloadsBegun: 0,
      news: false,
      slots: slotsText(this.#bench.model.relation(number).state),
    }));
  }

  #software({ connection, options }: StationRelation, relation: number): StationSoftware {
    const { side, clock, isOver, keysOf } = this.#options;
    return new StationSoftware(this.#bench.pageOf(relation), {
      settings: associationOf(side, options, connection.streams),
      keysOf: (masterKey) => keysOf?.(side, masterKey) ?? keysFrom(masterKey, options),
      // relations that began together do not rekey together
      trigger: { ...triggerOf(options), first: this.#share(relation) },
      counterAlarm: options.counterAlarm,
      port: {
        now: () => clock.cycle,
        send: (frame) => {
          if (!isOver()) this.sendHostFrame(relation, frame);
        },
      },
      onEvent: (event) => connection.agentEvent(side, event),
      onPush: (keyId, material) => this.#bench.pushing(keyId, material),
      exclusive: this.#bench.turns,
    });
  }

  /** Of a rekey's frames, after which the first one of a relation begins. */
  #share(relation: number): number {
    return (relation + 1) / this.#options.relations.length;
  }

  associated(relation: number): boolean {
    return this.#ends[relation]?.software.associated === true;
  }

  payloadsSent(relation: number): number {
    return this.#ends[relation]?.payloadsSent ?? 0;
  }

  comparedOf(relation: number): Compared {
    return { ...NOTHING_COMPARED, ...this.#ends[relation]?.compared };
  }

  /** Whether every payload was handed over, and nothing is in the hardware. */
  get idle(): boolean {
    return this.#ends.every(({ payloadsSent, options }) => payloadsSent === options.frames) && this.#bench.idle;
  }

  /** A frame comes from the network. */
  receive(frame: Uint8Array, origin: Origin): void {
    this.#bench.receive(frame, origin);
  }

  /** The host sends a frame of its own to the other end of a relation. */
  sendHostFrame(relation: number, frame: Uint8Array): void {
    this.#hosts.push(this.#ends[relation]);
    this.#bench.sendHostFrame(frame);
  }

  step(cycle: number, atMost: number, isWatched: boolean): number {
    return this.#bench.step(cycle, atMost, isWatched);
  }

  sample(cycle: number, cycles: number): void {
    this.#bench.sample(cycle, cycles);
  }

  /** Starts its software: set-up, then a task that takes the events, and two of each relation. */
  start(): void {
    const { clock } = this.#options;
    clock.fork(async () => {
      await this.#bench.begin();
      for (const [relation, end] of this.#ends.entries()) {
        clock.fork(() => this.#application(end, relation));
        clock.fork(() => this.#serve(end));
      }
      await this.#dispatch();
    });
  }

  /** The software that drives the keys of a relation is ended, whatever it is doing, and started again with what it had at first; the rest goes on. */
  restart(relation: number): void {
    const end = this.#ends[relation];
    if (end === undefined) return;
    end.software.kill();
    end.software = this.#software(end, relation);
  }

  stop(): void {
    this.#stopping = true;
  }

  /** What the registers say of every relation is what the model says. @throws StationMismatch */
  finish(): Promise<void> {
    return this.#bench.compareAll();
  }

  #slots(end: End, relation: number): void {
    const { state } = this.#bench.model.relation(relation);
    const slots = slotsText(state);
    if (slots === end.slots) return;
    end.slots = slots;
    end.connection.slots(this.#options.side, state);
  }

  /** Messages name their relation, as its number in the network. */
  #toHost(frame: Uint8Array, firstAt: number): void {
    const number = parseMessage(frame)?.relation ?? RELATION;
    const end = this.#ends.find(({ options }) => (options.relation ?? RELATION) === number) ?? this.#ends[0];
    if (end === undefined) return;
    end.compared.hostFrames++;
    end.connection.seen(this.#options.side, 'delivered', firstAt, frame);
    end.software.receive(frame);
  }

  async #application(end: End, relation: number): Promise<void> {
    const { clock } = this.#options;
    const { connection, options, firstAt } = end;
    const traffic = connection.streams[this.#options.side];
    await sendPayloads({
      ...options,
      clock,
      traffic,
      firstAt,
      canSend: () => end.software.canSend,
      isStopping: () => this.#stopping,
      give: async (payload) => {
        end.payloadsBegun++;
        await this.#bench.send(relation, payload);
        end.payloadsSent++;
        connection.seen(this.#options.side, 'given', clock.cycle, plainFrame(traffic, payload));
      },
    });
  }

  /** Takes events as they come, and reads what was delivered. */
  async #dispatch(): Promise<void> {
    const { side, clock } = this.#options;
    for (;;) {
      await clock.when(() => this.#stopping || this.#bench.interrupt);
      if (this.#stopping) return;
      const event = await this.#bench.driver.takeEvent();
      const end = event && this.#ends[event.relation];
      await this.#bench.readPayloads((relation, payload) => {
        const { connection, compared } = this.#ends[relation] ?? {};
        if (connection === undefined || compared === undefined) return;
        compared.payloads++;
        connection.seen(side, 'delivered', clock.cycle, plainFrame(connection.streams[OTHER[side]], payload));
      });
      if (event === undefined || end === undefined) continue;
      const { request, slots, counter, received } = event.interrupts;
      // until there is an association, each frame may be the first of it
      if (side === 'initiator' && counter && !end.hasRekeyed) {
        end.hasRekeyed = true;
        await this.#bench.pageOf(event.relation).write32(REGISTERS.counterThreshold.offset, end.options.rekeyFrames);
      }
      if (request || slots || counter || (received && !end.software.associated)) end.news = true;
    }
  }

  async #serve(end: End): Promise<void> {
    const { clock } = this.#options;
    for (;;) {
      await clock.when(
        () => this.#stopping || end.news || end.software.isDue(clock.cycle),
        () => end.software.dueAt,
      );
      if (this.#stopping) return end.software.stop();
      end.news = false;
      await end.software.service();
    }
  }
}
