/** One board of two under load: its application, its agent and its host, the reference model beside it, and what the judge is shown. */
import type { OutputPort, Simulator } from '../../../hdl-gen/sim/simulator.ts';
import { Clock } from '../../../hdl-gen/sim/testbench.ts';
import type { WasmSimulator } from '../../../hdl-gen/sim/wasm/simulator.ts';
import type { Testbench } from '../../../hdl-gen/testbench/index.ts';
import type { InstalledKey } from '../../../judge/key-log.ts';
import type { Packet } from '../../../judge/observation.ts';
import { interfaceOf, OTHER, type Point, type Side } from '../../../judge/points.ts';
import { StationScoreboard } from '../../../sim/station-scoreboard.ts';
import { StationTrace } from '../../../sim/station-trace.ts';
import { plainFrame, type TrafficStream } from '../../../sim/traffic/traffic.ts';
import { formatKeyId, type KeyId } from '../../../spec/key-id.ts';
import { STATION_REGISTERS } from '../../../spec/station-registers.ts';
import { RelationDriver } from '../../../sw/control-plane/driver.ts';
import { FollowerAgent } from '../../../sw/control-plane/follower.ts';
import { InitiatorAgent } from '../../../sw/control-plane/initiator.ts';
import { StationDriver } from '../../../sw/control-plane/station-driver.ts';
import { apduStatusOf } from '../../../sw/frame/secured-frame.ts';
import { KeySchedule } from '../../../sw/keys/key-schedule.ts';
import { copyMaterial, type SlotMaterial } from '../../../sw/keys/material.ts';
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
  readonly scoreboard: StationScoreboard<undefined>;
  readonly #bench: Testbench;
  readonly #load: Load;
  readonly #clock: string;
  readonly #periodNs: number;
  readonly #record: Seen;
  readonly #station: StationDriver;
  readonly #driver: RelationDriver;
  readonly #stream: TrafficStream;
  /** keys that the hardware took */
  installed = 0;
  /** of its slots, which the hardware has shown */
  changes = 0;
  /** in which a record waited for its key, longer than others do */
  stalledCycles = 0;
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
    const logic = new Clock();
    this.scoreboard = new StationScoreboard<undefined>({
      hardware: { role: side, slots: SLOTS, relations: 1 },
      clock: logic,
      relations: [this.#settings()],
      trace: traceOf(simulator, side),
      onSent: () => undefined,
      onSlotsShown: () => {
        this.changes++;
      },
      onStalled: () => {
        this.stalledCycles++;
      },
      replay,
    });
    this.#station = new StationDriver(this.processor.page('peer'));
    this.#driver = new RecordingDriver(this.processor.page('peer'), (keyId, material, accepted) => this.#key(keyId, material, accepted));
    bench.onEdge((edge) => {
      // what holds after an edge is what the next one catches
      if (edge !== clock || !this.#running) return;
      this.scoreboard.sample(logic.cycle, 1);
      logic.skip(1);
    });
  }

  /** Ends the reset, sets the station up, installs the first key; then application, agent and host run as tasks. */
  async start(): Promise<void> {
    const bench = this.#bench;
    // the processing system holds the logic in reset for long
    await bench.tick(8, this.#clock);
    this.#running = true;
    await this.processor.boot();
    await this.#station.identify({ allowInsecure: true });
    await this.#station.configure(0, { ...this.#settings(), counterThreshold: this.#load.rekeyFrames, passTransmitted: true });
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
      this.scoreboard.give(0, payload);
      await this.#driver.sendPayload(payload);
      this.seen('given', plainFrame(this.#stream, payload));
      if (index % hostEvery === hostEvery - 1) await this.#sendHostFrame(index);
    }
  }

  /** A frame has left the board. */
  sent(frame: Uint8Array, atNs: number): void {
    this.seen('sent', frame, atNs);
    this.scoreboard.left(frame, 0);
  }

  /** A frame begins to enter the board. */
  arrives(frame: Uint8Array): void {
    this.seen('arrived', frame);
    this.scoreboard.taken({ frame, origin: undefined, at: 0 });
  }

  statistics(): Promise<Readonly<{ [name: string]: number }>> {
    return this.#driver.statistics();
  }

  /** Records that were thrown away. */
  framesRefused(): Promise<number> {
    return this.processor.page('peer').read32(STATION_REGISTERS.framesRefused.offset);
  }

  /** Everything that was given or has arrived has come to its end, and was read; the slots are what is left of it. */
  async finish(): Promise<void> {
    const { provider, consumer } = await this.#driver.status();
    const { providerView, consumerView } = this.scoreboard.model.relation(0);
    this.scoreboard.compare('slots at the end', { provider, consumer }, { provider: providerView, consumer: consumerView });
    this.scoreboard.compare('everything at its end', true, this.scoreboard.idle);
    this.scoreboard.compare('payloads to read', 0, this.scoreboard.unread);
  }

  async #sendHostFrame(index: number): Promise<void> {
    const { destination, source } = this.#stream;
    const body = Uint8Array.from({ length: HOST_FRAME - 14 }, (_, at) => (index + at) % 256);
    const frame = Uint8Array.from([...destination, ...source, 0x88, 0xb5, ...body]);
    this.scoreboard.giveHost(frame);
    this.seen('given', frame);
    await this.processor.mailbox('host').send(frame);
  }

  /** Takes the frames that the station hands to its host. */
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
      const interrupts = (await this.#station.takeEvent())?.interrupts;
      if (interrupts?.received)
        for (let payload = await this.#driver.receivePayload(); payload !== undefined; payload = await this.#driver.receivePayload()) {
          this.seen('delivered', plainFrame(streamOf(OTHER[this.side]), payload));
          this.scoreboard.read({ relation: 0, payload });
        }
      if (interrupts?.request || interrupts?.slots || interrupts?.counter) await agent.service();
    }
  }

  seen(point: Point, frame: Uint8Array, atNs = this.#bench.now): void {
    this.#record.packets.push({ interface: interfaceOf(this.side, point), timestampNs: BigInt(Math.round(atNs)), data: frame });
  }

  #key(keyId: KeyId, material: SlotMaterial, accepted: boolean): void {
    if (!accepted) return this.scoreboard.pushing(keyId, copyMaterial(material));
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

/** Looks at the trace ports of the station within its top, which lead nowhere there. What holds after an edge is what the next one catches. */
function traceOf({ design: { netlist, layout }, trace }: WasmSimulator, side: Side): StationTrace {
  const prefix = `${side}.peer.`;
  const ports = netlist.wires.flatMap(({ name = '' }, index): [string, OutputPort][] => {
    const slot = name.startsWith(`${prefix}trace_`) ? layout.wires[index] : undefined;
    if (slot === undefined) return [];
    const own = name.slice(prefix.length);
    return [
      [
        own,
        {
          name: own,
          get sampled() {
            return trace().getUint32(slot.address, true);
          },
        } as OutputPort,
      ],
    ];
  });
  return new StationTrace({ outputs: new Map(ports) } as unknown as Simulator);
}
