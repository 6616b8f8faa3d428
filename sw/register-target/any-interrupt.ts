/** The interrupts of several targets, for one program that waits for all of them. */
import type { RegisterTarget } from './target.ts';

type Interruptible = Pick<RegisterTarget, 'waitForInterrupt'>;

/**
 * Waits for the first interrupt of any of them. The waits for the others go on, and the next call takes them up, so that an interrupt that comes
 * between two calls ends the second at once.
 */
export function anyInterrupt(targets: readonly Interruptible[]): RegisterTarget['waitForInterrupt'] {
  const waits = new Map<Interruptible, Promise<boolean>>();
  const begun = (target: Interruptible, milliseconds: number, signal?: AbortSignal): Promise<boolean> => {
    const wait = target.waitForInterrupt(milliseconds, signal);
    waits.set(target, wait);
    wait.then(
      (came) => void (came || waits.delete(target)),
      // it stays, for the next call too
      () => undefined,
    );
    return wait;
  };
  return async (milliseconds, signal) => {
    const each = targets.map(async (target) => ({ target, came: await (waits.get(target) ?? begun(target, milliseconds, signal)) }));
    const { target, came } = await Promise.race(each);
    waits.delete(target);
    return came;
  };
}
