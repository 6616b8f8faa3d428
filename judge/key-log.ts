/**
 * The key log of a run: what the judge needs to open its frames, one record a line, as NSS' SSLKEYLOGFILE has it for TLS.
 * Whoever has it can read and forge every frame of the run: it is written only when asked for, readable by its owner alone.
 *
 *   # a comment
 *   CONNECTION 0 paper xor encryption newest 32768 32769 020000000001 020000000002 frame-id frame-id 5120 48000 17280
 *   KEY 16024 0 initiator 0|0 transmit <key, hex> <iv, hex>
 *   ERASED 900000 0 follower
 *
 * CONNECTION: the relation, counted from 0; header profile, engine, protection, which payloads are delivered; FrameIDs from the initiator and from the
 * follower, then their addresses, then by what each of them knows the frames of the other; then in ns the send interval, the time that a key stays Obsolete,
 * and the longest time that the channel holds a frame. KEY: ns at which a peer has the key installed, the relation, the peer, the
 * KeyId (absolute indices), and what that peer does with it. ERASED: ns at which a peer has erased every key that it had of the
 * relation; the next one is the first of a new association.
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
  /** of each end, 12 hex digits: what stands in its frames as their source */
  readonly address: Readonly<Record<Side, string>>;
  /** by what each end knows a frame of the other: by its FrameID, or by its source too, and one from elsewhere is handed to the host */
  readonly knownBy: Readonly<Record<Side, 'frame-id' | 'source'>>;
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

/** Of one relation. */
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

/** @param relation counted from 0 */
export function connectionLine(relation: number, connection: Connection): string {
  const { profile, engine, protection, delivery, frameId, address, knownBy, sendIntervalNs, obsoleteTimeoutNs, longestDelayNs } =
    connection;
  const ends = [frameId, address, knownBy].flatMap((of) => SIDES.map((side) => of[side]));
  return `CONNECTION ${[relation, profile, engine, protection, delivery, ...ends, sendIntervalNs, obsoleteTimeoutNs, longestDelayNs].join(' ')}\n`;
}

export function keyLine(relation: number, { atNs, side, keyId, use, key, iv }: InstalledKey): string {
  return `KEY ${atNs} ${relation} ${side} ${keyId} ${use} ${Buffer.from(key).toString('hex')} ${Buffer.from(iv).toString('hex')}\n`;
}

export function erasedLine(relation: number, { atNs, side }: Erasure): string {
  return `ERASED ${atNs} ${relation} ${side}\n`;
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

const address = z.string().regex(/^[0-9a-f]{12}$/);
const known = z.enum(['frame-id', 'source']);
const connectionFields = z.tuple([
  whole,
  z.enum(['paper', 'std']),
  z.enum(ENGINES),
  z.enum(['encryption', 'authentication']),
  z.enum(['newest', 'window']),
  whole,
  whole,
  address,
  address,
  known,
  known,
  whole,
  whole,
  whole,
]);
const keyFields = z.tuple([
  whole,
  whole,
  z.enum(SIDES),
  z.string().regex(/^\d+\|\d+$/),
  z.enum(['transmit', 'receive']),
  octets(16, 32),
  octets(12, 12),
]);
const erasedFields = z.tuple([whole, whole, z.enum(SIDES)]);

/**
 * Returns the logs of all relations, by their numbers.
 * @param origin for messages: the file
 * @throws KeyLogError
 */
export function parseKeyLog(text: string, origin: string): readonly [KeyLog, ...KeyLog[]] {
  const logs: { readonly connection: Connection; readonly keys: InstalledKey[]; readonly erasures: Erasure[] }[] = [];
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new KeyLogError(origin, lines.length + 1, 'the last line is cut off');
  lines.forEach((line, index) => {
    if (line === '' || line.startsWith('#')) return;
    const [label, ...fields] = line.split(' ');
    const fail = (problem: string): never => {
      throw new KeyLogError(origin, index + 1, problem);
    };
    /** The fields as they should be. */
    const checked = <T extends z.ZodType>(shape: T): z.infer<T> => {
      const parsed = shape.safeParse(fields);
      return parsed.success ? parsed.data : fail(`field ${place(parsed.error)} of ${label} is not what it should be`);
    };
    const logOf = (relation: number) => logs[relation] ?? fail(`${label} of relation ${relation}, which has no CONNECTION before it`);
    if (label === 'CONNECTION') {
      const [relation, ...rest] = checked(connectionFields);
      if (relation !== logs.length) fail(`expected CONNECTION ${logs.length}, found CONNECTION ${relation}`);
      logs.push({ connection: connectionOf(rest), keys: [], erasures: [] });
    } else if (label === 'KEY') {
      const [atNs, relation, side, keyId, use, key, iv] = checked(keyFields);
      logOf(relation).keys.push({ atNs, side, keyId, use, key, iv });
    } else if (label === 'ERASED') {
      const [atNs, relation, side] = checked(erasedFields);
      logOf(relation).erasures.push({ atNs, side });
    } else fail('expected CONNECTION, KEY, ERASED or a comment');
  });
  const [first, ...others] = logs;
  if (first === undefined) throw new KeyLogError(origin, lines.length, 'there is no CONNECTION');
  return [first, ...others];
}

type ConnectionFields = z.infer<typeof connectionFields> extends [unknown, ...infer Rest] ? Rest : never;

function connectionOf([profile, engine, protection, delivery, ...rest]: ConnectionFields): Connection {
  const [frameI, frameF, addressI, addressF, knownI, knownF, sendIntervalNs, obsoleteTimeoutNs, longestDelayNs] = rest;
  return {
    profile,
    engine,
    protection,
    delivery,
    frameId: { initiator: frameI, follower: frameF },
    address: { initiator: addressI, follower: addressF },
    knownBy: { initiator: knownI, follower: knownF },
    sendIntervalNs,
    obsoleteTimeoutNs,
    longestDelayNs,
  };
}

function place(error: z.ZodError): string {
  const [at] = error.issues[0]?.path ?? [];
  return typeof at === 'number' ? String(at + 1) : 'count';
}
