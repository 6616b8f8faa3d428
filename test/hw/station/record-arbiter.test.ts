/** Records of two sources, joined: each whole, the first source's first. */
import { expect, it } from 'vitest';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { recordArbiter } from '../../../hw/station/record-arbiter.ts';
import { Bench, compiled } from '../bench.ts';

const SEED = Number(process.env['RECORDS_SEED'] ?? Date.now() % 2 ** 31);
const DESIGN = compiled(recordArbiter);
const SOURCES = ['first', 'second'] as const;

it(`hands out each record whole, and one of the first source where both wait (RECORDS_SEED=${SEED} npx vitest run test/hw/station/record-arbiter.test.ts)`, () => {
  const random = new Random(SEED);
  const bench = new Bench(DESIGN);
  /** by source: records that wait, the present one with the words that it still has */
  const queues: { readonly whole: readonly number[]; left: number[] }[][] = [[], []];
  let current: number | undefined;
  let asked = false;
  let finished = 0;
  let overtaken = 0;
  for (let cycle = 0; cycle < 8000; cycle++) {
    for (const queue of queues)
      if (queue.length < 3 && random.chance(0.03)) {
        const length = 1 + random.below(30);
        const whole = [
          random.below(256) * 2 ** 16 + length,
          ...Array.from({ length: 1 + Math.ceil(length / 4) }, () => random.next() >>> 0),
        ];
        queue.push({ whole, left: [...whole] });
      }
    const gaps = SOURCES.map(() => random.chance(0.2));
    for (const [source, name] of SOURCES.entries()) {
      const head = queues[source]?.[0];
      const isReady = head !== undefined && head.left.length === head.whole.length;
      const isValid = head !== undefined && (isReady || gaps[source] !== true);
      bench.set({ [`${name}_ready`]: isReady, [`${name}_valid`]: isValid, [`${name}_word`]: head?.left[0] ?? 0xa5a5_a5a5 });
    }
    bench.set({ asked: 0, record_read: 0 });
    const shows = bench.get('on_first') === 1 ? 0 : 1;
    if (current === undefined) {
      expect(shows === 0, 'the first source goes first').toBe((queues[0]?.length ?? 0) > 0);
      expect(bench.get('record_ready') === 1).toBe((queues[shows]?.length ?? 0) > 0);
    } else {
      expect(shows, 'a record that was asked for stays').toBe(current);
      if (current === 1 && (queues[0]?.length ?? 0) > 0) overtaken++;
    }
    const queue = queues[shows] ?? [];
    const head = queue[0];
    const asks = current === undefined && head !== undefined && random.chance(0.5);
    const reads = asked && bench.get('record_valid') === 1 && random.chance(0.6);
    bench.set({ asked: asks || (current !== undefined && head?.left.length === head?.whole.length), record_read: reads });
    expect([bench.get('first_read'), bench.get('second_read')]).toEqual([0, 1].map((source) => Number(reads && source === shows)));
    if (asks) [current, asked] = [shows, true];
    if (reads && head !== undefined) {
      expect(bench.get('record_word') >>> 0).toBe(head.left.shift());
      if (head.left.length === 0) {
        queue.shift();
        [current, asked] = [undefined, false];
        finished++;
      }
    }
    bench.step();
  }
  expect(finished).toBeGreaterThan(100);
  expect(overtaken, 'a record of the second source that the first waits for').toBeGreaterThan(10);
});
