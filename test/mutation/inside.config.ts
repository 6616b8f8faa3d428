import { defineConfig } from 'vitest/config';
import { areaOfEnvironment } from './areas.ts';

const { tests, without } = areaOfEnvironment();

export default defineConfig({
  test: {
    include: [...tests],
    exclude: [...without],
    runner: './test/mutation/inside-runner.ts',
    testTimeout: 120_000,
    dangerouslyIgnoreUnhandledErrors: true,
  },
});
