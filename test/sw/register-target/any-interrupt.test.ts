/** Interrupts of several targets: none is lost between two waits, and none that only timed out is told of later. */
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { anyInterrupt } from '../../../sw/register-target/any-interrupt.ts';

/** Ends its waits as it is told to. */
class Target {
  readonly asked: number[] = [];
  #end: (came: boolean) => void = () => undefined;
  #fail: (error: Error) => void = () => undefined;
  waitForInterrupt(milliseconds: number): Promise<boolean> {
    this.asked.push(milliseconds);
    return new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
  }
  ends(came: boolean): void {
    this.#end(came);
  }
  fails(): void {
    this.#fail(new Error('unplugged'));
  }
}

it('the first ends the wait, and the wait for the other goes on into the next', async () => {
  const [a, b] = [new Target(), new Target()];
  const wait = anyInterrupt([a, b]);
  const first = wait(10);
  b.ends(true);
  expect(await first).toBe(true);
  const second = wait(20);
  expect([a.asked, b.asked]).toEqual([[10], [10, 20]]);
  a.ends(true);
  expect(await second).toBe(true);
});

it('one that comes between two waits ends the second at once', async () => {
  const [a, b] = [new Target(), new Target()];
  const wait = anyInterrupt([a, b]);
  const first = wait(10);
  a.ends(true);
  await first;
  b.ends(true);
  const second = wait(10);
  expect([a.asked.length, b.asked.length]).toEqual([2, 1]);
  await setImmediate();
  a.ends(false);
  expect(await second).toBe(true);
  // and is told once
  const third = wait(10);
  expect(b.asked.length).toBe(2);
  a.ends(false);
  expect(await third).toBe(false);
});

it('one whose time passes between two waits is waited for anew', async () => {
  const [a, b] = [new Target(), new Target()];
  const wait = anyInterrupt([a, b]);
  const first = wait(10);
  a.ends(false);
  b.ends(false);
  expect(await first).toBe(false);
  const second = wait(10);
  expect([a.asked.length, b.asked.length]).toEqual([2, 2]);
  b.ends(true);
  expect(await second).toBe(true);
});

it('a target that fails ends this wait and those to come', async () => {
  const [a, b] = [new Target(), new Target()];
  const wait = anyInterrupt([a, b]);
  const first = wait(10);
  a.ends(true);
  await first;
  b.fails();
  await expect(wait(10)).rejects.toThrow('unplugged');
  await expect(wait(10)).rejects.toThrow('unplugged');
});
