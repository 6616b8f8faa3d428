/** What is mutated, the tests that must see it, and how much of it they must see. */
export interface Area {
  readonly mutate: readonly string[];
  readonly tests: readonly string[];
  /** tests that would see more, but cost too much to run for every mutant */
  readonly without: readonly string[];
  /** whole runs of simulations: left out where mutants are judged inside, whose figure is so no more than the least */
  readonly runs: readonly string[];
  /** tests that put something else in the place of a module: where mutants are judged inside, no other file runs in their process */
  readonly apart: readonly string[];
  /** share of the mutants that must be killed; 1: each survivor has its reason in `survivors.ts` */
  readonly least: number;
}

export const AREAS = {
  spec: {
    mutate: ['spec/**/*.ts'],
    tests: ['test/spec/**/*.test.ts', 'test/sw/control-plane/*.test.ts', 'test/sw/frame/*.test.ts', 'test/sw/reference-model/peer.test.ts'],
    without: ['test/sw/control-plane/association-lossy.test.ts', 'test/sw/frame/dissector.test.ts'],
    runs: [],
    apart: ['test/sw/reference-model/last-counter.test.ts'],
    least: 1,
  },
  sw: {
    mutate: ['sw/**/*.ts'],
    tests: ['test/sw/**/*.test.ts', 'test/spec/agreement.test.ts', 'test/docs/key-hierarchy.test.ts'],
    without: [
      'test/sw/reference-model/{lossy-channel,room-for-a-rekey}.test.ts',
      'test/sw/agreement/lossy-channel.test.ts',
      'test/sw/control-plane/association-lossy.test.ts',
    ],
    runs: [],
    apart: ['test/sw/reference-model/last-counter.test.ts'],
    least: 1,
  },
  sim: {
    mutate: ['sim/**/*.ts'],
    tests: ['test/sim/**/*.test.ts'],
    without: [],
    runs: [
      'test/sim/{back-to-back,broken,engines,key-schedules,n-rtt,network,outage,rekey-triggers,restart,seamless}.test.ts',
      'test/sim/relations/run.test.ts',
      'test/sim/report/picture.test.ts',
    ],
    apart: [],
    least: 0.9,
  },
  cli: {
    mutate: ['cli/**/*.ts'],
    tests: ['test/cli/**/*.test.ts'],
    without: [],
    // what a command does in a process of its own is not seen from this one
    runs: ['test/cli/{agent-kills,output}.test.ts'],
    apart: ['test/cli/{doctor-command,flash-command,progress}.test.ts'],
    least: 0.9,
  },
} as const satisfies Record<string, Area>;

export type AreaName = keyof typeof AREAS;

export const isAreaName = (name: string): name is AreaName => Object.hasOwn(AREAS, name);

/** The area that a vitest started for mutation works on. */
export function areaOfEnvironment(): Area {
  const name = process.env['KEYTURN_MUTATED_AREA'] ?? '';
  if (!isAreaName(name)) throw new RangeError(`KEYTURN_MUTATED_AREA is "${name}", expected one of ${Object.keys(AREAS).join(', ')}`);
  return AREAS[name];
}
