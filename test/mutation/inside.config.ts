import { dirname } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { areaOfEnvironment } from './areas.ts';

const { tests, without, runs, apart } = areaOfEnvironment();

/** The sources that are mutated, from the root of the project. */
const mutated = (process.env['KEYTURN_MUTATED_FILES'] ?? '').split(',');
const ownTests = mutated.map((file) => `/test/${file.replace(/\.ts$/, '.test.ts')}`);
const folders = [...new Set(mutated.map((file) => `/test/${dirname(file)}/`))];

/** The test of a file that is mutated before others of its folder, and these before those that merely use it: they see most, and take the least time. */
class NearestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const distance = ({ moduleId }: TestSpecification): number =>
      ownTests.some((test) => moduleId.endsWith(test)) ? 0 : folders.some((folder) => moduleId.includes(folder)) ? 1 : 2;
    return files.toSorted((a, b) => distance(a) - distance(b) || a.moduleId.localeCompare(b.moduleId));
  }
}

export default defineConfig({
  test: {
    runner: './test/mutation/inside-runner.ts',
    fileParallelism: false,
    sequence: { sequencer: NearestFirst },
    // the runner has a limit of its own: vitest never runs a test again that was once too late
    testTimeout: 0,
    hookTimeout: 0,
    dangerouslyIgnoreUnhandledErrors: true,
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: [...tests],
          exclude: [...without, ...runs, ...apart],
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      ...(apart.length === 0
        ? []
        : [{ extends: true as const, test: { name: 'apart', include: [...apart], sequence: { groupOrder: 1 } } }]),
    ],
  },
});
