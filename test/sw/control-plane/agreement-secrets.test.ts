/** What either end of the agreement asks of its port and does with its secrets, without agents. */
import { describe, expect, it } from 'vitest';
import { FIRST_KEY_ID } from '../../../spec/key-id.ts';
import { FollowerAgreement, InitiatorAgreement } from '../../../sw/control-plane/agreement.ts';
import { ephemeral, messageOf, NEXT, partiesOf, psk, TIMING } from '../agreement/ends.ts';

/** A port that keeps what is sent, and how many random octets were asked for; four of them are an attempt. */
function portOf(attempt = 0x8000_0002) {
  const sent: Uint8Array[] = [];
  const asked: number[] = [];
  const random = (octets: number): Uint8Array => {
    asked.push(octets);
    if (octets !== 4) return ephemeral(octets);
    const word = new Uint8Array(4);
    new DataView(word.buffer).setUint32(0, attempt);
    return word;
  };
  return { sent, asked, port: { send: (frame: Uint8Array) => void sent.push(frame), now: () => 0, random } };
}

/** X25519 takes 32 octets; ML-KEM-768 64 to make a key pair, 32 to encapsulate (FIPS 203, sections 7.1 and 7.2). */
const RANDOM = { classic: { request: 32, answer: 32 }, hybrid: { request: 32 + 64, answer: 32 + 32 } } as const;

describe.each(['classic', 'hybrid'] as const)('%s', (agreement) => {
  it('takes as many random octets as its keys need', () => {
    const [i, f] = [portOf(), portOf()];
    const initiator = new InitiatorAgreement(partiesOf('initiator', { agreement }), TIMING, i.port);
    const follower = new FollowerAgreement(partiesOf('follower', { agreement }), f.port);
    follower.expect(NEXT, psk());
    initiator.begin(NEXT, psk());
    const [request] = i.sent;
    expect(follower.receive(request ?? expect.unreachable())).toBe(true);
    expect(f.sent.map((frame) => messageOf(frame).kind)).toEqual(['answer']);
    expect([i.asked, f.asked]).toEqual([[RANDOM[agreement].request], [RANDOM[agreement].answer]]);
  });
});

it('an association begins with an attempt of 31 random bits, so that later ones are higher; a rekey with the first', () => {
  const attemptsFrom = (attempt: number): readonly number[] =>
    [FIRST_KEY_ID, NEXT].map((keyId) => {
      const { sent, port } = portOf(attempt);
      new InitiatorAgreement(partiesOf('initiator'), TIMING, port).begin(keyId, psk());
      return messageOf(sent[0] ?? expect.unreachable()).attempt;
    });
  expect(attemptsFrom(0x8000_0002)[0]).toBe(0x4000_0001);
  expect(attemptsFrom(0xffff_ffff)[0]).toBe(0x7fff_ffff);
  expect(attemptsFrom(0x8000_0002)[1]).toBe(attemptsFrom(0xffff_ffff)[1]);
});

it('frames that are no messages are none of theirs, and cost nothing', () => {
  const [i, f] = [portOf(), portOf()];
  const initiator = new InitiatorAgreement(partiesOf('initiator'), TIMING, i.port);
  const follower = new FollowerAgreement(partiesOf('follower'), f.port);
  for (const frame of [new Uint8Array(60), new Uint8Array()]) {
    expect([initiator.receive(frame), follower.receive(frame)]).toEqual([false, false]);
  }
  expect([i.asked, f.asked, i.sent, f.sent]).toEqual([[], [], [], []]);
});

it('a follower that is stopped has zeroed the secrets that it was given', () => {
  const follower = new FollowerAgreement(partiesOf('follower'), portOf().port);
  const secrets = [psk(), psk()] as const;
  follower.expect(NEXT, secrets[0]);
  follower.expect(FIRST_KEY_ID, secrets[1]);
  expect(secrets).toEqual([psk(), psk()]);
  follower.stop();
  expect(secrets).toEqual([new Uint8Array(32), new Uint8Array(32)]);
});

it('an initiator zeroes the secret that it was given at once', () => {
  const secret = psk();
  new InitiatorAgreement(partiesOf('initiator'), TIMING, portOf().port).begin(NEXT, secret);
  expect(secret).toEqual(new Uint8Array(32));
});
