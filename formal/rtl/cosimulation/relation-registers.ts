/** What the registers of a relation must show, from the map and a list of what was written: random accesses, answers and events. */
import { snakeCase } from '../../../hdl-gen/build/names.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import type { PeerOptions } from '../../../hw/peer-options.ts';
import { RECORD_FIFO_LEVEL_BITS } from '../../../hw/transmit-fifo.ts';
import { AEAD_ENGINES } from '../../../spec/aead-engines.ts';
import {
  ADDRESS_BITS,
  existingBits,
  fieldOf,
  IDENTIFICATION,
  MAP_VERSION_REGISTER,
  OBSOLETE_CYCLES_MAX,
  REGISTER_LIST,
  REGISTERS,
  type Register,
  type RegisterName,
  wordsOf,
} from '../../../spec/registers.ts';
import type { Cycle, Values } from './cosimulate.ts';
import { prefixed } from './relation-view.ts';

/** Counted by a bit each, the lowest first. */
const STATISTICS: readonly Register[] = REGISTER_LIST.filter(({ offset }) => offset >= 0x100 && offset < 0x140);
const STAGING: readonly Register[] = REGISTER_LIST.filter(({ secret }) => secret);
/** What is written often. */
const COMMANDS: readonly Register[] = [REGISTERS.keyPush, REGISTERS.cancel, REGISTERS.eraseAll, REGISTERS.interruptStatus];
/** Around the longest time that a key can be Obsolete. */
const TIMES = [-1, 0, 1, 2].map((more) => OBSOLETE_CYCLES_MAX + more);
/** So that counters reach a threshold. */
const COUNTERS = 4;

interface State {
  /** by offset: what is written, counted and staged, where it is not 0 */
  readonly words: ReadonlyMap<number, number>;
  readonly interrupts: number;
  readonly pushing: boolean;
  readonly keyId: number;
  readonly pushResult: number;
  readonly cancelling: boolean;
  readonly cancelResult: number;
  /** the slots, and any place, are not erased yet */
  readonly eraseWaits: boolean;
  readonly erasing: boolean;
  /** in the cycle before */
  readonly views: readonly number[];
  readonly transmitCounter: number;
  readonly reached: boolean;
}

const AFTER_RESET: State = {
  ...{ words: new Map(), interrupts: 0, pushing: false, keyId: 0, pushResult: 0, cancelling: false, cancelResult: 0 },
  ...{ eraseWaits: false, erasing: false, views: [0, 0], transmitCounter: 0, reached: false },
};

/** A cycle, as it was drawn. */
interface Drawn {
  readonly write: boolean;
  readonly writeAddress: number;
  readonly writeData: number;
  readonly read: boolean;
  readonly readAddress: number;
  readonly accepted: boolean;
  /** 1 accepted, 2 refused; 0 while a command waits */
  readonly pushEnds: number;
  readonly cancelEnds: number;
  readonly eraseDone: boolean;
  readonly sealing: boolean;
  readonly views: readonly number[];
  readonly seen: Readonly<Record<'push_ready' | 'current_key_id' | 'next_key_id' | 'request_valid' | 'request_key_id', number>>;
  readonly transmitCounter: number;
  readonly requestArrived: boolean;
  readonly transmitRefuses: boolean;
  readonly receiveValid: boolean;
  readonly fifos: Readonly<Record<'transmit_space' | 'receive_level' | 'receive_word', number>>;
  readonly happened: number;
}

/** The map of one peer. */
interface Hardware {
  readonly map: ReadonlyMap<number, Register>;
  readonly offsets: readonly number[];
  readonly slots: number;
  /** what reads the same as long as it is loaded */
  readonly constants: Readonly<Partial<Record<string, number>>>;
  /** offsets of the staged words, in the order of the material */
  readonly staging: readonly number[];
}

function hardwareOf({ role, slots, engine = 'xor', windows = false, buildId = 0 }: PeerOptions): Hardware {
  const offsetsOf = (register: Register): number[] =>
    Array.from({ length: wordsOf(register, engine) }, (_, index) => register.offset + 4 * index);
  const { number, insecure } = AEAD_ENGINES[engine];
  const built = { slots, follower: Number(role === 'follower'), engine: number, insecure: Number(insecure), windows: Number(windows) };
  const map = new Map(REGISTER_LIST.flatMap((register) => offsetsOf(register).map((offset): [number, Register] => [offset, register])));
  return {
    map,
    offsets: [...map.keys()],
    slots,
    constants: {
      identification: IDENTIFICATION,
      capabilities: withFields(REGISTERS.capabilities, built),
      mapVersion: MAP_VERSION_REGISTER.afterReset,
      buildId,
    },
    staging: STAGING.flatMap(offsetsOf),
  };
}

function withFields(register: Register, values: Readonly<Record<string, number>>): number {
  return Object.entries(values).reduce((word, [name, value]) => word + value * 2 ** fieldOf(register, name).low, 0);
}

function wordIn({ words }: State, name: RegisterName): number {
  return words.get(REGISTERS[name].offset) ?? 0;
}

/** @param count cycles */
export function relationRegistersCycles(options: PeerOptions, seed: number, count: number): Cycle[] {
  const random = new Random(seed);
  const hardware = hardwareOf(options);
  let state = AFTER_RESET;
  return Array.from({ length: count }, (_, cycle): Cycle => {
    const drawn = draw(random, hardware, state);
    const rst = cycle > 0 && random.chance(0.001);
    const outputs = shown(hardware, state, drawn);
    state = rst ? AFTER_RESET : after(hardware, state, drawn);
    return { inputs: { rst: Number(rst), ...inputsOf(drawn) }, outputs };
  });
}

function draw(random: Random, { map, offsets, slots }: Hardware, state: State): Drawn {
  const address = (): number => {
    if (random.chance(0.1)) return random.below(2 ** ADDRESS_BITS);
    const some = offsets[random.below(offsets.length)] ?? 0;
    // beside a register: within its word, in a gap, on another page
    return random.chance(0.2) ? some ^ (2 ** random.below(random.chance(0.7) ? 4 : ADDRESS_BITS)) : some;
  };
  const data = (register: Register | undefined): number => {
    if (register === REGISTERS.obsoleteTimeout && random.chance(0.7)) return TIMES[random.below(TIMES.length)] ?? 0;
    if (register === REGISTERS.counterThreshold && random.chance(0.7)) return random.below(COUNTERS);
    if (register?.only !== undefined && random.chance(0.8)) return register.only;
    return random.chance(0.2) ? 2 ** random.below(32) : random.next();
  };
  const level = (): number => random.below(2 ** RECORD_FIFO_LEVEL_BITS);
  const writeAddress = random.chance(0.15) ? (COMMANDS[random.below(COMMANDS.length)] ?? REGISTERS.cancel).offset : address();
  const accepted = random.chance(0.5);
  const ends = (waits: boolean): number => (waits && random.chance(0.1) ? (accepted ? 1 : 2) : 0);
  return {
    ...{
      write: random.chance(0.6),
      writeAddress,
      writeData: data(map.get(writeAddress)),
      read: random.chance(0.6),
      readAddress: address(),
    },
    ...{ accepted, pushEnds: ends(state.pushing), cancelEnds: ends(state.cancelling) },
    ...{ eraseDone: ends(state.eraseWaits) > 0, sealing: random.chance(0.5) },
    views: state.views.map((view) => (random.chance(0.1) ? random.below(4 ** slots) : view)),
    seen: {
      ...{ push_ready: random.below(2), current_key_id: random.below(16), next_key_id: random.below(16) },
      ...{ request_valid: random.below(2), request_key_id: random.below(16) },
    },
    transmitCounter: random.chance(0.7) ? state.transmitCounter : random.chance(0.8) ? random.below(COUNTERS) : random.next(),
    ...{ requestArrived: random.chance(0.1), transmitRefuses: random.chance(0.3), receiveValid: random.chance(0.5) },
    fifos: { transmit_space: level(), receive_level: level(), receive_word: random.next() },
    happened: random.chance(0.4) ? random.below(2 ** STATISTICS.length) & random.below(2 ** STATISTICS.length) : 0,
  };
}

function inputsOf(drawn: Drawn): Values {
  const { pushEnds, cancelEnds, views } = drawn;
  return {
    ...{ access_write_address: drawn.writeAddress, access_write_data: drawn.writeData, access_write: Number(drawn.write) },
    ...{ access_read_address: drawn.readAddress, access_read: Number(drawn.read) },
    ...{ push_done: Number(pushEnds > 0), cancel_done: Number(cancelEnds > 0), accepted: Number(drawn.accepted) },
    ...{ erase_done: Number(drawn.eraseDone), sealing: Number(drawn.sealing) },
    ...prefixed('seen', { provider_states: views[0] ?? 0, consumer_states: views[1] ?? 0, ...drawn.seen, sent: drawn.transmitCounter }),
    ...{ request_arrived: Number(drawn.requestArrived), transmit_refuses: Number(drawn.transmitRefuses), ...drawn.fifos },
    ...{ receive_valid: Number(drawn.receiveValid), ...prefixed('count', countsOf(drawn.happened)) },
  };
}

function countsOf(happened: number): Values {
  return Object.fromEntries(STATISTICS.map(({ name }, bit) => [snakeCase(name), (happened >> bit) & 1]));
}

/** The write can't be taken. */
function refuses({ map }: Hardware, state: State, { writeAddress, writeData, transmitRefuses }: Drawn): boolean {
  const register = map.get(writeAddress);
  if (register === undefined || register.access === 'ro') return true;
  if (register.only !== undefined && register.only !== writeData) return true;
  if (register === REGISTERS.transmitData) return transmitRefuses;
  return (register === REGISTERS.keyPush && state.pushing) || (register === REGISTERS.cancel && state.cancelling);
}

function shown(hardware: Hardware, state: State, drawn: Drawn): Values {
  const { map, constants, staging } = hardware;
  const { seen, fifos, views } = drawn;
  const registers: Readonly<Partial<Record<string, number>>> = {
    ...constants,
    status: withFields(REGISTERS.status, {
      ...{ providerStates: views[0] ?? 0, consumerStates: views[1] ?? 0 },
      ...{ currentKeyId: seen.current_key_id, nextKeyId: seen.next_key_id },
      ...{ pushReady: seen.push_ready, erasing: Number(state.erasing) },
    }),
    request: withFields(REGISTERS.request, { valid: seen.request_valid, keyId: seen.request_key_id }),
    ...{ interruptStatus: state.interrupts, pushResult: state.pushResult, cancelResult: state.cancelResult },
    ...{ transmitCounter: drawn.transmitCounter, transmitSpace: fifos.transmit_space, receiveLevel: fifos.receive_level },
    receiveData: drawn.receiveValid ? fifos.receive_word : 0,
  };
  const read = map.get(drawn.readAddress);
  const readable = read !== undefined && read.access !== 'wo';
  const flag = (name: string): number => (wordIn(state, 'control') >> fieldOf(REGISTERS.control, name).low) & 1;
  const address = (high: RegisterName, low: RegisterName): bigint => BigInt(wordIn(state, high)) * 2n ** 32n + BigInt(wordIn(state, low));
  return {
    ...(drawn.write ? { access_write_error: Number(refuses(hardware, state, drawn)) } : {}),
    access_read_error: Number(!readable),
    access_read_data: readable ? (registers[read.name] ?? state.words.get(drawn.readAddress) ?? 0) : 0,
    irq: Number((state.interrupts & wordIn(state, 'interruptEnable')) !== 0),
    ...{ enable: flag('enable'), settings_std: flag('std'), settings_encrypt: flag('encrypt') },
    ...{ pass_received: flag('passReceived'), pass_transmitted: flag('passTransmitted'), deliver_late: flag('deliverLate') },
    obsolete_timeout: Math.min(wordIn(state, 'obsoleteTimeout'), OBSOLETE_CYCLES_MAX),
    settings_add_tag: flag('tagged'),
    settings_destination: address('destinationHigh', 'destinationLow'),
    settings_source: address('sourceHigh', 'sourceLow'),
    settings_vlan_tci: wordIn(state, 'vlanTci'),
    ...{ settings_frame_id: wordIn(state, 'transmitFrameId'), receive_frame_id: wordIn(state, 'receiveFrameId') },
    ...{ push_request: Number(state.pushing), push_key_id: state.keyId },
    push_material: staging.reduceRight((all, offset) => (all << 32n) | BigInt(state.words.get(offset) ?? 0), 0n),
    ...{ cancel_request: Number(state.cancelling), erase_request: Number(state.eraseWaits) },
    ...{ push_relation: 0, cancel_relation: 0, erase_relation: 0 },
    transmit_write: Number(drawn.write && map.get(drawn.writeAddress) === REGISTERS.transmitData),
    transmit_data: drawn.writeData,
    receive_ready: Number(drawn.read && read === REGISTERS.receiveData),
  };
}

function after(hardware: Hardware, state: State, drawn: Drawn): State {
  const { pushEnds, cancelEnds, writeAddress, writeData } = drawn;
  const taken = drawn.write && !refuses(hardware, state, drawn) ? hardware.map.get(writeAddress) : undefined;
  const words = new Map(state.words);
  if (taken !== undefined && (taken.access === 'rw' || STAGING.includes(taken)))
    words.set(writeAddress, Number(BigInt(writeData) & BigInt(existingBits(taken))));
  // zeroed with the Push, and in the cycle of an erase
  const erases = taken === REGISTERS.eraseAll;
  if (pushEnds > 0 || erases) for (const offset of hardware.staging) words.delete(offset);
  STATISTICS.forEach(({ offset }, bit) => {
    if (((drawn.happened >> bit) & 1) === 1) words.set(offset, (words.get(offset) ?? 0) + 1);
  });

  const threshold = wordIn(state, 'counterThreshold');
  const reached = threshold !== 0 && threshold === drawn.transmitCounter;
  const arrived = withFields(REGISTERS.interruptStatus, {
    received: (drawn.happened >> STATISTICS.indexOf(REGISTERS.framesDelivered)) & 1,
    request: Number(drawn.requestArrived),
    slots: Number(drawn.views.some((view, index) => view !== state.views[index])),
    counter: Number(reached && !state.reached),
  });
  const cleared = taken === REGISTERS.interruptStatus ? writeData : 0;
  const pushes = taken === REGISTERS.keyPush;
  const cancels = taken === REGISTERS.cancel;
  return {
    words,
    interrupts: (state.interrupts & ~cleared) | arrived,
    pushing: pushes || (state.pushing && pushEnds === 0),
    keyId: pushes ? writeData % 16 : pushEnds > 0 ? 0 : state.keyId,
    pushResult: pushes ? 0 : pushEnds > 0 ? pushEnds : state.pushResult,
    cancelling: cancels || (state.cancelling && cancelEnds === 0),
    cancelResult: cancels ? 0 : cancelEnds > 0 ? cancelEnds : state.cancelResult,
    eraseWaits: erases || (state.eraseWaits && !drawn.eraseDone),
    erasing: erases || (state.erasing && (state.eraseWaits || drawn.sealing)),
    views: drawn.views,
    transmitCounter: drawn.transmitCounter,
    reached,
  };
}
