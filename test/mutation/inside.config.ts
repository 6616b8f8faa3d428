import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { areaOfEnvironment } from './areas.ts';

const { tests, without } = areaOfEnvironment();

/** Puts something else in the place of a module: no other file may run in its process. */
const APART = ['test/sw/reference-model/last-counter.test.ts'];

/** The tests of spec before those that merely use it: they see most, and take the least time. */
class ByPath extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => a.moduleId.localeCompare(b.moduleId));
  }
}

export default defineConfig({
  test: {
    runner: './test/mutation/inside-runner.ts',
    fileParallelism: false,
    sequence: { sequencer: ByPath },
    // the runner has a limit of its own: vitest never runs a test again that was once too late
    testTimeout: 0,
    dangerouslyIgnoreUnhandledErrors: true,
    projects: [
      {
        extends: true,
        test: { name: 'together', include: [...tests], exclude: [...without, ...APART], isolate: false, sequence: { groupOrder: 0 } },
      },
      { extends: true, test: { name: 'apart', include: APART, sequence: { groupOrder: 1 } } },
    ],
  },
});
