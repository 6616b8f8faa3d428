import { describe, expect, it } from 'vitest';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { BurstChannel } from '../../../sim/network/bursts.ts';

describe('a burst channel', () => {
  it('loses in stretches whose mean is the length asked for, with the share that follows from it', () => {
    const seed = 5;
    const channel = new BurstChannel({ start: 0.01, length: 8 }, new Random(seed));
    const lost = Array.from({ length: 200_000 }, () => channel.loses());
    const bursts = lost.filter((now, index) => now && lost[index - 1] !== true).length;
    const share = lost.filter(Boolean).length / lost.length;
    // stationary probability of the bad state: start / (start + 1 / length), Gilbert 1960
    expect(share, `seed ${seed}`).toBeCloseTo(0.01 / (0.01 + 1 / 8), 2);
    expect(lost.filter(Boolean).length / bursts, `seed ${seed}`).toBeCloseTo(8, 0);
  });

  it('loses nothing while it is off', () => {
    const random = new Random(1);
    const channel = new BurstChannel({ start: 0, length: 8 }, random);
    expect(Array.from({ length: 1000 }, () => channel.loses())).not.toContain(true);
    // and leaves all else that is drawn as it was
    expect(random.next()).toBe(new Random(1).next());
  });
});
