import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Tests that put something else in the place of a module, or change what a module knows: each gets modules of its own. So do those that
 * measure the memory of their process: a collection of what other tests have left would take most of their time.
 */
const ISOLATED = [
  'test/cli/{doctor-command,flash-command,progress}.test.ts',
  'test/formal/promela/agreement.test.ts',
  'test/formal/rtl/changed.test.ts',
  'test/sim/relations/run.test.ts',
  'test/sim/short/relations.test.ts',
  'test/sw/agent/station-service.test.ts',
  'test/sw/agreement/exploration.test.ts',
  'test/sw/control-plane/{association,fuzz}.test.ts',
  'test/sw/reference-model/{last-counter,room-for-a-rekey}.test.ts',
  'test/sw/register-target/no-koffi.test.ts',
];

/** Paths of the tests that take longest, as build/test-report.json has them. */
const LONGEST = [
  'formal/rtl/claims',
  'formal/rtl/mutation',
  'formal/netlist/claims',
  'hdl-gen/examples/examples',
  'sim/outage',
  'sim/seamless',
  'formal/netlist/agreement',
  'hdl-gen/formal/library',
  'cli/sim-command',
  'hdl-gen/verilog/lint',
  'sim/n-rtt',
  'formal/explore/exploration',
  'boards/tops/tools',
  'promela/spin',
  'cli/output',
  'hdl-gen/formal/prove',
  'boards/tops/rekey',
  'sim/engines',
  'hdl-gen/verilog/expressions',
  'hdl-gen/foreign/engines',
];

/**
 * Isolated tests first: one among the others would end the process that has loaded, and built, what they share. Of those, what takes longest
 * begins first: at the end, one worker would wait for it.
 */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification): number => {
      if (project.config.isolate) return -1;
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
    // designs are made and dropped by the hundred: in more room a collection finds most of them dropped
    execArgv: ['--max-semi-space-size=64'],
    // no limit: how long a proof or a build takes is a matter of the machine, and of what else runs on it
    testTimeout: 0,
    hookTimeout: 0,
  },
});
