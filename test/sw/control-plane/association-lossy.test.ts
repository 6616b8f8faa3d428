/** Software that starts again at any moment of the protocol, over a channel that loses, delays, doubles and replays. */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { Role } from '../../../spec/peer-rules.ts';
import { REKEY, ROLES, recovers, started } from './association-world.ts';

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
/** Ticks around the association, the first 0-RTT rekey and the first n-RTT rekey: each phase of them is there. */
const MOMENTS = [0, REKEY, 3 * REKEY].flatMap((begin) => [0, 1, 2, 3, 4, 5].map((tick) => begin + tick));

describe('at each moment of association, 0-RTT and n-RTT rekey', () => {
  it.each(ROLES)(`the software of the %s may start again (SEED=${seed})`, async (role) => {
    for (const at of MOMENTS) {
      const world = await started(seed + at);
      await world.ticks(at);
      await world.restart(role);
      await recovers(world, `restart of the ${role} after ${at} ticks`);
    }
  });
});

describe('with frames lost, late, doubled and replayed, and restarts at any time', () => {
  const fates = fc.array(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 2 }), { minLength: 1, maxLength: 40 });
  const restarts = fc.array(fc.record({ role: fc.constantFrom<Role>(...ROLES), at: fc.nat(400) }), { maxLength: 5 });
  const replays = fc.array(fc.record({ which: fc.nat(50), at: fc.nat(400) }), { maxLength: 5 });

  it(`no key is used twice, nothing false is delivered, and the connection comes back (SEED=${seed})`, async () => {
    await fc.assert(
      fc.asyncProperty(fates, restarts, replays, async (delays, restarted, replayed) => {
        const world = await started(seed);
        let next = 0;
        world.channel = { delays: () => delays[next++ % delays.length] ?? [1] };
        for (let at = 0; at <= 400; at++) {
          for (const { role } of restarted.filter((restart) => restart.at === at)) await world.restart(role);
          for (const { which } of replayed.filter((replay) => replay.at === at)) {
            const message = world.messages[which % Math.max(1, world.messages.length)];
            if (message !== undefined) world.inject(message.to, message.frame);
          }
          await world.tick();
          world.check();
        }
        world.channel = { delays: () => [1] };
        await recovers(world, 'after all that');
      }),
      { numRuns: 8, seed },
    );
  });
});
