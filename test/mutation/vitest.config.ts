/** The tests of the area that is mutated, in one thread: Stryker starts it once and runs the tests that reach a mutant. */
import { defineConfig } from 'vitest/config';
import { areaOfEnvironment } from './areas.ts';

const { tests, without } = areaOfEnvironment();

export default defineConfig({ test: { include: [...tests], exclude: [...without], testTimeout: 120_000 } });
