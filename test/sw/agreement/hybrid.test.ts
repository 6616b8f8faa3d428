/** The agreement with ML-KEM-768 beside X25519: the same rules, longer messages, and no way down to the classic one. */
import { describe, expect, it } from 'vitest';
import { AGREEMENT_MESSAGES, AGREEMENTS } from '../../../spec/agreement.ts';
import { MAILBOX_WORDS } from '../../../spec/mailbox-registers.ts';
import { prologueOf } from '../../../sw/agreement/handshake.ts';
import { messageOctets } from '../../../sw/noise/handshake-state.ts';
import { PATTERNS } from '../../../sw/noise/patterns.ts';
import { FollowerEnd, InitiatorEnd, NEXT, partiesOf } from './ends.ts';

const HYBRID = { agreement: 'hybrid' } as const;
const hex = (octets: Uint8Array | undefined): string => Buffer.from(octets ?? []).toString('hex');

/** Until both ends have a key, with what was sent on the way. */
function agree(initiator: InitiatorEnd, follower: FollowerEnd) {
  const asked = initiator.begin();
  const answered = follower.receive(asked.messages[0]);
  const own = initiator.receive(answered.messages[0]).masterKey;
  const installed = initiator.step({ kind: 'installed', now: 0 });
  const other = follower.receive(installed.messages[0]).masterKey;
  return { own: hex(own), other: hex(other), frames: [asked, answered, installed].flatMap(({ sent }) => sent) };
}

describe('the hybrid agreement', () => {
  it('both ends come to the same key in three frames, each of which fits into a mailbox and an Ethernet frame', () => {
    const { own, other, frames } = agree(new InitiatorEnd(HYBRID), new FollowerEnd(HYBRID));
    expect(own).toMatch(/^[0-9a-f]{64}$/);
    expect(other).toBe(own);
    expect(frames.map(({ length }) => length)).toEqual([1276, 1180, 60]);
    for (const { length } of frames) expect(length).toBeLessThanOrEqual(Math.min(1514, 4 * MAILBOX_WORDS));
  });

  it('what stands on the wire is as long as the Noise messages are', () => {
    const patterns = { classic: PATTERNS.KKpsk0, hybrid: PATTERNS['KKhfs+psk0'] };
    for (const agreement of AGREEMENTS) {
      expect(AGREEMENT_MESSAGES.request.octets[agreement]).toBe(messageOctets(patterns[agreement], 0));
      expect(AGREEMENT_MESSAGES.answer.octets[agreement]).toBe(messageOctets(patterns[agreement], 1));
    }
  });

  it.each(AGREEMENTS)('a station that wants it and one that does not never agree: the initiator asks for the %s one', (agreement) => {
    const follower = new FollowerEnd({ agreement: agreement === 'hybrid' ? 'classic' : 'hybrid' });
    const initiator = new InitiatorEnd({ agreement });
    const [request] = initiator.begin().messages;
    expect(follower.receive(request).actions).toEqual([]);
    expect(follower.state.dropped.forged).toBe(1);
    expect(initiator.step({ kind: 'tick', now: 2000 }).actions[0]).toMatchObject({ kind: 'failed', failure: { reason: 'noAnswer' } });
  });

  it('a request cut down to the octets of the classic one is none, whichever a station wants', () => {
    const [request] = new InitiatorEnd(HYBRID).begin().messages;
    if (request === undefined) throw new RangeError('no request');
    const noise = Uint8Array.from([...request.noise.subarray(0, 32), ...request.noise.subarray(-16)]);
    for (const agreement of AGREEMENTS) expect(new FollowerEnd({ agreement }).receive({ ...request, noise }).actions).toEqual([]);
  });

  it('both ends say in the prologue which one it is', () => {
    const [classic, hybrid] = AGREEMENTS.map((agreement) =>
      hex(prologueOf(partiesOf('initiator', { agreement }), { keyId: NEXT, attempt: 1 })),
    );
    expect(classic).toBe(hybrid?.replace(hex(Buffer.from('\x00\x06hybrid')), hex(Buffer.from('\x00\x07classic'))));
    expect(classic).not.toBe(hybrid);
  });

  it('every octet of key and ciphertext is authentic: where one bit is another, nothing comes of it', () => {
    const [initiator, follower] = [new InitiatorEnd(HYBRID), new FollowerEnd(HYBRID)];
    const [request] = initiator.begin().messages;
    if (request === undefined) throw new RangeError('no request');
    const changed = (noise: Uint8Array, at: number): Uint8Array => noise.map((octet, index) => (index === at ? octet ^ 1 : octet));
    for (const at of [32, 600, 1215, 1231, 1247])
      expect(new FollowerEnd(HYBRID).receive({ ...request, noise: changed(request.noise, at) }).actions).toEqual([]);
    const [answer] = follower.receive(request).messages;
    if (answer === undefined) throw new RangeError('no answer');
    for (const at of [32, 600, 1119, 1135, 1151])
      expect(initiator.receive({ ...answer, noise: changed(answer.noise, at) }).actions).toEqual([]);
    expect(initiator.state.dropped.forged).toBe(5);
    expect(initiator.receive(answer).masterKey).toHaveLength(32);
  });

  it('what the initiator has of the encapsulation is zeroed with the handshake', () => {
    const initiator = new InitiatorEnd(HYBRID);
    const [answer] = new FollowerEnd(HYBRID).receive(initiator.begin().messages[0]).messages;
    const { phase } = initiator.state;
    if (phase.kind !== 'requesting' || answer === undefined) throw new RangeError('no request');
    phase.handshake.erase();
    expect(initiator.receive(answer).masterKey).toBeUndefined();
  });
});
