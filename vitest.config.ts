import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // the longest tests build with Verilator; nothing is measured in time
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
