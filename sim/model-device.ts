/** A device without hardware: the reference model on a wire of its own, with the software of every other device. */
import type { Clock } from '../hdl-gen/sim/testbench.ts';
import { AEADS } from '../sw/aead/engines.ts';
import { FollowerAssociation } from '../sw/control-plane/follower-association.ts';
import type { ReferencePeer } from '../sw/reference-model/peer.ts';
import { ReferenceStation } from '../sw/reference-model/station.ts';
import { associationOf, keysFrom, RELATION } from './agreement.ts';
import { sendPayloads } from './application.ts';
import { FRAME_GAP_OCTETS } from './bus/frame-ports.ts';
import { type Connection, slotsText } from './connection.ts';
import type { Lane } from './lanes.ts';
import { ModelDriver } from './relations/model-driver.ts';
import type { ScenarioOptions } from './scenario-options.ts';
import type { Origin } from './tally.ts';
import { plainFrame } from './traffic/traffic.ts';

const SIDE = 'follower';

export interface ModelDeviceOptions {
  readonly connection: Connection;
  readonly options: ScenarioOptions;
  readonly clock: Clock;
  readonly isOver: () => boolean;
  /** the connection that a frame's FrameID is of, whatever its source */
  readonly connectionOf: (frame: Uint8Array) => Connection | undefined;
  /** the earliest cycle in which a payload is sent */
  readonly firstAt: number;
}

/** A frame on a wire, an octet in each cycle: `end` is the cycle of the last one. */
interface Passing {
  readonly frame: Uint8Array;
  readonly from: number;
  readonly end: number;
  /** what is to be done then */
  readonly done: () => void;
}

/** One way of a wire, on which frames follow each other with the gap between them. */
class Wire {
  readonly #passing: Passing[] = [];
  #freeAt = 0;

  get idle(): boolean {
    return this.#passing.length === 0;
  }

  get nextAt(): number {
    return this.#passing[0]?.end ?? Number.POSITIVE_INFINITY;
  }

  /** @param done is told the cycle of the first octet, in that of the last one */
  put(frame: Uint8Array, now: number, done: (from: number) => void): void {
    const from = Math.max(now, this.#freeAt);
    this.#passing.push({ frame, from, end: from + frame.length - 1, done: () => done(from) });
    this.#freeAt = from + frame.length + FRAME_GAP_OCTETS;
  }

  pass(cycle: number): void {
    for (let [next] = this.#passing; next !== undefined && next.end <= cycle; [next] = this.#passing) {
      this.#passing.shift();
      next.done();
    }
  }
}

export class ModelDevice implements Lane {
  readonly #options: ModelDeviceOptions;
  readonly #station: ReferenceStation;
  readonly #software: FollowerAssociation;
  readonly #in = new Wire();
  readonly #out = new Wire();
  payloadsSent = 0;
  #received = 0;
  /** something happened that its software has not looked at; at first, that it was started */
  #news = true;
  #stopping = false;
  #slots = '';

  constructor(options: ModelDeviceOptions) {
    const { connection, options: settings, clock, isOver } = options;
    this.#options = options;
    const { slots, engine } = settings;
    this.#station = new ReferenceStation(
      { role: SIDE, slots, relations: [connection.settingsOf(SIDE)], passReceived: true },
      AEADS[engine],
    );
    const driver = new ModelDriver(
      () => this.#peer,
      () => this.#received,
      {
        pushed: (keyId, material) => {
          connection.installed(SIDE, keyId, material);
          this.#changed();
        },
        erased: () => {
          connection.erased(SIDE);
          this.#changed();
        },
      },
    );
    const { parties, psk, random } = associationOf(SIDE, settings, connection.streams);
    const send = (frame: Uint8Array): void => {
      if (!isOver()) this.sendHostFrame(frame);
    };
    this.#software = new FollowerAssociation(
      driver,
      { now: () => clock.cycle, random, send },
      {
        parties,
        psk,
        keysOf: (masterKey) => keysFrom(masterKey, settings),
        counterAlarm: settings.counterAlarm,
        onEvent: (event) => connection.agentEvent(SIDE, event),
      },
    );
  }

  /** Brought up to date. */
  get #peer(): ReferencePeer {
    return this.#station.relation(RELATION);
  }

  get associated(): boolean {
    return this.#software.associated;
  }

  get idle(): boolean {
    return this.payloadsSent === this.#options.options.frames && this.#in.idle && this.#out.idle;
  }

  /** A frame comes from the network. */
  receive(frame: Uint8Array, origin: Origin): void {
    this.#in.put(frame, this.#options.clock.cycle, (at) => this.#arrived(frame, origin, at));
  }

  /** The host sends a frame of its own. */
  sendHostFrame(frame: Uint8Array): void {
    const { connection, clock } = this.#options;
    connection.seen(SIDE, 'given', clock.cycle, frame);
    this.#out.put(frame, clock.cycle + 1, (at) => connection.sent(SIDE, frame, true, at, this.payloadsSent));
  }

  /** Nothing but time passes, until a frame has passed or a key has run out. */
  step(cycle: number, atMost: number): number {
    const least = Math.min(this.#in.nextAt + 1 - cycle, this.#out.nextAt + 1 - cycle, this.#station.nextTimeout);
    return Math.max(1, Math.min(atMost, least));
  }

  sample(cycle: number, cycles: number): void {
    this.#station.elapse(cycles);
    this.#changed();
    this.#in.pass(cycle);
    this.#out.pass(cycle);
  }

  start(): void {
    const { clock, connection, options, firstAt } = this.#options;
    const traffic = connection.streams[SIDE];
    clock.fork(() =>
      sendPayloads({
        ...options,
        clock,
        traffic,
        firstAt,
        canSend: () => this.#software.canSend,
        isStopping: () => this.#stopping,
        give: async (payload) => {
          const frame = this.#peer.transmit(payload);
          this.payloadsSent++;
          if (frame === undefined) return connection.tally.stalled(SIDE, this.associated);
          connection.seen(SIDE, 'given', clock.cycle, plainFrame(traffic, payload));
          connection.transmits(SIDE, frame);
          this.#out.put(frame, clock.cycle + 1, (at) => connection.sent(SIDE, frame, false, at, this.payloadsSent));
        },
      }),
    );
    clock.fork(async () => {
      await this.#software.start();
      for (;;) {
        await clock.when(() => this.#stopping || this.#news);
        if (this.#stopping) return this.#software.stop();
        this.#news = false;
        await this.#software.service();
      }
    });
  }

  stop(): void {
    this.#stopping = true;
  }

  #arrived(frame: Uint8Array, origin: Origin, at: number): void {
    const { connection, clock } = this.#options;
    connection.seen(SIDE, 'arrived', at, frame, origin);
    const { outcome } = this.#station.receive(frame);
    if (outcome.kind === 'passed') {
      // of the FrameID of the relation, from another source
      this.#options.connectionOf(frame)?.outcome(SIDE, { frame, origin, at }, outcome);
      connection.seen(SIDE, 'delivered', clock.cycle, frame);
      if (this.#software.receive(frame)) this.#news = true;
      return;
    }
    connection.outcome(SIDE, { frame, origin, at }, outcome);
    this.#changed();
    if (outcome.kind !== 'delivered') return;
    this.#received++;
    connection.seen(SIDE, 'delivered', clock.cycle, plainFrame(connection.streams.initiator, outcome));
    // a request may stand
    this.#news = true;
  }

  #changed(): void {
    const { state } = this.#peer;
    const slots = slotsText(state);
    if (slots === this.#slots) return;
    this.#slots = slots;
    this.#news = true;
    this.#options.connection.slots(SIDE, state);
  }
}
