import { describe, expect, it } from 'vitest';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { Attacker, type AttackFrame } from '../../../sim/network/attacker.ts';
import { ATTACKS, type Attack, parseAttacks } from '../../../sim/network/attacks.ts';
import type { OldKeys } from '../../../sim/network/old-keys.ts';
import { type ProfileName, placeOf } from '../../../spec/header.ts';
import { parseFrame } from '../../../sw/frame/secured-frame.ts';

const FRAME_ID = 0x8000;
const REFLECTED = 0x8001;
const WITHOUT_KEYS: readonly Attack[] = ['forged', 'flipped', 'replayed', 'reflected', 'swapped'];

/** Secured frames as far as the attacker sees: all different, tagged or not. */
function frameNumber(index: number, tagged: boolean): Uint8Array {
  const head = [
    2,
    0,
    0,
    0,
    0,
    1,
    2,
    0,
    0,
    0,
    0,
    2,
    ...(tagged ? [0x81, 0, 0xc0, 0] : []),
    0x88,
    0x92,
    FRAME_ID >> 8,
    FRAME_ID & 0xff,
    0x01,
  ];
  return Uint8Array.of(...head, ...new Random(index).bytes(64));
}

/** One who has no keys. */
function attackerOf(chance: number, profile: ProfileName, random: Random, kinds: readonly Attack[] = WITHOUT_KEYS): Attacker {
  return new Attacker({ chance, profile, kinds: new Set(kinds) }, random);
}

const KIND = { profile: 'paper', encrypt: true } as const;

interface Seen extends AttackFrame {
  readonly genuine: Uint8Array;
  readonly before: readonly Uint8Array[];
}

function attacksOn(tagged: boolean, count = 1200): readonly Seen[] {
  const attacker = attackerOf(1, 'paper', new Random(11));
  const sent: Uint8Array[] = [];
  return Array.from({ length: count }, (_, index) => index).flatMap((index) => {
    const genuine = frameNumber(index, tagged);
    const before = [...sent];
    sent.push(genuine);
    return attacker.onFrame(genuine, REFLECTED).map((attack) => ({ ...attack, genuine, before }));
  });
}

const differences = (a: Uint8Array, b: Uint8Array): readonly number[] =>
  [...a].flatMap((octet, index) => (octet === b[index] ? [] : [index]));

describe.each([{ tagged: false }, { tagged: true }])('attacker (frames tagged: $tagged)', ({ tagged }) => {
  const seen = attacksOn(tagged);
  const only = (attack: Attack): readonly Seen[] => seen.filter((one) => one.attack === attack);
  const type = tagged ? 16 : 12;

  it('uses every attack', () => {
    for (const attack of WITHOUT_KEYS) expect(only(attack).length, attack).toBeGreaterThan(100);
  });

  it('forged: found as one of ours, well-formed, and everything behind the FrameID invented', () => {
    for (const { frame, genuine, back } of only('forged')) {
      expect(back).toBe(false);
      expect(parseFrame(frame, { ...KIND, frameId: FRAME_ID }).kind).toBe('ours');
      expect(frame.subarray(0, type + 4)).toEqual(genuine.subarray(0, type + 4));
      expect(frame.subarray(type + 4)).not.toEqual(genuine.subarray(type + 4));
    }
  });

  it('flipped: one bit, anywhere but in the tag, the EtherType and the FrameID', () => {
    const places = new Set<number>();
    for (const { frame, genuine, back } of only('flipped')) {
      expect(back).toBe(false);
      expect(frame.length).toBe(genuine.length);
      const [at = -1, ...more] = differences(frame, genuine);
      expect(more).toEqual([]);
      expect([1, 2, 4, 8, 16, 32, 64, 128]).toContain((frame[at] ?? 0) ^ (genuine[at] ?? 0));
      expect(at < 12 || at >= type + 4, `octet ${at}`).toBe(true);
      places.add(at);
    }
    expect(Math.min(...places)).toBeLessThan(12);
    expect(Math.max(...places)).toBeGreaterThan(type + 4 + 40);
  });

  it('replayed: a frame that was sent before, and that newer ones have followed', () => {
    for (const { frame, before, back } of only('replayed')) {
      expect(back).toBe(false);
      const age = before.length - before.findIndex((one) => String(one) === String(frame));
      expect(age).toBeGreaterThanOrEqual(12);
      expect(age).toBeLessThanOrEqual(before.length);
    }
  });

  it('reflected: goes back as it is, or from whom it was for to whom it was from, with the FrameID that the sender listens to', () => {
    const turned = new Set<boolean>();
    for (const { frame, genuine, back } of only('reflected')) {
      expect(back).toBe(true);
      const isTurned = String(frame.subarray(0, 12)) !== String(genuine.subarray(0, 12));
      turned.add(isTurned);
      const addresses = isTurned ? [...genuine.subarray(6, 12), ...genuine.subarray(0, 6)] : [...genuine.subarray(0, 12)];
      expect([...frame.subarray(0, 12)]).toEqual(addresses);
      expect(differences(frame.subarray(12), genuine.subarray(12))).toEqual([type + 3 - 12]);
      expect(parseFrame(frame, { ...KIND, frameId: REFLECTED }).kind).toBe('ours');
    }
    expect(turned).toEqual(new Set([true, false]));
  });
});

/** All that an attacker replays of a stretch of frames, each as how many frames ago it was sent. */
function replayAges(seed: number, frames: number): readonly number[] {
  const attacker = attackerOf(1, 'paper', new Random(seed));
  return Array.from({ length: frames }, (_, index) => index).flatMap((index) => {
    const frame = new Uint8Array(60);
    new DataView(frame.buffer).setUint32(20, index);
    const [attack] = attacker.onFrame(frame, REFLECTED);
    return attack?.attack === 'replayed' ? [index - new DataView(attack.frame.buffer).getUint32(20)] : [];
  });
}

describe('a replay', () => {
  it('is of no frame before the thirteenth, and then of one at least twelve frames old', () => {
    const seeds = Array.from({ length: 200 }, (_, seed) => seed);
    expect(seeds.flatMap((seed) => replayAges(seed, 12))).toEqual([]);
    const ages = seeds.flatMap((seed) => replayAges(seed, 14));
    expect(new Set(ages)).toEqual(new Set([12, 13]));
  });

  it('is of one of the last 4096 frames', () => {
    const ages = replayAges(3, 12_000);
    expect(Math.max(...ages)).toBeLessThan(4096);
    expect(Math.max(...ages)).toBeGreaterThan(3900);
  });
});

it('a forged frame is as short as one of ours can be: 40 octets of C_SDU', () => {
  for (const { tagged, length } of [
    // addresses 12, EtherType 2, FrameID 2, KeyIds 1, counter 4; C_SDU 40; ICV 16, APDU status 4; a tag 4
    { tagged: false, length: 12 + 2 + 2 + 1 + 4 + 40 + 16 + 4 },
    { tagged: true, length: 12 + 4 + 2 + 2 + 1 + 4 + 40 + 16 + 4 },
  ]) {
    const lengths = attacksOn(tagged, 100).flatMap(({ attack, frame }) => (attack === 'forged' ? [frame.length] : []));
    expect(new Set(lengths)).toEqual(new Set([length]));
  }
});

it('a frame whose EtherType only begins or ends like that of a tag has its FrameID right behind', () => {
  for (const type of [
    [0x81, 0x01],
    [0x08, 0x00],
  ]) {
    const frame = new Uint8Array(60);
    frame.set(type, 12);
    const attacker = attackerOf(1, 'paper', new Random(2));
    const reflected = Array.from({ length: 50 }, () => attacker.onFrame(frame, REFLECTED)).flatMap((list) =>
      list.filter(({ attack }) => attack === 'reflected'),
    );
    expect(reflected.length).toBeGreaterThan(3);
    for (const one of reflected) expect([...one.frame.subarray(14, 16)]).toEqual([0x80, 0x01]);
  }
});

it('attacks as often as it is told', () => {
  const never = attackerOf(0, 'paper', new Random(1));
  const sometimes = attackerOf(0.1, 'paper', new Random(1));
  const count = (attacker: Attacker): number =>
    Array.from({ length: 2000 }, (_, index) => attacker.onFrame(frameNumber(index, false), REFLECTED)).filter(({ length }) => length > 0)
      .length;
  expect(count(never)).toBe(0);
  const attacks = count(sometimes);
  expect(attacks).toBeGreaterThan(140);
  expect(attacks).toBeLessThan(260);
});

it.each([{ tagged: false }, { tagged: true }])(
  'flips a bit of every octet that is authenticated, KeyIds and counter included (frames tagged: $tagged)',
  ({ tagged }) => {
    const attacker = attackerOf(1, 'paper', new Random(12));
    const places = new Set<number>();
    for (let index = 0; index < 8000; index++) {
      const genuine = frameNumber(index, tagged);
      const [attack] = attacker.onFrame(genuine, REFLECTED);
      if (attack?.attack === 'flipped') for (const at of differences(attack.frame, genuine)) places.add(at);
    }
    const tag = tagged ? 4 : 0;
    // addresses; behind EtherType and FrameID the KeyIds, the counter, and all else to the end
    const behind = 16 + tag;
    const length = frameNumber(0, tagged).length;
    const expected = [...Array(12).keys(), ...Array.from({ length: length - behind }, (_, index) => behind + index)];
    expect([...places].toSorted((a, b) => a - b)).toEqual(expected);
  },
);

describe('in profile std', () => {
  it('a forged frame has the length, the mode and the SecurityLength of a genuine one, and nothing else of its security part', () => {
    const attacker = attackerOf(1, 'std', new Random(5));
    const seen = { rest: new Set<number>(), forged: 0 };
    for (let index = 0; index < 200; index++) {
      const genuine = frameNumber(index, false);
      const [attack] = attacker.onFrame(genuine, REFLECTED);
      if (attack?.attack !== 'forged') continue;
      seen.forged++;
      expect(attack.frame).toHaveLength(genuine.length);
      // addresses, EtherType, FrameID and SecurityInformation; SecurityLength stands two octets behind that
      expect(differences(genuine, attack.frame).filter((at) => at < 17)).toEqual([]);
      for (const at of differences(genuine, attack.frame)) seen.rest.add(at);
    }
    expect(seen.forged).toBeGreaterThan(20);
    const kept = [...Array(genuineLength()).keys()].filter((at) => !seen.rest.has(at));
    const lengthAt = 16 + placeOf('std', 'securityLength') - placeOf('std', 'securityInformation');
    expect(kept).toEqual([...Array(17).keys(), lengthAt, lengthAt + 1]);
  });

  const genuineLength = (): number => frameNumber(0, false).length;
});

it('a replay is of one of the 4096 frames that were last seen, twelve ago or longer', () => {
  const attacker = attackerOf(1, 'paper', new Random(5));
  const frames = Array.from({ length: 8400 }, (_, index) =>
    Uint8Array.of(...frameNumber(0, false).subarray(0, 20), index >> 8, index & 0xff),
  );
  const ages = frames.flatMap((frame, index) => {
    const [attack] = attacker.onFrame(frame, REFLECTED);
    if (attack?.attack !== 'replayed') return [];
    return [index - (((attack.frame[20] ?? 0) << 8) | (attack.frame[21] ?? 0))];
  });
  expect(Math.min(...ages)).toBe(12);
  expect(Math.max(...ages)).toBeLessThan(4096);
  expect(Math.max(...ages)).toBeGreaterThan(4050);
});

describe('frames that have swapped their ICVs', () => {
  // octets behind the ICV: in `paper` the APDU status, in `std` none
  it.each([
    { profile: 'paper', behind: 4 },
    { profile: 'std', behind: 0 },
  ] as const)(
    'differ from two that were sent in nothing else, one of them the newest, the other at most 8 before it ($profile)',
    ({ profile, behind }) => {
      const attacker = attackerOf(1, profile, new Random(13), ['swapped']);
      const sent: Uint8Array[] = [];
      const ages = new Set<number>();
      const icvOf = (frame: Uint8Array): Uint8Array => frame.subarray(frame.length - behind - 16, frame.length - behind);
      const rest = (frame: Uint8Array): string =>
        Buffer.from(frame)
          .toString('hex')
          .replace(Buffer.from(icvOf(frame)).toString('hex'), '–');
      for (let index = 0; index < 200; index++) {
        sent.push(frameNumber(index, index % 3 === 0));
        const [one, other, ...more] = attacker.onFrame(sent[index] ?? new Uint8Array(), REFLECTED);
        if (one === undefined || other === undefined) continue;
        expect(more).toEqual([]);
        const [newest, before] = [one, other].map(({ frame }) => sent.findIndex((genuine) => rest(genuine) === rest(frame)));
        expect(newest).toBe(index);
        ages.add(index - (before ?? -1));
        expect(icvOf(one.frame)).toEqual(icvOf(sent[before ?? -1] ?? new Uint8Array()));
        expect(icvOf(other.frame)).toEqual(icvOf(sent[index] ?? new Uint8Array()));
        for (const { attack, back } of [one, other]) expect({ attack, back }).toEqual({ attack: 'swapped', back: false });
      }
      expect([...ages].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    },
  );

  it('are none where both had the same', () => {
    const attacker = attackerOf(1, 'paper', new Random(13), ['swapped']);
    expect(Array.from({ length: 20 }, () => attacker.onFrame(frameNumber(1, false), REFLECTED))).toEqual(Array(20).fill([]));
  });
});

it('does what it is told to, and nothing else', () => {
  for (const kind of WITHOUT_KEYS) {
    const attacker = attackerOf(1, 'paper', new Random(1), [kind]);
    const done = Array.from({ length: 40 }, (_, index) => attacker.onFrame(frameNumber(index, false), REFLECTED)).flat();
    expect(done.length, kind).toBeGreaterThan(20);
    expect(new Set(done.map(({ attack }) => attack)), kind).toEqual(new Set([kind]));
    const agreement = attacker.onAgreement(frameNumber(1, false), 30);
    expect(agreement?.attack, kind).toBe(kind === 'swapped' ? undefined : kind);
  }
  const nothing = attackerOf(1, 'paper', new Random(1), ['crossed', 'old-key']);
  expect(Array.from({ length: 20 }, (_, index) => nothing.onFrame(frameNumber(index, false), REFLECTED)).flat()).toEqual([]);
});

it('a frame under an old key goes out twice', () => {
  const frame = frameNumber(7, false);
  const oldKeys = { passes: () => {}, seal: () => frame } as unknown as OldKeys;
  const attacker = new Attacker({ chance: 1, profile: 'paper', kinds: new Set(['old-key']), oldKeys }, new Random(1));
  const sent = { attack: 'old-key', frame, back: false };
  expect(attacker.onFrame(frameNumber(1, false), REFLECTED)).toEqual([sent, sent]);
});

it('kinds of attacks are a list of names with commas', () => {
  expect([...parseAttacks(' swapped,old-key', 'the test')]).toEqual(['swapped', 'old-key']);
  expect([...parseAttacks(ATTACKS.join(','), 'the test')]).toEqual(ATTACKS);
  for (const text of ['', 'swapped,', 'swap'])
    expect(() => parseAttacks(text, 'the test')).toThrow(
      /attackKinds: expected one or more of forged, flipped, replayed, reflected, swapped, old-key, crossed with commas between them, found "/,
    );
});
