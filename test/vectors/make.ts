/**
 * Test vectors of the project, computed by a second implementation: node:crypto and octets by hand, nothing of ours imported, every
 * constant written out again. `npx tsx test/vectors/make.ts` prints them into the files beside it.
 *
 * key-schedule.json: keys and IVs from master keys. frames.json: whole frames of both profiles, octet by octet, of the dummy
 * engine and by OpenSSL.
 * registers.json: the register map, and the words that the driver writes and reads.
 */
import { createCipheriv, createHmac, hkdfSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

type Direction = 'IOC>IOD' | 'IOD>IOC';
const DIRECTIONS: readonly Direction[] = ['IOC>IOD', 'IOD>IOC'];

const hex = (octets: Buffer): string => octets.toString('hex');
const counting = (length: number, from: number): Buffer => Buffer.from(Array.from({ length }, (_, index) => (from + 7 * index) & 0xff));

// ---- key schedule: HKDF-SHA-256 (RFC 5869), salt "keyturn 1", labels that name version, profile, engine and relation

/** Of the schedules, unless another is given. */
const CONTEXT = 'keyturn 1 paper xor 0';

const hmac = (key: Buffer, ...parts: readonly (string | Buffer)[]): Buffer =>
  parts.reduce((mac, part) => mac.update(part), createHmac('sha256', key)).digest();
const extract = (master: Buffer): Buffer => hmac(Buffer.from('keyturn 1'), master);
/** Of up to 32 octets: T(1) of RFC 5869, section 2.3. */
const expand = (chain: Buffer, info: string, length: number): Buffer => hmac(chain, info, Buffer.of(1)).subarray(0, length);

interface Keys {
  readonly key: Buffer;
  readonly iv: Buffer;
}

/** `context`: `keyturn VERSION PROFILE ENGINE RELATION` */
function keysOf(chain: Buffer, keyId: string, direction: Direction, context = CONTEXT): Keys {
  const keyOctets = context.includes('aes-256-gcm') ? 32 : 16;
  return {
    key: expand(chain, `${context} key ${keyId} ${direction}`, keyOctets),
    iv: expand(chain, `${context} iv ${keyId} ${direction}`, 12),
  };
}

/** `masters`: the first, and one for each n-RTT rekey. `rekeys`: in their order. */
function keySchedule(masters: readonly Buffer[], rekeys: readonly ('0-RTT' | 'n-RTT')[], context = CONTEXT): object {
  let [master, communication] = [0, 0];
  let chain = extract(masters[0] ?? Buffer.alloc(0));
  const agreement = (): Buffer => expand(chain, `${context} agreement ${master}|0`, 32);
  let psk = agreement();
  const row = (): object => {
    const keyId = `${master}|${communication}`;
    const directions = DIRECTIONS.map((direction) => {
      const { key, iv } = keysOf(chain, keyId, direction, context);
      return [direction, { key: hex(key), iv: hex(iv) }];
    });
    return { keyId, wireKeyId: (master % 4) * 4 + (communication % 4), agreementPsk: hex(psk), ...Object.fromEntries(directions) };
  };
  const rows = [row()];
  for (const kind of rekeys) {
    if (kind === 'n-RTT') {
      [master, communication] = [master + 1, 0];
      chain = extract(masters[master] ?? Buffer.alloc(0));
      psk = agreement();
    } else {
      communication++;
      chain = expand(chain, `${context} chain ${master}|${communication}`, 32);
    }
    rows.push(row());
  }
  const [, , profile, engine, relation] = context.split(' ');
  return { masterKeys: masters.map(hex), context: { profile, engine, relation: Number(relation) }, rekeys, rows };
}

const MASTERS = [Buffer.alloc(32, 5), counting(32, 1), counting(32, 0x80), Buffer.alloc(32)];

function keyScheduleVectors(): object {
  // the other way to the first keys: extract and expand in one call of OpenSSL
  const firstKey = Buffer.from(hkdfSync('sha256', MASTERS[0] ?? '', 'keyturn 1', 'keyturn 1 paper xor 0 key 0|0 IOC>IOD', 16));
  return {
    firstKeyByHkdfSync: hex(firstKey),
    schedules: [
      keySchedule(MASTERS, ['0-RTT', '0-RTT', '0-RTT', '0-RTT', '0-RTT', 'n-RTT', '0-RTT', 'n-RTT', 'n-RTT', '0-RTT', '0-RTT']),
      keySchedule([counting(32, 9), Buffer.alloc(32, 0xff)], ['0-RTT', 'n-RTT', '0-RTT'], 'keyturn 1 paper aes-256-gcm 7'),
      keySchedule([counting(32, 3)], ['0-RTT'], 'keyturn 1 paper aes-128-gcm 0'),
      keySchedule([counting(32, 3)], ['0-RTT'], 'keyturn 1 paper ascon-aead128 0'),
    ],
  };
}

// ---- frames

interface FrameCase {
  readonly what: string;
  readonly profile: 'paper' | 'std';
  readonly engine: 'xor' | 'aes-128-gcm' | 'aes-256-gcm';
  readonly direction: Direction;
  readonly keyId: string;
  readonly currentKeyId: number;
  readonly nextKeyId: number;
  readonly counter: number;
  readonly vlanTci?: number;
  readonly encrypt: boolean;
  readonly cSdu: Buffer;
  readonly apduStatus: Buffer;
}

const CONTROLLER = Buffer.from('02000000000a', 'hex');
const DEVICE = Buffer.from('02000000000b', 'hex');

const xorInto = (sum: Buffer, part: Buffer): Buffer => {
  for (const [index, octet] of part.entries()) sum[index % 16] = (sum[index % 16] ?? 0) ^ octet;
  return sum;
};
const unsigned = (value: number, octets: number): Buffer => Buffer.from(value.toString(16).padStart(2 * octets, '0'), 'hex');

interface Plain {
  readonly key: Buffer;
  readonly nonce: Buffer;
  readonly aad: Buffer;
  readonly text: Buffer;
  readonly encrypt: boolean;
}

function sealXor({ key, nonce, aad, text: plain, encrypt }: Plain): { readonly text: Buffer; readonly icv: Buffer } {
  const text = Buffer.from(plain);
  if (encrypt) for (const [index, octet] of text.entries()) text[index] = octet ^ (key[index % 16] ?? 0);
  return { text, icv: [nonce, aad, text].reduce(xorInto, Buffer.from(key)) };
}

/** With authentication only, all is AAD. */
function sealGcm(engine: 'aes-128-gcm' | 'aes-256-gcm', { key, nonce, aad, text, encrypt }: Plain): ReturnType<typeof sealXor> {
  const cipher = createCipheriv(engine, key, nonce);
  cipher.setAAD(encrypt ? aad : Buffer.concat([aad, text]));
  const enciphered = Buffer.concat([cipher.update(encrypt ? text : Buffer.alloc(0)), cipher.final()]);
  return { text: encrypt ? enciphered : text, icv: cipher.getAuthTag() };
}

function frameVector(one: FrameCase): object {
  const { profile, engine, direction, keyId, currentKeyId, nextKeyId, counter, vlanTci, encrypt, cSdu, apduStatus, what } = one;
  const chain = extract(MASTERS[0] ?? Buffer.alloc(0));
  const { key, iv } = keysOf(chain, keyId, direction, `keyturn 1 ${profile} ${engine} 0`);
  const [source, destination, frameId] = direction === 'IOC>IOD' ? [CONTROLLER, DEVICE, 0x8000] : [DEVICE, CONTROLLER, 0x8001];
  const nonce = Buffer.from(iv);
  for (const [index, octet] of unsigned(counter, 4).entries()) nonce[8 + index] = (nonce[8 + index] ?? 0) ^ octet;
  const behindTag = Buffer.concat([
    unsigned(0x8892, 2),
    unsigned(frameId, 2),
    ...(profile === 'std' ? [Buffer.of(encrypt ? 1 : 0)] : []),
    Buffer.of((currentKeyId << 4) + nextKeyId),
    unsigned(counter, 4),
    ...(profile === 'std' ? [unsigned(cSdu.length + 4, 2)] : []),
  ]);
  const aad = Buffer.concat([destination, source, behindTag, ...(profile === 'paper' ? [apduStatus] : [])]);
  const given = { key, nonce, aad, text: Buffer.concat([cSdu, ...(profile === 'std' ? [apduStatus] : [])]), encrypt };
  const { text, icv } = engine === 'xor' ? sealXor(given) : sealGcm(engine, given);
  const tag = vlanTci === undefined ? Buffer.alloc(0) : Buffer.concat([unsigned(0x8100, 2), unsigned(vlanTci, 2)]);
  const frame = Buffer.concat([destination, source, tag, behindTag, text, icv, ...(profile === 'paper' ? [apduStatus] : [])]);
  return {
    what,
    profile,
    engine,
    direction,
    keyId,
    destination: hex(destination),
    source: hex(source),
    ...(vlanTci === undefined ? {} : { vlanTci }),
    frameId,
    currentKeyId,
    nextKeyId,
    counter,
    encrypt,
    key: hex(key),
    iv: hex(iv),
    nonce: hex(nonce),
    aad: hex(aad),
    cSdu: hex(cSdu),
    text: hex(text),
    icv: hex(icv),
    apduStatus: hex(apduStatus),
    frame: hex(frame),
  };
}

function frameVectors(): object {
  const first = {
    profile: 'paper',
    engine: 'xor',
    keyId: '0|0',
    currentKeyId: 0,
    nextKeyId: 0,
    counter: 1,
    encrypt: true,
    cSdu: counting(40, 3),
    apduStatus: Buffer.of(0x12, 0x34, 0x35, 0),
  } as const;
  const real = { ...first, engine: 'aes-256-gcm' } as const;
  const std = { ...real, profile: 'std' } as const;
  const cases: readonly FrameCase[] = [
    { ...first, what: 'first frame of the initiator', direction: 'IOC>IOD' },
    { ...first, what: 'first frame of the follower', direction: 'IOD>IOC' },
    { ...first, what: 'with a VLAN tag', direction: 'IOC>IOD', vlanTci: 0xc000 },
    { ...first, what: 'authentication only', direction: 'IOC>IOD', encrypt: false },
    { ...first, what: 'shortest C_SDU', direction: 'IOD>IOC', cSdu: Buffer.of(0x80), vlanTci: 0xd123 },
    { ...first, what: 'longest C_SDU', direction: 'IOC>IOD', cSdu: counting(1440, 0x11), apduStatus: Buffer.of(0xff, 0xfe, 0xa5, 0x5a) },
    { ...first, what: 'announcement', direction: 'IOC>IOD', nextKeyId: 1, counter: 0x01020304 },
    { ...first, what: 'high KeyIds, last counter', direction: 'IOC>IOD', currentKeyId: 0xb, nextKeyId: 0xc, counter: 0xffffffff },
    { ...real, what: 'paper, AES-256-GCM', direction: 'IOC>IOD' },
    {
      ...real,
      what: 'paper, AES-128-GCM, authentication only, tagged',
      direction: 'IOD>IOC',
      engine: 'aes-128-gcm',
      encrypt: false,
      vlanTci: 0xc000,
    },
    { ...std, what: 'std, AES-256-GCM', direction: 'IOC>IOD' },
    { ...std, what: 'std, AES-256-GCM, authentication only', direction: 'IOD>IOC', encrypt: false },
    {
      ...std,
      what: 'std, AES-128-GCM, tagged, shortest C_SDU',
      direction: 'IOC>IOD',
      engine: 'aes-128-gcm',
      vlanTci: 0xc000,
      cSdu: Buffer.of(0x80),
    },
    { ...std, what: 'std, the dummy engine, longest C_SDU', direction: 'IOD>IOC', engine: 'xor', cSdu: counting(1440, 0x11) },
    { ...std, what: 'std, announcement, high counter', direction: 'IOC>IOD', nextKeyId: 1, counter: 0xfedcba98 },
  ];
  return { masterKey: hex(MASTERS[0] ?? Buffer.alloc(0)), frames: cases.map(frameVector) };
}

// ---- registers, as they stand in hardware that is out there

const MAP: Readonly<
  Record<string, readonly [offset: number, access: string, fields?: Readonly<Record<string, readonly [low: number, bits: number]>>]>
> = {
  identification: [0x000, 'ro'],
  capabilities: [
    0x004,
    'ro',
    { slots: [0, 4], follower: [4, 1], engine: [8, 4], insecure: [16, 1], windows: [17, 1], moreRelations: [24, 8] },
  ],
  control: [
    0x008,
    'rw',
    { enable: [0, 1], encrypt: [1, 1], tagged: [2, 1], passReceived: [3, 1], passTransmitted: [4, 1], std: [5, 1], deliverLate: [6, 1] },
  ],
  status: [
    0x00c,
    'ro',
    { providerStates: [0, 8], consumerStates: [8, 8], currentKeyId: [16, 4], nextKeyId: [20, 4], pushReady: [24, 1], erasing: [25, 1] },
  ],
  request: [0x010, 'ro', { valid: [0, 1], keyId: [4, 4] }],
  interruptStatus: [0x014, 'w1c', { received: [0, 1], request: [1, 1], slots: [2, 1], counter: [3, 1] }],
  interruptEnable: [0x018, 'rw', { received: [0, 1], request: [1, 1], slots: [2, 1], counter: [3, 1] }],
  obsoleteTimeout: [0x01c, 'rw'],
  destinationHigh: [0x020, 'rw'],
  destinationLow: [0x024, 'rw'],
  sourceHigh: [0x028, 'rw'],
  sourceLow: [0x02c, 'rw'],
  vlanTci: [0x030, 'rw'],
  transmitFrameId: [0x034, 'rw'],
  receiveFrameId: [0x038, 'rw'],
  counterThreshold: [0x03c, 'rw'],
  keyPush: [0x07c, 'wo'],
  pushResult: [0x080, 'ro', { accepted: [0, 1], refused: [1, 1] }],
  transmitCounter: [0x084, 'ro'],
  eraseAll: [0x088, 'wo'],
  cancel: [0x08c, 'wo'],
  mapVersion: [0x0f0, 'ro', { minor: [0, 16], major: [16, 16] }],
  buildId: [0x0f4, 'ro'],
  transmitData: [0x090, 'wo'],
  transmitSpace: [0x094, 'ro'],
  cancelResult: [0x098, 'ro', { accepted: [0, 1], refused: [1, 1] }],
  receiveData: [0x0a0, 'ro'],
  receiveLevel: [0x0a4, 'ro'],
  framesSent: [0x100, 'ro'],
  framesReceived: [0x104, 'ro'],
  framesDelivered: [0x108, 'ro'],
  framesStale: [0x10c, 'ro'],
  framesUnknownKey: [0x110, 'ro'],
  framesIcvFailed: [0x114, 'ro'],
  framesMalformed: [0x118, 'ro'],
  framesPassed: [0x11c, 'ro'],
  framesOverflowed: [0x120, 'ro'],
  stalledCycles: [0x124, 'ro'],
  transmitKey: [0x140, 'wo'],
  transmitIv: [0x170, 'wo'],
  receiveKey: [0x180, 'wo'],
  receiveIv: [0x1b0, 'wo'],
};

const littleEndian = (octets: Buffer): readonly number[] =>
  Array.from({ length: Math.ceil(octets.length / 4) }, (_, word) =>
    Number(`0x${hex(Buffer.from(octets.subarray(4 * word, 4 * word + 4)).reverse())}`),
  );
const at = (offset: number, words: readonly number[]): readonly (readonly [number, number])[] =>
  words.map((word, index) => [offset + 4 * index, word]);

function registerVectors(): object {
  const chain = extract(MASTERS[0] ?? Buffer.alloc(0));
  const [transmit, receive] = [keysOf(chain, '0|0', 'IOC>IOD'), keysOf(chain, '0|0', 'IOD>IOC')];
  const cSdu = counting(41, 0x31);
  return {
    identification: 0x4b545231,
    map: Object.fromEntries(Object.entries(MAP).map(([name, [offset, access, fields = {}]]) => [name, { offset, access, fields }])),
    configure: {
      settings: {
        encrypt: true,
        vlanTci: 0xc001,
        source: '0102030405f6',
        destination: '0a0b0c0d0e0f',
        transmitFrameId: 0x8123,
        receiveFrameId: 0x9234,
        obsoleteTimeout: 6000,
        passReceived: true,
        counterThreshold: 0x10000000,
        passTransmitted: true,
        profile: 'std',
      },
      writes: [
        ...at(0x020, [0x0a0b, 0x0c0d0e0f, 0x0102, 0x030405f6, 0xc001, 0x8123, 0x9234]),
        ...at(0x01c, [6000]),
        ...at(0x03c, [0x10000000]),
        ...at(0x018, [0xf]),
        ...at(0x008, [0b111111]),
      ],
    },
    configureLeast: {
      settings: {
        encrypt: false,
        source: '000000000000',
        destination: '000000000000',
        transmitFrameId: 0,
        receiveFrameId: 0,
        obsoleteTimeout: 0,
        passReceived: false,
      },
      writes: [...at(0x020, [0, 0, 0, 0, 0, 0, 0]), ...at(0x01c, [0]), ...at(0x03c, [0]), ...at(0x018, [0xf]), ...at(0x008, [0b00001])],
    },
    push: {
      masterKey: hex(MASTERS[0] ?? Buffer.alloc(0)),
      writes: [
        ...at(0x140, littleEndian(transmit.key)),
        ...at(0x170, littleEndian(transmit.iv)),
        ...at(0x180, littleEndian(receive.key)),
        ...at(0x1b0, littleEndian(receive.iv)),
        ...at(0x07c, [0]),
      ],
    },
    payload: {
      cSdu: hex(cSdu),
      apduStatus: 'fedc3501',
      sent: [41, 0xfedc3501, ...littleEndian(cSdu)],
      received: [41, ...littleEndian(cSdu), 0xfedc3501],
    },
    status: [
      { word: 0, slots: 2, provider: 'UU', consumer: 'UU', currentKeyId: 0, nextKeyId: 0, pushReady: false },
      { word: 0x01090602, slots: 2, provider: 'AU', consumer: 'AP', currentKeyId: 9, nextKeyId: 0, pushReady: true },
      { word: 0x00fe1b92, slots: 4, provider: 'AUPA', consumer: 'OAPU', currentKeyId: 14, nextKeyId: 15, pushReady: false },
    ],
  };
}

/** Contents of the files, by name. */
export function vectorFiles(): Readonly<Record<string, string>> {
  const files = { 'key-schedule.json': keyScheduleVectors(), 'frames.json': frameVectors(), 'registers.json': registerVectors() };
  return Object.fromEntries(Object.entries(files).map(([name, data]) => [name, `${JSON.stringify(data, null, 1)}\n`]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of Object.entries(vectorFiles())) writeFileSync(new URL(name, import.meta.url), text);
}
