/** The registers of one simulated peer, with nothing on its wires; time passes only while something is asked. */
import { lower } from '../hdl-gen/ir/lower.ts';
import { Clock } from '../hdl-gen/sim/testbench.ts';
import { simulateWasm } from '../hdl-gen/sim/wasm/simulator.ts';
import { peer } from '../hw/peer.ts';
import { passTime, type RegisterTarget } from '../sw/register-target/target.ts';
import { AxiLiteMaster, portOf } from './bus/axi-lite-master.ts';

const RESET_CYCLES = 2;
/** The longest wait for an interrupt, in cycles: nothing comes from outside, so it comes soon or never. */
const PATIENCE = 64;

export interface SimulatedPeer {
  readonly role: 'initiator' | 'follower';
  readonly slots: number;
  readonly buildId?: number;
}

export function simulatedTarget({ role, slots, buildId = 0 }: SimulatedPeer): RegisterTarget {
  const simulator = simulateWasm(lower(peer({ role, slots, buildId }).elaborate()), { seed: 1 });
  const clock = new Clock();
  const axi = new AxiLiteMaster(simulator, clock);
  const reset = portOf(simulator.inputs, 'rst');
  const irq = portOf(simulator.outputs, 'irq');
  const isHigh = (): boolean => irq.value === 1;
  reset.value = 1;
  simulator.step(RESET_CYCLES);
  reset.value = 0;

  const cycle = (): void => {
    axi.drive();
    simulator.step();
    axi.sample();
    clock.advance();
  };
  /** The bus takes one access after another; the clock runs until this one is answered. */
  let before: Promise<unknown> = Promise.resolve();
  const access = <T>(ask: () => Promise<T>): Promise<T> => {
    const run = async (): Promise<T> => {
      let answered = false;
      let outcome: Promise<T> | undefined;
      clock.fork(async () => {
        outcome = ask();
        await outcome.catch(() => undefined);
        answered = true;
      });
      for (;;) {
        await clock.settle();
        if (answered && outcome !== undefined) return outcome;
        cycle();
      }
    };
    const result = before.then(run);
    before = result.catch(() => undefined);
    return result;
  };
  return {
    description: `a simulated ${role} with ${slots} slots`,
    read32: (offset) => access(() => axi.read32(offset)),
    write32: (offset, value) => access(() => axi.write32(offset, value)),
    async waitForInterrupt(milliseconds, signal) {
      await before;
      if (!isHigh())
        for (let waited = 0; waited < PATIENCE; waited++) {
          cycle();
          if (isHigh()) return true;
        }
      return passTime(milliseconds, signal);
    },
    close: () => simulator.close(),
  };
}
