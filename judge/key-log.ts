/**
 * The key log of a run: what the judge needs to open its frames, one record a line, as NSS' SSLKEYLOGFILE has it for TLS.
 * Whoever has it can read and forge every frame of the run: it is written only when asked for, readable by its owner alone.
 *
 *   # a comment
 *   CONNECTION paper xor encryption newest 32768 32769 5120 48000 17280
 *   KEY 16024 initiator 0|0 transmit <key, hex> <iv, hex>
 *   ERASED 900000 follower
 *
 * CONNECTION: header profile, engine, protection, which payloads are delivered, FrameIDs from the initiator and from the follower, then in ns the send
 * interval, the time that a key stays Obsolete, and the longest time that the channel holds a frame. KEY: ns at which a peer
 * has the key installed, the peer, the KeyId (absolute indices), and what that peer does with it. ERASED: ns at which a peer has erased
 * every key that it had; the next one is the first of a new association.
 */
import { z } from 'zod';
import type { Profile } from './frame.ts';
import { SIDES, type Side } from './points.ts';

export const KEY_LOG_HEADER = '# Keyturn key log. It holds the keys of a run: whoever has it can read and forge every frame of that run.\n';

export const ENGINES = ['xor', 'aes-128-gcm', 'aes-256-gcm', 'ascon-aead128'] as const;

export interface Connection {
  readonly profile: Profile;
  readonly engine: (typeof ENGINES)[number];
  readonly protection: 'encryption' | 'authentication';
  /** `newest`: of frames newer than all before; `window`: of late ones too, each once */
  readonly delivery: 'newest' | 'window';
  /** FrameID of the frames that each side sends */
  readonly frameId: Readonly<Record<Side, number>>;
  readonly sendIntervalNs: number;
  readonly obsoleteTimeoutNs: number;
  readonly longestDelayNs: number;
}

export interface InstalledKey {
  readonly atNs: number;
  readonly side: Side;
  /** absolute indices, as the paper writes them: `1|3` */
  readonly keyId: string;
  readonly use: 'transmit' | 'receive';
  readonly key: Uint8Array;
  /** 12 octets */
  readonly iv: Uint8Array;
}

/** A peer gave up all its keys. */
export interface Erasure {
  readonly atNs: number;
  readonly side: Side;
}

export interface KeyLog {
  readonly connection: Connection;
  readonly keys: readonly InstalledKey[];
  readonly erasures: readonly Erasure[];
}

/** A key log that can't be read. The message never quotes what may be a key. */
export class KeyLogError extends Error {
  constructor(origin: string, line: number, problem: string) {
    super(`${origin}, line ${line}: ${problem}; make the run again with --key-log`);
    this.name = 'KeyLogError';
  }
}

export function connectionLine({ profile, engine, protection, delivery, frameId, ...times }: Connection): string {
  const { sendIntervalNs, obsoleteTimeoutNs, longestDelayNs } = times;
  return `CONNECTION ${[profile, engine, protection, delivery, frameId.initiator, frameId.follower, sendIntervalNs, obsoleteTimeoutNs, longestDelayNs].join(' ')}\n`;
}

export function keyLine({ atNs, side, keyId, use, key, iv }: InstalledKey): string {
  return `KEY ${atNs} ${side} ${keyId} ${use} ${Buffer.from(key).toString('hex')} ${Buffer.from(iv).toString('hex')}\n`;
}

export function erasedLine({ atNs, side }: Erasure): string {
  return `ERASED ${atNs} ${side}\n`;
}

const whole = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);
const octets = (low: number, high: number) =>
  z
    .string()
    .regex(new RegExp(`^(?:[0-9a-f]{2}){${low},${high}}$`))
    .transform((hex) => Uint8Array.from(Buffer.from(hex, 'hex')));

const connectionFields = z.tuple([
  z.enum(['paper', 'std']),
  z.enum(ENGINES),
  z.enum(['encryption', 'authentication']),
  z.enum(['newest', 'window']),
  whole,
  whole,
  whole,
  whole,
  whole,
]);
const keyFields = z.tuple([
  whole,
  z.enum(SIDES),
  z.string().regex(/^\d+\|\d+$/),
  z.enum(['transmit', 'receive']),
  octets(16, 32),
  octets(12, 12),
]);
const erasedFields = z.tuple([whole, z.enum(SIDES)]);

/** @param origin for messages: the file  @throws KeyLogError */
export function parseKeyLog(text: string, origin: string): KeyLog {
  let connection: Connection | undefined;
  const keys: InstalledKey[] = [];
  const erasures: Erasure[] = [];
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new KeyLogError(origin, lines.length + 1, 'the last line is cut off');
  lines.forEach((line, index) => {
    if (line === '' || line.startsWith('#')) return;
    const [label, ...fields] = line.split(' ');
    if (label === 'CONNECTION') connection = parseConnection(fields, origin, index + 1);
    else if (label === 'KEY') keys.push(parseKey(fields, origin, index + 1));
    else if (label === 'ERASED') erasures.push(parseErasure(fields, origin, index + 1));
    else throw new KeyLogError(origin, index + 1, 'expected CONNECTION, KEY, ERASED or a comment');
  });
  if (connection === undefined) throw new KeyLogError(origin, lines.length, 'there is no CONNECTION');
  return { connection, keys, erasures };
}

function parseConnection(fields: readonly string[], origin: string, line: number): Connection {
  const parsed = connectionFields.safeParse(fields);
  if (!parsed.success) throw new KeyLogError(origin, line, `field ${place(parsed.error)} of CONNECTION is not what it should be`);
  const [profile, engine, protection, delivery, initiator, follower, sendIntervalNs, obsoleteTimeoutNs, longestDelayNs] = parsed.data;
  return { profile, engine, protection, delivery, frameId: { initiator, follower }, sendIntervalNs, obsoleteTimeoutNs, longestDelayNs };
}

function parseKey(fields: readonly string[], origin: string, line: number): InstalledKey {
  const parsed = keyFields.safeParse(fields);
  if (!parsed.success) throw new KeyLogError(origin, line, `field ${place(parsed.error)} of KEY is not what it should be`);
  const [atNs, side, keyId, use, key, iv] = parsed.data;
  return { atNs, side, keyId, use, key, iv };
}

function parseErasure(fields: readonly string[], origin: string, line: number): Erasure {
  const parsed = erasedFields.safeParse(fields);
  if (!parsed.success) throw new KeyLogError(origin, line, `field ${place(parsed.error)} of ERASED is not what it should be`);
  const [atNs, side] = parsed.data;
  return { atNs, side };
}

function place(error: z.ZodError): string {
  const [at] = error.issues[0]?.path ?? [];
  return typeof at === 'number' ? String(at + 1) : 'count';
}
