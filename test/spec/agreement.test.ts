/** The octets of the agreement on the wire, written out by hand from the table at the head of `spec/agreement.ts`. */
import { expect, it } from 'vitest';
import { AGREEMENT_MESSAGES, AGREEMENT_TIMING, type AgreementMessageKind, PROTOCOL_VERSION, ZERO_RTT_MAX } from '../../spec/agreement.ts';
import { encodeMessage, parseMessage } from '../../sw/agreement/message.ts';

const HEAD = '0a0b0c0d0e0f' + '010203040506' + '88b6' + '4b54' + '01';

it.each([
  { kind: 'request', type: '01', noise: 'c5'.repeat(48), padding: '' },
  { kind: 'answer', type: '02', noise: 'c6'.repeat(48), padding: '' },
  { kind: 'confirmation', type: '03', noise: 'c7'.repeat(16), padding: '00'.repeat(16) },
  { kind: 'request', type: '01', noise: 'c8'.repeat(32 + 1184 + 2 * 16), padding: '' },
  { kind: 'answer', type: '02', noise: 'c9'.repeat(32 + 1088 + 2 * 16), padding: '' },
] as const)('a $kind is these octets, and is read from them', ({ kind, type, noise, padding }) => {
  const message = {
    kind: kind satisfies AgreementMessageKind,
    destination: Uint8Array.from(Buffer.from('0a0b0c0d0e0f', 'hex')),
    source: Uint8Array.from(Buffer.from('010203040506', 'hex')),
    relation: 0x1234,
    master: 0x89abcdef,
    attempt: 0x13579bdf,
    noise: Uint8Array.from(Buffer.from(noise, 'hex')),
  };
  const frame = `${HEAD}${type}123489abcdef13579bdf${noise}${padding}`;
  expect(Buffer.from(encodeMessage(message)).toString('hex')).toBe(frame);
  expect(parseMessage(Buffer.from(frame, 'hex'))).toEqual(message);
});

it.each([
  ['EtherType', 13],
  ['subtype', 15],
  ['version', 16],
  ['type', 17],
])('is none of ours with another %s', (_, at) => {
  const frame = Buffer.from(`${HEAD}01${'00'.repeat(58)}`, 'hex');
  expect(parseMessage(frame)?.kind).toBe('request');
  frame[at] = 0x77;
  expect(parseMessage(frame)).toBeUndefined();
});

const REQUEST = Buffer.from(`${HEAD}01123489abcdef13579bdf${'c5'.repeat(48)}`, 'hex');
const CONFIRMATION = Buffer.from(`${HEAD}03123489abcdef13579bdf${'c7'.repeat(16)}${'00'.repeat(16)}`, 'hex');

it('is the same with the tag that a switch added (IEEE 802.1Q), and nothing with a tag of another TPID', () => {
  const tagged = (tpid: string): Buffer =>
    Buffer.concat([REQUEST.subarray(0, 12), Buffer.from(`${tpid}c005`, 'hex'), REQUEST.subarray(12)]);
  expect(parseMessage(tagged('8100'))).toEqual(parseMessage(REQUEST));
  for (const tpid of ['8101', '0100', '0000']) expect(parseMessage(tagged(tpid))).toBeUndefined();
});

it('of no other length is it one: cut off anywhere, or with more behind it than the padding of a shortest frame', () => {
  for (let length = 0; length < REQUEST.length; length++) expect(parseMessage(REQUEST.subarray(0, length))).toBeUndefined();
  expect(parseMessage(Buffer.concat([REQUEST, Buffer.of(0)]))).toBeUndefined();
  const hybrid = Buffer.concat([REQUEST, Buffer.alloc(1200, 0xc5)]);
  expect(parseMessage(hybrid)?.noise).toHaveLength(1248);
  for (const other of [hybrid.subarray(0, -1), hybrid.subarray(0, 28 + 1152), Buffer.concat([hybrid, Buffer.of(0)])])
    expect(parseMessage(other)).toBeUndefined();
  const read = parseMessage(CONFIRMATION);
  expect(read?.noise).toHaveLength(16);
  expect(parseMessage(CONFIRMATION.subarray(0, 28 + 16))).toEqual(read);
  expect(parseMessage(CONFIRMATION.subarray(0, 28 + 15))).toBeUndefined();
  expect(parseMessage(Buffer.concat([CONFIRMATION, Buffer.of(0)]))).toBeUndefined();
});

it('is version 1, with types that differ; a chain ends after 2^16 steps', () => {
  expect(PROTOCOL_VERSION).toBe(1);
  expect(new Set(Object.values(AGREEMENT_MESSAGES).map(({ type }) => type)).size).toBe(3);
  expect(ZERO_RTT_MAX).toBe(65_536);
});

it('on a real network repeats after 20 ms to 1 s, and gives up after 10 s', () => {
  expect(AGREEMENT_TIMING).toEqual({ firstRetry: 20e6, longestRetry: 1e9, giveUpAfter: 10e9 });
});
