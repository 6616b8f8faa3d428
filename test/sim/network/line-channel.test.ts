/** A line that is shared by relations, with chance as it is asked for. */
import { expect, it } from 'vitest';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { type Arrival, LineChannel, type LineSettings } from '../../../sim/network/line-channel.ts';

const OCTETS = 30;
const GOOD: LineSettings = { loss: 0, duplicates: 0, reorderChance: 0, attacks: 0, relations: 4, profileOf: () => 'paper' };
/** A frame of 30 octets that is told apart by its last one; untagged, FrameID 0x8402. */
function frameOf(number: number, tagged = false): Uint8Array {
  const head = [2, 0, 0, 0, 1, 2, 2, 0, 0, 0, 0, 1, ...(tagged ? [0x81, 0, 0xc0, 1] : []), 0x88, 0x92, 0x84, 2];
  return Uint8Array.from({ length: OCTETS }, (_, at) => head[at] ?? (at === OCTETS - 1 ? number : 0));
}
const channelOf = (settings: Partial<LineSettings>): LineChannel => new LineChannel({ ...GOOD, ...settings }, new Random(1));
const plain = (arrivals: readonly Arrival[]) => arrivals.map(({ frame, origin }) => [origin, frame.at(-1)]);

it('a good line hands on what is sent', () => {
  const channel = channelOf({});
  expect(plain(channel.carry(frameOf(1)))).toEqual([['sent', 1]]);
  expect(channel.lost).toBe(0);
});

it('one that loses counts what it loses; one that repeats brings the second copy behind the first', () => {
  const losing = channelOf({ loss: 1 });
  expect([losing.carry(frameOf(1)), losing.carry(frameOf(2))]).toEqual([[], []]);
  expect(losing.lost).toBe(2);
  expect(plain(channelOf({ duplicates: 1 }).carry(frameOf(1)))).toEqual([
    ['sent', 1],
    ['repeated', 1],
  ]);
});

it('one that holds frames back brings each behind the next one, once', () => {
  const channel = channelOf({ reorderChance: 1 });
  expect(channel.carry(frameOf(1))).toEqual([]);
  expect(plain(channel.carry(frameOf(2)))).toEqual([['late', 1]]);
  expect(plain(channel.carry(frameOf(3)))).toEqual([['late', 2]]);
  expect(channel.lost).toBe(0);
});

/** What an attacker made of a frame that was the first one, by where it differs. */
function attacks(tagged: boolean): ReadonlySet<string> {
  const found = new Set<string>();
  const random = new Random(7);
  for (let round = 0; round < 1500; round++) {
    const channel = new LineChannel({ ...GOOD, attacks: 1 }, random);
    const frame = frameOf(round & 0xff, tagged);
    const before = frame.slice();
    const arrivals = channel.carry(frame);
    const [attack] = arrivals.filter(({ origin }) => origin === 'attack');
    if (attack === undefined) continue;
    const at = frame.findIndex((octet, index) => octet !== attack.frame[index]);
    const by = ((attack.frame[at] ?? 0) - (frame[at] ?? 0)) & 0xff;
    const bit = ((attack.frame[at] ?? 0) ^ (frame[at] ?? 0)).toString(2).replace(/0/g, '').length === 1;
    const differing = frame.filter((octet, index) => octet !== attack.frame[index]).length;
    const isAsSent = Buffer.compare(frame, before) === 0 && arrivals[0] === attack && arrivals.at(-1)?.frame === frame;
    if (differing !== 1 || !isAsSent) found.add(`${differing} octets differ, ${plain(arrivals).join(' ')} false`);
    found.add(at === (tagged ? 19 : 15) && by >= 1 && by <= 3 ? `FrameID +${by}` : at === 11 && by === 1 ? 'source +1' : `${at} ${bit}`);
  }
  return found;
}

it('an attacker flips bits of every octet, and takes frames for other relations or from another source', () => {
  const found = attacks(false);
  // those of the second octet of the FrameID and of the last of the source go by the same names
  for (const kind of ['FrameID +1', 'FrameID +2', 'FrameID +3', 'source +1']) expect(found, kind).toContain(kind);
  for (let at = 0; at < OCTETS; at++) expect(found, String(at)).toContain(`${at} true`);
  expect([...found].filter((kind) => kind.endsWith('false'))).toEqual([]);
});

it('but none of the tag, which is not authenticated, and finds the FrameID behind it', () => {
  const found = attacks(true);
  for (const kind of ['FrameID +1', 'FrameID +2', 'FrameID +3']) expect(found).toContain(kind);
  for (const at of [12, 13, 14, 15]) expect(found).not.toContain(`${at} true`);
  for (const at of [10, 16, 29]) expect(found).toContain(`${at} true`);
});

it('brings frames again, of either way, none older than 64', () => {
  const random = new Random(3);
  const [there, back] = [new LineChannel({ ...GOOD, attacks: 1 }, random), new LineChannel(GOOD, random)];
  there.other = back;
  // told apart by an octet that no flipped bit gives: the FrameID of the other way
  const reply = (number: number): Uint8Array => frameOf(number).with(14, 0x13);
  for (let number = 0; number < 100; number++) back.carry(reply(number));
  const [ages, reflected] = [new Set<number>(), new Set<number>()];
  for (let number = 0; number < 250; number++) {
    for (const { frame, origin } of there.carry(frameOf(number).with(20, number))) {
      if (origin !== 'attack') continue;
      if (frame[14] === 0x13) reflected.add(frame.at(-1) ?? 0);
      else if (frame[20] === frame.at(-1)) ages.add(number - (frame[20] ?? 0));
    }
  }
  expect(Math.min(...reflected)).toBeGreaterThanOrEqual(100 - 64);
  expect(Math.max(...reflected)).toBeLessThan(100);
  expect(reflected.size).toBeGreaterThan(15);
  expect(Math.max(...ages)).toBeLessThanOrEqual(64);
  expect(Math.max(...ages)).toBeGreaterThan(50);
  // nothing has come yet that could be brought again
  expect(plain(new LineChannel({ ...GOOD, attacks: 1 }, new Random(1)).carry(frameOf(1))).at(-1)).toEqual(['sent', 1]);
});

it('swaps the ICV of a frame with that of one that came before, each where the profile of its relation has it', () => {
  const random = new Random(5);
  // FrameIDs 0x8402 and 0x8403: in `std` the ICV ends the frame, in `paper` four octets behind it do
  const channel = new LineChannel({ ...GOOD, attacks: 1, profileOf: (relation) => (relation === 2 ? 'std' : 'paper') }, random);
  const icv = { 2: [44, 60], 3: [40, 56] } as const;
  const frame = (number: number): Uint8Array => {
    const relation = number % 2 === 0 ? 2 : 3;
    const [from, to] = icv[relation];
    const head = frameOf(0).with(15, relation).subarray(0, 16);
    return Uint8Array.from({ length: 60 }, (_, at) => head[at] ?? (at >= from && at < to ? number : 0));
  };
  const text = (one: Uint8Array): string => Buffer.from(one).toString('hex');
  const mates = new Set<string>();
  for (let number = 1; number < 250; number++) {
    const attacks = channel.carry(frame(number)).filter(({ origin }) => origin === 'attack');
    if (attacks.length < 2) continue;
    const [one, other] = attacks.map((attack) => attack.frame);
    if (one === undefined || other === undefined) continue;
    // the frame is another one's in its ICV alone, and that one has its
    const differing = [...one].flatMap((octet, at) => (octet === frame(number)[at] ? [] : [at]));
    const [from, to] = icv[number % 2 === 0 ? 2 : 3];
    expect(Math.min(...differing)).toBeGreaterThanOrEqual(from);
    expect(Math.max(...differing)).toBe(to - 1);
    const mate = one[to - 1] ?? 0;
    const [mateFrom, mateTo] = icv[mate % 2 === 0 ? 2 : 3];
    expect(text(other.subarray(mateFrom, mateTo))).toBe(text(frame(number).subarray(from, to)));
    expect(text(other.subarray(0, mateFrom))).toBe(text(frame(mate).subarray(0, mateFrom)));
    mates.add(`${number % 2} ${mate % 2}`);
  }
  expect([...mates].sort()).toEqual(['0 0', '0 1', '1 0', '1 1']);
});
