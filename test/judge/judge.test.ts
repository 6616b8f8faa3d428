/** The judge on a run written out by hand: it says no to each thing that can be wrong, and only to that. */
import { describe, expect, it } from 'vitest';
import { FAULTS, type Figures, faultsOf, judge, type Verdict } from '../../judge/judge.ts';
import type { Seen } from '../../judge/observation.ts';
import { FRAMES, INTERVAL_NS, LATENESS_NS, octets, payloadOf, plain, type Run, sealed, syntheticRun } from './synthetic-run.ts';

function verdictOn(spoil: (run: Run) => void): Verdict {
  const run = syntheticRun();
  spoil(run);
  return judge(run.seen, run.log);
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`nothing at ${index}`);
  return item;
}

/** The frame with one octet changed, counted from its front, or from its end where negative. */
function flipped({ atNs, frame }: Seen, place: number): Seen {
  const copy = Buffer.from(frame);
  const index = place < 0 ? copy.length + place : place;
  copy.writeUInt8(copy.readUInt8(index) ^ 1, index);
  return { atNs, frame: copy };
}

describe('a run without a fault', () => {
  const verdict = verdictOn(() => {});

  it('has every frame sent and delivered, and one rekey from end to end', () => {
    expect(verdict.direction.initiator).toMatchObject({ given: FRAMES, sent: FRAMES, delivered: FRAMES, lost: 0, hostFrames: 1 });
    expect(verdict.direction.follower).toMatchObject({ given: FRAMES, sent: FRAMES, delivered: FRAMES, lost: 0, hostFrames: 1 });
    expect(verdict.finishedRekeys).toBe(1);
    expect(verdict.rekeys).toEqual([
      {
        from: '0|0',
        to: '0|1',
        announcedNs: 10 * INTERVAL_NS + 10_000 + LATENESS_NS,
        initiatorSendsNs: 12 * INTERVAL_NS + 10_000 + LATENESS_NS,
        followerSendsNs: 13 * INTERVAL_NS + 12_000 + LATENESS_NS,
        finishedNs: 13 * INTERVAL_NS + 15_000 + LATENESS_NS,
      },
    ]);
    expect(faultsOf(verdict)).toEqual([]);
  });

  it('has the lateness that its frames were given, near the rekey and away from it', () => {
    const { near, away, stalledFrames, withoutYardstick, sendInterval } = verdict.lateness.initiator;
    expect(near.frames + away.frames).toBe(FRAMES);
    expect(near).toMatchObject({ min: LATENESS_NS, median: LATENESS_NS, max: LATENESS_NS });
    expect(away).toMatchObject({ median: LATENESS_NS, max: LATENESS_NS });
    // from two intervals before frame 10 announces to two intervals after the old key is gone, 20 us behind frame 13: 8 to 20
    expect(near.frames).toBe(13);
    expect({ stalledFrames, withoutYardstick, sendInterval }).toEqual({
      stalledFrames: 0,
      withoutYardstick: 0,
      sendInterval: { min: INTERVAL_NS, max: INTERVAL_NS },
    });
  });
});

/** What is done to the run, and the one fault that must be found, with its count. */
const SPOILT: readonly (readonly [string, keyof typeof FAULTS, number, (run: Run) => void])[] = [
  ['a payload that is not handed up', 'undecryptable', 1, ({ seen }) => seen.follower.delivered.ours.splice(7, 1)],
  ['all payloads from one on', 'undecryptable', FRAMES - 7, ({ seen }) => seen.follower.delivered.ours.splice(7)],
  [
    'a payload that nobody sent',
    'forgedAccepted',
    1,
    ({ seen }) =>
      seen.follower.delivered.ours.splice(7, 0, {
        atNs: at(seen.follower.delivered.ours, 7).atNs - 1,
        frame: plain('initiator', octets('forged', 44)),
      }),
  ],
  [
    'a payload with one bit changed',
    'forgedAccepted',
    1,
    ({ seen }) => {
      seen.follower.delivered.ours[7] = flipped(at(seen.follower.delivered.ours, 7), 20);
      seen.follower.arrived.ours[7] = flipped(at(seen.follower.arrived.ours, 7), 25);
    },
  ],
  [
    'a payload that is handed up twice',
    'replayedAccepted',
    1,
    ({ seen }) => seen.follower.delivered.ours.splice(8, 0, { ...at(seen.follower.delivered.ours, 7), atNs: 10 * INTERVAL_NS }),
  ],
  [
    'an old payload after a newer one',
    'replayedAccepted',
    1,
    ({ seen }) => seen.initiator.delivered.ours.splice(20, 0, { ...at(seen.initiator.delivered.ours, 3), atNs: 22 * INTERVAL_NS }),
  ],
  ['a frame for which nothing was given', 'dedicated', 1, ({ seen }) => seen.initiator.given.ours.splice(5, 1)],
  [
    'a payload that is never sent',
    'withheld',
    1,
    ({ seen }) =>
      seen.initiator.given.ours.splice(5, 0, { atNs: 5 * INTERVAL_NS + 9000, frame: plain('initiator', octets('withheld', 44)) }),
  ],
  [
    'a frame with a wrong ICV',
    'unopened',
    1,
    ({ seen }) => {
      seen.initiator.sent.ours[5] = flipped(at(seen.initiator.sent.ours, 5), -8);
    },
  ],
  [
    'a key and counter used twice',
    'nonceRepeats',
    1,
    ({ seen }) => {
      seen.initiator.sent.ours[6] = {
        atNs: at(seen.initiator.sent.ours, 6).atNs,
        frame: sealed('initiator', payloadOf('initiator', 6), '0|0', 0, 6),
      };
    },
  ],
  [
    'peers with different keys',
    'keysDiffering',
    1,
    ({ log }) => {
      const key = log.keys.findLast(({ side, use }) => side === 'follower' && use === 'receive');
      if (key !== undefined) key.key = octets('another', 16);
    },
  ],
  [
    'a key that was installed before',
    'keysInstalledAgain',
    1,
    ({ log }) => log.keys.push({ ...at(log.keys, 0), keyId: '0|2', atNs: 1_000_000 }),
  ],
  [
    'a host frame that is changed',
    'hostFramesSpoilt',
    1,
    ({ seen }) => {
      seen.initiator.sent.foreign[0] = flipped(at(seen.initiator.sent.foreign, 0), 20);
    },
  ],
  ['a host frame that is not sent', 'hostFramesSpoilt', 1, ({ seen }) => seen.initiator.sent.foreign.pop()],
  ['a host frame that is not handed on', 'hostFramesSpoilt', 1, ({ seen }) => seen.follower.delivered.foreign.pop()],
];

describe('what is wrong with a run is found', () => {
  it.each(SPOILT)('%s: %s', (_, fault, count, spoil) => {
    const verdict = verdictOn(spoil);
    expect(verdict.total[fault]).toBe(count);
    expect(faultsOf(verdict)).toContain(`${count} ${FAULTS[fault]}`);
  });

  it('there is a case for every fault that is asked for', () => {
    const covered = new Set<string>([...SPOILT.map(([, fault]) => fault), 'inTheClear']);
    expect(new Set(Object.keys(FAULTS))).toEqual(covered);
  });

  it('frames in the clear: a key of zeros, with the dummy engine', () => {
    const verdict = verdictOn(({ seen, log }) => {
      log.connection.engine = 'xor';
      for (const key of log.keys) {
        key.key = Buffer.alloc(16);
        key.iv = Buffer.alloc(12);
      }
      const frame = xorSealedInTheClear(payloadOf('initiator', 0));
      seen.initiator.sent.ours.splice(0, FRAMES, { atNs: at(seen.initiator.sent.ours, 0).atNs, frame });
    });
    expect(verdict.direction.initiator.inTheClear).toBe(1);
  });
});

/** Under a key and an IV of zeros the ICV of the paper's dummy engine is the XOR of counter, header and text, 16 octets wide. */
function xorSealedInTheClear(payload: Buffer): Buffer {
  const [cSdu, status] = [payload.subarray(0, -4), payload.subarray(-4)];
  const front = Buffer.concat([plain('initiator', payload).subarray(0, 16), Buffer.from([0, 0, 0, 0, 1])]);
  const nonce = Buffer.from('000000000000000000000001', 'hex');
  const icv = Buffer.alloc(16);
  for (const part of [nonce, Buffer.concat([front, status]), cSdu])
    part.forEach((octet, index) => {
      icv.writeUInt8(icv.readUInt8(index % 16) ^ octet, index % 16);
    });
  return Buffer.concat([front, cSdu, icv, status]);
}

describe('what a channel does is no fault, and is counted', () => {
  const counts = (verdict: Verdict): Partial<Figures> => {
    const { delivered, lost, overtaken, repeated, forged } = verdict.direction.initiator;
    expect(faultsOf(verdict)).toEqual([]);
    return { delivered, lost, overtaken, repeated, forged };
  };
  const usual = { delivered: FRAMES, lost: 0, overtaken: 0, repeated: 0, forged: 0 };

  it('a frame that is lost', () => {
    const verdict = verdictOn(({ seen }) => {
      seen.follower.arrived.ours.splice(7, 1);
      seen.follower.delivered.ours.splice(7, 1);
    });
    expect(counts(verdict)).toEqual({ ...usual, delivered: FRAMES - 1, lost: 1 });
  });

  it('a frame that is overtaken', () => {
    const verdict = verdictOn(({ seen }) => {
      const { arrived, delivered } = seen.follower;
      const [late] = arrived.ours.splice(7, 1);
      if (late !== undefined) arrived.ours.splice(7 + 1, 0, { ...late, atNs: late.atNs + INTERVAL_NS + 1500 });
      delivered.ours.splice(7, 1);
    });
    expect(counts(verdict)).toEqual({ ...usual, delivered: FRAMES - 1, overtaken: 1 });
  });

  it('a frame that comes twice, by the channel or by an attacker much later', () => {
    const verdict = verdictOn(({ seen }) => {
      const { ours } = seen.follower.arrived;
      ours.splice(8, 0, { ...at(ours, 7), atNs: at(ours, 7).atNs + 900 });
      ours.push({ ...at(ours, 3), atNs: FRAMES * INTERVAL_NS + 50_000 });
    });
    expect(counts(verdict)).toEqual({ ...usual, repeated: 2 });
  });

  it('a frame that was lost, and that an attacker brings before any newer one: late, but no replay', () => {
    const verdict = verdictOn(({ seen }) => {
      const { arrived, delivered } = seen.follower;
      // the last frame of all, long after the bound
      const end = FRAMES * INTERVAL_NS + 400_000;
      arrived.ours[FRAMES - 1] = { ...at(arrived.ours, FRAMES - 1), atNs: end };
      delivered.ours[FRAMES - 1] = { ...at(delivered.ours, FRAMES - 1), atNs: end + 4000 };
    });
    expect(counts(verdict)).toEqual(usual);
  });

  it('a forged frame that is dropped', () => {
    const verdict = verdictOn(({ seen }) => {
      const { ours } = seen.follower.arrived;
      ours.splice(8, 0, flipped({ ...at(ours, 7), atNs: at(ours, 7).atNs + 900 }, 40));
    });
    expect(counts(verdict)).toEqual({ ...usual, forged: 1 });
  });
});

describe('where late frames are wanted', () => {
  /** The last frame under the old key comes behind the first one under the new key, and is handed up so many times. */
  const late = (times: number): Verdict =>
    verdictOn(({ seen, log }) => {
      log.connection.delivery = 'window';
      const { arrived, delivered } = seen.follower;
      const [frame] = arrived.ours.splice(11, 1);
      const [payload] = delivered.ours.splice(11, 1);
      if (frame === undefined || payload === undefined) throw new RangeError('no such frame');
      for (let time = 1; time <= times; time++) {
        const atNs = frame.atNs + INTERVAL_NS + 1500 * time;
        arrived.ours.splice(11 + time, 0, { ...frame, atNs });
        delivered.ours.splice(11 + time, 0, { ...payload, atNs: atNs + 2000 });
      }
    });

  it('one under the old key is delivered, and told apart', () => {
    const verdict = late(1);
    expect(faultsOf(verdict)).toEqual([]);
    expect(verdict.direction.initiator).toMatchObject({ delivered: FRAMES, late: 1, underOldKey: 1, overtaken: 0, repeated: 0 });
  });

  it('the second time it is a replay that was accepted', () => {
    expect(faultsOf(late(2))).toEqual(['1 replayed frames accepted']);
  });

  it('one that is dropped was to be delivered', () => {
    const verdict = verdictOn(({ seen, log }) => {
      log.connection.delivery = 'window';
      const { arrived, delivered } = seen.follower;
      const [frame] = arrived.ours.splice(7, 1);
      if (frame !== undefined) arrived.ours.splice(8, 0, { ...frame, atNs: frame.atNs + INTERVAL_NS + 1500 });
      delivered.ours.splice(7, 1);
    });
    expect(faultsOf(verdict)).toEqual(['1 undecryptable frames']);
  });
});

describe('one who has the key before the one in use', () => {
  /** Seals a frame under it, which is delivered behind that genuine frame, of which the first one under the new key is 12. */
  const sealedUnderOldKey = (delivery: 'newest' | 'window', behind: number, times = 1): Verdict =>
    verdictOn(({ seen, log }) => {
      log.connection.delivery = delivery;
      const { arrived, delivered } = seen.follower;
      const payload = octets('forged', 44);
      for (let time = 1; time <= times; time++) {
        const atNs = at(arrived.ours, behind).atNs + 1000 * time;
        arrived.ours.splice(behind + time, 0, { atNs, frame: sealed('initiator', payload, '0|0', 1, 13) });
        delivered.ours.splice(behind + time, 0, { atNs: atNs + 2500, frame: plain('initiator', payload) });
      }
    });

  it('can use it where late frames are wanted, each of his frames once, as long as it is held', () => {
    const verdict = sealedUnderOldKey('window', 13);
    expect(faultsOf(verdict)).toEqual([]);
    expect(verdict.direction.initiator).toMatchObject({ delivered: FRAMES, forged: 1, underHeldKey: 1, forgedAccepted: 0 });
    expect(faultsOf(sealedUnderOldKey('window', 13, 2))).toEqual(['1 forged frames accepted']);
    // held for 20 us: four intervals
    expect(faultsOf(sealedUnderOldKey('window', 17))).toEqual(['1 forged frames accepted']);
  });

  it('can not where the newest counts, nor while that key is the one in use', () => {
    expect(faultsOf(sealedUnderOldKey('newest', 13))).toEqual(['1 forged frames accepted']);
    expect(faultsOf(sealedUnderOldKey('window', 11))).toEqual(['1 forged frames accepted']);
  });

  it('and what is dropped of his frames is no fault of anybody', () => {
    const verdict = verdictOn(({ seen, log }) => {
      log.connection.delivery = 'window';
      const { ours } = seen.follower.arrived;
      ours.splice(14, 0, { atNs: at(ours, 13).atNs + 1000, frame: sealed('initiator', octets('forged', 44), '0|0', 1, 13) });
    });
    expect(faultsOf(verdict)).toEqual([]);
    expect(verdict.direction.initiator).toMatchObject({ delivered: FRAMES, forged: 1, underHeldKey: 0 });
  });
});

describe('a key that the receiver no longer holds', () => {
  it('makes a frame that comes in time, but behind newer ones, undecryptable', () => {
    const verdict = verdictOn(({ seen, log }) => {
      log.connection.obsoleteTimeoutNs = 0;
      const { arrived, delivered } = seen.follower;
      // the last frame under the old key comes behind the first two under the new one
      const [late] = arrived.ours.splice(11, 1);
      if (late !== undefined) arrived.ours.splice(12, 0, { ...late, atNs: late.atNs + INTERVAL_NS + 1500 });
      delivered.ours.splice(11, 1);
    });
    expect(verdict.direction.initiator).toMatchObject({ undecryptable: 1, overtaken: 0 });
  });
});

describe('a stall', () => {
  const stalled = (numbers: readonly number[], byNs: number): Verdict =>
    verdictOn(({ seen }) => {
      for (const number of numbers) {
        const sent = at(seen.initiator.sent.ours, number);
        seen.initiator.sent.ours[number] = { ...sent, atNs: sent.atNs + byNs };
      }
    });

  it('is lateness near a rekey that frames of the same length do not have elsewhere', () => {
    const verdict = stalled([13, 14], 800);
    expect(verdict.lateness.initiator).toMatchObject({ stalledFrames: 2, stalledNs: 1600 });
    expect(faultsOf(verdict)).toEqual(['2 frames stalled near rekeys, 1600 ns in all']);
  });

  it('is none where frames are as late without a rekey', () => {
    expect(faultsOf(stalled([13, 14, 30], 800))).toEqual([]);
  });

  it('waiting for another frame on the wire is none either', () => {
    const verdict = verdictOn(({ seen }) => {
      const sent = at(seen.initiator.sent.ours, 13);
      // a frame of the host that begins right before holds the wire for its 60 octets and more
      const host = { atNs: sent.atNs - 8, frame: Buffer.concat([at(seen.initiator.sent.foreign, 0).frame, octets('more', 40)]) };
      for (const stream of [seen.initiator.given, seen.initiator.sent, seen.follower.arrived, seen.follower.delivered])
        stream.foreign.push(host);
      seen.initiator.sent.ours[13] = { ...sent, atNs: sent.atNs - 8 + 8 * host.frame.length };
    });
    expect(faultsOf(verdict)).toEqual([]);
  });
});

describe('a run that shows nothing', () => {
  it.each([
    ['no frame was sent', (run: Run) => run.seen.initiator.sent.ours.splice(0) && run.seen.follower.sent.ours.splice(0)],
    [
      'no rekey was seen',
      ({ seen }: Run) => {
        for (const side of [seen.initiator, seen.follower]) for (const point of Object.values(side)) point.ours.splice(10);
      },
    ],
    [
      'none of 1 rekeys was finished',
      ({ seen }: Run) => {
        for (const side of [seen.initiator, seen.follower]) for (const point of Object.values(side)) point.ours.splice(12);
      },
    ],
  ])('is at fault: %s', (fault, spoil) => {
    expect(faultsOf(verdictOn(spoil))).toContain(fault);
  });
});

describe('an association that ends', () => {
  const ENDS_NS = 20 * INTERVAL_NS;
  /** The follower has no key any more, and hands up nothing of what still comes. */
  const ended = (run: Run): void => {
    run.log.erasures.push({ atNs: ENDS_NS, side: 'follower' });
    const { delivered } = run.seen.follower;
    delivered.ours.splice(0, delivered.ours.length, ...delivered.ours.filter(({ atNs }) => atNs < ENDS_NS));
  };

  it('takes away the frames that come after it, and no others: they are none that a key was missing for', () => {
    const { initiator } = verdictOn(ended).direction;
    expect(initiator).toMatchObject({ undecryptable: 0, delivered: FRAMES - initiator.outsideAssociation, lost: 0 });
    // frame 20 is given 10 us after the end, frame 17 arrives before it
    expect(initiator.outsideAssociation).toBeGreaterThanOrEqual(20);
    expect(initiator.outsideAssociation).toBeLessThanOrEqual(23);
    expect(faultsOf(verdictOn(ended))).toEqual([]);
  });

  it('excuses nothing that comes before it', () => {
    const verdict = verdictOn((run) => {
      ended(run);
      run.seen.follower.delivered.ours.splice(5, 1);
    });
    expect(verdict.direction.initiator.undecryptable).toBe(1);
  });

  it('excuses nothing where keys were not erased', () => {
    const verdict = verdictOn((run) => {
      ended(run);
      run.log.erasures.length = 0;
    });
    expect(verdict.direction.initiator.undecryptable).toBeGreaterThanOrEqual(20);
  });

  it('a frame that is handed up after it is one that nobody could open', () => {
    const verdict = verdictOn((run) => void run.log.erasures.push({ atNs: ENDS_NS, side: 'follower' }));
    expect(verdict.direction.initiator.forgedAccepted + verdict.direction.initiator.replayedAccepted).toBeGreaterThanOrEqual(20);
  });

  it('a follower whose first key no initiator had is a fault', () => {
    const verdict = verdictOn(({ log }) => {
      log.keys.push({ ...at(log.keys, 0), side: 'follower', atNs: ENDS_NS + 1, use: 'receive', key: octets('another', 16) });
      log.erasures.push({ atNs: ENDS_NS, side: 'follower' });
    });
    expect(verdict.direction.initiator.keysDiffering).toBe(1);
  });
});
