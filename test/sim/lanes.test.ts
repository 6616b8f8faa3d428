/** Hardwares on one clock that say themselves how far they went: what each is asked for, and when it is looked at. */
import { beforeEach, describe, expect, it } from 'vitest';
import { Clock } from '../../hdl-gen/sim/testbench.ts';
import { type Lane, Lanes, type LanesOptions } from '../../sim/lanes.ts';

let clock: Clock;
let told: string[];
beforeEach(() => {
  clock = new Clock();
  told = [];
});
const since = (): readonly string[] => told.splice(0);

/** Goes on for as many cycles as it is let, or as those say that are left. */
class Teller implements Lane {
  readonly name: string;
  readonly #steps: number[];

  constructor(name: string, steps: readonly number[] = []) {
    this.name = name;
    this.#steps = [...steps];
  }

  step(cycle: number, atMost: number, isWatched: boolean): number {
    told.push(`${this.name} from ${cycle}, ${atMost}${isWatched ? ' watched' : ''}`);
    return Math.min(this.#steps.shift() ?? atMost, atMost);
  }

  sample(cycle: number, cycles: number): void {
    expect(clock.cycle).toBe(cycle);
    told.push(`${this.name} at ${cycle} behind ${cycles}`);
  }
}

const lanesOf = (lanes: readonly Teller[], changes: Partial<LanesOptions<Teller>> = {}): Lanes<Teller> =>
  new Lanes({ clock, lanes, window: 10, deliver: () => {}, nextAt: () => Number.POSITIVE_INFINITY, ...changes });

describe('lanes', () => {
  it('go on for the window at most, and end with the run', async () => {
    const lanes = lanesOf([new Teller('a'), new Teller('b')]);
    await lanes.run(14);
    expect(since()).toEqual(
      ['a from 0, 10', 'b from 0, 10', 'a at 9 behind 10', 'b at 9 behind 10'].concat([
        'a from 10, 4',
        'b from 10, 4',
        'a at 13 behind 4',
        'b at 13 behind 4',
      ]),
    );
    expect(clock.cycle).toBe(14);
    await lanes.run(1);
    expect(since()).toEqual(['a from 14, 1', 'b from 14, 1', 'a at 14 behind 1', 'b at 14 behind 1']);
  });

  it('that have something to look at before the others are looked at first, and go on from there', async () => {
    await lanesOf([new Teller('a', [3]), new Teller('b', [8])]).run(12);
    expect(since()).toEqual([
      ...['a from 0, 10', 'b from 0, 10', 'a at 2 behind 3'],
      // ten cycles behind the clock, not behind the other
      ...['a from 3, 9', 'b at 7 behind 8'],
      ...['b from 8, 4', 'a at 11 behind 9', 'b at 11 behind 4'],
    ]);
  });

  it('stop where a frame arrives, where a task wakes, and where it has been told something that it waits for', async () => {
    const delivered: number[] = [];
    const arrivals = [4];
    const lanes = lanesOf([new Teller('a')], {
      deliver: (cycle) => {
        delivered.push(cycle);
        if (arrivals[0] === cycle) arrivals.shift();
      },
      nextAt: () => arrivals[0] ?? Number.POSITIVE_INFINITY,
    });
    await lanes.run(6);
    expect(since().filter((text) => text.includes('from'))).toEqual(['a from 0, 4', 'a from 4, 2']);
    expect(delivered).toEqual([0, 4]);
    clock.fork(async () => {
      await clock.until(9);
      told.push(`awake at ${clock.cycle}`);
    });
    await lanes.run(5);
    expect(since()).toEqual(['a from 6, 3', 'a at 8 behind 3', 'awake at 9', 'a from 9, 2', 'a at 10 behind 2']);
    let said = false;
    clock.fork(async () => {
      await clock.when(() => said);
      told.push(`heard at ${clock.cycle}`);
    });
    await lanes.run(3);
    expect(since()).toEqual(['a from 11, 3', 'a at 13 behind 3']);
    said = true;
    await lanes.run(3);
    expect(since()).toEqual(['a from 14, 1', 'a at 14 behind 1', 'heard at 15', 'a from 15, 2', 'a at 16 behind 2']);
  });

  it('end by what a task throws, the one of the last cycle too', async () => {
    const lanes = lanesOf([new Teller('a')]);
    clock.fork(async () => {
      await clock.until(4);
      throw new Error('killed');
    });
    await expect(lanes.run(4)).rejects.toThrow('killed');
    expect(clock.cycle).toBe(4);
  });
});

describe('a watcher', () => {
  const watcher = (until: number) => ({
    isOver: (cycle: number) => cycle >= until,
    changed: (cycle: number, { name }: Teller, ports: string) => told.push(`${name} in ${cycle}: ${ports}`),
    passed: (cycle: number) => told.push(`${cycle} passed`),
  });

  it('sees inputs where a lane begins, all where it ends, and each cycle in which something was', async () => {
    await lanesOf([new Teller('a', [3]), new Teller('b', [1])], { watcher: watcher(3) }).run(5);
    expect(since()).toEqual([
      ...['a from 0, 5 watched', 'a in 0: inputs', 'b from 0, 5 watched', 'b at 0 behind 1', 'b in 0: all', '0 passed'],
      ...['b from 1, 4 watched', 'b in 1: inputs', '1 passed', 'a at 2 behind 3', 'a in 2: all', '2 passed'],
      ...['a from 3, 2', 'a in 3: inputs', '3 passed', 'a at 4 behind 2', 'a in 4: all', 'b at 4 behind 4', 'b in 4: all', '4 passed'],
    ]);
  });
});
