import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // a worker for each core: the longest tests wait for solvers and compilers, which are processes of one thread
    maxWorkers: '100%',
    // no limit: how long a proof or a build takes is a matter of the machine, and of what else runs on it
    testTimeout: 0,
    hookTimeout: 0,
  },
});
