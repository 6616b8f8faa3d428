/** The line of `sim/back-to-back.ts` for 48 frames: its own figures, and what it is told of inputs. */
import { expect, it } from 'vitest';
import { backToBack } from '../../../sim/back-to-back.ts';

const LENGTHS = [40, 41, 56, 40, 72, ...Array<number>(43).fill(40)];

it('gives of each frame when it took its key, left and was judged, and how long an install took', async () => {
  const { frames, installCycles } = await backToBack({ engine: 'xor', profile: 'paper', tagged: true, lengths: LENGTHS, rekeyAfter: 3 });
  expect(frames.map(({ octets }) => octets)).toEqual(LENGTHS.map((length) => length + 45));
  expect(frames.map(({ keyId }) => keyId)).toEqual(frames.map(({ keyId }) => keyId).toSorted((a, b) => a - b));
  expect(new Set(frames.map(({ keyId }) => keyId))).toEqual(new Set([0, 1]));
  for (const [index, { transmit, first, last, octets, readyAt, verdict }] of frames.entries()) {
    expect(last - first + 1).toBe(octets);
    // the engine, and frames before it that wait for the line, are between key and wire
    expect(first - transmit).toBeGreaterThan(0);
    expect((verdict ?? Number.NaN) - last).toBeGreaterThan(0);
    expect((verdict ?? Number.NaN) - last).toBeLessThan(150);
    const before = frames[index - 1];
    if (before === undefined) continue;
    // FCS, interframe gap and preamble (IEEE 802.3): 24 octets behind the last one the line is free
    expect(readyAt).toBe(before.last + 25);
    expect(first).toBe(readyAt);
    expect(transmit).toBeGreaterThan(before.transmit);
  }
  // four words of key and IV for either way at some five cycles each, and the command
  expect(installCycles).toBeGreaterThan(40);
  expect(installCycles).toBeLessThan(200);
});

it('installs no second key where it is not asked to, and tells of the inputs of both peers in every cycle', async () => {
  const seen = { initiator: 0, follower: 0 };
  const result = await backToBack({
    engine: 'xor',
    profile: 'std',
    tagged: false,
    lengths: [40, 40],
    onInputs: (role, simulator) => {
      seen[role]++;
      expect(simulator.inputs.get('rst')?.value).toBe(0);
    },
  });
  expect(result.installCycles).toBeUndefined();
  expect(result.frames.map(({ octets, keyId }) => [octets, keyId])).toEqual([
    [84, 0],
    [84, 0],
  ]);
  expect(seen.initiator).toBe(seen.follower);
  expect(seen.initiator).toBeGreaterThan(4000);
});
