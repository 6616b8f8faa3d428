import { expect, it } from 'vitest';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { BurstChannel } from '../../../sim/network/bursts.ts';
import { optionsSchema } from '../../../sim/options.ts';
import type { Place } from '../../../sim/relations/end.ts';
import { Wire } from '../../../sim/relations/wire.ts';

const SURE = { relations: 2, loss: 0, duplicates: 0, reorderChance: 0, delay: 700, jitter: 0 };
const wireOf = (changes: object, cuts: ConstructorParameters<typeof Wire>[1] = []): Wire =>
  new Wire(optionsSchema.parse({ ...SURE, ...changes }), cuts, new Random(1));
const place = (relation: number, start = 0): Place =>
  ({ relation, bursts: new BurstChannel({ start, length: 5 }, new Random(1)) }) as Partial<Place> as Place;

it('takes the delay, and twice of it where there are two copies', () => {
  expect(wireOf({}).fate(place(0), 5)).toEqual([700]);
  expect(wireOf({ duplicates: 1 }).fate(place(0), 5)).toHaveLength(2);
  expect(wireOf({ loss: 1 }).fate(place(0), 5)).toEqual([]);
  const [late = 0] = wireOf({ reorderChance: 1, reorder: 3, sendInterval: 10_000 }).fate(place(0), 5);
  expect(late).toBeGreaterThan(700);
  expect(late).toBeLessThanOrEqual(700 + 3 * 10_000);
});

it('a burst takes all of its frames', () => expect(wireOf({}).fate(place(0, 1), 5)).toEqual([]));

it('a cut takes the frames of its relation, its ends included', () => {
  const cut = [
    { relation: 1, from: 100, to: 200 },
    { relation: 1, from: 300, to: 301 },
  ];
  const wire = wireOf({}, cut);
  const passes = (relation: number): readonly number[] =>
    [99, 100, 200, 201, 300].filter((now) => wire.fate(place(relation), now).length > 0);
  expect([passes(0), passes(1)]).toEqual([
    [99, 100, 200, 201, 300],
    [99, 201],
  ]);
});
