/** A run written out by hand: frames sealed by node:crypto, one rekey, nothing lost. Tests spoil it, one thing at a time. */
import { createCipheriv, createHash } from 'node:crypto';
import type { Erasure, InstalledKey, KeyLog } from '../../judge/key-log.ts';
import type { Observation, Seen, Stream } from '../../judge/observation.ts';
import { OTHER, type Point, SIDES, type Side } from '../../judge/points.ts';

export const FRAMES = 40;
export const INTERVAL_NS = 5000;
/** ns from the first octet of a frame at its sender to that at its receiver */
const WAY_NS = 1000;
/** ns from record complete to the first octet */
export const LATENESS_NS = 640;
/** In these frames, counted from 0: the initiator announces, the follower is ready, each sends under the new key. */
const STEPS = { announced: 10, ready: 11, initiatorSwitches: 12, followerSwitches: 13 } as const;

type Writable<T> = { -readonly [K in keyof T]: T[K] };
export type Run = {
  readonly seen: Record<Side, Record<Point, Stream>>;
  readonly log: { connection: Writable<KeyLog['connection']>; keys: Writable<InstalledKey>[]; erasures: Erasure[] };
};

const FRAME_ID = { initiator: 0x8000, follower: 0x8001 } as const;
const ADDRESS = { initiator: Buffer.from('020000000001', 'hex'), follower: Buffer.from('020000000002', 'hex') };
const KEY_IDS = ['0|0', '0|1'] as const;

/** Octets that look random and are the same every time. */
export function octets(label: string, length: number): Buffer {
  return Buffer.concat(
    Array.from({ length: Math.ceil(length / 32) }, (_, part) => createHash('sha256').update(`${label} ${part}`).digest()),
  ).subarray(0, length);
}

const keyOf = (sender: Side, keyId: string) => ({
  key: octets(`key ${sender} ${keyId}`, 16),
  iv: octets(`iv ${sender} ${keyId}`, 12),
});

export function payloadOf(sender: Side, number: number): Buffer {
  return Buffer.concat([octets(`payload ${sender} ${number}`, 40), Buffer.from([0, number, 0x35, 0])]);
}

export function plain(sender: Side, payload: Buffer): Buffer {
  const head = Buffer.from([0x88, 0x92, FRAME_ID[sender] >> 8, FRAME_ID[sender] & 255]);
  return Buffer.concat([ADDRESS[OTHER[sender]], ADDRESS[sender], head, payload]);
}

export function sealed(sender: Side, payload: Buffer, keyId: string, keyIds: number, counter: number): Buffer {
  const { key, iv } = keyOf(sender, keyId);
  const nonce = Buffer.from(iv);
  nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ counter) >>> 0, 8);
  const security = Buffer.alloc(5);
  security.writeUInt8(keyIds, 0);
  security.writeUInt32BE(counter, 1);
  const front = Buffer.concat([plain(sender, payload).subarray(0, 16), security]);
  const [cSdu, status] = [payload.subarray(0, -4), payload.subarray(-4)];
  const cipher = createCipheriv('aes-128-gcm', key, nonce).setAAD(Buffer.concat([front, status]));
  const text = Buffer.concat([cipher.update(cSdu), cipher.final()]);
  return Buffer.concat([front, text, cipher.getAuthTag(), status]);
}

export function syntheticRun(): Run {
  const stream = (): Stream => ({ ours: [], foreign: [], others: [] });
  const points = (): Record<Point, Stream> => ({ given: stream(), sent: stream(), arrived: stream(), delivered: stream() });
  const seen = { initiator: points(), follower: points() };
  for (const side of SIDES) {
    const switches = side === 'initiator' ? STEPS.initiatorSwitches : STEPS.followerSwitches;
    const announces = side === 'initiator' ? STEPS.announced : STEPS.ready;
    for (let number = 0; number < FRAMES; number++) {
      const current = number >= switches ? 1 : 0;
      const next = number >= announces ? 1 : 0;
      const payload = payloadOf(side, number);
      const givenNs = number * INTERVAL_NS + (side === 'follower' ? 2000 : 0) + 10_000;
      const sentNs = givenNs + LATENESS_NS;
      const counter = current === 0 ? number + 1 : number - switches + 1;
      const frame = sealed(side, payload, KEY_IDS[current], (current << 4) | next, counter);
      seen[side].given.ours.push({ atNs: givenNs, frame: plain(side, payload) });
      seen[side].sent.ours.push({ atNs: sentNs, frame });
      seen[OTHER[side]].arrived.ours.push({ atNs: sentNs + WAY_NS, frame });
      seen[OTHER[side]].delivered.ours.push({ atNs: sentNs + WAY_NS + 2000, frame: plain(side, payload) });
    }
    const host: Seen = {
      atNs: 12_000,
      frame: Buffer.concat([ADDRESS[OTHER[side]], ADDRESS[side], Buffer.from('88b5', 'hex'), octets(side, 46)]),
    };
    for (const point of ['given', 'sent'] as const) seen[side][point].foreign.push(host);
    for (const point of ['arrived', 'delivered'] as const) seen[OTHER[side]][point].foreign.push({ ...host, atNs: 14_000 });
  }
  return { seen, log: { connection: connection(), keys: keys(), erasures: [] } };
}

function connection(): Run['log']['connection'] {
  return {
    profile: 'paper',
    engine: 'aes-128-gcm',
    protection: 'encryption',
    delivery: 'newest',
    frameId: FRAME_ID,
    address: { initiator: ADDRESS.initiator.toString('hex'), follower: ADDRESS.follower.toString('hex') },
    knownBy: { initiator: 'frame-id', follower: 'frame-id' },
    sendIntervalNs: INTERVAL_NS,
    obsoleteTimeoutNs: 20_000,
    longestDelayNs: 12_000,
  };
}

function keys(): InstalledKey[] {
  return KEY_IDS.flatMap((keyId, index) =>
    SIDES.flatMap((side) => {
      const atNs = index === 0 ? 1000 : STEPS.announced * INTERVAL_NS + 9000;
      return [
        { atNs, side, keyId, use: 'transmit' as const, ...keyOf(side, keyId) },
        { atNs, side, keyId, use: 'receive' as const, ...keyOf(OTHER[side], keyId) },
      ];
    }),
  );
}

export function observationOf({ seen }: Run): Observation {
  return seen;
}
