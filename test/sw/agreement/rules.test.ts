/** The rules of the agreement, case by case: M10, and what protocol analyses of rekeying ask of an n-RTT exchange. */
import { describe, expect, it } from 'vitest';
import { FIRST_KEY_ID, nextKeyId } from '../../../spec/key-id.ts';
import { dueAt } from '../../../sw/agreement/initiator.ts';
import type { AgreementMessage } from '../../../sw/agreement/message.ts';
import { keyPairOf } from '../../../sw/noise/diffie-hellman.ts';
import { NoiseUsage } from '../../../sw/noise/errors.ts';
import { ephemeral, FollowerEnd, InitiatorEnd, NEXT, psk, TIMING } from './ends.ts';

const hex = (octets: Uint8Array | undefined): string => Buffer.from(octets ?? []).toString('hex');

/** A whole agreement; both master keys. */
function agree(initiator: InitiatorEnd, follower: FollowerEnd, keyId = NEXT, secret = psk()) {
  const [request] = initiator.begin(0, keyId, secret).messages;
  const [answer] = follower.receive(request).messages;
  const { masterKey: own } = initiator.receive(answer);
  const [confirmation] = initiator.step({ kind: 'installed', now: 10 }).messages;
  const { masterKey: other } = follower.receive(confirmation);
  return { request, answer, confirmation, own, other };
}

describe('n-RTT agreement', () => {
  it('both ends get the same master key, of 32 octets, for the KeyId that was asked for', () => {
    const { own, other } = agree(new InitiatorEnd(), new FollowerEnd());
    expect(own).toHaveLength(32);
    expect(hex(other)).toBe(hex(own));
  });

  it('M10: the initiator installs first; nothing is confirmed before its hardware has the key', () => {
    const [initiator, follower] = [new InitiatorEnd(), new FollowerEnd()];
    const [answer] = follower.receive(initiator.begin().messages[0]).messages;
    const got = initiator.receive(answer);
    expect(got.actions.map(({ kind }) => kind)).toEqual(['install', 'erase']);
    for (const now of [TIMING.firstRetry, 10 * TIMING.giveUpAfter]) expect(initiator.step({ kind: 'tick', now }).actions).toEqual([]);
    expect(initiator.step({ kind: 'installed', now: 0 }).messages[0]?.kind).toBe('confirmation');
  });

  it('M10, R8: the follower gives no key to be pushed before the confirmation, whatever else comes', () => {
    const [initiator, follower] = [new InitiatorEnd(), new FollowerEnd()];
    const [request] = initiator.begin().messages;
    const answered = follower.receive(request);
    expect(answered.masterKey).toBeUndefined();
    const [answer] = answered.messages;
    if (request === undefined || answer === undefined) throw new RangeError('no messages');
    const claims: readonly AgreementMessage[] = [
      request,
      { ...request, kind: 'confirmation', noise: new Uint8Array(16) },
      { ...request, kind: 'confirmation', noise: answer.noise.slice(32) },
      { ...request, kind: 'confirmation', noise: request.noise.slice(32) },
    ];
    for (const claim of claims) expect(follower.receive(claim).masterKey).toBeUndefined();
    initiator.receive(answer);
    const [confirmation] = initiator.step({ kind: 'installed', now: 0 }).messages;
    expect(follower.receive(confirmation).masterKey).toHaveLength(32);
  });

  it('M10: an installed key is confirmed until the follower uses it, however long that takes', () => {
    const [initiator, follower] = [new InitiatorEnd(), new FollowerEnd()];
    const { confirmation } = agree(initiator, follower);
    for (let now = 0; now < 10 * TIMING.giveUpAfter; now = dueAt(initiator.state) ?? Number.POSITIVE_INFINITY)
      for (const message of initiator.step({ kind: 'tick', now }).messages) expect(hex(message.noise)).toBe(hex(confirmation?.noise));
    expect(initiator.step({ kind: 'stop' }).actions).toEqual([]);
    const [again, late] = [new InitiatorEnd(), new FollowerEnd()];
    agree(again, late);
    again.step({ kind: 'settled' });
    expect(dueAt(again.state)).toBeUndefined();
  });

  it('repeats the request with back-off, gives up in time, and says why; the next attempt has another number and another key', () => {
    const initiator = new InitiatorEnd();
    const [first] = initiator.begin(1000).messages;
    const at: number[] = [];
    let failure: unknown;
    expect(initiator.step({ kind: 'tick', now: 1099 }).actions).toEqual([]);
    for (let now = dueAt(initiator.state); now !== undefined; now = dueAt(initiator.state)) {
      const { actions, messages } = initiator.step({ kind: 'tick', now });
      if (messages.length > 0) at.push(now);
      for (const { noise } of messages) expect(hex(noise)).toBe(hex(first?.noise));
      failure = actions.find(({ kind }) => kind === 'failed');
    }
    expect(at).toEqual([1100, 1300, 1700, 2100, 2500, 2900]);
    const [other, follower] = [new InitiatorEnd(), new FollowerEnd()];
    agree(other, follower);
    expect(dueAt(other.state), 'the first wait of the confirmation, from 10 on').toBe(110);
    expect(other.step({ kind: 'tick', now: 109 }).actions).toEqual([]);
    expect(failure).toEqual({ kind: 'failed', failure: { keyId: NEXT, attempt: 1, reason: 'noAnswer' } });
    const [second] = initiator.begin(5000).messages;
    expect(second?.attempt).toBe(2);
    expect(hex(second?.noise)).not.toBe(hex(first?.noise));
  });

  it('R8: after a failed attempt its late answer is stale, and both ends agree on the key of the new one', () => {
    const [initiator, follower] = [new InitiatorEnd(), new FollowerEnd()];
    const [lateAnswer] = follower.receive(initiator.begin().messages[0]).messages;
    initiator.step({ kind: 'tick', now: TIMING.giveUpAfter });
    const [request] = initiator.begin(3000).messages;
    expect(initiator.receive(lateAnswer).actions).toEqual([]);
    expect(initiator.state.dropped.outOfPlace).toBe(1);
    const [answer] = follower.receive(request).messages;
    const { masterKey } = initiator.receive(answer);
    const [confirmation] = initiator.step({ kind: 'installed', now: 3000 }).messages;
    expect(hex(follower.receive(confirmation).masterKey)).toBe(hex(masterKey));
  });

  it('R3: a request of an earlier attempt, replayed, does not replace what the follower answered since', () => {
    const [initiator, follower] = [new InitiatorEnd(), new FollowerEnd()];
    const [old] = initiator.begin().messages;
    follower.receive(old);
    initiator.step({ kind: 'stop' });
    const [request] = initiator.begin().messages;
    const [answer] = follower.receive(request).messages;
    expect(follower.receive(old).actions).toEqual([]);
    const { masterKey } = initiator.receive(answer);
    const [confirmation] = initiator.step({ kind: 'installed', now: 0 }).messages;
    expect(hex(follower.receive(confirmation).masterKey)).toBe(hex(masterKey));
  });

  it('is idempotent: a repeated request has the same answer, a repeated answer or confirmation no effect', () => {
    const [initiator, follower] = [new InitiatorEnd(), new FollowerEnd()];
    const [request] = initiator.begin().messages;
    const first = follower.receive(request);
    expect(follower.receive(request).sent).toEqual(first.sent);
    const [answer] = first.messages;
    initiator.receive(answer);
    expect(initiator.receive(answer).actions).toEqual([]);
    const [confirmation] = initiator.step({ kind: 'installed', now: 0 }).messages;
    expect(follower.receive(confirmation).masterKey).toBeDefined();
    for (const message of [confirmation, request]) expect(follower.receive(message).actions).toEqual([]);
    expect(initiator.step({ kind: 'installed', now: 0 }).actions).toEqual([]);
  });

  it('R7: a station that takes itself for the initiator too is named, and gets no answer; a message reflected is no answer', () => {
    const [one, other] = [
      new InitiatorEnd(),
      new InitiatorEnd({ initiatorAddress: Uint8Array.of(2, 0, 0, 0, 0, 2), followerAddress: Uint8Array.of(2, 0, 0, 0, 0, 1) }),
    ];
    const [own] = one.begin().messages;
    expect(one.receive(own).actions).toEqual([]);
    const [request] = other.begin().messages;
    expect(one.receive(request).actions).toEqual([]);
    const { actions } = one.step({ kind: 'tick', now: TIMING.giveUpAfter });
    expect(actions[0]).toEqual({ kind: 'failed', failure: { keyId: NEXT, attempt: 1, reason: 'peerIsInitiatorToo' } });
  });

  it('R7: only a request of the peer in this relation hints so, and only to a station that waits for an answer', () => {
    const [one, idle] = [new InitiatorEnd(), new InitiatorEnd()];
    const [own] = one.begin().messages;
    const { relation, initiatorAddress: destination, followerAddress: source } = one.state.parties;
    if (own === undefined) throw new RangeError('no request');
    const others: readonly Partial<AgreementMessage>[] = [
      {},
      { source, destination, relation: 6 },
      { source, destination, kind: 'confirmation' },
    ];
    for (const other of others) one.receive({ ...own, ...other });
    expect(one.state.dropped).toEqual({ misaddressed: 3, outOfPlace: 0, forged: 0 });
    expect(one.step({ kind: 'tick', now: TIMING.giveUpAfter }).actions[0]).toMatchObject({ failure: { reason: 'noAnswer' } });
    expect(idle.receive({ ...own, source, destination, relation }).actions).toEqual([]);
    expect(idle.state.phase).toEqual({ kind: 'idle' });
  });

  it('what is stopped while it waits for an answer has failed; what settled before does not touch what waits now', () => {
    const [initiator, follower] = [new InitiatorEnd(), new FollowerEnd()];
    const [request] = initiator.begin().messages;
    expect(initiator.step({ kind: 'settled' }).actions).toEqual([]);
    const [answer] = follower.receive(request).messages;
    expect(initiator.receive(answer).masterKey).toHaveLength(32);
    const stopped = new InitiatorEnd();
    stopped.begin();
    const failure = { keyId: NEXT, attempt: 1, reason: 'stopped' };
    expect(stopped.step({ kind: 'stop' }).actions[0]).toEqual({ kind: 'failed', failure });
  });

  it('counts what it drops by its cause, at the follower', () => {
    const [initiator, follower] = [new InitiatorEnd(), new FollowerEnd()];
    const [request] = initiator.begin().messages;
    if (request === undefined) throw new RangeError('no request');
    const drops = (message: AgreementMessage | undefined, why: 'misaddressed' | 'outOfPlace' | 'forged'): void => {
      const { dropped } = follower.state;
      expect(message && follower.receive(message).actions).toEqual([]);
      expect(follower.state.dropped).toEqual({ ...dropped, [why]: dropped[why] + 1 });
    };
    const stranger = Uint8Array.of(2, 0, 0, 0, 0, 9);
    for (const other of [{ relation: 6 }, { source: stranger }, { destination: stranger }, { kind: 'answer' }] as const)
      drops({ ...request, ...other }, 'misaddressed');
    drops({ ...request, kind: 'confirmation', noise: new Uint8Array(16) }, 'outOfPlace');
    drops({ ...request, master: 2 }, 'outOfPlace');
    const [answer] = follower.receive(request).messages;
    drops(new InitiatorEnd().begin().messages[0], 'outOfPlace');
    drops({ ...request, attempt: 2 }, 'forged');
    initiator.receive(answer);
    const [confirmation] = initiator.step({ kind: 'installed', now: 0 }).messages;
    drops(confirmation && { ...confirmation, attempt: 2 }, 'outOfPlace');
    drops(confirmation && { ...confirmation, noise: new Uint8Array(16) }, 'forged');
    expect(follower.receive(confirmation).masterKey).toHaveLength(32);
  });

  it('counts what it drops by its cause, at the initiator', () => {
    const [initiator, follower] = [new InitiatorEnd(), new FollowerEnd()];
    const [answer] = follower.receive(initiator.begin().messages[0]).messages;
    if (answer === undefined) throw new RangeError('no answer');
    expect(initiator.receive({ ...answer, relation: 6 }).actions).toEqual([]);
    expect(initiator.receive({ ...answer, master: 2 }).actions).toEqual([]);
    expect(initiator.receive({ ...answer, noise: new Uint8Array(48).fill(9) }).actions).toEqual([]);
    expect(initiator.state.dropped).toEqual({ misaddressed: 1, outOfPlace: 1, forged: 1 });
    expect(initiator.receive(answer).masterKey).toHaveLength(32);
  });

  it('takes an own static key that is none for a fault of the software, not for a forgery', () => {
    const [request] = new InitiatorEnd().begin().messages;
    const { staticKeys } = new FollowerEnd().state.parties;
    const follower = new FollowerEnd({ staticKeys: { ...staticKeys, privateKey: new Uint8Array(31) } });
    expect(() => follower.receive(request)).toThrow(NoiseUsage);
  });

  it.each([
    ['relation', { relation: 6 }],
    ['profile', { profile: 'std' }],
    ['engine', { engine: 'aes-256-gcm' }],
    ['kind of agreement', { agreement: 'hybrid' as const }],
    ["address of the initiator's", { initiatorAddress: Uint8Array.of(2, 0, 0, 0, 0, 9) }],
    ["address of the follower's", { followerAddress: Uint8Array.of(2, 0, 0, 0, 0, 9) }],
    ['identity of its peer', { remoteStatic: keyPairOf(new Uint8Array(32).fill(3)).publicKey }],
    ['own identity', { staticKeys: keyPairOf(new Uint8Array(32).fill(3)) }],
  ])('does not answer an initiator that says otherwise about the %s, even if the frame is rewritten', (_, changes) => {
    const [request] = new InitiatorEnd(changes).begin().messages;
    const follower = new FollowerEnd();
    if (request === undefined) throw new RangeError('no request');
    const { relation, initiatorAddress: source, followerAddress: destination } = follower.state.parties;
    expect(follower.receive({ ...request, relation, source, destination }).actions).toEqual([]);
    expect(follower.state.dropped.forged).toBe(1);
  });

  it('does not answer for another KeyId, attempt or secret of the association than the request was made for', () => {
    const [request] = new InitiatorEnd().begin().messages;
    if (request === undefined) throw new RangeError('no request');
    const after = nextKeyId(NEXT, 'n-RTT');
    expect(new FollowerEnd({}, after).receive(request).actions).toEqual([]);
    expect(new FollowerEnd({}, after).receive({ ...request, master: 2 }).actions).toEqual([]);
    expect(new FollowerEnd().receive({ ...request, attempt: 2 }).actions).toEqual([]);
    expect(new FollowerEnd({}, NEXT, new Uint8Array(32)).receive(request).actions).toEqual([]);
  });

  it('R9, R10: ends that restart with the same identities and secret agree on another key, and on nothing from before', () => {
    const before = agree(new InitiatorEnd(), new FollowerEnd());
    const [initiator, follower] = [new InitiatorEnd(), new FollowerEnd()];
    follower.receive(before.request);
    expect(follower.receive(before.confirmation).masterKey).toBeUndefined();
    initiator.begin();
    expect(initiator.receive(before.answer).actions).toEqual([]);
    const after = agree(new InitiatorEnd(), new FollowerEnd());
    expect(hex(after.own)).toBe(hex(after.other));
    expect(hex(after.own)).not.toBe(hex(before.own));
  });

  it('R16: what it is agreed for does not depend on the communication index, so 0-RTT rekeys may come in between', () => {
    for (const communication of [0, 1, 400]) expect(nextKeyId({ master: 0, communication }, 'n-RTT')).toEqual(NEXT);
  });

  it('R17: what was begun is not replaced: a second begin changes nothing until the first is settled or has failed', () => {
    const [initiator, follower] = [new InitiatorEnd(), new FollowerEnd()];
    const [request] = initiator.begin().messages;
    expect(initiator.begin().actions).toEqual([]);
    const [answer] = follower.receive(request).messages;
    initiator.receive(answer);
    expect(initiator.begin().actions).toEqual([]);
    initiator.step({ kind: 'installed', now: 0 });
    expect(initiator.begin().actions).toEqual([]);
    initiator.step({ kind: 'settled' });
    expect(initiator.begin(0, nextKeyId(NEXT, 'n-RTT')).messages[0]?.master).toBe(2);
  });

  it('R21: every secret that a state no longer has is asked to be zeroed, the PSK and uncommitted keys among them', () => {
    const follower = new FollowerEnd();
    const { expected } = follower.state;
    const first = new InitiatorEnd();
    follower.receive(first.begin().messages[0]);
    const uncommitted = follower.state.answered;
    first.step({ kind: 'stop' });
    const { confirmation } = agree(first, follower);
    expect(confirmation).toBeDefined();
    for (const secret of [uncommitted?.masterKey, uncommitted?.confirmation, expected?.psk]) {
      expect(secret?.length).toBeGreaterThan(0);
      expect(new Set(secret)).toEqual(new Set([0]));
    }
  });

  it.each([
    { what: 'stop', event: { kind: 'stop' } },
    { what: 'the next KeyId', event: { kind: 'expect', keyId: nextKeyId(NEXT, 'n-RTT'), psk: psk() } },
  ] as const)('R21: so is all that a follower expected and answered, at $what', ({ event }) => {
    const follower = new FollowerEnd();
    follower.receive(new InitiatorEnd().begin().messages[0]);
    const { expected, answered } = follower.state;
    follower.step(event);
    for (const secret of [expected?.psk, answered?.masterKey, answered?.confirmation]) {
      expect(secret?.length).toBeGreaterThan(0);
      expect(new Set(secret)).toEqual(new Set([0]));
    }
  });

  it('R9: the attempts of an association have no order, since an initiator that started again has forgotten its own', () => {
    const follower = new FollowerEnd({}, FIRST_KEY_ID);
    const beginWith = (attempt: number): InitiatorEnd => {
      const end = new InitiatorEnd();
      const did = end.step({ kind: 'begin', keyId: FIRST_KEY_ID, psk: psk(), ephemeral: ephemeral(), attempt, now: 0 });
      expect(did.messages[0]?.attempt).toBe(attempt);
      const [answer] = follower.receive(did.messages[0]).messages;
      expect(answer?.attempt).toBe(attempt);
      end.receive(answer);
      return end;
    };
    // the same number with another request is another attempt too
    beginWith(9);
    beginWith(9);
    const last = beginWith(3);
    expect(follower.receive(last.step({ kind: 'installed', now: 0 }).messages[0]).masterKey).toHaveLength(32);
  });

  it('a step leaves the state before it as it was', () => {
    const [initiator, follower] = [new InitiatorEnd(), new FollowerEnd()];
    const [request] = initiator.begin().messages;
    const before = { initiator: initiator.state, follower: follower.state };
    const [answer] = follower.receive(request).messages;
    // a forgery goes through the same arithmetic and must not spoil the handshake either
    initiator.receive(answer && { ...answer, noise: answer.noise.map((octet) => octet ^ 1) });
    expect(before.follower.answered).toBeUndefined();
    expect(before.initiator.dropped.forged).toBe(0);
    expect(initiator.state.phase).toBe(before.initiator.phase);
    expect(initiator.receive(answer).masterKey).toHaveLength(32);
  });
});
