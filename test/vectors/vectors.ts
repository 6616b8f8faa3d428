/** The vectors as tests read them; the shapes are checked where they enter. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const octets = z.string().transform((text) => Uint8Array.from(Buffer.from(text, 'hex')));
const direction = z.enum(['IOC>IOD', 'IOD>IOC']);
const directionKey = z.object({ key: octets, iv: octets });

const keySchedules = z.object({
  firstKeyByHkdfSync: octets,
  schedules: z.array(
    z.object({
      masterKeys: z.array(octets),
      context: z.object({
        profile: z.string(),
        engine: z.enum(['xor', 'aes-128-gcm', 'aes-256-gcm', 'ascon-aead128']),
        relation: z.number(),
      }),
      rekeys: z.array(z.enum(['0-RTT', 'n-RTT'])),
      rows: z.array(
        z.object({ keyId: z.string(), wireKeyId: z.number(), agreementPsk: octets, 'IOC>IOD': directionKey, 'IOD>IOC': directionKey }),
      ),
    }),
  ),
});

const frames = z.object({
  masterKey: octets,
  frames: z.array(
    z.object({
      what: z.string(),
      profile: z.enum(['paper', 'std']),
      engine: z.enum(['xor', 'aes-128-gcm', 'aes-256-gcm']),
      direction,
      keyId: z.string(),
      destination: octets,
      source: octets,
      vlanTci: z.number().optional(),
      frameId: z.number(),
      currentKeyId: z.number(),
      nextKeyId: z.number(),
      counter: z.number(),
      encrypt: z.boolean(),
      key: octets,
      iv: octets,
      nonce: octets,
      aad: octets,
      cSdu: octets,
      text: octets,
      icv: octets,
      apduStatus: octets,
      frame: octets,
    }),
  ),
});

const writes = z.array(z.tuple([z.number(), z.number()]));
const configure = z.object({
  settings: z.object({
    encrypt: z.boolean(),
    vlanTci: z.number().optional(),
    source: octets,
    destination: octets,
    transmitFrameId: z.number(),
    receiveFrameId: z.number(),
    obsoleteTimeout: z.number(),
    passReceived: z.boolean(),
    counterThreshold: z.number().default(0),
    passTransmitted: z.boolean().default(false),
    profile: z.enum(['paper', 'std']).default('paper'),
  }),
  writes,
});
const registers = z.object({
  identification: z.number(),
  map: z.record(
    z.string(),
    z.object({ offset: z.number(), access: z.string(), fields: z.record(z.string(), z.tuple([z.number(), z.number()])) }),
  ),
  configure,
  configureLeast: configure,
  push: z.object({ masterKey: octets, writes }),
  payload: z.object({ cSdu: octets, apduStatus: octets, sent: z.array(z.number()), received: z.array(z.number()) }),
  status: z.array(
    z.object({
      word: z.number(),
      slots: z.number(),
      provider: z.string(),
      consumer: z.string(),
      currentKeyId: z.number(),
      nextKeyId: z.number(),
      pushReady: z.boolean(),
    }),
  ),
});

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));

export const KEY_SCHEDULE_VECTORS = keySchedules.parse(read('key-schedule.json'));
export const FRAME_VECTORS = frames.parse(read('frames.json'));
export const REGISTER_VECTORS = registers.parse(read('registers.json'));
