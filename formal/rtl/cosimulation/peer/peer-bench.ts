/** A whole peer alone: what software does with it, and frames of it and of its other end. */
import assert from 'node:assert/strict';
import type { WasmDesign } from '../../../../hdl-gen/sim/wasm/compile.ts';
import type { Role } from '../../../../spec/peer-rules.ts';
import { CANCEL, ERASE_ALL, fieldOf, fieldValue, REGISTERS, type RegisterName } from '../../../../spec/registers.ts';
import { WireBench } from '../wire-bench.ts';
import { type DirectionKey, frameOnWire, type Material, materialOf, octets, type WireFrame } from './frames.ts';

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

export class PeerBench extends WireBench<Trace> {
  readonly role: Role;
  #settings: SetUp = USUAL;

  /** @param start values of registers at power-up, which then takes the place of the reset */
  constructor(design: WasmDesign, role: Role, start?: Readonly<Record<string, bigint>>) {
    super(design, TRACES, start);
    this.role = role;
  }

  /** Both views as letters, provider first: `AP/AP`. */
  get views(): string {
    const view = (port: string): string => {
      const { width, value } = this.output(port);
      return Array.from({ length: width / 2 }, (_, slot) => 'UPAO'[(value >> (2 * slot)) & 3]).join('');
    };
    return `${view('trace_provider_states')}/${view('trace_consumer_states')}`;
  }

  /** currentKeyId and nextKeyId of the next frame. */
  get keyIds(): readonly [current: number, next: number] {
    return [this.output('trace_current_key_id').value, this.output('trace_next_key_id').value];
  }

  // ---- registers

  read(register: RegisterName | number): number {
    const { response, value } = this.readAt(offsetOf(register));
    assert.equal(response, 0, `read of ${register}`);
    return value;
  }

  write(register: RegisterName | number, value: number): void {
    assert.equal(this.writeAt(offsetOf(register), value), 0, `write of ${register}`);
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

  /** A frame comes in whole, and is dealt with. */
  receive(frame: Uint8Array): void {
    this.arrive(frame);
    this.settle();
  }

  /** Until everything that came in is dealt with. */
  settle(): void {
    this.allArrive();
    this.until('an opener that is idle', () => this.peek('descriptors.to_valid') === 0n);
    this.step(8);
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

function offsetOf(register: RegisterName | number): number {
  return typeof register === 'number' ? register : REGISTERS[register].offset;
}

function littleEndian(bytes: Uint8Array, at: number): number {
  return bytes.subarray(at, at + 4).reduceRight((word, octet) => word * 256 + octet, 0);
}
