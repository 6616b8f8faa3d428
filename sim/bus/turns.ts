/** Turns of tasks on one bus: who waits for its turn waits as for everything else, so that the clock goes on. */
import type { Clock } from '../../hdl-gen/sim/testbench.ts';
import type { Exclusive } from '../../sw/control-plane/driver.ts';

/** Work that several tasks give it is done one after another, in the order in which it was given. */
export function turns(clock: Clock): Exclusive {
  let busy = false;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (busy) await clock.block<void>((settle) => waiting.push(() => settle()));
    busy = true;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) busy = false;
      else next();
    }
  };
}
