/** What a run of two stations came to, of a result that did not happen: every figure is another number. */
import { describe, expect, it } from 'vitest';
import type { StationLineResult } from '../../sim/station-line.ts';
import { stationShortcomings, stationSummary, stationText } from '../../sim/station-report.ts';

type Verdict = StationLineResult['verdicts'][number];
const verdict = (origin: Verdict['origin'], kind: Verdict['kind'], cycles = 30, times = 1): readonly Verdict[] =>
  Array.from({ length: times }, () => ({ relation: 0, origin, kind, cycles }));

const RESULT: StationLineResult = {
  frames: { initiator: 1000, follower: 2001 },
  delivered: { initiator: 900, follower: 1801 },
  refused: 0,
  rekeys: 1234,
  compared: 56_789,
  cycles: 250_000,
  idle: [0, 7, 0, 3, 0],
  ticks: [],
  acquired: 0,
  verdicts: [
    ...verdict('sent', 'delivered', 40, 5),
    ...verdict('sent', 'stale', 21),
    ...verdict('late', 'stale', 30, 2),
    ...verdict('late', 'delivered'),
    ...verdict('repeated', 'stale', 30, 3),
    ...verdict('repeated', 'delivered', 77),
    ...verdict('attack', 'icvFailed', 30, 4),
    ...verdict('attack', 'unknownKey'),
    ...verdict('attack', 'stale'),
  ],
};
const RUN = { relations: 8, engine: 'aes-128-gcm', delivery: 'newest', lost: 300, cpuSeconds: 1.26 } as const;
const summaryOf = () => stationSummary(RESULT, RUN);

describe('summary', () => {
  it('has each figure by where a frame came from and what became of it', () => {
    expect(summaryOf()).toEqual({
      relations: 8,
      engine: 'aes-128-gcm',
      delivery: 'newest',
      frames: 3001,
      delivered: 2701,
      lost: 300,
      overtaken: 2,
      deliveredLate: 1,
      duplicates: 3,
      attacks: 6,
      attacksAccepted: 0,
      undecryptable: 0,
      rekeys: 1234,
      refused: 0,
      compared: 56_789,
      longestIdle: 7,
      backToBack: 3,
      verdict: { least: 21, most: 77 },
      cycles: 250_000,
      cpuSeconds: 1.26,
    });
  });

  it('counts what was accepted of an attacker, and what of our own was not opened', () => {
    const verdicts = [
      ...verdict('attack', 'delivered', 30, 2),
      ...verdict('attack', 'icvFailed'),
      ...verdict('sent', 'unknownKey'),
      ...verdict('late', 'icvFailed', 30, 2),
    ];
    expect(stationSummary({ ...RESULT, verdicts }, RUN)).toMatchObject({ attacks: 3, attacksAccepted: 2, undecryptable: 3 });
  });
});

describe('shortcomings', () => {
  it('are none of a run that rekeyed without a trace', () => expect(stationShortcomings(summaryOf())).toEqual([]));

  it.each([
    [{ undecryptable: 1 }, '1 frames that arrived were not opened'],
    [{ attacksAccepted: 1 }, '1 forged or replayed frames were accepted'],
    [{ refused: 1 }, '1 records had no key'],
    [{ rekeys: 0 }, 'no rekey was seen: run longer, or rekey after fewer frames'],
  ] as const)('%j is one', (changes, message) => {
    expect(stationShortcomings({ ...summaryOf(), ...changes })).toEqual([message]);
  });
});

describe('text', () => {
  it('has every figure beside what it is, and a verdict', () => {
    const lines = stationText(summaryOf()).split('\n');
    const row = (label: string): string | undefined =>
      lines
        .find((line) => line.startsWith(label))
        ?.slice(label.length)
        .trim();
    expect(lines[0]?.trim()).toBe('two stations of 8 relations, aes-128-gcm, newest');
    expect(
      [
        'frames sent',
        'delivered',
        'lost by the line',
        'overtaken, dropped',
        'duplicates dropped',
        'frames of an attacker, of them accepted',
        'undecryptable',
        'records without a key',
        'rekeys',
        'left back to back, longest pause',
        'last octet in → verdict',
        'compared with the model',
        'simulated',
        'processor time',
      ].map(row),
    ).toEqual([
      '3,001',
      '2,701',
      '300',
      '2',
      '3',
      '6, 0',
      '0',
      '0',
      '1,234',
      '3, 7 cycles',
      '21 to 77 cycles',
      '56,789',
      '2.000 ms',
      '1.3 s',
    ]);
    expect(lines.at(-2)).toBe(
      '1,234 rekeys of 8 relations in hardware: 0 undecryptable frames, 0 forged or replayed frames accepted, 0 records without a key, 0 differences from the model',
    );
    expect(lines.at(-3)).toBe('');
  });

  it('says everything that is wrong', () => {
    expect(stationText({ ...summaryOf(), refused: 3, rekeys: 0 })).toContain(
      '\nNOT seamless: 3 records had no key; no rekey was seen: run longer, or rekey after fewer frames\n',
    );
  });
});
