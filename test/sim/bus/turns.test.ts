/** Several tasks that use one bus for several accesses each. */
import { expect, it } from 'vitest';
import { Clock } from '../../../hdl-gen/sim/testbench.ts';
import { turns } from '../../../sim/bus/turns.ts';

async function pass(clock: Clock, cycles: number): Promise<void> {
  for (let cycle = 0; cycle < cycles; cycle++) {
    await clock.settle();
    clock.advance();
  }
  await clock.settle();
}

it('does the work of one task whole before that of the next, while the clock goes on', async () => {
  const clock = new Clock();
  const exclusive = turns(clock);
  const seen: string[] = [];
  for (const name of ['a', 'b', 'c'])
    clock.fork(() =>
      exclusive(async () => {
        seen.push(`${name} begins`);
        await clock.until(clock.cycle + 3);
        seen.push(`${name} ends`);
      }),
    );
  await pass(clock, 10);
  expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

it('goes on behind work that has failed', async () => {
  const clock = new Clock();
  const exclusive = turns(clock);
  const seen: string[] = [];
  clock.fork(async () => {
    const failed = exclusive(async () => {
      await clock.until(2);
      throw new Error('killed');
    });
    await expect(failed).rejects.toThrow('killed');
    seen.push('failed');
  });
  clock.fork(() => exclusive(async () => void seen.push('next')));
  await pass(clock, 4);
  expect(seen.toSorted()).toEqual(['failed', 'next']);
});
