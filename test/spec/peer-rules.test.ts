import { describe, expect, it } from 'vitest';
import type { KeyId } from '../../spec/key-id.ts';
import {
  announcedKeyId,
  CancelNotAllowed,
  canCancel,
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
  type RuleSwitch,
  type Slot,
  type StepOptions,
  step,
  wireKeyIdOf,
} from '../../spec/peer-rules.ts';
import { formatView, type SlotState } from '../../spec/slot-machine.ts';

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

describe('a frame that changes nothing', () => {
  it.each([
    { what: 'nothing is announced', role: 'initiator', events: [push(K0)], again: frame(0, 0) },
    { what: 'nothing is announced', role: 'follower', events: [push(K0)], again: frame(0, 0) },
    { what: 'the announcement is known', role: 'follower', events: [push(K0), frame(0, 1)], again: frame(0, 1) },
  ] as const)('leaves the very state of the $role: $what', ({ role, events, again }) => {
    const before = peerAfter(role, events);
    expect(step(before, again, { obsoleteTimeout: T })).toBe(before);
  });
});

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

describe('M12: an initiator withdraws the key that it announced', () => {
  const N1: KeyId = { master: 1, communication: 0 };
  const cancel: PeerEvent = { kind: 'cancel' };
  const withdrawn = [push(K0), push(K1), cancel];
  const without = (...rules: readonly RuleSwitch[]): ReadonlySet<RuleSwitch> => new Set(rules);

  it('the key is gone from both views, and the next frame announces nothing', () => {
    const state = peerAfter('initiator', withdrawn);
    expect(state.slots[1]).toEqual({ provider: 'Unused', consumer: 'Unused', keyId: undefined, remaining: 0 });
    expect(views(state)).toBe('AU/AU');
    expect([announcedKeyId(state), state.withdrawn]).toEqual([0, 1]);
    expect(openingSlot(state, 1)).toBeUndefined();
    expect(canStartRekey(state)).toBe(true);
  });

  it('the KeyId is given to no key before the provider switches: a ready signal for the withdrawn one may still come', () => {
    const state = peerAfter('initiator', withdrawn);
    expect(canPush(state, K1)).toBe(false);
    expect(() => step(state, push(K1), { obsoleteTimeout: T })).toThrow(PushNotAllowed);
    expect(canPush(state, K1, without('M12: KeyId not given again'))).toBe(true);
    const other = peerAfter('initiator', [...withdrawn, push(N1)]);
    expect(views(other)).toBe('AP/AP');
    // the late ready signal for the withdrawn key names another KeyId
    expect(views(peerAfter('initiator', [...withdrawn, push(N1), frame(0, 1)]))).toBe('AP/AP');
    const switched = peerAfter('initiator', [...withdrawn, push(N1), frame(0, 4), frame(1, 4), elapse(T)]);
    expect(views(switched)).toBe('UA/UA');
    expect([switched.withdrawn, canPush(switched, K1)]).toEqual([undefined, true]);
  });

  it('once under each Active key: the second announcement stands', () => {
    const second = peerAfter('initiator', [...withdrawn, push(N1)]);
    expect(canCancel(second)).toBe(false);
    expect(canCancel(second, without('M12: one withdrawal'))).toBe(true);
    expect(() => step(second, cancel, { obsoleteTimeout: T })).toThrow(CancelNotAllowed);
    const next = [...withdrawn, push(N1), frame(0, 4), frame(1, 4), elapse(T), push({ master: 1, communication: 1 })];
    expect(canCancel(peerAfter('initiator', next))).toBe(true);
  });

  it('not without a Pending key, not when a view has switched to it, and not at a follower', () => {
    for (const events of [[], [push(K0)], [push(K0), push(K1), frame(0, 1)], [push(K0), push(K1), frame(1, 2)]])
      expect(canCancel(peerAfter('initiator', events))).toBe(false);
    expect(canCancel(peerAfter('initiator', [push(K0), push(K1)]))).toBe(true);
    const follower = peerAfter('follower', [push(K0), push(K1)]);
    expect(canCancel(follower)).toBe(false);
    expect(() => step(follower, cancel, { obsoleteTimeout: T })).toThrow(
      expect.objectContaining({
        name: 'CancelNotAllowed',
        message:
          'cancel is not allowed: this is a follower, its slots are [Active/Active, Pending/Pending], and nothing was withdrawn under the ' +
          'Active key; it needs an initiator with a key Pending in both views, and nothing withdrawn before. Ask canCancel first.',
      }),
    );
    expect(() => step(peerAfter('initiator', [...withdrawn]), cancel, { obsoleteTimeout: T })).toThrow(
      'this is an initiator, its slots are [Active/Active, Unused/Unused], and wire KeyId 1 was withdrawn under the Active key',
    );
  });

  it('whichever slot holds the key', () => {
    const second = [push(K0), push(K1), frame(0, 1), frame(1, 1), elapse(T), push(K2)];
    expect(views(peerAfter('initiator', second))).toBe('PA/PA');
    expect(views(peerAfter('initiator', [...second, cancel]))).toBe('UA/UA');
    expect(views(peerAfter('follower', [push(K0), push(K1), frame(1, 1), elapse(T), push(K2), frame(1, 1)]))).toBe('UA/UA');
  });

  it('an erase of all forgets what was withdrawn', () => {
    expect(peerAfter('initiator', [...withdrawn, { kind: 'eraseAll' }])).toEqual(initialState('initiator', 2));
  });

  it('a follower drops its Pending key when the newest frame under its Active key announces another, and takes that request', () => {
    const ready = [push(K0), frame(0, 1), push(K1)];
    expect(views(peerAfter('follower', [...ready, frame(0, 1)]))).toBe('AP/AP');
    const dropped = peerAfter('follower', [...ready, frame(0, 0)]);
    expect(views(dropped)).toBe('AU/AU');
    expect([dropped.slots[1]?.keyId, dropped.request, dropped.withdrawn, announcedKeyId(dropped)]).toEqual([
      undefined,
      undefined,
      undefined,
      0,
    ]);
    const other = peerAfter('follower', [...ready, frame(0, 4)]);
    expect([views(other), other.request]).toEqual(['AU/AU', 4]);
    expect(canPush(other, K1)).toBe(true);
    // not on a frame that was overtaken, or that is under the Pending key itself
    expect(views(peerAfter('follower', [...ready, frame(0, 0, false)]))).toBe('AP/AP');
    expect(views(peerAfter('follower', [...ready, frame(1, 2)]))).toBe('UA/OA');
    // nor under an Obsolete key, taken for fresh
    const obsolete = [push(K0), push(K1), frame(1, 1), push(K2)];
    expect([frame(0, 1), frame(1, 1)].map((late) => views(peerAfter('follower', [...obsolete, late], 3)))).toEqual(['UAP/OAP', 'UAU/OAU']);
    const kept = [...ready, frame(0, 0)].reduce(
      (state, event) => step(state, event, { obsoleteTimeout: T, disabled: without('M12: the follower drops') }),
      initialState('follower', 2),
    );
    expect(views(kept)).toBe('AP/AP');
  });

  it('an initiator keeps its Pending key, whatever the follower says', () => {
    expect(views(peerAfter('initiator', [push(K0), push(K1), frame(0, 4)]))).toBe('AP/AP');
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

describe('joint states that a lagging provider leads to', () => {
  // the initiator saw the follower on the new key before it saw it ready: its consumer is through, its provider still on the old key
  const lagging = [push(K0), push(K1), frame(1, 2), elapse(T)];

  it('a key that the consumer has timed out opens nothing, and stays while the provider sends under it', () => {
    const state = peerAfter('initiator', lagging);
    expect(views(state)).toBe('AP/UA');
    expect(openingSlot(state, 0)).toBeUndefined();
    expect(openingSlot(state, 1)).toBe(1);
    expect([currentKeyId(state), announcedKeyId(state)]).toEqual([0, 1]);
    expect([0, 1, 2].map((slot) => wireKeyIdOf(state, slot))).toEqual([0, 1, undefined]);
    expect(views(peerAfter('initiator', [...lagging, frame(1, 1)]))).toBe('UA/UA');
  });

  it('with a timeout of 0 the old key goes at the switch', () => {
    const at = (options: StepOptions): string =>
      views(
        [push(K0), push(K1), frame(0, 1), frame(1, 1)].reduce((state, event) => step(state, event, options), initialState('follower', 2)),
      );
    expect(at({ obsoleteTimeout: 0 })).toBe('UA/UA');
    expect(at({ obsoleteTimeout: 1 })).toBe('UA/OA');
  });

  it('the second rekey goes through slot A as the first did through slot B', () => {
    const second = [push(K0), push(K1), frame(0, 1), frame(1, 1), elapse(T), push(K2)];
    expect(views(peerAfter('initiator', second))).toBe('PA/PA');
    expect(canPush(peerAfter('initiator', second, 3), { master: 1, communication: 0 })).toBe(false);
    expect(views(peerAfter('initiator', [...second, frame(1, 2)]))).toBe('AU/PA');
    expect(views(peerAfter('initiator', [...second, frame(1, 2), frame(0, 2)]))).toBe('AU/AO');
  });
});

describe('a Push', () => {
  const slot = (provider: SlotState, consumer: SlotState, keyId?: KeyId): Slot => ({ provider, consumer, keyId, remaining: 0 });
  const peerWith = (...slots: readonly Slot[]): PeerState => ({ ...initialState('initiator', slots.length), slots });
  const off = (...rules: readonly RuleSwitch[]): ReadonlySet<RuleSwitch> => new Set(rules);

  it('that is refused says what was pushed, and how every slot stands', () => {
    const state = peerAfter('initiator', [push(K0)], 3);
    const refused = (): PeerState => step(state, push({ master: 4, communication: 8 }), { obsoleteTimeout: T });
    expect(refused).toThrow(PushNotAllowed);
    expect(refused).toThrow(
      expect.objectContaining({
        name: 'PushNotAllowed',
        message:
          'Push of KeyId 4|8 (wire 0) is not allowed in slots [Active/Active key 0, Unused/Unused, Unused/Unused]: ' +
          'it needs a slot Unused in both views, nothing Pending, and a wire KeyId neither in use nor withdrawn. Ask canPush first.',
      }),
    );
  });

  it('needs a slot that is Unused in both views, with rule M3 or without', () => {
    const busy = slot('Unused', 'Active', K1);
    expect(canPush(peerWith(slot('Active', 'Unused', K0), busy), K2)).toBe(false);
    expect(canPush(peerWith(slot('Active', 'Unused', K0), busy), K2, off('M3'))).toBe(false);
    expect(canPush(peerWith(slot('Active', 'Active', K0), slot('Unused', 'Obsolete', K1)), K2)).toBe(false);
    expect(canPush(peerWith(slot('Active', 'Active', K0), slot('Unused', 'Obsolete', K1)), K2, off('M3'))).toBe(true);
  });

  it('without M3 the key that it overwrites may have its own KeyId; without "held once" any may', () => {
    const obsolete = peerAfter('initiator', [push(K0), push(K1), frame(0, 1), frame(1, 1)]);
    expect(canPush(obsolete, K0, off('M3'))).toBe(true);
    expect(canPush(obsolete, K1, off('M3'))).toBe(false);
    const one = peerAfter('initiator', [push(K0)]);
    expect(canPush(one, K0)).toBe(false);
    expect(canPush(one, K0, off('M3: KeyId held once'))).toBe(true);
  });

  it('without M4 replaces the key that is Pending, in whichever slot it is', () => {
    const inA = peerAfter('initiator', [push(K0), push(K1), frame(0, 1), frame(1, 1), elapse(T), push(K2)]);
    expect(canPush(inA, { master: 1, communication: 0 }, off('M4'))).toBe(true);
    expect(canPush(inA, { master: 1, communication: 0 }, off('M8'))).toBe(false);
  });

  it('a rekey needs a key to begin from', () => {
    expect(canStartRekey(initialState('initiator', 2))).toBe(false);
    expect(canStartRekey(peerAfter('initiator', [push(K0)]))).toBe(true);
  });
});

describe('more that goes wrong without a rule', () => {
  it('M2: without it an Active key still opens', () => {
    const pending = peerAfter('initiator', [push(K0), push(K1)]);
    expect([0, 1].map((wire) => openingSlot(pending, wire, new Set<RuleSwitch>(['M2'])))).toEqual([0, undefined]);
  });

  it('M5: a follower takes no request while a key is Pending in either view, nor one for the key that it has', () => {
    const ready = [push(K0), frame(0, 1), push(K1)];
    expect(peerAfter('follower', [...ready, frame(0, 1)]).request).toBeUndefined();
    // without M7 the provider has gone ahead, and only the consumer has it Pending
    expect(peerAfter('follower', [...ready, frame(0, 4)], 2, ['M7']).request).toBeUndefined();
    expect(peerAfter('follower', [push(K0), frame(0, 0)], 2, ['M5']).request).toBeUndefined();
    const providerOnly: PeerState = {
      ...initialState('follower', 2),
      slots: [
        { provider: 'Active', consumer: 'Active', keyId: K0, remaining: 0 },
        { provider: 'Pending', consumer: 'Unused', keyId: K1, remaining: 0 },
      ],
    };
    expect(step(providerOnly, frame(0, 4), { obsoleteTimeout: T }).request).toBeUndefined();
  });

  it('M5: a request under an Obsolete key is taken only without that part of the rule', () => {
    const underObsolete = [push(K0), frame(0, 1), push(K1), frame(1, 1), frame(0, 4)];
    expect(peerAfter('follower', underObsolete, 2).request).toBeUndefined();
    const state = underObsolete.reduce(
      (before, event) => step(before, event, { obsoleteTimeout: T, disabled: new Set<RuleSwitch>(['M5: Active key']) }),
      initialState('follower', 2),
    );
    expect(state.request).toBe(4);
  });

  it('M7: the consumer follows a provider that went ahead, and leaves it where it is', () => {
    expect(views(peerAfter('follower', [push(K0), push(K1), frame(1, 1)], 2, ['M7']))).toBe('UA/OA');
  });

  it('M9: an old frame starts the timer of its own key again, of no other, and of none that is not Obsolete', () => {
    const twoObsolete = [push(K0), push(K1), frame(0, 1), frame(1, 1), elapse(1), push(K2), frame(1, 2), frame(2, 2), elapse(1)];
    const left = (events: readonly PeerEvent[]): readonly number[] =>
      peerAfter('initiator', events, 3, ['M9']).slots.map(({ remaining }) => remaining);
    expect(left(twoObsolete)).toEqual([1, 2, 0]);
    expect(left([...twoObsolete, frame(0, 0, false)])).toEqual([3, 2, 0]);
    expect(left([...twoObsolete, frame(2, 2, false)])).toEqual([1, 2, 0]);
  });
});

it('a frame in a slot that there is not, or before the first key, changes nothing and asks for nothing, with M5 or without', () => {
  const keyed = peerAfter('follower', [push(K0)]);
  expect(step(keyed, frame(2, 1), { obsoleteTimeout: T })).toEqual(keyed);
  for (const disabled of [[], ['M5']] as const)
    expect(peerAfter('follower', [frame(0, 1)], 2, disabled)).toEqual(initialState('follower', 2));
});
