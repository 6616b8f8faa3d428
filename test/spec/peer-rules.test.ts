import { describe, expect, it } from 'vitest';
import type { KeyId } from '../../spec/key-id.ts';
import {
  announcedKeyId,
  canPush,
  canStartRekey,
  consumerView,
  currentKeyId,
  initialState,
  openingSlot,
  type PeerEvent,
  type PeerState,
  PushNotAllowed,
  providerView,
  type Role,
  type RuleId,
  step,
} from '../../spec/peer-rules.ts';
import { formatView } from '../../spec/slot-machine.ts';

const K0: KeyId = { master: 0, communication: 0 };
const K1: KeyId = { master: 0, communication: 1 };
const K2: KeyId = { master: 0, communication: 2 };
const T = 3;

function peerAfter(role: Role, events: readonly PeerEvent[], slots = 2, disabled: readonly RuleId[] = []): PeerState {
  return events.reduce(
    (state, event) => step(state, event, { obsoleteTimeout: T, disabled: new Set(disabled) }),
    initialState(role, slots),
  );
}
const push = (keyId: KeyId): PeerEvent => ({ kind: 'push', keyId });
const frame = (slot: number, nextKeyId: number, fresh = true): PeerEvent => ({ kind: 'received', slot, nextKeyId, fresh });
const elapse = (ticks: number): PeerEvent => ({ kind: 'elapse', ticks });
const views = (state: PeerState): string => `${formatView(providerView(state))}/${formatView(consumerView(state))}`;

describe('paper Fig. 7: a rekey at the initiator', () => {
  it('install, announce, switch on the ready signal, follow the follower, time out', () => {
    const events = [push(K0), push(K1), frame(0, 1), frame(1, 1), elapse(T)];
    const states = events.map((_, count) => peerAfter('initiator', events.slice(0, count + 1)));
    expect(states.map(views)).toEqual(['AU/AU', 'AP/AP', 'UA/AP', 'UA/OA', 'UA/UA']);
    expect(states.map(announcedKeyId)).toEqual([0, 1, 1, 1, 1]);
    expect(states.map(currentKeyId)).toEqual([0, 0, 1, 1, 1]);
  });

  it('M6: stays on the old key while the follower does not say ready, and off the rule does not', () => {
    const events = [push(K0), push(K1), frame(0, 0)];
    expect(views(peerAfter('initiator', events))).toBe('AP/AP');
    expect(views(peerAfter('initiator', events, 2, ['M6']))).toBe('UA/AP');
    // only nextKeyId says ready: a frame under the new key moves the consumer alone
    expect(views(peerAfter('initiator', [push(K0), push(K1), frame(1, 2)]))).toBe('AP/OA');
  });
});

describe('paper Fig. 7: a rekey at the follower', () => {
  it('is asked, installs, signals ready from the installed slot, and switches both views at once (M7)', () => {
    const asked = peerAfter('follower', [push(K0), frame(0, 1)]);
    expect(asked.request).toBe(1);
    expect(announcedKeyId(asked)).toBe(0);
    const ready = peerAfter('follower', [push(K0), frame(0, 1), push(K1)]);
    expect(announcedKeyId(ready)).toBe(1);
    expect(ready.request).toBeUndefined();
    expect(views(peerAfter('follower', [push(K0), frame(0, 1), push(K1), frame(1, 1)]))).toBe('UA/OA');
  });

  it('M5: no request for what is no successor, none under an Obsolete key; the newest frame decides', () => {
    expect(peerAfter('follower', [push(K0), frame(0, 2)]).request).toBeUndefined();
    expect(peerAfter('follower', [push(K0), frame(0, 2)], 2, ['M5']).request).toBe(2);
    expect(peerAfter('follower', [push(K0), frame(0, 4)]).request).toBe(4);
    expect(peerAfter('follower', [push(K0), frame(0, 1), frame(0, 0)]).request).toBeUndefined();
    const underObsolete = [push(K0), frame(0, 1), push(K1), frame(1, 1), frame(0, 1)];
    expect(peerAfter('follower', underObsolete).request).toBeUndefined();
    expect(peerAfter('follower', [...underObsolete.slice(0, -1), frame(0, 4)]).request).toBeUndefined();
  });
});

describe('what goes wrong without a rule', () => {
  const obsolete = [push(K0), push(K1), frame(0, 1), frame(1, 1)];

  it('M3: a Push overwrites a key that frames under way still need', () => {
    const overwritten = peerAfter('initiator', [...obsolete, push(K2)], 2, ['M3']);
    expect(openingSlot(peerAfter('initiator', obsolete), 0)).toBe(0);
    expect(openingSlot(overwritten, 0)).toBeUndefined();
  });

  it('M4: the announcement changes while the follower acts on it', () => {
    const other: KeyId = { master: 1, communication: 0 };
    const pending = peerAfter('initiator', [push(K0), push(K1)], 3);
    expect(canPush(pending, other)).toBe(false);
    expect(announcedKeyId(peerAfter('initiator', [push(K0), push(K1), push(other)], 3, ['M4']))).toBe(0b01_00);
  });

  it('M7: the follower sends under a key that it has not seen the initiator use', () => {
    expect(views(peerAfter('follower', [push(K0), push(K1)]))).toBe('AP/AP');
    expect(views(peerAfter('follower', [push(K0), push(K1)], 2, ['M7']))).toBe('UA/AP');
  });

  it('M8: a second rekey begins before the follower was seen on the first, and two keys are Pending', () => {
    const early = [push(K0), push(K1), frame(0, 1)];
    expect(() => peerAfter('initiator', [...early, push(K2)], 3)).toThrow(PushNotAllowed);
    expect(views(peerAfter('initiator', [...early, push(K2)], 3, ['M8']))).toBe('UAP/APP');
  });
});

describe('three slots', () => {
  it('the next rekey begins while the old key is still Obsolete; each key times out by itself, as long after its own switch', () => {
    const LONG = 10;
    const run = (events: readonly PeerEvent[]): string =>
      formatView(
        consumerView(events.reduce((state, event) => step(state, event, { obsoleteTimeout: LONG }), initialState('initiator', 3))),
      );
    for (let apart = 1; apart < LONG; apart++) {
      const second = [push(K0), push(K1), frame(0, 1), frame(1, 1), elapse(apart), push(K2), frame(1, 2), frame(2, 2)];
      for (let after = 0; after <= LONG; after++) {
        const expected = after + apart < LONG ? 'OOA' : after < LONG ? 'UOA' : 'UUA';
        expect(run(after === 0 ? second : [...second, elapse(after)]), `${apart} ticks apart, ${after} after`).toBe(expected);
        // one tick at a time comes to the same
        expect(run([...second, ...Array.from({ length: after }, () => elapse(1))])).toBe(expected);
      }
    }
  });
});

describe('rules of both', () => {
  it('M1: a frame that is not authentic changes nothing; without the rule it switches', () => {
    const forged: PeerEvent = { kind: 'received', slot: 1, nextKeyId: 1, fresh: true, authentic: false };
    expect(views(peerAfter('initiator', [push(K0), push(K1), forged]))).toBe('AP/AP');
    expect(views(peerAfter('initiator', [push(K0), push(K1), forged], 2, ['M1']))).toBe('UA/OA');
  });

  it('newest wins: a frame that is not fresh changes nothing', () => {
    expect(views(peerAfter('initiator', [push(K0), push(K1), frame(1, 1, false)]))).toBe('AP/AP');
  });

  it('M2: Pending, Active and Obsolete keys open frames', () => {
    const state = peerAfter('initiator', [push(K0), push(K1), frame(1, 1), elapse(1)], 3);
    expect([0, 1, 2].map((wire) => openingSlot(state, wire))).toEqual([0, 1, undefined]);
    const pending = peerAfter('initiator', [push(K0), push(K1)]);
    expect(openingSlot(pending, 1)).toBe(1);
    expect(openingSlot(pending, 1, new Set<RuleId>(['M2']))).toBeUndefined();
  });

  it('M3: no Push beside a Pending key, into a slot that one view uses, or of a KeyId in use', () => {
    const pending = peerAfter('initiator', [push(K0), push(K1)], 3);
    expect(canPush(pending, K2)).toBe(false);
    expect(() => step(pending, push(K2), { obsoleteTimeout: T })).toThrow(PushNotAllowed);
    const obsolete = peerAfter('initiator', [push(K0), push(K1), frame(0, 1), frame(1, 1)]);
    expect(views(obsolete)).toBe('UA/OA');
    expect(canPush(obsolete, K2)).toBe(false);
    expect(canPush(peerAfter('initiator', [push(K0)]), K0)).toBe(false);
  });

  it('M8: the next rekey waits until the peer was seen on the current key', () => {
    expect(canStartRekey(peerAfter('initiator', [push(K0), push(K1), frame(0, 1)], 3))).toBe(false);
    expect(canStartRekey(peerAfter('initiator', [push(K0), push(K1), frame(0, 1), frame(1, 1)], 3))).toBe(true);
  });

  it('M9: the timer runs from the switch, is not restarted by old frames, and erases the key when it is over', () => {
    const switched = [push(K0), push(K1), frame(0, 1), frame(1, 1)];
    const old = frame(0, 0, false);
    const last = peerAfter('initiator', [...switched, elapse(1), old, elapse(1)]);
    expect(last.slots[0]).toMatchObject({ consumer: 'Obsolete', remaining: 1 });
    expect(peerAfter('initiator', [...switched, elapse(1), old, elapse(2)]).slots[0]).toEqual({
      provider: 'Unused',
      consumer: 'Unused',
      keyId: undefined,
      remaining: 0,
    });
    expect(peerAfter('initiator', [...switched, elapse(1), old, elapse(2)], 2, ['M9']).slots[0]?.consumer).toBe('Obsolete');
  });
});
