/** A whole station alone: what software does with it, and frames of it and of those at the other ends of its relations. */
import assert from 'node:assert/strict';
import type { WasmDesign } from '../../../../hdl-gen/sim/wasm/compile.ts';
import { IMAGE_REGISTERS, type ImageRegisterName } from '../../../../spec/image-registers.ts';
import type { Role } from '../../../../spec/peer-rules.ts';
import { CANCEL, ERASE_ALL, fieldOf, fieldValue, REGISTERS, type RegisterName } from '../../../../spec/registers.ts';
import { PAGE_OCTETS, STATION_REGISTERS, type StationRegisterName } from '../../../../spec/station-registers.ts';
import { type DirectionKey, frameOnWire, materialOf, octets, type WireFrame } from '../peer/frames.ts';
import { WireBench } from '../wire-bench.ts';

/** Relations of the station that is checked: two bits number them, and one number is none's. */
export const RELATIONS = 3;

const TRACES = [
  'transmit',
  'refused',
  'receive',
  'deliver',
  'push_accepted',
  'push_refused',
  'cancel_accepted',
  'cancel_refused',
  'erased',
  'published',
  'taken',
  'image',
  'came',
  'acquired',
] as const;
export type Trace = (typeof TRACES)[number];

/** The port that names the relation of an event, and whether it is 0 where there is none. */
const NAMED_BY = [
  { port: 'trace_transmit_relation', traces: ['transmit', 'refused'], isZeroElse: true },
  { port: 'trace_receive_relation', traces: ['receive'], isZeroElse: true },
  {
    port: 'trace_command_relation',
    traces: ['push_accepted', 'push_refused', 'cancel_accepted', 'cancel_refused', 'erased'],
    isZeroElse: false,
  },
  { port: 'trace_image_relation', traces: ['published', 'taken'], isZeroElse: false },
  { port: 'trace_consumer_relation', traces: ['came', 'acquired'], isZeroElse: false },
] as const satisfies readonly { readonly port: string; readonly traces: readonly Trace[]; readonly isZeroElse: boolean }[];

const OWN = [0x02, 0x13, 0x24, 0x35, 0x46, 0x57];

/** What a station that has images is generated with: units of 250.25 cycles. */
export const WITH_IMAGES = { imageWords: 96, clockHz: 8_008_000 } as const;
export const UNIT_CYCLES = 250.25;

/** The registers of a page. */
export type StationRegister = RegisterName | StationRegisterName | ImageRegisterName;

/** How the frames of a relation are: no two alike in any number, and no two flags alike in all three. */
export interface Settings {
  readonly other: readonly number[];
  readonly profile: WireFrame['profile'];
  readonly encrypt: boolean;
  readonly tci: number | undefined;
  readonly transmitFrameId: number;
  readonly receiveFrameId: number;
}

export const SETTINGS: readonly Settings[] = [
  {
    other: [0x0a, 0x9b, 0x8c, 0x7d, 0x6e, 0x5f],
    profile: 'paper',
    encrypt: true,
    tci: 0xc123,
    transmitFrameId: 0x8234,
    receiveFrameId: 0x8155,
  },
  {
    other: [0x1a, 0x2b, 0x3c, 0x4d, 0x5e, 0x6f],
    profile: 'std',
    encrypt: false,
    tci: undefined,
    transmitFrameId: 0x8765,
    receiveFrameId: 0x87ff,
  },
  {
    other: [0xfa, 0xeb, 0xdc, 0xcd, 0xbe, 0xaf],
    profile: 'std',
    encrypt: true,
    tci: undefined,
    transmitFrameId: 0x9abc,
    receiveFrameId: 0x8000,
  },
];

/** Of the control register. */
export const CONTROL = { enable: 1, encrypt: 2, tagged: 4, passReceived: 8, passTransmitted: 16, std: 32 } as const;

export class StationBench extends WireBench<Trace> {
  readonly role: Role;
  /** words of the memory of images */
  readonly imageWords: number;
  /** the relations that were named with each event of a trace */
  readonly named = Object.fromEntries(TRACES.map((trace) => [trace, []])) as unknown as Readonly<Record<Trace, number[]>>;
  /** the unit of each image that was taken */
  readonly units: number[] = [];
  readonly #naming = NAMED_BY.map(({ port, traces, isZeroElse }) => ({
    name: port,
    relation: this.output(port),
    events: traces.map((trace) => ({ trace, port: this.output(`trace_${trace}`) })),
    isZeroElse,
  }));
  readonly #stalled = this.output('trace_stalled');
  readonly #taken = this.output('trace_taken');
  readonly #unit = this.output('trace_unit');

  /** Resets the station, and waits until its memories are empty. */
  constructor(design: WasmDesign, role: Role, imageWords = 0) {
    super(design, TRACES);
    this.role = role;
    this.imageWords = imageWords;
    this.until('memories that are empty', () => this.output('ready').value === 1);
  }

  protected override tick(): void {
    super.tick();
    for (const { name, relation, events, isZeroElse } of this.#naming) {
      const seen = events.filter(({ port }) => port.sampled === 1);
      for (const { trace } of seen) this.named[trace].push(relation.sampled);
      assert.ok(!isZeroElse || seen.length > 0 || relation.sampled === 0, `${name} is ${relation.sampled} in a cycle without its events`);
    }
    assert.equal(this.#stalled.sampled, 0, 'a record waits for its key');
    if (this.#taken.sampled === 1) this.units.push(this.#unit.sampled);
  }

  // ---- registers

  read(page: number, register: StationRegister | number): number {
    const { response, value } = this.readAt(addressOf(page, register));
    assert.equal(response, 0, `read of ${register} in page ${page}`);
    return value;
  }

  write(page: number, register: StationRegister | number, value: number): void {
    assert.equal(this.tryWrite(page, register, value), 0, `write of ${register} in page ${page}`);
  }

  /** @returns the response */
  tryWrite(page: number, register: StationRegister | number, value: number, strobe = 0xf): number {
    return this.writeAt(addressOf(page, register), value, strobe);
  }

  // ---- what software does

  /** Configures every relation, and the station. */
  setUp(obsoleteTimeout = 500, pass: number = CONTROL.passReceived): void {
    this.write(0, 'sourceHigh', wordOf(OWN, 0, 2));
    this.write(1, 'sourceLow', wordOf(OWN, 2, 6));
    this.write(2, 'obsoleteTimeout', obsoleteTimeout);
    this.write(1, 'interruptEnable', 0xf);
    for (const [page, settings] of SETTINGS.entries()) this.configure(page, settings, pass);
  }

  configure(page: number, { other, profile, encrypt, tci, transmitFrameId, receiveFrameId }: Settings, pass = 0): void {
    this.write(page, 'destinationHigh', wordOf(other, 0, 2));
    this.write(page, 'destinationLow', wordOf(other, 2, 6));
    this.write(page, 'vlanTci', tci ?? 0xffff);
    this.write(page, 'transmitFrameId', transmitFrameId);
    this.write(page, 'receiveFrameId', receiveFrameId);
    const flags: readonly (readonly [keyof typeof CONTROL, boolean])[] = [
      ['enable', true],
      ['encrypt', encrypt],
      ['tagged', tci !== undefined],
      ['std', profile === 'std'],
    ];
    this.write(
      page,
      'control',
      flags.reduce((sum, [name, on]) => sum + (on ? CONTROL[name] : 0), pass),
    );
  }

  stage(page: number, material: Material): void {
    for (const [register, value] of stagedWords(material)) this.write(page, register, value);
  }

  push(page: number, keyId: number, material = materialFor(page, keyId)): 'accepted' | 'refused' {
    this.stage(page, material);
    this.write(page, 'keyPush', keyId);
    const result = this.result(page, 'pushResult');
    if (result === 'accepted') this.#showsChanged(page);
    return result;
  }

  /** The slots that changed last are those of the page, as its status has them. */
  #showsChanged(page: number): void {
    const status = this.read(page, 'status');
    const field = (name: string): number => fieldValue(fieldOf(REGISTERS.status, name), status);
    const changed = (name: string): number => this.output(`trace_changed_${name}`).sampled;
    assert.equal(changed('relation'), page, 'relation whose slots changed');
    assert.deepEqual(
      [changed('provider_states'), changed('consumer_states'), changed('current_key_id'), changed('next_key_id')],
      [field('providerStates'), field('consumerStates'), field('currentKeyId'), field('nextKeyId')],
    );
  }

  cancel(page: number): 'accepted' | 'refused' {
    this.write(page, 'cancel', CANCEL);
    return this.result(page, 'cancelResult');
  }

  result(page: number, register: 'pushResult' | 'cancelResult'): 'accepted' | 'refused' {
    let result = 0;
    this.until(register, () => {
      result = this.read(page, register);
      return result !== 0;
    });
    return result === 1 ? 'accepted' : 'refused';
  }

  eraseAll(page: number): void {
    this.write(page, 'eraseAll', ERASE_ALL);
    this.until('the erase', () => !this.erasing(page));
  }

  erasing(page: number): boolean {
    return fieldValue(fieldOf(REGISTERS.status, 'erasing'), this.read(page, 'status')) === 1;
  }

  /** All that the staging registers hold, as one number. */
  get staged(): bigint {
    return stagedWords(materialOf(0))
      .map(([offset]) => this.peek(`registers.${stagingName(offset)}`))
      .reduce((all, word) => all | word, 0n);
  }

  /** Writes a record into the TX FIFO. */
  record(page: number, cSdu: Uint8Array, status: readonly number[]): void {
    for (const word of recordOf(cSdu, status)) this.write(page, 'transmitData', word);
  }

  /** Reads a record from the RX FIFO. */
  payload(page: number): { readonly cSdu: Uint8Array; readonly status: readonly number[] } {
    const length = this.read(page, 'receiveData');
    assert.ok(length > 0 && length <= 1440, `a record begins with its length, found ${length}`);
    const words = Array.from({ length: Math.ceil(length / 4) }, () => this.read(page, 'receiveData'));
    const status = this.read(page, 'receiveData');
    const all = words.flatMap((word) => [0, 8, 16, 24].map((by) => (word >>> by) & 0xff));
    return { cSdu: Uint8Array.from(all.slice(0, length)), status: [24, 16, 8, 0].map((by) => (status >>> by) & 0xff) };
  }

  /** The relation of the oldest record in the RX FIFO. */
  get receiving(): number | undefined {
    const word = this.read(0, 'receiveRelation');
    const { fields } = STATION_REGISTERS.receiveRelation;
    assert.equal(word & 0xfffe_ff00, 0);
    return fieldValue(fields[1], word) === 1 ? fieldValue(fields[0], word) : undefined;
  }

  /** Takes an event; undefined where none waits. */
  event(): { readonly relation: number; readonly interrupts: number } | undefined {
    const word = this.read(this.cycle % RELATIONS, 'event');
    if (word === 0) return undefined;
    assert.equal(word >>> 13, 8, `an event says that there was one, found 0x${word.toString(16)}`);
    return { relation: word & 0xff, interrupts: (word >>> 8) & 0x1f };
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
    this.step(24);
  }

  /** A frame of this station, as the settings of the relation have it. */
  own(relation: number, fields: Pick<WireFrame, 'current' | 'next' | 'counter' | 'cSdu' | 'status'>, key?: DirectionKey): Uint8Array {
    const { other, transmitFrameId, ...settings } = settingsOf(relation);
    const frame = { ...settings, ...fields, destination: other, source: OWN, frameId: transmitFrameId };
    return frameOnWire(frame, key ?? materialFor(relation, fields.current).transmit);
  }

  /** A frame of the other end; tagged when its counter is odd. */
  theirs(
    relation: number,
    fields: Pick<WireFrame, 'current' | 'next' | 'counter'> & Partial<WireFrame>,
    key = materialFor(relation, fields.current).receive,
  ): Uint8Array {
    const { other, receiveFrameId, profile, encrypt } = settingsOf(relation);
    const usual = { cSdu: octets(12, 7 + fields.counter), status: [...octets(4, 9 + fields.counter)] };
    const tci = fields.counter % 2 === 1 ? 0x1234 : undefined;
    return frameOnWire({ destination: OWN, source: other, tci, frameId: receiveFrameId, profile, encrypt, ...usual, ...fields }, key);
  }

  /**
   * Cycles from now on in which the generator asks for the key of a frame, and begins it: those of the writes too. The trace tells when
   * the key shows, which hangs on the contexts.
   */
  starts(): { readonly asked: readonly number[]; readonly begun: readonly number[] } {
    const [asked, begun]: [number[], number[]] = [[], []];
    const step = this.step.bind(this);
    this.step = (cycles = 1) => {
      for (let count = 0; count < cycles; count++) {
        if (asked.length === begun.length && this.peek('generator.transmit_request') === 1n) asked.push(this.cycle);
        if (this.peek('generator.transmit') === 1n) begun.push(this.cycle);
        step();
      }
    };
    return { asked, begun };
  }

  /** Waits for frames to have left. */
  untilSent(count: number): void {
    this.until(`${count} frames`, () => this.sent.length >= count);
  }
}

type Material = ReturnType<typeof materialOf>;

export function settingsOf(relation: number): Settings {
  const settings = SETTINGS[relation];
  assert.ok(settings, `no relation ${relation}`);
  return settings;
}

/** What a relation has under a KeyId: each another one. */
export function materialFor(relation: number, keyId: number): Material {
  return materialOf(16 * relation + keyId);
}

/** Offset and value of each staged word. */
export function stagedWords({ transmit, receive }: Material): readonly (readonly [offset: number, value: number])[] {
  return [
    ['transmitKey', transmit.key] as const,
    ['transmitIv', transmit.iv] as const,
    ['receiveKey', receive.key] as const,
    ['receiveIv', receive.iv] as const,
  ].flatMap(([name, bytes]) => wordsOf(bytes).map((word, index): [number, number] => [REGISTERS[name].offset + 4 * index, word]));
}

/** The words of a record: length, APDU status, C_SDU. */
export function recordOf(cSdu: Uint8Array, status: readonly number[]): readonly number[] {
  return [cSdu.length, ...wordsOf(Uint8Array.from(status.toReversed())), ...wordsOf(cSdu)];
}

export function addressOf(page: number, register: StationRegister | number): number {
  const offset = typeof register === 'number' ? register : { ...REGISTERS, ...STATION_REGISTERS, ...IMAGE_REGISTERS }[register].offset;
  return page * PAGE_OCTETS + offset;
}

function stagingName(offset: number): string {
  const names = { transmit_key: 0x140, transmit_iv: 0x170, receive_key: 0x180, receive_iv: 0x1b0 };
  const [name, from] = Object.entries(names).findLast(([, begin]) => begin <= offset) ?? ['', 0];
  return `${name}_${(offset - from) / 4}`;
}

/** Octet 0 in bits 7..0. */
function wordsOf(bytes: Uint8Array): readonly number[] {
  return Array.from({ length: Math.ceil(bytes.length / 4) }, (_, index) =>
    bytes.subarray(4 * index, 4 * index + 4).reduceRight((word, octet) => word * 256 + octet, 0),
  );
}

function wordOf(list: readonly number[], from: number, to: number): number {
  return list.slice(from, to).reduce((sum, octet) => sum * 256 + octet, 0);
}
