/** How far hardware is simulated before somebody looks at it, and how: the bus models around it only say how quiet they are. */
import { beforeEach, describe, expect, it } from 'vitest';
import { QuietSteps, type QuietStepsOptions } from '../../../sim/bus/quiet-steps.ts';

let told: string[];
beforeEach(() => {
  told = [];
});

interface Port {
  readonly isMoved?: boolean;
  readonly isMoving?: boolean;
  /** whether a frame ends in that step */
  readonly endsIn?: number;
  readonly quietFor?: number;
}

interface World {
  readonly axi?: { readonly isMoved?: boolean; readonly isBusy?: boolean; readonly quietFor?: number };
  readonly source?: Port;
  readonly sink?: Port;
  readonly happenedIn?: number;
  readonly changedIn?: number;
  readonly quietFor?: number;
  /** what the simulator can do beside single steps, and how far its outputs let it */
  readonly movers?: boolean;
  readonly toChange?: number;
}

/** Steps are numbered from 1. */
function stepsOf({ axi = {}, source = {}, sink = {}, happenedIn, changedIn, quietFor = 100, movers, toChange }: World): QuietSteps {
  let steps = 0;
  const portOf = (name: string, port: Port) => ({
    isMoved: port.isMoved ?? true,
    isMoving: port.isMoving ?? false,
    get endsFrame() {
      return port.endsIn === steps;
    },
    quietFor: () => port.quietFor ?? 100,
    drive: (cycle: number) => told.push(`${name} drives ${cycle}`),
    sample: (cycle: number) => told.push(`${name} sees ${cycle}`),
  });
  const simulator = {
    step: () => {
      steps++;
      told.push('step');
    },
    ...(toChange === undefined
      ? {}
      : {
          stepToChange: (most: number) => {
            steps++;
            told.push(`to change, ${most}`);
            return Math.min(most, toChange);
          },
        }),
    ...(movers === true
      ? {
          movers: {
            run: (most: number) => {
              told.push(`moves, ${most}`);
              return most - 1;
            },
          },
        }
      : {}),
  };
  const options = {
    simulator,
    axi: { drive: () => told.push('axi drives'), isMoved: axi.isMoved ?? true, isBusy: axi.isBusy ?? false, quietFor: axi.quietFor ?? 100 },
    sources: [portOf('source', source)],
    sinks: [portOf('sink', sink)],
    happened: () => happenedIn === steps,
    changed: () => changedIn === steps,
    quietFor: () => quietFor,
  };
  return new QuietSteps(options as unknown as QuietStepsOptions);
}

/** Only how it was simulated. */
const simulated = (): readonly string[] => told.filter((text) => /^(step|to change|moves)/.test(text));

describe('a simulator of single steps', () => {
  it('steps while only octets move, which the models see, and drive the next', () => {
    expect(stepsOf({}).run(7, 3, false)).toBe(3);
    expect(told).toEqual([
      ...['axi drives', 'source drives 7', 'sink drives 7', 'step', 'source sees 7', 'sink sees 7'],
      ...['source drives 8', 'sink drives 8', 'step', 'source sees 8', 'sink sees 8'],
      ...['source drives 9', 'sink drives 9', 'step'],
    ]);
  });

  it.each([
    ['a trace port says something', { happenedIn: 2 }],
    ['another output has changed', { changedIn: 2 }],
    ['a frame has come', { source: { endsIn: 2 } }],
    ['a frame has left', { sink: { endsIn: 2 } }],
  ] as const)('stops where %s', (_, world) => expect(stepsOf(world).run(0, 9, false)).toBe(2));

  it('stops behind one where the bus is busy, or somebody looks at every cycle', () => {
    expect(stepsOf({ axi: { quietFor: 1 } }).run(0, 9, false)).toBe(1);
    expect(stepsOf({}).run(0, 9, true)).toBe(1);
  });
});

describe('a simulator that goes on until an output changes', () => {
  it.each([
    ['what is asked for', {}, 9],
    ['the bus', { axi: { quietFor: 5 } }, 5],
    ['a source', { source: { quietFor: 4 } }, 4],
    ['a sink', { sink: { quietFor: 3 } }, 3],
    ['whoever else knows', { quietFor: 6 }, 6],
  ] as const)('is let go as far as %s', (_, world, most) => {
    stepsOf({ ...world, toChange: 50 }).run(0, 9, true);
    expect(simulated()).toEqual([`to change, ${most}`]);
  });

  it('goes on behind a change that only moves octets', () => {
    expect(stepsOf({ toChange: 4 }).run(10, 9, false)).toBe(9);
    expect(simulated()).toEqual(['to change, 9', 'to change, 5', 'step']);
    expect(told.filter((text) => text.startsWith('sink'))).toEqual(
      ['drives 10', 'sees 13', 'drives 14', 'sees 17', 'drives 18'].map((text) => `sink ${text}`),
    );
  });

  it('goes a single step behind what has happened', () => {
    expect(stepsOf({ toChange: 50, happenedIn: 0 }).run(0, 9, true)).toBe(1);
    expect(simulated()).toEqual(['step']);
  });
});

describe('a simulator that moves octets itself', () => {
  it('is let go until something else is to be done', () => {
    expect(stepsOf({ movers: true, quietFor: 6 }).run(3, 9, false)).toBe(5);
    expect(told).toEqual(['axi drives', 'source drives 3', 'sink drives 3', 'moves, 6']);
    told.length = 0;
    expect(stepsOf({ movers: true }).run(3, 9, false)).toBe(8);
  });

  it('does not, where somebody looks at every cycle: on until an output changes, or one step while octets move', () => {
    expect(stepsOf({ movers: true, toChange: 4 }).run(0, 9, true)).toBe(4);
    expect(simulated()).toEqual(['to change, 9']);
    for (const moving of [{ axi: { isBusy: true } }, { source: { isMoving: true } }, { sink: { isMoving: true } }]) {
      told.length = 0;
      expect(stepsOf({ ...moving, movers: true, toChange: 4 }).run(0, 9, true)).toBe(1);
      expect(simulated()).toEqual(['step']);
    }
  });

  it.each([{ axi: { isMoved: false } }, { source: { isMoved: false } }, { sink: { isMoved: false } }])(
    'does not, where it does not move those of every port: %j',
    (world) => {
      stepsOf({ ...world, movers: true }).run(0, 2, false);
      expect(simulated()).toEqual(['step', 'step']);
    },
  );
});
