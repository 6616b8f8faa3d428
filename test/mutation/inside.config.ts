import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { areaOfEnvironment } from './areas.ts';

const { tests, without, runs, apart } = areaOfEnvironment();

/** Folders of the sources that are mutated, from the root of the project. */
const folders = (process.env['KEYTURN_MUTATED_FOLDERS'] ?? '').split(',');

/** The tests of what is mutated before those that merely use it, and those of spec before others: they see most, and take the least time. */
class NearestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isNear = ({ moduleId }: TestSpecification): number => Number(folders.some((folder) => moduleId.includes(`/test/${folder}/`)));
    return files.toSorted((a, b) => isNear(b) - isNear(a) || a.moduleId.localeCompare(b.moduleId));
  }
}

export default defineConfig({
  test: {
    runner: './test/mutation/inside-runner.ts',
    fileParallelism: false,
    sequence: { sequencer: NearestFirst },
    // the runner has a limit of its own: vitest never runs a test again that was once too late
    testTimeout: 0,
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
