/** The bench has key schedules of its own, for its reference models: they are erased as the product's are. */
import { expect, it } from 'vitest';
import { optionsSchema } from '../../sim/options.ts';
import { runSimulation } from '../../sim/run.ts';
import type { Role } from '../../spec/peer-rules.ts';
import { KeySchedule } from '../../sw/keys/key-schedule.ts';

it('a run ends with every key schedule erased', async () => {
  const erased: Role[] = [];
  await runSimulation({
    options: optionsSchema.parse({ frames: 20 }),
    keysOf: (role, master) =>
      new (class extends KeySchedule {
        override erase(): void {
          erased.push(role);
          super.erase();
        }
      })(master),
  });
  expect(erased.sort()).toEqual(['follower', 'initiator']);
});
