import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests that put something else in the place of a module, or change what a module knows: each gets modules of its own. */
const ISOLATED = [
  'test/cli/{doctor-command,flash-command,progress}.test.ts',
  'test/formal/promela/agreement.test.ts',
  'test/formal/rtl/changed.test.ts',
  'test/sw/agent/station-service.test.ts',
  'test/sw/agreement/exploration.test.ts',
  'test/sw/control-plane/fuzz.test.ts',
  'test/sw/reference-model/{last-counter,room-for-a-rekey}.test.ts',
];

/** Paths of the tests that take longest, as build/test-report.json has them. */
const LONGEST = [
  'formal/rtl/claims',
  'formal/netlist/claims',
  'formal/rtl/mutation',
  'hdl-gen/examples/examples',
  'formal/netlist/agreement',
  'promela/spin',
  'sim/seamless',
  'hdl-gen/verilog/lint',
  'sim/engines',
  'sim/outage',
  'boards/tops/tools',
  'cli/sim-command',
  'cli/output',
  'hdl-gen/formal/library',
  'hdl-gen/verilog/expressions',
  'hdl-gen/foreign/engines',
  'hdl-gen/formal/prove',
];

/** What takes longest begins first: at the end, one worker would wait for it. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONGEST.findIndex((path) => moduleId.includes(path));
      return place < 0 ? LONGEST.length : place;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    // a worker for each core: the longest tests wait for solvers and compilers, which are processes of one thread
    maxWorkers: '100%',
    projects: [
      { extends: true, test: { name: 'tests', include: ['test/**/*.test.ts'], exclude: ISOLATED, isolate: false } },
      { extends: true, test: { name: 'isolated', include: ISOLATED } },
    ],
    pool: 'forks',
    // no limit: how long a proof or a build takes is a matter of the machine, and of what else runs on it
    testTimeout: 0,
    hookTimeout: 0,
  },
});
