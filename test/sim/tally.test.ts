/** The counts of a run, frame by frame: what became of each, and what must never be called by another name. */

import { describe, expect, it } from 'vitest';
import type { Counts } from '../../sim/report/result.ts';
import { type Origin, Tally } from '../../sim/tally.ts';
import type { Delivery } from '../../spec/delivery.ts';
import type { Outcome } from '../../sw/reference-model/peer.ts';
import { blankFrame } from './blank-frame.ts';

const BOUND = 100;
const TIMEOUT = 500;
const DELIVERED: Outcome = {
  kind: 'delivered',
  keyId: { master: 0, communication: 0 },
  cSdu: Uint8Array.of(1),
  apduStatus: new Uint8Array(4),
};
const STALE: Outcome = { kind: 'stale' };
const UNKNOWN_KEY: Outcome = { kind: 'unknownKey' };
const ICV_FAILED: Outcome = { kind: 'icvFailed' };

const KIND = { profile: 'paper', encrypt: true } as const;

/** A tally in which the initiator has sent some frames, number n in cycle 1000 n. */
function tallyOf(frames: number, delivery: Delivery = 'newest') {
  const tally = new Tally({
    receives: { initiator: { ...KIND, frameId: 0x8001 }, follower: { ...KIND, frameId: 0x8000 } },
    longestDelay: BOUND,
    before: 4,
    cycleNs: 8,
    delivery,
    obsoleteTimeout: TIMEOUT,
  });
  for (let number = 0; number < frames; number++) expect(tally.sent('initiator', false, number + 1)).toBe(number);
  const origin = (number: number, kind: Origin['kind'] = 'genuine'): Origin => {
    const genuineSentAt = 1000 * Math.max(0, number);
    return { from: 'initiator', kind, sentAt: genuineSentAt, genuineSentAt, number };
  };
  /** @returns whether the tally says that something got through */
  const arrives = (which: Origin, outcome: Outcome, after = BOUND): boolean =>
    tally.received('follower', 0, { origin: which, frame: new Uint8Array(60), at: which.genuineSentAt + after }, outcome);
  const counts = (): Partial<Counts> => Object.fromEntries(Object.entries(tally.of('initiator')).filter(([, count]) => count !== 0));
  return { tally, origin, arrives, counts };
}

describe('a genuine frame', () => {
  it('is delivered, or lost as long as no copy of it has come', () => {
    const { origin, arrives, counts } = tallyOf(3);
    expect(arrives(origin(1), DELIVERED)).toBe(false);
    expect(counts()).toEqual({ framesSent: 3, framesDelivered: 1, framesLostByChannel: 2 });
  });

  it('is overtaken where it is stale, and undecryptable where no key opens it: never the one for the other', () => {
    const { origin, arrives, counts } = tallyOf(3);
    arrives(origin(2), DELIVERED);
    arrives(origin(1), STALE);
    expect(counts()).toEqual({ framesSent: 3, framesDelivered: 1, staleDropped: 1, framesLostByChannel: 1 });
    arrives(origin(0), UNKNOWN_KEY);
    expect(counts()).toEqual({ framesSent: 3, framesDelivered: 1, staleDropped: 1, undecryptable: 1 });
  });

  it('is undecryptable too where its ICV does not match', () => {
    const { origin, arrives, counts } = tallyOf(1);
    arrives(origin(0), ICV_FAILED);
    expect(counts()).toEqual({ framesSent: 1, undecryptable: 1 });
  });

  it('a second copy is a duplicate, delivered or stale as the first one was', () => {
    const { origin, arrives, counts } = tallyOf(2);
    arrives(origin(1), DELIVERED);
    arrives(origin(1, 'duplicate'), STALE);
    arrives(origin(0), STALE);
    arrives(origin(0, 'duplicate'), STALE);
    expect(counts()).toEqual({ framesSent: 2, framesDelivered: 1, staleDropped: 1, duplicatesDropped: 2 });
  });
});

describe('truth is by what was delivered', () => {
  it('a lost frame that the attacker brings before any newer one is late, and no replay', () => {
    const { origin, arrives, counts } = tallyOf(2);
    arrives(origin(0), DELIVERED);
    expect(arrives(origin(1, 'replayed'), DELIVERED, 5 * BOUND)).toBe(false);
    expect(counts()).toEqual({ framesSent: 2, framesDelivered: 2 });
  });

  it('a frame that is delivered a second time got through, whoever brings it', () => {
    for (const kind of ['replayed', 'duplicate', 'genuine'] as const) {
      const { origin, arrives, counts } = tallyOf(1);
      arrives(origin(0), DELIVERED);
      expect(arrives(origin(0, kind), DELIVERED), kind).toBe(true);
      expect(counts(), kind).toEqual({ framesSent: 1, framesDelivered: 1, replayedAccepted: 1 });
    }
  });

  it('so did one that is delivered after a newer one', () => {
    const { origin, arrives, counts } = tallyOf(2);
    arrives(origin(1), DELIVERED);
    expect(arrives(origin(0, 'replayed'), DELIVERED)).toBe(true);
    expect(counts()).toMatchObject({ framesDelivered: 1, replayedAccepted: 1 });
  });

  it('where late ones are wanted it is not, but the second time it is; under another key than the newest one it came under an old one', () => {
    const { origin, arrives, counts } = tallyOf(3, 'window');
    arrives(origin(1), DELIVERED);
    arrives(origin(2), { ...DELIVERED, keyId: { master: 0, communication: 1 } });
    expect(arrives(origin(0), DELIVERED)).toBe(false);
    expect(counts()).toEqual({ framesSent: 3, framesDelivered: 3, deliveredLate: 1, deliveredUnderOldKey: 1 });
    expect(arrives(origin(0, 'replayed'), DELIVERED)).toBe(true);
    expect(counts()).toMatchObject({ framesDelivered: 3, replayedAccepted: 1 });
  });

  it('a replay that is dropped is a replay rejected; what comes after the bound leaves its frame lost', () => {
    const { origin, arrives, counts } = tallyOf(2);
    arrives(origin(0), DELIVERED);
    arrives(origin(0, 'replayed'), STALE);
    arrives(origin(1, 'replayed'), UNKNOWN_KEY, BOUND + 1);
    expect(counts()).toEqual({ framesSent: 2, framesDelivered: 1, replayedRejected: 2, framesLostByChannel: 1 });
  });
});

describe('an attack', () => {
  it.each(['forged', 'flipped', 'reflected', 'swapped', 'old-key'] as const)('that is %s and delivered is reported', (kind) => {
    const { origin, arrives, counts } = tallyOf(0);
    expect(arrives(origin(-1, kind), DELIVERED)).toBe(true);
    expect(counts()).toEqual({ forgedAccepted: 1 });
  });

  it('that is dropped is counted by its kind', () => {
    const { origin, arrives, counts } = tallyOf(0);
    for (const kind of ['forged', 'flipped', 'crossed', 'reflected', 'swapped'] as const)
      expect(arrives(origin(-1, kind), ICV_FAILED)).toBe(false);
    for (const outcome of [STALE, UNKNOWN_KEY, ICV_FAILED]) expect(arrives(origin(-1, 'old-key'), outcome)).toBe(false);
    expect(counts()).toEqual({ forgedRejected: 3, reflectedRejected: 1, swappedRejected: 1, oldKeyRejected: 3 });
  });

  describe('under the key before the one in use', () => {
    const NEW: Outcome = { ...DELIVERED, keyId: { master: 0, communication: 1 } };
    /** A key was replaced in cycle 1000; frames of one who has it, delivered some cycles later. */
    const delivered = (delivery: Delivery, ...after: readonly number[]) => {
      const { tally, origin, arrives, counts } = tallyOf(2, delivery);
      arrives(origin(0), DELIVERED);
      const received = (number: number, outcome: Outcome, cycle: number, frame: Uint8Array, kind: Origin['kind']): boolean =>
        tally.received('follower', cycle, { origin: origin(number, kind), frame, at: 1000 }, outcome);
      received(1, NEW, 1000, new Uint8Array(60), 'genuine');
      const frame = new Uint8Array(60);
      const faults = after.map((cycles) => received(-1, DELIVERED, 1000 + cycles, frame, 'old-key'));
      const { oldKeyDelivered = 0, forgedAccepted = 0 } = counts();
      return { faults, oldKeyDelivered, forgedAccepted };
    };

    it('is no fault where late frames are wanted, as long as that is Obsolete', () => {
      expect(delivered('window', TIMEOUT)).toEqual({ faults: [false], oldKeyDelivered: 1, forgedAccepted: 0 });
      expect(delivered('window', TIMEOUT + 1)).toEqual({ faults: [true], oldKeyDelivered: 0, forgedAccepted: 1 });
    });

    it('but where the newest alone counts it is, and the second time', () => {
      expect(delivered('newest', 1)).toEqual({ faults: [true], oldKeyDelivered: 0, forgedAccepted: 1 });
      expect(delivered('window', 1, 2)).toEqual({ faults: [false, true], oldKeyDelivered: 1, forgedAccepted: 1 });
    });

    it('and so it is under the newest key, and of a frame with another fault', () => {
      const { tally, origin } = tallyOf(1, 'window');
      const received = (number: number, kind: Origin['kind']): boolean =>
        tally.received('follower', 1, { origin: origin(number, kind), frame: new Uint8Array(60), at: 0 }, DELIVERED);
      received(0, 'genuine');
      expect(received(-1, 'old-key')).toBe(true);
      for (const kind of ['forged', 'swapped'] as const) {
        const { tally: other, origin: from } = tallyOf(2, 'window');
        other.received('follower', 1, { origin: from(0), frame: new Uint8Array(60), at: 0 }, NEW);
        expect(other.received('follower', 1, { origin: from(-1, kind), frame: new Uint8Array(60), at: 0 }, DELIVERED)).toBe(true);
      }
    });
  });
});

describe('what a rekey must not cost', () => {
  it('a frame beyond the payloads that were given is a dedicated message', () => {
    const { tally } = tallyOf(3);
    tally.sent('initiator', false, 3);
    tally.sent('follower', false, 0);
    expect(tally.of('initiator').dedicatedMessages).toBe(1);
    expect(tally.burden).toEqual({ dedicatedMessages: 2, stalledCycles: 0 });
  });

  it('every cycle in which a payload waits for a key is counted, for its own peer', () => {
    const { tally } = tallyOf(0);
    for (const side of ['initiator', 'follower', 'follower'] as const) tally.stalled(side, true);
    tally.stalled('follower', false);
    expect(tally.of('follower').unassociatedCycles).toBe(1);
    expect(tally.of('follower').stalledCycles).toBe(2);
    expect(tally.burden).toEqual({ dedicatedMessages: 0, stalledCycles: 3 });
    expect(tally.total).toMatchObject({ stalledCycles: 3 });
  });

  it('frames of the host are none', () => {
    const { tally, counts } = tallyOf(0);
    tally.sent('initiator', true, 0);
    expect(counts()).toEqual({ hostFrames: 1 });
    expect(tally.total.dedicatedMessages).toBe(0);
  });
});

describe('the record of frames', () => {
  const kind = { initiator: { ...KIND, frameId: 0x8000 }, follower: { ...KIND, frameId: 0x8001 } } as const;
  const frame = (side: 'initiator' | 'follower', currentKeyId: number, nextKeyId: number): Uint8Array =>
    blankFrame(kind[side], currentKeyId, nextKeyId);

  it('has where and when each was, its KeyIds on the wire, and its fate', () => {
    const { tally, origin } = tallyOf(9);
    tally.log.keepUntil(1e9);
    const fates: [Origin, Outcome, number?][] = [
      [origin(1), DELIVERED],
      [origin(0), STALE],
      [origin(0, 'duplicate'), STALE],
      [origin(1, 'replayed'), STALE],
      [origin(-1, 'flipped'), ICV_FAILED],
      [origin(1, 'replayed'), DELIVERED],
      [origin(4), UNKNOWN_KEY],
      [{ ...origin(5), association: 'another' }, UNKNOWN_KEY],
      [origin(6, 'replayed'), DELIVERED],
    ];
    for (const [which, outcome] of fates)
      tally.received('follower', 5000, { origin: which, frame: frame('initiator', 6, 9), at: which.genuineSentAt + 1 }, outcome);
    tally.lost(origin(8), 'follower', frame('initiator', 1, 1));
    const shared = { from: 'initiator', to: 'follower', arrivedAtNs: 40_000, currentKeyId: '1|2', nextKeyId: '2|1' };
    const byTime = (a: { readonly sentAtNs: number }, b: { readonly sentAtNs: number }): number => a.sentAtNs - b.sentAtNs;
    expect(tally.log.frames).toEqual(
      [
        { ...shared, sentAtNs: 8000, fate: 'delivered' },
        { ...shared, sentAtNs: 0, fate: 'stale' },
        { ...shared, sentAtNs: 0, fate: 'duplicate' },
        { ...shared, sentAtNs: 8000, fate: 'replayed' },
        { ...shared, sentAtNs: 0, fate: 'flipped' },
        { ...shared, sentAtNs: 8000, fate: 'replayed' },
        { ...shared, sentAtNs: 32_000, fate: 'undecryptable' },
        { ...shared, sentAtNs: 40_000, fate: 'outside' },
        { ...shared, sentAtNs: 48_000, fate: 'delivered' },
        { ...shared, sentAtNs: 64_000, arrivedAtNs: null, currentKeyId: '0|1', nextKeyId: '0|1', fate: 'lost' },
      ].toSorted(byTime),
    );
    expect(tally.of('initiator')).toMatchObject({ outsideAssociation: 1, undecryptable: 1, replayedAccepted: 1, replayedRejected: 1 });
  });

  it('is of both directions, and has no KeyIds of what is not of the connection; the host’s own frames are not in it', () => {
    const { tally } = tallyOf(1);
    tally.log.keepUntil(1e9);
    const origin: Origin = { from: 'follower', kind: 'genuine', sentAt: 1, genuineSentAt: 1, number: 0 };
    tally.received('initiator', 3, { origin, frame: frame('follower', 1, 2), at: 2 }, DELIVERED);
    tally.received('initiator', 4, { origin: { ...origin, kind: 'forged', number: -1 }, frame: new Uint8Array(60), at: 2 }, ICV_FAILED);
    expect(
      tally.received('initiator', 5, { origin: { ...origin, kind: 'host' }, frame: new Uint8Array(60), at: 2 }, { kind: 'passed' }),
    ).toBe(false);
    const shared = { from: 'follower', to: 'initiator', sentAtNs: 8 };
    expect(tally.log.frames).toEqual([
      { ...shared, arrivedAtNs: 24, currentKeyId: '0|1', nextKeyId: '0|2', fate: 'delivered' },
      { ...shared, arrivedAtNs: 32, currentKeyId: '0|0', nextKeyId: '0|0', fate: 'forged' },
    ]);
  });
});

it('messages of agreements are counted by what they are for, and are the host’s', () => {
  const { tally, counts } = tallyOf(0);
  for (const of of ['association', 'association', 'n-RTT'] as const) tally.agreementMessage('initiator', of);
  expect(counts()).toEqual({ associationMessages: 2, agreementMessages: 1 });
});

it('a late frame came under an old key where either part of its KeyId is another', () => {
  for (const [master, communication, old] of [
    [0, 0, 0],
    [1, 0, 1],
    [0, 1, 1],
  ] as const) {
    const { origin, arrives, counts } = tallyOf(2, 'window');
    arrives(origin(1), { ...DELIVERED, keyId: { master, communication } });
    arrives(origin(0), DELIVERED);
    expect(counts()).toMatchObject({ framesDelivered: 2, deliveredLate: 1, ...(old === 1 ? { deliveredUnderOldKey: 1 } : {}) });
    expect(counts().deliveredUnderOldKey ?? 0).toBe(old);
  }
});

it('every count of both directions is in the total', () => {
  const { tally, origin, arrives } = tallyOf(2);
  arrives(origin(1), DELIVERED);
  tally.sent('follower', false, 1);
  const [initiator, follower] = [tally.of('initiator'), tally.of('follower')];
  for (const [name, total] of Object.entries(tally.total))
    expect(total, name).toBe(initiator[name as keyof Counts] + follower[name as keyof Counts]);
  expect(tally.total).toMatchObject({ framesSent: 3, framesLostByChannel: 2 });
});
