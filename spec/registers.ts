/**
 * The registers of a relation that it has for itself alone or in its page of a station (`station-registers.ts`), behind AXI4-Lite with
 * 32-bit data: the one source for the RTL, the driver and the documentation. Addresses are byte offsets from the relation's base.
 *
 * Access: `ro` read-only, `wo` write-only, `rw` both, `w1c` read, and cleared by writing ones. A read of a
 * write-only register, a write of a read-only one and any unmapped address answer SLVERR and change nothing.
 */
import { AEAD_ENGINES, type EngineName, MATERIAL_OCTETS_MAX, materialOctets } from './aead-engines.ts';

export type Access = 'ro' | 'wo' | 'rw' | 'w1c';

export interface RegisterField {
  readonly name: string;
  readonly low: number;
  readonly bits: number;
  readonly description: string;
}

export interface Register {
  readonly name: string;
  readonly offset: number;
  readonly access: Access;
  readonly description: string;
  /** bits outside all fields read 0 and take nothing */
  readonly fields?: readonly RegisterField[];
  /** without fields: bits that there are, from bit 0 on; default 32 */
  readonly bits?: number;
  /** words from the offset on, with the engine that has most; default 1 */
  readonly words?: number;
  /** value after reset, default 0; `generated` where it is what the hardware was generated for */
  readonly afterReset?: number | 'generated';
  /** never changes while the hardware is loaded */
  readonly constant?: true;
  /** takes key material, which nothing may print */
  readonly secret?: true;
  /** takes what the engine takes for one direction: of its words there are as many as that has */
  readonly material?: true;
  /** a read takes the value away */
  readonly pops?: true;
  /** the one value that a write may have; another answers SLVERR, which ends a program on a Zynq (SIGBUS) */
  readonly only?: number;
}

export const field = (name: string, low: number, bits: number, description: string): RegisterField => ({ name, low, bits, description });

/** Reads as `KTR1`. */
export const IDENTIFICATION = 0x4b545231;

/** Of `obsoleteTimeout`: times are compared by the sign of their 32-bit difference. */
export const OBSOLETE_CYCLES_MAX = 2 ** 31 - 1;

/** What the register `eraseAll` takes, and nothing else: `ERAS`. A stray write erases nothing. */
export const ERASE_ALL = 0x45524153;

/** What the register `cancel` takes, and nothing else: `CNCL`. */
export const CANCEL = 0x434e434c;

/**
 * The version of this map. Another major number means that software for this one must not touch the registers;
 * a higher minor number only adds to them.
 */
export const MAP_VERSION = { major: 4, minor: 0 } as const;

/** Bits of the AXI4-Lite address. */
export const ADDRESS_BITS = 12;

const INTERRUPTS = [
  field('received', 0, 1, 'a payload was delivered into the RX FIFO'),
  field('request', 1, 1, 'a rekey request arrived'),
  field('slots', 2, 1, 'a slot changed its state'),
  field('counter', 3, 1, 'the frame counter reached counterThreshold'),
];

const ENGINE_NUMBERS = Object.entries(AEAD_ENGINES)
  .map(([name, { number }]) => `${number} ${name}`)
  .join(', ');

/** What stands in the words of a key, by engine. */
const MATERIAL_TEXT = `: ${(Object.keys(AEAD_ENGINES) as EngineName[]).map(materialText).join('; ')}`;

function materialText(engine: EngineName): string {
  const parts = AEAD_ENGINES[engine].material.map(({ name, octets }) =>
    name === 'key' ? `${octets / 4} words` : 'then 4 of H = E_K(0^128)',
  );
  return `${parts.join(', ')} for ${engine}`;
}

/** In every map at the same offset. */
export const MAP_VERSION_REGISTER = {
  name: 'mapVersion',
  offset: 0x0f0,
  access: 'ro',
  description: 'version of this map',
  afterReset: MAP_VERSION.major * 2 ** 16 + MAP_VERSION.minor,
  constant: true,
  fields: [
    field('minor', 0, 16, 'registers may have been added'),
    field('major', 16, 16, 'software for another one must not touch the registers'),
  ],
} as const satisfies Register;

export const REGISTERS = {
  identification: {
    name: 'identification',
    offset: 0x000,
    access: 'ro',
    description: 'constant 0x4B545231, "KTR1"',
    afterReset: IDENTIFICATION,
    constant: true,
  },
  capabilities: {
    name: 'capabilities',
    offset: 0x004,
    access: 'ro',
    description: 'what this hardware was generated for',
    afterReset: 'generated',
    constant: true,
    fields: [
      field('slots', 0, 4, 'number of key slots'),
      field('follower', 4, 1, 'role: 0 initiator, 1 follower'),
      field('engine', 8, 4, `AEAD engine: ${ENGINE_NUMBERS}`),
      field('insecure', 16, 1, 'the engine protects nothing (paper, section VII): simulation only'),
      field('windows', 17, 1, 'late frames can be delivered (deliverLate)'),
      field('moreRelations', 24, 8, 'relations beside the first: each has a page of 4096 octets with these registers'),
    ],
  },
  control: {
    name: 'control',
    offset: 0x008,
    access: 'rw',
    description: 'operation; 0 after reset',
    fields: [
      field('enable', 0, 1, 'send and receive secured frames'),
      field('encrypt', 1, 1, '0 authentication only, 1 authenticated encryption'),
      field('tagged', 2, 1, 'send with a VLAN tag'),
      field('passReceived', 3, 1, 'hand on received frames that are not ours'),
      field('passTransmitted', 4, 1, 'send frames of the host between ours'),
      field('std', 5, 1, 'header profile: 0 paper, 1 std'),
      field(
        'deliverLate',
        6,
        1,
        '1 delivers late frames too, each once, within 64 counters of the newest of its key; 0 those that are newer than all before. Hardware without windows (capabilities) does the latter, whatever stands here',
      ),
    ],
  },
  status: {
    name: 'status',
    offset: 0x00c,
    access: 'ro',
    description: 'the slots as they stand (paper, Fig. 5)',
    afterReset: 2 ** 24,
    fields: [
      field('providerStates', 0, 8, 'provider view, 2 bits a slot: 0 Unused, 1 Pending, 2 Active, 3 Obsolete'),
      field('consumerStates', 8, 8, 'consumer view, likewise'),
      field('currentKeyId', 16, 4, 'KeyId of the provider-Active slot'),
      field('nextKeyId', 20, 4, 'KeyId that the next frame announces or signals ready'),
      field('pushReady', 24, 1, 'a key can be pushed now: a slot is Unused in both views and nothing is Pending'),
      field('erasing', 25, 1, 'an erase of all keys is not done: a key may be left in a slot or in an engine'),
    ],
  },
  request: {
    name: 'request',
    offset: 0x010,
    access: 'ro',
    description: 'follower: the rekey that the newest authentic frame asks for',
    fields: [field('valid', 0, 1, 'a request stands'), field('keyId', 4, 4, 'the requested KeyId')],
  },
  interruptStatus: {
    name: 'interruptStatus',
    offset: 0x014,
    access: 'w1c',
    description: 'events since they were cleared',
    fields: INTERRUPTS,
  },
  interruptEnable: {
    name: 'interruptEnable',
    offset: 0x018,
    access: 'rw',
    description: 'bits as in interruptStatus; the interrupt line is high while any enabled one is set',
    fields: INTERRUPTS,
  },
  obsoleteTimeout: {
    name: 'obsoleteTimeout',
    offset: 0x01c,
    access: 'rw',
    description:
      'cycles that a key stays Obsolete in the consumer view after a switch (rule M9); 0 drops it at once, and more than 2^31 - 1 count as that many',
  },
  destinationHigh: {
    name: 'destinationHigh',
    offset: 0x020,
    access: 'rw',
    description: 'first two octets of the destination address, in bits 15..0',
    bits: 16,
  },
  destinationLow: { name: 'destinationLow', offset: 0x024, access: 'rw', description: 'last four octets' },
  sourceHigh: {
    name: 'sourceHigh',
    offset: 0x028,
    access: 'rw',
    description: 'first two octets of the source address, in bits 15..0',
    bits: 16,
  },
  sourceLow: { name: 'sourceLow', offset: 0x02c, access: 'rw', description: 'last four octets' },
  vlanTci: { name: 'vlanTci', offset: 0x030, access: 'rw', description: 'TCI of the VLAN tag, in bits 15..0', bits: 16 },
  transmitFrameId: {
    name: 'transmitFrameId',
    offset: 0x034,
    access: 'rw',
    description: 'FrameID of frames sent, in bits 15..0',
    bits: 16,
  },
  receiveFrameId: {
    name: 'receiveFrameId',
    offset: 0x038,
    access: 'rw',
    description: 'FrameID of frames that are ours, in bits 15..0',
    bits: 16,
  },
  counterThreshold: {
    name: 'counterThreshold',
    offset: 0x03c,
    access: 'rw',
    description: 'frame counter at which the counter interrupt is raised',
  },
  keyPush: {
    name: 'keyPush',
    offset: 0x07c,
    access: 'wo',
    description: 'Push: moves the staged keys into a slot under the KeyId in bits 3..0, and zeroes the staging',
    bits: 4,
  },
  pushResult: {
    name: 'pushResult',
    offset: 0x080,
    access: 'ro',
    description: 'how the last Push ended',
    fields: [
      field('accepted', 0, 1, 'the key is installed'),
      field('refused', 1, 1, 'no slot was free, a key was Pending, or the KeyId was in use or withdrawn'),
    ],
  },
  transmitCounter: {
    name: 'transmitCounter',
    offset: 0x084,
    access: 'ro',
    description: 'counter of the last frame sent under the Active key; 0 before the first',
  },
  eraseAll: {
    name: 'eraseAll',
    offset: 0x088,
    access: 'wo',
    only: ERASE_ALL,
    description:
      'writing 0x45524153, "ERAS", erases the staged keys at once, and every slot in both views, the request and the counters as soon as no frame is being opened; a Push that waits is refused. It is done when the erasing bit of the status reads 0: no key is left anywhere. Any other value answers SLVERR. Push a key that was never used after it: its counters start at 1',
  },
  cancel: {
    name: 'cancel',
    offset: 0x08c,
    access: 'wo',
    only: CANCEL,
    description:
      'initiator: writing 0x434E434C, "CNCL", erases the key that is announced, if neither view has switched to it and none was withdrawn under the Active key (rule M12), as soon as no frame is being opened; no key is pushed under its KeyId before the provider has switched. Any other value answers SLVERR',
  },
  transmitData: {
    name: 'transmitData',
    offset: 0x090,
    access: 'wo',
    description: 'TX FIFO: C_SDU length, APDU status, then the C_SDU, octet 0 in bits 7..0',
  },
  transmitSpace: {
    name: 'transmitSpace',
    offset: 0x094,
    access: 'ro',
    description: 'words that the TX FIFO can take',
    afterReset: 'generated',
  },
  cancelResult: {
    name: 'cancelResult',
    offset: 0x098,
    access: 'ro',
    description: 'how the last cancel ended; 0 while it waits',
    fields: [
      field('accepted', 0, 1, 'the key is erased, and announced no longer'),
      field('refused', 1, 1, 'no key was Pending in both views, one was withdrawn before, or this is a follower'),
    ],
  },
  receiveData: {
    name: 'receiveData',
    offset: 0x0a0,
    access: 'ro',
    description: 'RX FIFO, popped by the read: C_SDU length, C_SDU, octet 0 in bits 7..0, then APDU status; 0 when empty',
    pops: true,
  },
  receiveLevel: { name: 'receiveLevel', offset: 0x0a4, access: 'ro', description: 'words of delivered records in the RX FIFO' },
  mapVersion: MAP_VERSION_REGISTER,
  buildId: {
    name: 'buildId',
    offset: 0x0f4,
    access: 'ro',
    description: 'first 32 bits of a hash over configuration and generated hardware; 0 in a simulation',
    afterReset: 'generated',
    constant: true,
  },
  framesSent: { name: 'framesSent', offset: 0x100, access: 'ro', description: 'secured frames sent' },
  framesReceived: { name: 'framesReceived', offset: 0x104, access: 'ro', description: 'frames of ours received, whatever became of them' },
  framesDelivered: { name: 'framesDelivered', offset: 0x108, access: 'ro', description: 'authentic and newest: payload delivered' },
  framesStale: {
    name: 'framesStale',
    offset: 0x10c,
    access: 'ro',
    description: 'authentic, but not newer than the last: duplicates, replays, overtaken frames',
  },
  framesUnknownKey: { name: 'framesUnknownKey', offset: 0x110, access: 'ro', description: 'currentKeyId named no slot in use' },
  framesIcvFailed: { name: 'framesIcvFailed', offset: 0x114, access: 'ro', description: 'the ICV did not match' },
  framesMalformed: { name: 'framesMalformed', offset: 0x118, access: 'ro', description: 'of ours, but too short or too long' },
  framesPassed: { name: 'framesPassed', offset: 0x11c, access: 'ro', description: 'not ours, handed on unchanged' },
  framesOverflowed: { name: 'framesOverflowed', offset: 0x120, access: 'ro', description: 'dropped because a buffer was full' },
  stalledCycles: {
    name: 'stalledCycles',
    offset: 0x124,
    access: 'ro',
    description: 'cycles in which a payload waited because no key was Active or its counter was used up',
  },
  transmitKey: {
    name: 'transmitKey',
    offset: 0x140,
    access: 'wo',
    description: `staging of the provider key, octet 0 in bits 7..0 of the first word${MATERIAL_TEXT}`,
    words: MATERIAL_OCTETS_MAX / 4,
    secret: true,
    material: true,
  },
  transmitIv: {
    name: 'transmitIv',
    offset: 0x170,
    access: 'wo',
    description: 'staging of the provider IV, 3 words',
    words: 3,
    secret: true,
  },
  receiveKey: {
    name: 'receiveKey',
    offset: 0x180,
    access: 'wo',
    description: 'staging of the consumer key, as transmitKey',
    words: MATERIAL_OCTETS_MAX / 4,
    secret: true,
    material: true,
  },
  receiveIv: { name: 'receiveIv', offset: 0x1b0, access: 'wo', description: 'staging of the consumer IV, 3 words', words: 3, secret: true },
} as const satisfies Record<string, Register>;

export type RegisterName = keyof typeof REGISTERS;

/** Every register, in the order of the offsets. */
export const REGISTER_LIST: readonly Register[] = Object.values<Register>(REGISTERS);

/** Words of a register that there are with an engine. */
export function wordsOf({ words = 1, material }: Register, engine: EngineName): number {
  return material === true ? materialOctets(engine) / 4 : words;
}

/** The bits of a register that there are, as a mask. */
export function existingBits({ fields, bits = 32 }: Register): number {
  return fields === undefined ? 2 ** bits - 1 : fields.reduce((mask, { low, bits: width }) => mask + (2 ** width - 1) * 2 ** low, 0);
}

/** @throws RangeError */
export function fieldOf(register: Register, name: string): RegisterField {
  const found = register.fields?.find((candidate) => candidate.name === name);
  if (found === undefined) throw new RangeError(`register ${register.name} has no field ${name}`);
  return found;
}

/** The value of a field in the word of its register. */
export function fieldValue({ low, bits }: RegisterField, word: number): number {
  return Math.floor(word / 2 ** low) % 2 ** bits;
}

/** The word with another value in one field. */
export function withField(field: RegisterField, word: number, value: number): number {
  return word + (value - fieldValue(field, word)) * 2 ** field.low;
}
