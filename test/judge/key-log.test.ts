import { describe, expect, it } from 'vitest';
import {
  type Connection,
  connectionLine,
  erasedLine,
  type InstalledKey,
  KEY_LOG_HEADER,
  KeyLogError,
  keyLine,
  parseKeyLog,
} from '../../judge/key-log.ts';

const connection: Connection = {
  profile: 'paper',
  engine: 'xor',
  protection: 'encryption',
  delivery: 'newest',
  frameId: { initiator: 0x8000, follower: 0x8001 },
  address: { initiator: '020000000001', follower: '020000000102' },
  knownBy: { initiator: 'source', follower: 'frame-id' },
  sendIntervalNs: 5120,
  obsoleteTimeoutNs: 48_000,
  longestDelayNs: 17_280,
};
const key: InstalledKey = {
  atNs: 16_024,
  side: 'follower',
  keyId: '0|3',
  use: 'receive',
  key: Uint8Array.from({ length: 16 }, (_, index) => index),
  iv: new Uint8Array(12).fill(0xab),
};
const LINES = [
  'CONNECTION 0 paper xor encryption newest 32768 32769 020000000001 020000000102 source frame-id 5120 48000 17280',
  'KEY 16024 0 follower 0|3 receive 000102030405060708090a0b0c0d0e0f abababababababababababab',
  'ERASED 900000 0 follower',
] as const;

describe('a key log', () => {
  it('is one record a line, as the documentation has it', () => {
    expect(connectionLine(0, connection)).toBe(`${LINES[0]}\n`);
    expect(keyLine(0, key)).toBe(`${LINES[1]}\n`);
    expect(erasedLine(0, { atNs: 900_000, side: 'follower' })).toBe(`${LINES[2]}\n`);
    expect(KEY_LOG_HEADER).toMatch(/^# .*keys.*\n$/);
  });

  it('is read back, comments left out', () => {
    const [log, ...others] = parseKeyLog(`${KEY_LOG_HEADER}\n${LINES.join('\n# in between\n')}\n`, 'keys.log');
    expect(others).toEqual([]);
    expect(log.connection).toEqual(connection);
    expect(log.keys).toEqual([key]);
    expect(log.erasures).toEqual([{ atNs: 900_000, side: 'follower' }]);
  });

  it('has the keys of each relation apart', () => {
    const second = { ...connection, frameId: { initiator: 0x8001, follower: 0x8401 } };
    const lines = [
      connectionLine(0, connection),
      connectionLine(1, second),
      keyLine(1, key),
      keyLine(0, { ...key, keyId: '1|0' }),
      erasedLine(1, { atNs: 7, side: 'initiator' }),
    ];
    expect(parseKeyLog(lines.join(''), 'keys.log')).toEqual([
      { connection, keys: [{ ...key, keyId: '1|0' }], erasures: [] },
      { connection: second, keys: [key], erasures: [{ atNs: 7, side: 'initiator' }] },
    ]);
  });

  it.each([
    ['is empty', '', 'there is no CONNECTION'],
    ['has no connection', `${LINES[1]}\n`, 'line 1: KEY of relation 0, which has no CONNECTION before it'],
    ['leaves a relation out', `${LINES[0].replace(' 0 ', ' 1 ')}\n`, 'line 1: expected CONNECTION 0, found CONNECTION 1'],
    ['has an erasure of another relation', `${LINES[0]}\nERASED 5 3 follower\n`, 'line 2: ERASED of relation 3, which has no CONNECTION'],
    ['is cut off in its last line', `${LINES.join('\n').slice(0, -5)}`, 'line 3: the last line is cut off'],
    ['has a short key', `${LINES[0]}\n${LINES[1].replace('0f ', ' ')}\n`, 'line 2: field 6 of KEY'],
    ['has an unknown engine', `${LINES[0].replace('xor', 'rot13')}\n`, 'line 1: field 3 of CONNECTION'],
    ['has an unknown delivery', `${LINES[0].replace('newest', 'oldest')}\n`, 'line 1: field 5 of CONNECTION'],
    ['has a field too few', `${LINES[0].replace(' 17280', '')}\n`, 'line 1: field'],
    ['is something else', 'hello\n', 'line 1: expected CONNECTION, KEY, ERASED or a comment'],
    ['has an erasure of nobody', `${LINES[0]}\nERASED 5 0 somebody\n`, 'line 2: field 3 of ERASED'],
  ])('that %s is refused with its place, and without its keys', (_, text, message) => {
    let refusal: unknown;
    try {
      parseKeyLog(text, 'keys.log');
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(KeyLogError);
    expect(String(refusal)).toContain('keys.log');
    expect(String(refusal)).toContain(message);
    expect(String(refusal)).not.toContain('0001020304');
  });
});
