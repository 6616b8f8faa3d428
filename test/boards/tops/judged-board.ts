/** One board of two under load: its application, its agent and its host, the reference model beside it, and what the judge is shown. */
import type { WasmSimulator } from '../../../hdl-gen/sim/wasm/simulator.ts';
import type { Testbench } from '../../../hdl-gen/testbench/index.ts';
import type { InstalledKey } from '../../../judge/key-log.ts';
import type { Packet } from '../../../judge/observation.ts';
import { interfaceOf, OTHER, type Point, type Side } from '../../../judge/points.ts';
import { Scoreboard, type Trace } from '../../../sim/scoreboard.ts';
import { plainFrame, type TrafficStream } from '../../../sim/traffic/traffic.ts';
import { formatKeyId, type KeyId } from '../../../spec/key-id.ts';
import { RelationDriver } from '../../../sw/control-plane/driver.ts';
import { FollowerAgent } from '../../../sw/control-plane/follower.ts';
import { InitiatorAgent } from '../../../sw/control-plane/initiator.ts';
import { apduStatusOf } from '../../../sw/frame/secured-frame.ts';
import { KeySchedule } from '../../../sw/keys/key-schedule.ts';
import { copyMaterial, type SlotMaterial } from '../../../sw/keys/material.ts';
import { ReferencePeer } from '../../../sw/reference-model/peer.ts';
import { Processor } from './processor.ts';
import { SLOTS } from './two-boards.ts';

/** Cycles between two looks at the interrupts. */
const LOOK = 16;
const C_SDU = 40;
const HOST_FRAME = 60;

export interface Load {
  readonly frames: number;
  /** ns from one payload to the next */
  readonly interval: number;
  readonly rekeyFrames: number;
  /** ns */
  readonly obsoleteTimeout: number;
  /** a frame of the host goes along with every so many payloads */
  readonly hostEvery: number;
}

/** What was seen from outside, for the judge. */
export interface Seen {
  readonly packets: Packet[];
  readonly keys: InstalledKey[];
}

export interface JudgedBoardOptions {
  readonly bench: Testbench;
  readonly simulator: WasmSimulator;
  readonly side: Side;
  /** of its logic */
  readonly clock: string;
  readonly periodNs: number;
  readonly load: Load;
  readonly record: Seen;
  /** how to see the same run again */
  readonly replay: string;
}

export function streamOf(side: Side): TrafficStream {
  const [own, other] = side === 'initiator' ? [1, 2] : [2, 1];
  return {
    frameId: 0x8000 + own,
    source: Uint8Array.of(2, 0, 0, 0, 0, own),
    destination: Uint8Array.of(2, 0, 0, 0, 0, other),
    vlanTci: undefined,
    frame: (index) => ({
      cSdu: Uint8Array.from({ length: C_SDU }, (_, at) => (index * 31 + at * 7 + own) % 256),
      cycleCounter: (index * 32) % 65536,
      dataStatus: 0x35,
      transferStatus: 0,
    }),
  };
}

export class JudgedBoard {
  readonly side: Side;
  readonly processor: Processor;
  readonly scoreboard: Scoreboard<undefined>;
  readonly #bench: Testbench;
  readonly #load: Load;
  readonly #clock: string;
  readonly #periodNs: number;
  readonly #record: Seen;
  readonly #driver: RelationDriver;
  readonly #stream: TrafficStream;
  /** keys that the hardware took */
  installed = 0;
  #running = false;

  constructor({ bench, simulator, side, clock, periodNs, load, record, replay }: JudgedBoardOptions) {
    this.#bench = bench;
    this.side = side;
    this.#load = load;
    this.#clock = clock;
    this.#periodNs = periodNs;
    this.#record = record;
    this.#stream = streamOf(side);
    this.processor = new Processor(bench, `${side}_`, 0);
    const model = new ReferencePeer(side, SLOTS, { ...this.#settings(), encrypt: true });
    const nothing = (): void => undefined;
    this.scoreboard = new Scoreboard<undefined>(side, model, replay, { onTransmit: nothing, onOutcome: nothing, onSlots: nothing });
    this.#driver = new RecordingDriver(this.processor.page('peer'), (keyId, material, accepted) => this.#key(keyId, material, accepted));
    const sample = traceOf(simulator, side);
    let cycle = 0;
    bench.onEdge((edge) => {
      // what holds after an edge is what the next one catches
      if (edge === clock && this.#running) this.scoreboard.cycle(cycle++, sample());
    });
  }

  /** Ends the reset, sets the peer up, installs the first key; then application, agent and host run as tasks. */
  async start(): Promise<void> {
    const bench = this.#bench;
    // the processing system holds the logic in reset for long
    await bench.tick(8, this.#clock);
    this.processor.release();
    await bench.tick(8, this.#clock);
    this.#running = true;
    await this.#driver.identify({ allowInsecure: true });
    await this.#driver.configure({ ...this.#settings(), counterThreshold: this.#load.rekeyFrames, passTransmitted: true });
    const keys = new KeySchedule(new Uint8Array(32).fill(7));
    const agent =
      this.side === 'initiator'
        ? new InitiatorAgent(this.#driver, keys, { frames: this.#load.rekeyFrames }, () => bench.now)
        : new FollowerAgent(this.#driver, keys);
    await agent.start();
    bench.fork(`${this.side}: agent`, () => this.#serve(agent));
    bench.fork(`${this.side}: host`, () => this.#host());
  }

  /** Hands every payload over, each at its time. */
  async application(): Promise<void> {
    const { frames, interval, hostEvery } = this.#load;
    const begin = this.#bench.now + (this.side === 'follower' ? interval / 3 : 0);
    for (let index = 0; index < frames; index++) {
      const due = begin + index * interval;
      await this.#bench.tick(Math.ceil((due - this.#bench.now) / this.#periodNs), this.#clock);
      const { cSdu, cycleCounter, dataStatus, transferStatus } = this.#stream.frame(index);
      const payload = { cSdu, apduStatus: apduStatusOf(cycleCounter, dataStatus, transferStatus) };
      this.scoreboard.payload(payload);
      await this.#driver.sendPayload(payload);
      this.seen('given', plainFrame(this.#stream, payload));
      if (index % hostEvery === hostEvery - 1) await this.#sendHostFrame(index);
    }
  }

  /** A frame has left the board. */
  sent(frame: Uint8Array, atNs: number): void {
    this.seen('sent', frame, atNs);
    this.scoreboard.sent(frame);
  }

  /** A frame begins to enter the board. */
  arrives(frame: Uint8Array): void {
    this.seen('arrived', frame);
    this.scoreboard.arrived({ frame, origin: undefined, at: 0 });
  }

  statistics(): Promise<Readonly<{ [name: string]: number }>> {
    return this.#driver.statistics();
  }

  async #sendHostFrame(index: number): Promise<void> {
    const { destination, source } = this.#stream;
    const body = Uint8Array.from({ length: HOST_FRAME - 14 }, (_, at) => (index + at) % 256);
    const frame = Uint8Array.from([...destination, ...source, 0x88, 0xb5, ...body]);
    this.scoreboard.hostFrame(frame);
    this.seen('given', frame);
    await this.processor.mailbox('host').send(frame);
  }

  /** Takes the frames that the peer hands to its host. */
  async #host(): Promise<void> {
    const mailbox = this.processor.mailbox('host');
    await mailbox.interruptOnReceive(true);
    for (;;) {
      while (((this.processor.interrupts >> 1) & 1) === 0) await this.#bench.tick(LOOK, this.#clock);
      const frame = await mailbox.receive();
      if (frame === undefined) continue;
      this.seen('delivered', frame);
      this.scoreboard.passed(frame);
    }
  }

  async #serve(agent: InitiatorAgent | FollowerAgent): Promise<void> {
    for (;;) {
      while ((this.processor.interrupts & 1) === 0) await this.#bench.tick(LOOK, this.#clock);
      const interrupts = await this.#driver.takeInterrupts();
      if (interrupts.received)
        for (let payload = await this.#driver.receivePayload(); payload !== undefined; payload = await this.#driver.receivePayload()) {
          this.seen('delivered', plainFrame(streamOf(OTHER[this.side]), payload));
          this.scoreboard.read(payload);
        }
      if (interrupts.request || interrupts.slots || interrupts.counter) await agent.service();
    }
  }

  seen(point: Point, frame: Uint8Array, atNs = this.#bench.now): void {
    this.#record.packets.push({ interface: interfaceOf(this.side, point), timestampNs: BigInt(Math.round(atNs)), data: frame });
  }

  #key(keyId: KeyId, material: SlotMaterial, accepted: boolean): void {
    if (!accepted) return this.scoreboard.push(keyId, copyMaterial(material));
    this.installed++;
    const { transmit, receive } = copyMaterial(material);
    const shared = { atNs: Math.round(this.#bench.now), side: this.side, keyId: formatKeyId(keyId) };
    this.#record.keys.push({ ...shared, use: 'transmit', ...transmit }, { ...shared, use: 'receive', ...receive });
  }

  #settings() {
    const { frameId, source, destination, vlanTci } = this.#stream;
    return {
      encrypt: true,
      vlanTci,
      source,
      destination,
      transmitFrameId: frameId,
      receiveFrameId: streamOf(OTHER[this.side]).frameId,
      passReceived: true,
      obsoleteTimeout: Math.ceil(this.#load.obsoleteTimeout / this.#periodNs),
    };
  }
}

/** Tells of each key before it is pushed, and when it was taken. */
class RecordingDriver extends RelationDriver {
  readonly #onKey: (keyId: KeyId, material: SlotMaterial, accepted: boolean) => void;

  constructor(
    space: ConstructorParameters<typeof RelationDriver>[0],
    onKey: (keyId: KeyId, material: SlotMaterial, accepted: boolean) => void,
  ) {
    super(space);
    this.#onKey = onKey;
  }

  override async pushKey(keyId: KeyId, material: SlotMaterial): Promise<'accepted' | 'refused'> {
    this.#onKey(keyId, material, false);
    const result = await super.pushKey(keyId, material);
    if (result === 'accepted') this.#onKey(keyId, material, true);
    return result;
  }
}

const TRACES = [
  'provider_states',
  'consumer_states',
  'transmit',
  'receive',
  'deliver',
  'push_accepted',
  'push_refused',
  'cancel_accepted',
  'cancel_refused',
  'erased',
] as const;

/** Looks at the trace ports of the peer within its top, which lead nowhere there: all at once, since that is done in every cycle. */
function traceOf({ design: { netlist, layout }, trace }: WasmSimulator, side: Side): () => Trace {
  const addresses = TRACES.map((name) => {
    const index = netlist.wires.findIndex((wire) => wire.name === `${side}.peer.trace_${name}`);
    const slot = layout.wires[index];
    if (slot === undefined) throw new RangeError(`the design has no trace ${name}`);
    return slot.address;
  });
  return () => {
    const view = trace();
    const [provider = 0, consumer = 0, ...events] = addresses.map((address) => view.getUint32(address, true));
    const [transmit, receive, deliver, pushAccepted, pushRefused, cancelAccepted, cancelRefused, erased] = events;
    return {
      provider,
      consumer,
      transmit: transmit === 1,
      receive: receive === 1,
      deliver: deliver === 1,
      pushAccepted: pushAccepted === 1,
      pushRefused: pushRefused === 1,
      cancelAccepted: cancelAccepted === 1,
      cancelRefused: cancelRefused === 1,
      erased: erased === 1,
    };
  };
}
