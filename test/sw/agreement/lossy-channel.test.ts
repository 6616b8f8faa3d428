/**
 * The agreement over a channel that loses, delays, reorders and duplicates, with an attacker who replays, changes and invents messages.
 * Scripts are from fast-check, which prints seed and path of a failure; `SEED=… npx vitest run test/sw/agreement/lossy-channel.test.ts`
 * runs the same scripts again.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIRST_KEY_ID, type KeyId, nextKeyId } from '../../../spec/key-id.ts';
import type { AgreementAction } from '../../../sw/agreement/actions.ts';
import { stepFollower } from '../../../sw/agreement/follower.ts';
import { dueAt, stepInitiator } from '../../../sw/agreement/initiator.ts';
import { encodeMessage, parseMessage } from '../../../sw/agreement/message.ts';
import { ephemeral, FollowerEnd, InitiatorEnd, messageOf, psk } from './ends.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const runs = (numRuns: number) => ({ numRuns, seed });
const hex = (octets: Uint8Array | undefined): string => Buffer.from(octets ?? []).toString('hex');

/** What happens to a frame that is sent: when each copy arrives, and what an attacker adds. */
interface Fate {
  readonly delays: readonly number[];
  readonly attack: Attack | undefined;
}
type Attack =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number; readonly delay: number }
  | { readonly kind: 'replay'; readonly which: number; readonly delay: number }
  | { readonly kind: 'reflect'; readonly delay: number }
  | { readonly kind: 'invent'; readonly type: number; readonly attempt: number; readonly delay: number };

const delay = fc.nat(600);
const attack = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: fc.nat(75), bit: fc.nat(7), delay }),
  fc.record({ kind: fc.constant('replay' as const), which: fc.nat(40), delay }),
  fc.record({ kind: fc.constant('reflect' as const), delay }),
  fc.record({ kind: fc.constant('invent' as const), type: fc.integer({ min: 1, max: 3 }), attempt: fc.nat(5), delay }),
);
const copies = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  { weight: 2, arbitrary: fc.array(delay, { minLength: 1, maxLength: 2 }) },
);
const fates = fc.array(fc.record<Fate>({ delays: copies, attack: fc.option(attack, { nil: undefined }) }), {
  maxLength: 25,
  size: 'max',
});
/** ns that the hardware takes to install, and that the follower takes to be seen on the new key, for each agreement. */
const script = fc.record({ fates, installs: fc.tuple(fc.nat(900), fc.nat(900)), follows: fc.tuple(fc.nat(900), fc.nat(900)) });
type Script = typeof script extends fc.Arbitrary<infer S> ? S : never;

const GOOD: Fate = { delays: [5], attack: undefined };
const AGREEMENTS = 2;

interface Key {
  readonly keyId: KeyId;
  readonly key: string;
}

/** Two agreements, one after the other; a failed one is begun again. What each end installed, and how often it tried. */
function run({ fates: script, installs, follows }: Script): {
  readonly initiator: Key[];
  readonly follower: Key[];
  readonly begun: number;
} {
  const initiator = new InitiatorEnd();
  const follower = new FollowerEnd();
  const installed: { initiator: Key[]; follower: Key[] } = { initiator: [], follower: [] };
  const wire: { readonly at: number; readonly to: 'initiator' | 'follower'; readonly frame: Uint8Array; readonly genuine: boolean }[] = [];
  const software: { readonly at: number; readonly do: () => void }[] = [];
  const seen: { readonly to: 'initiator' | 'follower'; readonly frame: Uint8Array }[] = [];
  let [now, next, begun, agreed] = [0, 0, 0, 0];
  let keyId = nextKeyId(FIRST_KEY_ID, 'n-RTT');

  const send = (to: 'initiator' | 'follower', frame: Uint8Array): void => {
    const fate = script[next++] ?? GOOD;
    for (const wait of fate.delays) wire.push({ at: now + wait, to, frame, genuine: true });
    seen.push({ to, frame });
    const { attack: added } = fate;
    if (added !== undefined) wire.push({ ...forge(added, to, frame), at: now + added.delay, genuine: false });
  };
  const forge = (added: Attack, to: 'initiator' | 'follower', frame: Uint8Array) => {
    if (added.kind === 'replay') return seen[added.which % seen.length] ?? { to, frame };
    if (added.kind === 'reflect') return { to: to === 'initiator' ? ('follower' as const) : ('initiator' as const), frame };
    const changed = frame.slice();
    if (added.kind === 'flip') changed[added.at] = (changed[added.at] ?? 0) ^ (1 << added.bit);
    else {
      changed[17] = added.type;
      changed[27] = added.attempt;
      changed.fill(0x5a, 28);
    }
    return { to, frame: changed };
  };
  const begin = (): void => {
    begun++;
    for (const frame of initiator.begin(now, keyId).sent) send('follower', frame);
  };
  const act = (actions: readonly AgreementAction[], to: 'initiator' | 'follower'): void => {
    for (const action of actions) {
      if (action.kind === 'send') send(to, action.frame);
      if (action.kind === 'failed') begin();
      if (action.kind === 'install') {
        const key = { keyId: action.keyId, key: hex(action.masterKey) };
        software.push({
          at: now + (installs[agreed] ?? 0),
          do: () => {
            installed.initiator.push(key);
            act(initiator.step({ kind: 'installed', now }).actions, 'follower');
          },
        });
      }
      if (action.kind === 'confirmed') {
        const key = { keyId: action.keyId, key: hex(action.masterKey) };
        // M10: never before the initiator has it, and the same
        expect(installed.initiator).toContainEqual(key);
        installed.follower.push(key);
        software.push({ at: now + (follows[agreed] ?? 0), do: settle });
      }
    }
  };
  const settle = (): void => {
    initiator.step({ kind: 'settled' });
    agreed++;
    if (agreed === AGREEMENTS) return;
    keyId = nextKeyId(keyId, 'n-RTT');
    follower.expect(keyId, psk());
    begin();
  };
  const deliver = (to: 'initiator' | 'follower', frame: Uint8Array): void => {
    const message = parseMessage(frame);
    if (message === undefined) return;
    if (to === 'initiator') act(initiator.receive(message).actions, 'follower');
    else act(follower.receive(message).actions, 'initiator');
  };

  begin();
  for (let steps = 0; agreed < AGREEMENTS; steps++) {
    if (steps > 2000) throw new RangeError('the agreements never end');
    const due = [...wire, ...software].map(({ at }) => at);
    now = Math.max(now, Math.min(dueAt(initiator.state) ?? Number.POSITIVE_INFINITY, ...due));
    for (const one of wire.filter(({ at }) => at <= now)) {
      wire.splice(wire.indexOf(one), 1);
      deliver(one.to, one.frame);
    }
    for (const one of software.filter(({ at }) => at <= now)) {
      software.splice(software.indexOf(one), 1);
      one.do();
    }
    act(initiator.step({ kind: 'tick', now }).actions, 'follower');
  }
  return { ...installed, begun };
}

describe(`the agreement over a lossy channel with an attacker (SEED=${seed})`, () => {
  it('both ends come to the same keys, each KeyId has one, and the initiator always has it first', () => {
    fc.assert(
      fc.property(script, (one) => {
        const { initiator, follower } = run(one);
        expect(follower).toEqual(initiator);
        expect(initiator.map(({ keyId }) => keyId.master)).toEqual([1, 2]);
      }),
      runs(100),
    );
  });

  it('the channel is hard enough to see: attempts fail and are begun again', () => {
    const begun = fc.sample(script, { numRuns: 20, seed: 1 }).map((one) => run(one).begun);
    expect(Math.max(...begun)).toBeGreaterThan(AGREEMENTS);
  });

  it('what is changed, invented or cut short changes nothing but the count of what was dropped', () => {
    const initiator = new InitiatorEnd();
    const follower = new FollowerEnd();
    const [request] = initiator.begin().sent;
    const [answer] = follower.receive(request && messageOf(request)).sent;
    if (request === undefined || answer === undefined) throw new RangeError('no messages');
    const place = fc.record({ at: fc.nat(answer.length - 1), mask: fc.integer({ min: 1, max: 255 }), isAnswer: fc.boolean() });
    fc.assert(
      fc.property(place, ({ at, mask, isAnswer }) => {
        const frame = (isAnswer ? answer : request).slice();
        frame[at] = (frame[at] ?? 0) ^ mask;
        const message = parseMessage(frame);
        if (message === undefined) return;
        const one = stepInitiator(initiator.state, { kind: 'received', message });
        const other = stepFollower(follower.state, { kind: 'received', message, ephemeral: ephemeral() });
        expect([...one.actions, ...other.actions]).toEqual([]);
        expect({ ...one.state.phase, sawRequest: false }).toEqual(initiator.state.phase);
        expect(other.state.answered).toEqual(follower.state.answered);
      }),
      runs(400),
    );
  });
});

describe(`the parser of the agreement's messages (SEED=${seed})`, () => {
  const valid = new InitiatorEnd().begin().sent[0] ?? new Uint8Array();
  const mutated = fc
    .record({
      length: fc.oneof(fc.constantFrom(60, 76, 80), fc.nat(120)),
      changes: fc.array(fc.tuple(fc.nat(119), fc.nat(255)), { maxLength: 6 }),
      tagged: fc.boolean(),
    })
    .map(({ length, changes, tagged }) => {
      const frame = new Uint8Array(length);
      const head = tagged ? [...valid.subarray(0, 12), 0x81, 0, 0xc0, 0, ...valid.subarray(12)] : [...valid];
      frame.set(head.slice(0, length));
      for (const [at, octet] of changes) if (at < length) frame[at] = octet;
      return frame;
    });

  it('takes what it writes apart, and throws at nothing', () => {
    let parsed = 0;
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 200 })), (frame) => {
        const message = parseMessage(frame);
        if (message === undefined) return;
        parsed++;
        const again = parseMessage(encodeMessage(message));
        expect(again).toEqual(message);
      }),
      runs(20_000),
    );
    expect(parsed).toBeGreaterThan(1000);
  });

  it('takes a frame with the tag of a switch, and padding of any content up to the shortest frame; no longer one', () => {
    const [confirmation, request] = [16, 48].map((octets, index) =>
      encodeMessage({ ...messageOf(valid), kind: index === 0 ? 'confirmation' : 'request', noise: new Uint8Array(octets).fill(9) }),
    );
    if (confirmation === undefined || request === undefined) throw new RangeError('no frames');
    expect([confirmation.length, request.length]).toEqual([60, 76]);
    const padded = confirmation.slice().fill(0xee, 44);
    const tagged = Uint8Array.from([...padded.subarray(0, 12), 0x81, 0, 0xc0, 0, ...padded.subarray(12)]);
    for (const frame of [padded, tagged]) expect(parseMessage(frame)).toEqual(parseMessage(confirmation));
    expect(parseMessage(Uint8Array.from([...confirmation, 0]))).toBeUndefined();
    expect(parseMessage(Uint8Array.from([...request, 0]))).toBeUndefined();
    expect(parseMessage(request.subarray(0, 75))).toBeUndefined();
  });
});
