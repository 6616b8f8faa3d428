/** The driver of one relation: typed accesses over the register map (`spec/registers.ts`). */
import { AEAD_ENGINES, type EngineName, engineOfNumber } from '../../spec/aead-engines.ts';
import { C_SDU_MAX } from '../../spec/header.ts';
import { type KeyId, wireKeyId } from '../../spec/key-id.ts';
import type { Role } from '../../spec/peer-rules.ts';
import { REGISTER_MAPS } from '../../spec/register-maps.ts';
import {
  ADDRESS_BITS,
  CANCEL,
  ERASE_ALL,
  fieldOf,
  fieldValue,
  OBSOLETE_CYCLES_MAX,
  REGISTERS,
  type Register,
  type RegisterName,
  withField,
} from '../../spec/registers.ts';
import { formatView, SLOT_STATES, type SlotState } from '../../spec/slot-machine.ts';
import { materialOf } from '../aead/material.ts';
import type { SlotMaterial } from '../keys/material.ts';
import type { Payload, PeerSettings } from '../reference-model/peer.ts';
import { HardwareMismatch, hex, identifyMap, type MapVersion } from './identify.ts';
import { checkedRegisters, type RegisterSpace } from './register-space.ts';

export { HardwareMismatch };

/** The hardware holds keys of an association that this software does not know. */
export class KeysInstalled extends Error {
  constructor({ provider, consumer, currentKeyId }: Status) {
    super(
      `the hardware holds keys already: provider ${formatView(provider)}, consumer ${formatView(consumer)}, wire KeyId ${currentKeyId}; ` +
        'expected every slot Unused. Whoever starts anew from the same master key would send its counters, and so its nonces, again, ' +
        'and could be sent old frames: erase all keys (RelationDriver.eraseAll), and associate both peers anew with another master key',
    );
    this.name = 'KeysInstalled';
  }
}

export interface Capabilities {
  readonly role: Role;
  readonly slots: number;
  readonly engine: EngineName;
  readonly insecure: boolean;
  /** late frames can be delivered */
  readonly windows: boolean;
  readonly mapVersion: MapVersion;
  /** 0: hardware of a simulation */
  readonly buildId: number;
}

/** What `identify` accepts. */
export interface Expected {
  /** default false */
  readonly allowInsecure?: boolean;
  /** default: any */
  readonly buildId?: number;
}

const OTHER_SOFTWARE = 'use the software that the bitstream was generated with';
/** `0 (xor), 1 (aes-128-gcm)` */
const KNOWN_ENGINES = Object.entries(AEAD_ENGINES)
  .map(([name, { number }]) => `${number} (${name})`)
  .join(', ');

/** Number of key slots that a relation can have. */
const SLOTS = { min: 2, max: 4 } as const;

export interface Status {
  readonly provider: readonly SlotState[];
  readonly consumer: readonly SlotState[];
  readonly currentKeyId: number;
  readonly nextKeyId: number;
  readonly pushReady: boolean;
}

export interface Interrupts {
  readonly received: boolean;
  readonly request: boolean;
  readonly slots: boolean;
  readonly counter: boolean;
}

export type InterruptName = keyof Interrupts;

const EVERY_INTERRUPT: readonly InterruptName[] = ['received', 'request', 'slots', 'counter'];

/** What a relation of the hardware is told of itself. */
export interface HardwareSettings extends PeerSettings {
  /** frames under one key at which the counter interrupt is raised; default 0: never */
  readonly counterThreshold?: number;
  /** frames of the host are sent between the secured ones; default false */
  readonly passTransmitted?: boolean;
  /** that are enabled; default: all */
  readonly interrupts?: readonly InterruptName[];
}

/** What an agent needs of a relation: its driver, or the reference model in its place. */
export type KeyDriver = Pick<
  RelationDriver,
  'pushKey' | 'cancel' | 'eraseAll' | 'requireNoKeys' | 'status' | 'request' | 'transmitCounter' | 'framesDelivered'
>;

/** Does the work while no other work that was given to it is under way. */
export type Exclusive = <T>(work: () => Promise<T>) => Promise<T>;

export class RelationDriver {
  readonly #space: RegisterSpace;
  readonly #exclusive: Exclusive;
  #slots = 0;
  #engine: EngineName | undefined;

  /** @param exclusive for what takes several accesses that those of another relation's driver must not come between */
  constructor(space: RegisterSpace, exclusive: Exclusive = (work) => work()) {
    this.#space = checkedRegisters(space, 2 ** ADDRESS_BITS);
    this.#exclusive = exclusive;
  }

  /**
   * Finds out what the hardware is, and refuses what this driver was not made for. Reads nothing beyond the identification
   * until that is right.
   * @throws HardwareMismatch
   */
  async identify(expected: Expected = {}): Promise<Capabilities> {
    const mapVersion = await identifyMap(this.#space, REGISTER_MAPS.station);
    const buildId = await this.#read('buildId');
    if (expected.buildId !== undefined && buildId !== expected.buildId) {
      throw new HardwareMismatch(
        'build id of the hardware',
        hex(buildId),
        hex(expected.buildId),
        'flash the bitstream that belongs to this software, or give the build id of the one that is loaded',
      );
    }
    const capabilities = await this.#capabilities();
    if (capabilities.insecure && expected.allowInsecure !== true) {
      throw new HardwareMismatch(
        'AEAD engine',
        `${capabilities.engine}, which protects nothing`,
        'a secure engine',
        'generate the hardware with another engine, or allow it for a demonstration (--insecure)',
      );
    }
    this.#slots = capabilities.slots;
    this.#engine = capabilities.engine;
    return { ...capabilities, mapVersion, buildId };
  }

  async #capabilities(): Promise<Pick<Capabilities, 'role' | 'slots' | 'engine' | 'insecure' | 'windows'>> {
    const word = await this.#read('capabilities');
    const slots = field(REGISTERS.capabilities, 'slots', word);

    if (slots < SLOTS.min || slots > SLOTS.max)
      throw new HardwareMismatch('number of key slots', String(slots), `${SLOTS.min} to ${SLOTS.max}`, OTHER_SOFTWARE);
    return {
      role: field(REGISTERS.capabilities, 'follower', word) === 1 ? 'follower' : 'initiator',
      slots,
      engine: engineIn(word),
      insecure: field(REGISTERS.capabilities, 'insecure', word) === 1,
      windows: field(REGISTERS.capabilities, 'windows', word) === 1,
    };
  }

  /**
   * Writes the settings, then enables the relation and its interrupts, by default all. `obsoleteTimeout` is in cycles.
   * @throws RangeError for an `obsoleteTimeout` that the hardware would cut short, HardwareMismatch where late frames are to be delivered
   * and it has no windows: nothing is written
   */
  async configure(settings: HardwareSettings): Promise<void> {
    const { source, destination, obsoleteTimeout } = settings;
    if (obsoleteTimeout > OBSOLETE_CYCLES_MAX)
      throw new RangeError(`obsoleteTimeout is ${obsoleteTimeout} cycles; the hardware counts ${OBSOLETE_CYCLES_MAX} at most: shorten it`);
    const deliverLate = settings.delivery === 'window';
    if (deliverLate && !(await this.#capabilities()).windows)
      throw new HardwareMismatch(
        'delivery of the hardware',
        'no windows, so of the newest frames alone',
        'windows, for delivery window',
        'generate the hardware with them, or set delivery to newest',
      );
    await this.#write('destinationHigh', bigEndian(destination, 0, 2));
    await this.#write('destinationLow', bigEndian(destination, 2, 4));
    await this.#write('sourceHigh', bigEndian(source, 0, 2));
    await this.#write('sourceLow', bigEndian(source, 2, 4));
    await this.#write('vlanTci', settings.vlanTci ?? 0);
    await this.#write('transmitFrameId', settings.transmitFrameId);
    await this.#write('receiveFrameId', settings.receiveFrameId);
    await this.#write('obsoleteTimeout', obsoleteTimeout);
    await this.#write('counterThreshold', settings.counterThreshold ?? 0);
    await this.#write('interruptEnable', interruptBits(settings.interrupts ?? EVERY_INTERRUPT));
    const control = {
      enable: true,
      encrypt: settings.encrypt,
      std: settings.profile === 'std',
      tagged: settings.vlanTci !== undefined,
      passReceived: settings.passReceived,
      passTransmitted: settings.passTransmitted ?? false,
      ...(deliverLate ? { deliverLate } : {}),
    };
    await this.#write(
      'control',
      Object.entries(control).reduce((word, [name, on]) => withField(fieldOf(REGISTERS.control, name), word, on ? 1 : 0), 0),
    );
  }

  /**
   * Stages what the engine takes of the keys and pushes them under the KeyId. The staging is zeroed by the hardware.
   * @throws RangeError for a key that is not as long as the engine's are; HardwareMismatch for an engine that is not known
   */
  async pushKey(keyId: KeyId, { transmit, receive }: SlotMaterial): Promise<'accepted' | 'refused'> {
    this.#engine ??= engineIn(await this.#read('capabilities'));
    const made = [materialOf(this.#engine, transmit.key), materialOf(this.#engine, receive.key)] as const;
    return this.#exclusive(async () => {
      try {
        await this.#stage('transmitKey', made[0]);
        await this.#stage('transmitIv', transmit.iv);
        await this.#stage('receiveKey', made[1]);
        await this.#stage('receiveIv', receive.iv);
      } finally {
        for (const octets of made) octets.fill(0);
      }
      await this.#write('keyPush', wireKeyId(keyId));
      return this.#result('pushResult');
    });
  }

  /**
   * Initiator: withdraws the key that is announced, if nobody has switched to it and none was withdrawn under the Active key
   * before (M12). It is erased then, and no key is taken under its KeyId before the next switch.
   */
  async cancel(): Promise<'accepted' | 'refused'> {
    return this.#exclusive(async () => {
      await this.#write('cancel', CANCEL);
      return this.#result('cancelResult');
    });
  }

  /** What a command came to, which may take as long as a frame. */
  async #result(name: 'pushResult' | 'cancelResult'): Promise<'accepted' | 'refused'> {
    for (;;) {
      const result = await this.#read(name);
      if (field(REGISTERS[name], 'accepted', result) === 1) return 'accepted';
      if (field(REGISTERS[name], 'refused', result) === 1) return 'refused';
    }
  }

  async #stage(name: RegisterName, octets: Uint8Array): Promise<void> {
    for (let at = 0; at < octets.length; at += 4) await this.#space.write32(REGISTERS[name].offset + at, littleEndian(octets, at));
  }

  /**
   * Erases every key in every slot, the request and the counters; frames stop. Returns when no key is left, which is when frames
   * that are being opened or sealed are through. No key that was ever in use may be pushed after it: counters start at 1, and
   * nonces with them (SP 800-38D, section 8).
   */
  async eraseAll(): Promise<void> {
    await this.#exclusive(async () => {
      await this.#write('eraseAll', ERASE_ALL);
      while (field(REGISTERS.status, 'erasing', await this.#read('status')) === 1);
    });
  }

  /** An association begins with empty slots. @throws KeysInstalled */
  async requireNoKeys(): Promise<void> {
    const status = await this.status();
    if ([...status.provider, ...status.consumer].some((state) => state !== 'Unused')) throw new KeysInstalled(status);
  }

  async status(): Promise<Status> {
    if (this.#slots === 0) this.#slots = field(REGISTERS.capabilities, 'slots', await this.#read('capabilities'));
    const word = await this.#read('status');
    const states = (name: string): SlotState[] => {
      const codes = field(REGISTERS.status, name, word);
      return Array.from({ length: this.#slots }, (_, slot) => SLOT_STATES[(codes >> (2 * slot)) & 3] ?? 'Unused');
    };
    return {
      provider: states('providerStates'),
      consumer: states('consumerStates'),
      currentKeyId: field(REGISTERS.status, 'currentKeyId', word),
      nextKeyId: field(REGISTERS.status, 'nextKeyId', word),
      pushReady: field(REGISTERS.status, 'pushReady', word) === 1,
    };
  }

  /** Follower: the wire KeyId that is asked for, if any. */
  async request(): Promise<number | undefined> {
    const word = await this.#read('request');
    return field(REGISTERS.request, 'valid', word) === 1 ? field(REGISTERS.request, 'keyId', word) : undefined;
  }

  /** Counter of the last frame sent under the Active key. */
  transmitCounter(): Promise<number> {
    return this.#read('transmitCounter');
  }

  /** Writes a record into the TX FIFO; waits while it has no room. @throws RangeError for a C_SDU of 0 or more than 1440 octets */
  async sendPayload({ cSdu, apduStatus }: Payload): Promise<void> {
    if (cSdu.length < 1 || cSdu.length > C_SDU_MAX) throw new RangeError(`a C_SDU has 1 to ${C_SDU_MAX} octets, found ${cSdu.length}`);
    const words = 2 + Math.ceil(cSdu.length / 4);
    await this.#exclusive(async () => {
      while ((await this.#read('transmitSpace')) < words);
      await this.#write('transmitData', cSdu.length);
      await this.#write('transmitData', bigEndian(apduStatus, 0, 4));
      for (let at = 0; at < cSdu.length; at += 4) await this.#write('transmitData', littleEndian(cSdu, at));
    });
  }

  /** The oldest delivered payload, or undefined when there is none. */
  receivePayload(): Promise<Payload | undefined> {
    return this.#exclusive(() => this.#receivePayload());
  }

  async #receivePayload(): Promise<Payload | undefined> {
    if ((await this.#read('receiveLevel')) === 0) return undefined;
    const length = await this.#read('receiveData');
    const words = new DataView(new ArrayBuffer(4 * Math.ceil(length / 4)));
    for (let at = 0; at < length; at += 4) words.setUint32(at, await this.#read('receiveData'), true);
    const cSdu = new Uint8Array(words.buffer, 0, length);
    const status = await this.#read('receiveData');
    return { cSdu, apduStatus: Uint8Array.from([status >>> 24, (status >>> 16) & 0xff, (status >>> 8) & 0xff, status & 0xff]) };
  }

  /** Frames of the peer that were authentic and new: the count of the hardware, 32 bits. What is not verified says nothing of the peer. */
  framesDelivered(): Promise<number> {
    return this.#read('framesDelivered');
  }

  /** Every statistics register, by name. */
  async statistics(): Promise<Readonly<Record<string, number>>> {
    const { framesSent, stalledCycles } = REGISTERS;
    const names = (Object.keys(REGISTERS) as RegisterName[]).filter(
      (name) => REGISTERS[name].offset >= framesSent.offset && REGISTERS[name].offset <= stalledCycles.offset,
    );
    const values: Record<string, number> = {};
    for (const name of names) values[name] = await this.#read(name);
    return values;
  }

  #read(name: RegisterName): Promise<number> {
    return this.#space.read32(REGISTERS[name].offset);
  }

  #write(name: RegisterName, value: number): Promise<void> {
    return this.#space.write32(REGISTERS[name].offset, value);
  }
}

function interruptBits(names: readonly InterruptName[]): number {
  return names.reduce((word, name) => withField(fieldOf(REGISTERS.interruptEnable, name), word, 1), 0);
}

/** @throws HardwareMismatch */
function engineIn(capabilities: number): EngineName {
  const number = field(REGISTERS.capabilities, 'engine', capabilities);
  const engine = engineOfNumber(number);
  if (engine === undefined) throw new HardwareMismatch('AEAD engine', `number ${number}`, KNOWN_ENGINES, OTHER_SOFTWARE);
  return engine;
}

function field(register: Register, name: string, word: number): number {
  return fieldValue(fieldOf(register, name), word);
}

function bigEndian(octets: Uint8Array, from: number, count: number): number {
  return octets.subarray(from, from + count).reduce((word, octet) => word * 256 + octet, 0);
}

function littleEndian(octets: Uint8Array, from: number): number {
  return octets.subarray(from, from + 4).reduceRight((word, octet) => word * 256 + octet, 0);
}
