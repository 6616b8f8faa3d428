/** Random inputs that go on for a while: pure noise would leave most state machines at their beginning. */
import { Random } from '../../hdl-gen/sim/random.ts';
import type { Simulator } from '../../hdl-gen/sim/simulator.ts';

/** Cycles of reset at the beginning; one later cycle in so many resets again. */
export const RESET_CYCLES = 4;
const RESET_EVERY = 400;
/** Mean cycles after which an input changes how it behaves. */
const MOOD_CYCLES = 24;

const MOODS = ['noise', 'held', 'zero', 'ones', 'rare', 'small'] as const;

/** Runs the simulator for so many cycles. The same seed gives the same inputs. */
export function drive(simulator: Simulator, cycles: number, seed: number): void {
  const random = new Random(seed);
  const inputs = [...simulator.inputs.values()].map((port) => ({ port, mood: MOODS[0] as (typeof MOODS)[number] }));
  for (let cycle = 0; cycle < cycles; cycle++) {
    for (const input of inputs) {
      const { port } = input;
      if (port.name === 'rst') {
        port.value = cycle < RESET_CYCLES || random.below(RESET_EVERY) === 0 ? 1 : 0;
        continue;
      }
      // before the first edge of the reset the gates' registers have no value, and a write would go anywhere
      if (cycle === 0) continue;
      const changes = random.below(MOOD_CYCLES) === 0;
      if (changes) input.mood = MOODS[random.below(MOODS.length)] ?? 'noise';
      if (input.mood !== 'held' || changes) port.big = inMood(input.mood, port.width, random);
    }
    simulator.step();
  }
}

function inMood(mood: (typeof MOODS)[number], width: number, random: Random): bigint {
  switch (mood) {
    case 'noise':
    case 'held':
      return random.bits(width);
    case 'zero':
      return 0n;
    case 'ones':
      return (1n << BigInt(width)) - 1n;
    case 'rare':
      return random.below(8) === 0 ? random.bits(width) : 0n;
    case 'small':
      return BigInt(random.below(Math.min(2 ** width, 8)));
  }
}
