/** A whole peer alone: its registers over AXI4-Lite, frames into and out of its streams, and what its trace ports say. */
import assert from 'node:assert/strict';
import type { InputPort, OutputPort } from '../../../../hdl-gen/sim/simulator.ts';
import { compileToWasm, type WasmDesign } from '../../../../hdl-gen/sim/wasm/compile.ts';
import { simulateWasm, type WasmSimulator } from '../../../../hdl-gen/sim/wasm/simulator.ts';
import type { Role } from '../../../../spec/peer-rules.ts';
import { CANCEL, ERASE_ALL, fieldOf, fieldValue, REGISTERS, type RegisterName } from '../../../../spec/registers.ts';
import { type DirectionKey, frameOnWire, type Material, materialOf, octets, type WireFrame } from './frames.ts';

export const SLVERR = 2;
/** Cycles within which the hardware answers, or hangs. */
const PATIENCE = 10_000;

/** A frame as it left, with the cycles of its first and last octet. */
export interface Seen {
  readonly octets: Uint8Array;
  readonly from: number;
  readonly to: number;
}

const TRACES = [
  'transmit',
  'receive',
  'deliver',
  'push_accepted',
  'push_refused',
  'cancel_accepted',
  'cancel_refused',
  'stalled',
  'erased',
] as const;
export type Trace = (typeof TRACES)[number];

/** The settings that `setUp` writes unless others are given; each octet another one. */
const OWN = [0x02, 0x13, 0x24, 0x35, 0x46, 0x57];
const OTHER = [0x0a, 0x9b, 0x8c, 0x7d, 0x6e, 0x5f];
const TCI = 0xc123;
const TRANSMIT_ID = 0x8234;
const RECEIVE_ID = 0x9b5a;

export interface SetUp {
  readonly profile: WireFrame['profile'];
  readonly encrypt: boolean;
  readonly tagged: boolean;
  readonly passReceived: boolean;
  readonly passTransmitted: boolean;
  readonly obsoleteTimeout: number;
  readonly counterThreshold: number;
  readonly interruptEnable: number;
}

const USUAL: SetUp = {
  profile: 'paper',
  encrypt: true,
  tagged: true,
  passReceived: true,
  passTransmitted: true,
  obsoleteTimeout: 500,
  counterThreshold: 0,
  interruptEnable: 0xf,
};

export class PeerBench {
  readonly role: Role;
  readonly simulator: WasmSimulator;
  readonly sent: Seen[] = [];
  readonly passed: Seen[] = [];
  /** cycles in which a trace port was 1 */
  readonly traced: Readonly<Record<Trace, number[]>> = {
    transmit: [],
    receive: [],
    deliver: [],
    push_accepted: [],
    push_refused: [],
    cancel_accepted: [],
    cancel_refused: [],
    stalled: [],
    erased: [],
  };
  cycle = 0;
  /** whether the wire takes an octet in a cycle */
  wireReady: (cycle: number) => boolean = () => true;
  hostReady: (cycle: number) => boolean = () => true;
  #settings: SetUp = USUAL;
  #arriving: (readonly [octet: number, last: boolean] | undefined)[] = [];
  #arrived = 0;
  readonly #fromHost: (readonly [octet: number, last: boolean])[] = [];
  readonly #tx = new Collector();
  readonly #hostRx = new Collector();
  readonly #in: (name: string) => InputPort;
  readonly #out: (name: string) => OutputPort;

  /** @param start values of registers at power-up, which then takes the place of the reset */
  constructor(design: WasmDesign, role: Role, start?: Readonly<Record<string, bigint>>) {
    this.role = role;
    this.simulator = simulateWasm(start === undefined ? design : startedAt(design, start));
    const port =
      <P>(ports: ReadonlyMap<string, P>) =>
      (name: string): P => {
        const found = ports.get(name);
        if (found === undefined) throw new RangeError(`the peer has no port ${name}; there are ${[...ports.keys()].join(', ')}`);
        return found;
      };
    this.#in = port(this.simulator.inputs);
    this.#out = port(this.simulator.outputs);
    if (start === undefined) {
      this.#in('rst').value = 1;
      this.simulator.step(2);
      this.#in('rst').value = 0;
    }
  }

  // ---- time

  step(cycles = 1): void {
    for (let count = 0; count < cycles; count++) this.#step();
  }

  until(what: string, holds: () => boolean): void {
    for (let waited = 0; !holds(); waited++) {
      assert.ok(waited < PATIENCE, `${what}: nothing within ${PATIENCE} cycles`);
      this.step();
    }
  }

  #step(): void {
    const arriving = this.#arriving[this.#arrived];
    if (this.#arrived < this.#arriving.length) this.#arrived++;
    offer(this.#in, 'rx', arriving);
    offer(this.#in, 'host_tx', this.#fromHost[0]);
    this.#in('tx_ready').value = Number(this.wireReady(this.cycle));
    this.#in('host_rx_ready').value = Number(this.hostReady(this.cycle));
    this.simulator.step();
    if (this.#fromHost.length > 0 && this.#out('host_tx_ready').sampled === 1) this.#fromHost.shift();
    for (const [collector, port, list] of [
      [this.#tx, 'tx', this.sent],
      [this.#hostRx, 'host_rx', this.passed],
    ] as const) {
      const taken = this.#out(`${port}_valid`).sampled === 1 && this.#in(`${port}_ready`).value === 1;
      const frame = taken && collector.take(this.cycle, this.#out(`${port}_data`).sampled, this.#out(`${port}_last`).sampled === 1);
      if (frame) list.push(frame);
    }
    for (const trace of TRACES) if (this.#out(`trace_${trace}`).sampled === 1) this.traced[trace].push(this.cycle);
    this.cycle++;
  }

  get irq(): number {
    return this.#out('irq').value;
  }

  /** Both views as letters, provider first: `AP/AP`. */
  get views(): string {
    const view = (port: string): string => {
      const { width, value } = this.#out(port);
      return Array.from({ length: width / 2 }, (_, slot) => 'UPAO'[(value >> (2 * slot)) & 3]).join('');
    };
    return `${view('trace_provider_states')}/${view('trace_consumer_states')}`;
  }

  /** currentKeyId and nextKeyId of the next frame. */
  get keyIds(): readonly [current: number, next: number] {
    return [this.#out('trace_current_key_id').value, this.#out('trace_next_key_id').value];
  }

  /** A register or wire inside. */
  peek(name: string): bigint {
    const value = this.simulator.peek?.(name);
    if (value === undefined) throw new RangeError(`nothing to see of ${name}`);
    return value;
  }

  // ---- registers

  read(register: RegisterName | number): number {
    const { response, value } = this.readAt(offsetOf(register));
    assert.equal(response, 0, `read of ${register}`);
    return value;
  }

  readAt(offset: number): { readonly response: number; readonly value: number } {
    this.#in('s_axi_araddr').value = offset;
    this.#in('s_axi_arvalid').value = 1;
    this.#stepUntil('s_axi_arready');
    this.#in('s_axi_arvalid').value = 0;
    // the master takes some answers at once, and lets others wait
    this.step(this.cycle % 3);
    this.#in('s_axi_rready').value = 1;
    this.#stepUntil('s_axi_rvalid');
    this.#in('s_axi_rready').value = 0;
    return { response: this.#out('s_axi_rresp').sampled, value: this.#out('s_axi_rdata').sampled };
  }

  write(register: RegisterName | number, value: number): void {
    assert.equal(this.writeAt(offsetOf(register), value), 0, `write of ${register}`);
  }

  /** @returns the response; address and data come together, or one before the other */
  writeAt(offset: number, value: number, strobe = 0xf): number {
    const [address, data] = [this.#in('s_axi_awvalid'), this.#in('s_axi_wvalid')];
    this.#in('s_axi_awaddr').value = offset;
    this.#in('s_axi_wdata').value = value >>> 0;
    this.#in('s_axi_wstrb').value = strobe;
    const first = this.cycle % 3;
    address.value = Number(first !== 1);
    data.value = Number(first !== 2);
    for (let beat = 0; beat < 2; beat++) {
      this.step();
      if (address.value === 1 && this.#out('s_axi_awready').sampled === 1) address.value = 0;
      if (data.value === 1 && this.#out('s_axi_wready').sampled === 1) data.value = 0;
      if (beat === 0 && first === 1) address.value = 1;
      if (beat === 0 && first === 2) data.value = 1;
    }
    assert.equal(address.value + data.value, 0, 'address and data are taken at once while no write is under way');
    this.#in('s_axi_wdata').value = 0;
    this.step(this.cycle % 2);
    this.#in('s_axi_bready').value = 1;
    this.#stepUntil('s_axi_bvalid');
    this.#in('s_axi_bready').value = 0;
    return this.#out('s_axi_bresp').sampled;
  }

  #stepUntil(handshake: string): void {
    for (let waited = 0; ; waited++) {
      assert.ok(waited < 20, `${handshake}: nothing within 20 cycles`);
      this.step();
      if (this.#out(handshake).sampled === 1) return;
    }
  }

  // ---- what software does

  setUp(changes: Partial<SetUp> = {}): void {
    this.#settings = { ...USUAL, ...changes };
    const { profile, encrypt, tagged, passReceived, passTransmitted, obsoleteTimeout, counterThreshold, interruptEnable } = this.#settings;
    const word = (list: readonly number[], from: number, to: number): number =>
      list.slice(from, to).reduce((sum, octet) => sum * 256 + octet, 0);
    this.write('destinationHigh', word(OTHER, 0, 2));
    this.write('destinationLow', word(OTHER, 2, 6));
    this.write('sourceHigh', word(OWN, 0, 2));
    this.write('sourceLow', word(OWN, 2, 6));
    this.write('vlanTci', TCI);
    this.write('transmitFrameId', TRANSMIT_ID);
    this.write('receiveFrameId', RECEIVE_ID);
    this.write('obsoleteTimeout', obsoleteTimeout);
    this.write('counterThreshold', counterThreshold);
    this.write('interruptEnable', interruptEnable);
    const bits = [true, encrypt, tagged, passReceived, passTransmitted, profile === 'std'];
    this.write(
      'control',
      bits.reduce((sum, on, bit) => sum + (on ? 2 ** bit : 0), 0),
    );
  }

  stage({ transmit, receive }: Material): void {
    for (const [name, { key, iv }] of [
      ['transmit', transmit],
      ['receive', receive],
    ] as const) {
      const words = (register: RegisterName, bytes: Uint8Array): void => {
        for (let at = 0; at < bytes.length; at += 4) this.write(REGISTERS[register].offset + at, littleEndian(bytes, at));
      };
      words(`${name}Key`, key);
      words(`${name}Iv`, iv);
    }
  }

  push(keyId: number, material = materialOf(keyId)): 'accepted' | 'refused' {
    this.stage(material);
    this.write('keyPush', keyId);
    return this.#result('pushResult');
  }

  cancel(): 'accepted' | 'refused' {
    this.write('cancel', CANCEL);
    return this.#result('cancelResult');
  }

  #result(register: RegisterName): 'accepted' | 'refused' {
    let result = 0;
    this.until(register, () => {
      result = this.read(register);
      return result !== 0;
    });
    return result === 1 ? 'accepted' : 'refused';
  }

  eraseAll(): void {
    this.write('eraseAll', ERASE_ALL);
    this.until('the erase', () => !this.erasing);
  }

  get erasing(): boolean {
    return fieldValue(fieldOf(REGISTERS.status, 'erasing'), this.read('status')) === 1;
  }

  /** Writes a record into the TX FIFO. */
  record(cSdu: Uint8Array, status: readonly number[]): void {
    this.write('transmitData', cSdu.length);
    this.write('transmitData', littleEndian(Uint8Array.from(status.toReversed()), 0));
    for (let at = 0; at < cSdu.length; at += 4) this.write('transmitData', littleEndian(cSdu, at));
  }

  /** Reads a record from the RX FIFO. */
  payload(): { readonly cSdu: Uint8Array; readonly status: readonly number[] } {
    const length = this.read('receiveData');
    assert.ok(length > 0 && length <= 1440, `a record begins with its length, found ${length}`);
    const words = Array.from({ length: Math.ceil(length / 4) }, () => this.read('receiveData'));
    const status = this.read('receiveData');
    const all = words.flatMap((word) => [0, 8, 16, 24].map((by) => (word >>> by) & 0xff));
    assert.ok(
      all.slice(length).every((octet) => octet === 0),
      'nothing stands behind the C_SDU',
    );
    return { cSdu: Uint8Array.from(all.slice(0, length)), status: [24, 16, 8, 0].map((by) => (status >>> by) & 0xff) };
  }

  // ---- the wire

  /** Octets on their way in; undefined is a pause. */
  arrive(frame: Uint8Array, pauseEvery = 0): void {
    frame.forEach((octet, index) => {
      if (pauseEvery > 0 && index % pauseEvery === 0) this.#arriving.push(undefined);
      this.#arriving.push([octet, index === frame.length - 1]);
    });
  }

  /** A frame comes in whole, and is dealt with. */
  receive(frame: Uint8Array): void {
    this.arrive(frame);
    this.settle();
  }

  /** Until everything that came in is dealt with. */
  settle(): void {
    this.step(this.#arriving.length - this.#arrived);
    [this.#arriving, this.#arrived] = [[], 0];
    this.until('an opener that is idle', () => this.peek('descriptors.read_valid') === 0n);
    this.step(8);
  }

  fromHost(frame: Uint8Array): void {
    frame.forEach((octet, index) => {
      this.#fromHost.push([octet, index === frame.length - 1]);
    });
  }

  get hostWaits(): number {
    return this.#fromHost.length;
  }

  /** A frame of this peer, as its settings have it. */
  own(fields: Pick<WireFrame, 'current' | 'next' | 'counter' | 'cSdu' | 'status'>, key?: DirectionKey): Uint8Array {
    const { profile, encrypt, tagged } = this.#settings;
    const frame = { ...fields, profile, destination: OTHER, source: OWN, tci: tagged ? TCI : undefined, frameId: TRANSMIT_ID, encrypt };
    return frameOnWire(frame, key ?? materialOf(fields.current).transmit);
  }

  /** A frame of the other peer; tagged when its counter is odd. */
  theirs(fields: Pick<WireFrame, 'current' | 'next' | 'counter'> & Partial<WireFrame>, key?: DirectionKey): Uint8Array {
    const usual = { cSdu: octets(40, 7 + fields.counter), status: [...octets(4, 9 + fields.counter)] };
    const frame = { destination: OWN, source: OTHER, tci: fields.counter % 2 === 1 ? 0 : undefined, frameId: RECEIVE_ID, ...usual };
    const { profile, encrypt } = this.#settings;
    return frameOnWire({ ...frame, profile, encrypt, ...fields }, key ?? materialOf(fields.current).receive);
  }

  /**
   * The whole rekey from one KeyId to the next, by Push and two frames of the other peer: the first has seen the new key
   * announced or ready, the second is sent under it and has counter 1.
   */
  rekey(from: number, to: number, counter: number): void {
    assert.equal(this.push(to), 'accepted');
    this.receive(this.theirs({ current: from, next: to, counter }));
    this.receive(this.theirs({ current: to, next: to, counter: 1 }));
  }
}

class Collector {
  #octets: number[] = [];
  #from = 0;

  take(cycle: number, octet: number, last: boolean): Seen | undefined {
    if (this.#octets.length === 0) this.#from = cycle;
    this.#octets.push(octet);
    if (!last) return undefined;
    const frame = { octets: Uint8Array.from(this.#octets), from: this.#from, to: cycle };
    this.#octets = [];
    return frame;
  }
}

function startedAt({ netlist }: WasmDesign, start: Readonly<Record<string, bigint>>): WasmDesign {
  const unknown = Object.keys(start).find((name) => !netlist.registers.some((register) => register.name === name));
  if (unknown !== undefined) throw new RangeError(`${netlist.name} has no register ${unknown}`);
  return compileToWasm({ ...netlist, registers: netlist.registers.map((one) => ({ ...one, init: start[one.name] ?? one.init })) });
}

function offer(port: (name: string) => InputPort, stream: string, beat: readonly [octet: number, last: boolean] | undefined): void {
  port(`${stream}_valid`).value = beat === undefined ? 0 : 1;
  // what stands on a stream that offers nothing means nothing
  port(`${stream}_data`).value = beat?.[0] ?? 0xa5;
  port(`${stream}_last`).value = Number(beat?.[1] ?? true);
}

function offsetOf(register: RegisterName | number): number {
  return typeof register === 'number' ? register : REGISTERS[register].offset;
}

function littleEndian(bytes: Uint8Array, at: number): number {
  return bytes.subarray(at, at + 4).reduceRight((word, octet) => word * 256 + octet, 0);
}
