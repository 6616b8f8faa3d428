/** What begins a rekey, in hardware: the counter of the Active key, the time, and both. */
import { expect, it } from 'vitest';
import { optionsSchema } from '../../sim/options.ts';
import { runSimulation } from '../../sim/run.ts';

const NS_PER_KEY = 102 * 5120;

it('both triggers at nearly one time begin one rekey: never two within the time that E4 and E7 count on', async () => {
  const options = optionsSchema.parse({ frames: 330, rekeyFrames: 100, rekeyInterval: NS_PER_KEY, attacks: 0 });
  const { rekeys } = await runSimulation({ options });
  const begins = rekeys.map(({ announcedAtNs }) => announcedAtNs);
  expect(begins.length).toBeGreaterThanOrEqual(3);
  const apart = begins.slice(1).map((at, index) => at - (begins[index] ?? 0));
  expect(Math.min(...apart)).toBeGreaterThan(NS_PER_KEY / 2);
});
