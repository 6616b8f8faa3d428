/** The registers of a station alone, beside the map and a list of what was written: random accesses, and neighbours that take their time. */
import assert from 'node:assert/strict';
import { Random } from '../../../../hdl-gen/sim/random.ts';
import type { WasmDesign } from '../../../../hdl-gen/sim/wasm/compile.ts';
import type { RegistersOptions } from '../../../../hw/station/registers.ts';
import {
  CANCEL,
  ERASE_ALL,
  existingBits,
  fieldOf,
  IDENTIFICATION,
  MAP_VERSION_REGISTER,
  OBSOLETE_CYCLES_MAX,
  REGISTERS,
  type Register,
  wordsOf,
} from '../../../../spec/registers.ts';
import { PAGE_OCTETS, PAGE_REGISTERS, STATION_REGISTERS } from '../../../../spec/station-registers.ts';
import { SLVERR } from '../bus-bench.ts';
import { Accesses, LENGTH_BITS, type Standing } from './accesses.ts';
import { COUNTS, IMAGES, isApart, KEPT, PARAMETERS, STAGING } from './groups.ts';
import { type Answer, countOf, imageOf, inspectedOf, RegistersBench } from './neighbours.ts';

/** The FIFO says where a record ends: sooner than it should, where it would be long. */
const RECORD_WORDS = 12;
/** What a register reads, or SLVERR. */
type Expected = number | typeof REFUSED;
const REFUSED = Symbol('SLVERR');

class StationRegistersModel implements Standing {
  readonly bench: RegistersBench;
  readonly relations: number;
  readonly #accesses: Accesses;
  readonly #random: Random;
  readonly #options: RegistersOptions;
  readonly map: ReadonlyMap<number, Register>;
  readonly staging: readonly number[];
  readonly #constants: Readonly<Partial<Record<string, number>>>;
  /** by page and place */
  readonly #parameters = new Map<string, number>();
  readonly #kept = new Map<number, number>([[STATION_REGISTERS.frameIdBase.offset, STATION_REGISTERS.frameIdBase.afterReset]]);
  /** relation, register, word of an image, and what is written: as it should be, and as it was */
  #imagesExpected: (readonly (number | undefined)[])[] = [];
  #imagesWritten: (readonly (number | undefined)[])[] = [];
  #imageFails = false;
  #pass = 0;
  staged = { of: 0, words: new Map<number, number>() };
  command = { of: 0, name: '', keyId: 0, push: 0, cancel: 0, erasing: false };
  #sealing = false;
  #events: Answer = { event_events: 0, event_relation: 0 };
  event = { of: 0, interrupts: 0 };
  #counted = { passes: 0, overflows: 0 };
  #levels = { transmit_space: 0, receive_level: 0 };
  /** the record that is written: whose, and words that it still has */
  writes = { of: 0, left: 0 };
  #refuses = false;
  /** words of the records that were received, the first of each with its relation */
  received: { readonly word: number; readonly first: boolean; readonly of: number }[] = [];

  constructor(design: WasmDesign, options: RegistersOptions, seed: number) {
    const { slots, relations, engine = 'xor', buildId = 0, imageWords = 0 } = options;
    const random = new Random(seed);
    const capabilities = random.next();
    this.#random = random;
    this.#options = options;
    this.relations = relations;
    this.#accesses = new Accesses(random, this);
    const offsetsOf = (register: Register): number[] =>
      Array.from({ length: wordsOf(register, engine) }, (_, index) => register.offset + 4 * index);
    this.map = new Map(PAGE_REGISTERS.flatMap((register) => offsetsOf(register).map((at): [number, Register] => [at, register])));
    this.staging = STAGING.flatMap(offsetsOf);
    this.#constants = {
      ...{ identification: IDENTIFICATION, capabilities, buildId, stalledCycles: 0 },
      ...{ mapVersion: MAP_VERSION_REGISTER.afterReset, imageCapacity: imageWords },
    };
    this.bench = new RegistersBench(design, random, {
      parameter_access: {
        ...{ asks: ['parameter_is_write', 'parameter_relation', 'parameter_which'], done: 'parameter_done', left: 0 },
        answer: (isWrite = 0, relation = 0, which = 0) => {
          const place = `${relation} ${which}`;
          const found = this.#parameters.get(place) ?? 0;
          if (isWrite === 1) this.#parameters.set(place, this.bench.output('parameter_data').value);
          return { parameter_found: isWrite === 1 ? random.next() : found };
        },
      },
      count_read: {
        ...{ asks: ['count_relation', 'count_kind'], done: 'count_done', left: 0 },
        answer: (relation = 0, kind = 0) => ({ count_count: countOf(relation, kind) }),
      },
      inspect_request: {
        ...{ asks: ['inspect_relation'], done: 'inspect_done', left: 0 },
        answer: (relation = 0) => inspectedOf(relation, slots),
      },
      images_access: {
        ...{ asks: ['images_is_write', 'images_relation', 'images_which'], done: 'images_done', left: 0 },
        answer: (isWrite = 0, relation = 0, which = 0) => {
          const [word, data] = ['images_word_number', 'images_data'].map((name) => this.bench.output(name).value);
          const register = IMAGES[Math.log2(which)];
          const place = register?.words === undefined ? 0 : (word ?? 0);
          if (isWrite === 1) this.#imagesWritten.push([relation, which, place, data]);
          return { images_found: imageOf(relation, which, place), images_fails: Number(this.#imageFails) };
        },
      },
      event_take: { asks: [], done: 'event_taken', left: 0, answer: () => this.#events },
    });
    this.bench.input('capabilities').value = capabilities;
    this.#shows();
  }

  /** Something of each kind. */
  act(): void {
    const { bench } = this;
    const random = this.#random;
    if (random.chance(0.3)) this.#happens();
    const read = this.#accesses.address();
    const write = random.chance(0.2) ? this.#accesses.beside(read) : this.#accesses.address();
    const data = this.#accesses.data(write);
    const strobe = random.chance(0.1) ? 0xf ^ (2 ** random.below(4)) : random.chance(0.02) ? random.below(15) : 0xf;
    const [from, to] = [read.page * PAGE_OCTETS + read.offset, write.page * PAGE_OCTETS + write.offset];
    if (random.chance(0.2) && this.map.get(read.offset) !== this.map.get(write.offset) && isApart(this.map.get(write.offset))) {
      const expected = this.#read(read.page, read.offset);
      const answers = this.#write(write.page, write.offset, data, 0xf);
      const answer = bench.readAndWriteAt(from, to, data);
      this.#same(answer.read, expected, from);
      assert.equal(answer.written, answers ? 0 : SLVERR, `write at 0x${to.toString(16)}`);
    } else if (random.chance(0.5)) {
      const expected = this.#read(read.page, read.offset);
      this.#same(bench.readAt(from), expected, from);
    } else {
      const answers = this.#write(write.page, write.offset, data, strobe);
      assert.equal(bench.writeAt(to, data, strobe), answers ? 0 : SLVERR, `write of ${data} at 0x${to.toString(16)}`);
    }
    this.#look();
  }

  #same({ response, value }: { readonly response: number; readonly value: number }, expected: Expected, at: number): void {
    const there = expected === REFUSED ? { response: SLVERR, value: 0 } : { response: 0, value: expected };
    assert.deepEqual({ response, value }, there, `read at 0x${at.toString(16)}`);
  }

  /** What comes from elsewhere, between two accesses. */
  #happens(): void {
    const random = this.#random;
    const { bench } = this;
    const pulse = (...names: readonly string[]): void => {
      for (const name of names) bench.input(name).value = 1;
      bench.step();
      for (const name of names) bench.input(name).value = 0;
    };
    const command = this.command;
    const accepted = random.chance(0.5);
    bench.input('accepted').value = Number(accepted);
    if (command.name !== '' && random.chance(command.name === 'push' ? 0.1 : 0.5)) {
      pulse(`${command.name}_done`);
      if (command.name === 'push') this.#unstage();
      if (command.name !== 'erase') this.command = { ...command, keyId: 0, [command.name]: accepted ? 1 : 2 };
      this.command = { ...this.command, name: '' };
    }
    this.#sealing = random.chance(0.5);
    bench.input('sealing').value = Number(this.#sealing);
    this.#events = { event_events: random.chance(0.3) ? 0 : random.below(32), event_relation: random.below(this.relations) };
    bench.input('event_waits').value = random.below(2);
    for (const name of ['passes', 'overflows'] as const)
      if (random.chance(0.3)) {
        pulse(name);
        this.#counted[name]++;
      }
    this.#levels = { transmit_space: random.below(2048), receive_level: random.below(2048) };
    for (const [name, value] of Object.entries(this.#levels)) bench.input(name).value = value;
    this.#imageFails = random.chance(0.3);
    this.#refuses = random.chance(0.2);
    bench.input('transmit_refuses').value = Number(this.#refuses);
    if (this.received.length < 12 && random.chance(0.04)) this.#arrives();
    this.#shows();
    bench.step();
    if (!this.#sealing && this.command.name !== 'erase') this.command.erasing = false;
  }

  /** A record is delivered. */
  #arrives(): void {
    const random = this.#random;
    const of = random.below(this.relations);
    const length = 1 + random.below(9);
    const rest = Array.from({ length: 1 + Math.ceil(length / 4) }, () => ({ word: random.next(), first: false, of }));
    this.received.push({ word: of * 2 ** LENGTH_BITS + length, first: true, of }, ...rest);
  }

  /** What the FIFOs show. */
  #shows(): void {
    const [head] = this.received;
    this.bench.input('receive_valid').value = Number(head !== undefined);
    this.bench.input('receive_word').value = head?.word ?? this.#random.next();
    this.bench.input('transmit_between').value = Number(this.writes.left === 0);
  }

  #unstage(): void {
    this.staged = { of: this.staged.of, words: new Map() };
  }

  #read(page: number, offset: number): Expected {
    const register = this.map.get(offset);
    if (page >= this.relations || register === undefined || register.access === 'wo') return REFUSED;
    const constant = this.#constants[register.name];
    if (constant !== undefined) return constant;
    const parameter = PARAMETERS.indexOf(register);
    if (parameter >= 0) return this.#parameters.get(`${page} ${2 ** parameter}`) ?? 0;
    const kind = COUNTS.indexOf(register);
    if (kind >= 0) return countOf(page, kind);
    const image = IMAGES.indexOf(register);
    if (image >= 0) return imageOf(page, 2 ** image, (offset - register.offset) / 4);
    if (KEPT.includes(register)) return this.#kept.get(offset) ?? 0;
    const [head] = this.received;
    const mine = head?.of === page;
    const ofCommand = this.command.of === page;
    const seen = inspectedOf(page, this.#options.slots);
    const of = (name: string): number => seen[`inspected_${name}`] ?? 0;
    switch (register.name) {
      case 'status':
        return withFields(register, {
          ...{ providerStates: of('provider_states'), consumerStates: of('consumer_states'), currentKeyId: of('current_key_id') },
          ...{ nextKeyId: of('next_key_id'), pushReady: of('push_ready'), erasing: Number(ofCommand && this.command.erasing) },
        });
      case 'request':
        return withFields(register, { valid: of('request_valid'), keyId: of('request_key_id') });
      case 'transmitCounter':
        return of('sent');
      case 'interruptStatus':
        return this.event.of === page ? this.event.interrupts : 0;
      case 'event': {
        const { event_events: events = 0, event_relation: relation = 0 } = this.#events;
        this.event = { of: relation, interrupts: events };
        return withFields(register, { relation, interrupts: events, valid: Number(events !== 0) });
      }
      case 'pushResult':
        return ofCommand ? this.command.push : 0;
      case 'cancelResult':
        return ofCommand ? this.command.cancel : 0;
      case 'transmitSpace':
        return this.#levels.transmit_space;
      case 'receiveLevel':
        return mine ? this.#levels.receive_level : 0;
      case 'receiveRelation':
        return withFields(register, { relation: head?.of ?? 0, valid: Number(head !== undefined) });
      case 'receiveData':
        if (head === undefined || !mine) return 0;
        this.received.shift();
        this.#pops++;
        return head.first ? head.word % 2 ** LENGTH_BITS : head.word;
      case 'framesPassed':
        return this.#counted.passes;
      case 'framesOverflowed':
        return this.#counted.overflows;
      default:
        throw new RangeError(`nothing is known of ${register.name}`);
    }
  }
  #pops = 0;
  #words: number[] = [];

  /** @returns whether it is taken */
  #write(page: number, offset: number, data: number, strobe: number): boolean {
    const register = this.map.get(offset);
    if (page >= this.relations || register === undefined || register.access === 'ro' || strobe !== 0xf) return false;
    const parameter = PARAMETERS.indexOf(register);
    if (parameter >= 0) {
      this.#expectedParameter = { place: `${page} ${2 ** parameter}`, data };
      if (register === REGISTERS.control) this.#pass = data;
      return true;
    }
    const image = IMAGES.indexOf(register);
    if (image >= 0) {
      this.#imagesExpected.push([page, 2 ** image, (offset - register.offset) / 4, data]);
      return !this.#imageFails;
    }
    if (KEPT.includes(register)) {
      this.#kept.set(offset, Number(BigInt(data) & BigInt(existingBits(register))));
      return true;
    }
    const command = this.command;
    const busy = command.name !== '' || command.erasing;
    const begins = { of: page, keyId: 0, push: 0, cancel: 0, erasing: false };
    if (STAGING.includes(register)) {
      if (command.name === 'push') return false;
      if (this.staged.of !== page) this.staged = { of: page, words: new Map() };
      this.staged.words.set(offset, data);
      return true;
    }
    switch (register.name) {
      case 'interruptStatus':
        if (this.event.of === page) this.event.interrupts &= ~data;
        return true;
      case 'keyPush': {
        if (busy) return false;
        const whole = this.staged.of === page && this.staging.every((at) => this.staged.words.has(at));
        this.command = whole ? { ...begins, name: 'push', keyId: data % 16 } : { ...begins, name: '', push: 2 };
        if (!whole) this.#unstage();
        return true;
      }
      case 'cancel':
        if (busy || data !== CANCEL) return false;
        this.command = { ...begins, name: 'cancel' };
        return true;
      case 'eraseAll':
        if (busy || data !== ERASE_ALL) return false;
        this.command = { ...begins, name: 'erase', erasing: true };
        this.#unstage();
        return true;
      case 'transmitData': {
        const between = this.writes.left === 0;
        if (between ? data >= 2 ** LENGTH_BITS : this.writes.of !== page) return false;
        this.#words.push(between ? page * 2 ** LENGTH_BITS + data : data);
        if (this.#refuses) return false;
        this.writes = between
          ? { of: page, left: Math.min(RECORD_WORDS, 1 + Math.ceil(data / 4)) }
          : { of: page, left: this.writes.left - 1 };
        return true;
      }
      default:
        throw new RangeError(`nothing is known of ${register.name}`);
    }
  }
  #expectedParameter: { readonly place: string; readonly data: number } | undefined;

  /** What shows outside behind an access. */
  #look(): void {
    const { bench } = this;
    if (this.#expectedParameter !== undefined) {
      const { place, data } = this.#expectedParameter;
      assert.equal(this.#parameters.get(place), data, `parameter ${place}`);
      this.#expectedParameter = undefined;
    }
    assert.deepEqual([bench.written, bench.popped], [this.#words, this.#pops], 'words of records');
    [bench.written, bench.popped, this.#words, this.#pops] = [[], 0, [], 0];
    assert.deepEqual(this.#imagesWritten, this.#imagesExpected, 'what is written of images');
    [this.#imagesWritten, this.#imagesExpected] = [[], []];
    this.#shows();
    const kept = ({ offset }: Register): number => this.#kept.get(offset) ?? 0;
    const { name, keyId, of } = this.command;
    const outputs: Readonly<Record<string, number>> = {
      ...{ pass_received: (this.#pass >> 3) & 1, pass_transmitted: (this.#pass >> 4) & 1 },
      obsolete_timeout: Math.min(kept(REGISTERS.obsoleteTimeout), OBSOLETE_CYCLES_MAX),
      ...{ frame_id_base: kept(STATION_REGISTERS.frameIdBase), event_enable: kept(REGISTERS.interruptEnable) },
      ...{ push_request: Number(name === 'push'), push_key_id: name === 'push' ? keyId : 0 },
      ...{ cancel_request: Number(name === 'cancel'), erase_request: Number(name === 'erase') },
      irq: bench.input('event_waits').value,
      ...(name === '' ? {} : { [`${name}_relation`]: of }),
    };
    for (const [output, value] of Object.entries(outputs)) assert.equal(bench.output(output).value, value, output);
    assert.equal(bench.output('source').big, BigInt(kept(REGISTERS.sourceHigh)) * 2n ** 32n + BigInt(kept(REGISTERS.sourceLow)));
    const material = this.staging.reduceRight((all, at) => (all << 32n) | BigInt(this.staged.words.get(at) ?? 0), 0n);
    assert.equal(bench.output('push_material').big, material, 'the staged key');
    if (!this.#sealing && name !== 'erase') this.command.erasing = false;
  }
}

function withFields(register: Register, values: Readonly<Record<string, number>>): number {
  return Object.entries(values).reduce((word, [name, value]) => word + value * 2 ** fieldOf(register, name).low, 0);
}

export function stationRegistersCheck(options: RegistersOptions, seed: number, accesses: number) {
  return {
    claim: 'each access is answered as the map says, whatever came before, and shows outside as it should',
    run: (design: WasmDesign): void => {
      const model = new StationRegistersModel(design, options, seed);
      for (let count = 0; count < accesses; count++) model.act();
    },
  };
}
