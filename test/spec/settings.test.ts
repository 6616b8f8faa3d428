/** Every setting at its limits, its default, and what the inequalities make of it; the figures are those of the documentation. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  brokenInequalities,
  ConfigurationError,
  cyclesOf,
  expectation,
  parseConfiguration,
  probability,
  relationShape,
  suggestion,
  timingAsBuilt,
  timingOf,
  timingShape,
} from '../../spec/configuration.ts';

const schema = z.strictObject({ ...relationShape, ...timingShape });
const parse = (input: unknown) => parseConfiguration(schema, input, 'test');
const faultsOf = (input: unknown): readonly string[] => {
  try {
    parse(input);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults;
    throw error;
  }
};

// setting, least, most, default
const NUMBERS = [
  ['slots', 2, 4, 2],
  ['sendInterval', 1000, 1_000_000_000, 5120],
  ['rekeyFrames', 0, 0xffff_ffff, 400],
  ['rekeyInterval', 0, 1_000_000_000_000_000, 0],
  ['obsoleteTimeout', 0, 30_000_000_000, 48_000],
  ['clockPeriod', 1, 1000, 8],
  ['peerObsoleteTimeout', 0, 30_000_000_000, 0],
  ['clockErrorPpm', 0, 100_000, 100],
  ['consecutiveLosses', 0, 1000, 2],
  ['keyGeneration', 0, 1_000_000_000, 23_808],
  ['alarmAfter', 0, 1_000_000_000_000_000, 0],
  ['octetTime', 1, 1000, 8],
  ['cSduOctets', 1, 1440, 1440],
  ['marginBits', 0, 100, 57],
] as const;

describe('settings', () => {
  it.each(NUMBERS)('%s is a whole number from %i to %i, %i unless given', (key, least, most, fallback) => {
    expect(parse({})[key]).toBe(fallback);
    for (const good of [least, most]) {
      expect(parse({ [key]: good })[key]).toBe(good);
    }
    const found = [
      [least - 1, String(least - 1)],
      [most + 1, String(most + 1)],
      [least + 0.5, String(least + 0.5)],
      [null, 'null'],
      ['many', 'the text "many"'],
      [String(least), `the text "${least}"`],
      [[least], 'a list'],
      [{ least }, 'an object'],
      [Number.POSITIVE_INFINITY, 'a number that is too large'],
    ] as const;
    for (const [bad, words] of found)
      expect(faultsOf({ [key]: bad })).toEqual([`${key}: expected a whole number from ${least} to ${most}, found ${words}`]);
  });

  it.each([
    ['profile', ['paper', 'std'], 'ieee'],
    ['engine', ['xor', 'aes-128-gcm', 'aes-256-gcm', 'ascon-aead128'], 'aes'],
    ['protection', ['encryption', 'authentication'], 'none'],
    ['agreement', ['classic', 'hybrid'], 'none'],
  ] as const)('%s is one of %j', (key, good, bad) => {
    expect(parse({})[key]).toBe(good[0]);
    for (const one of good) expect(parse({ [key]: one })[key]).toBe(one);
    expect(faultsOf({ [key]: bad })).toEqual([
      `${key}: expected ${good.join(', ').replace(/, ([^,]*)$/, ' or $1')}, found the text "${bad}"`,
    ]);
  });

  it('what may stand there is said in words: of three the last with an or, a number that need not be whole, anything else as a text', () => {
    expect(expectation(z.enum(['one', 'two', 'three']).default('one'))).toBe('one, two or three');
    expect(expectation(probability)).toBe('a number from 0 to 1');
    expect(expectation(z.string())).toBe('a text');
  });

  it('a probability is a number from 0 to 1', () => {
    for (const good of [0, 0.25, 1]) expect(probability.parse(good)).toBe(good);
    for (const bad of [-0.1, 1.1]) expect(probability.safeParse(bad).success).toBe(false);
  });

  it('the keys of the table are all there are', () => {
    expect(Object.keys(parse({})).toSorted()).toEqual(
      [...NUMBERS.map(([key]) => key), 'agreement', 'engine', 'profile', 'protection'].toSorted(),
    );
  });
});

describe('what is no setting', () => {
  it.each([
    ['slot', 'did you mean slots?'],
    ['sendintervall', 'did you mean sendInterval?'],
    ['rekeyframe', 'did you mean rekeyFrames?'],
    ['obsolete', 'known: slots, profile, engine'],
    ['alarmAftre', 'did you mean alarmAfter?'],
    ['marginBit5x1', 'did you mean marginBits?'],
    ['Interval', 'known: slots, profile'],
    ['x', 'known: slots, profile'],
    ['marginBxxxx5x1y', 'known: slots, profile'],
  ])('%s: %s', (key, advice) => {
    expect(faultsOf({ [key]: 1 })).toEqual([expect.stringContaining(`${key}: no such setting; ${advice}`)]);
  });

  it('a name with up to three changes is found again', () => {
    const change = fc.tuple(fc.nat(), fc.constantFrom('insert', 'delete', 'replace'), fc.constantFrom('x', 'Q', '7'));
    fc.assert(
      fc.property(
        fc.constantFrom('obsoleteTimeout', 'consecutiveLosses', 'keyGeneration'),
        fc.array(change, { minLength: 1, maxLength: 3 }),
        (name, changes) => {
          const letters = [...name];
          for (const [random, kind, letter] of changes) {
            const at = random % letters.length;
            if (kind === 'insert') letters.splice(at, 0, letter);
            else if (kind === 'delete') letters.splice(at, 1);
            else letters[at] = letter;
          }
          const typed = letters.join('');
          const expected = typed === name ? [] : [`${typed}: no such setting; did you mean ${name}?`];
          if (typed !== name) expect(faultsOf({ [typed]: 1 })).toEqual(expected);
        },
      ),
    );
  });

  it('a name one letter too short is a change of one letter, its last letter included; where nothing is known nothing is meant', () => {
    expect(suggestion('ab', ['abc'])).toBe('did you mean abc?');
    expect(suggestion('ab', [])).toBe('known: ');
  });

  it.each([[null], [7], ['slots'], [undefined]])('%j is no object of settings, and is said to be none', (input) => {
    expect(faultsOf(input)).toEqual([expect.stringMatching(/^expected an object of settings, found /)]);
  });

  it('the message has its source, and each fault on a line of its own', () => {
    const fault = new ConfigurationError('plant.json', ['one', 'two']);
    expect(fault.message).toBe('plant.json:\n  one\n  two');
    expect([fault.name, fault.faults]).toEqual(['ConfigurationError', ['one', 'two']]);
  });
});

describe('settings as the inequalities want them', () => {
  const channel = { delayMin: 1600, delayMax: 17_760 };

  it('both ends store a frame of 1488 octets at 8 ns each; an interval may be half, or longer by such a frame', () => {
    expect(timingOf(parse({}), channel)).toEqual({
      slots: 2,
      sendInterval: { min: 2560, max: 5120 + 11_904 },
      delay: { min: 1600, max: 17_760 + 23_808 },
      obsoleteTimeout: { own: 48_000, peer: 48_000 },
      clockErrorPpm: 100,
      consecutiveLosses: 2,
      keyGeneration: 23_808,
      rekey: { frames: 400, interval: Number.POSITIVE_INFINITY, alarmAfter: Number.POSITIVE_INFINITY },
      frameSize: { protection: 'encryption', cSduOctets: 1440, profile: 'paper' },
      marginBits: 57,
    });
  });

  it.each([
    // the slower of logic and wire decides: 1488 octets of the longest frame
    [{ clockPeriod: 10 }, 14_880],
    [{ clockPeriod: 10, octetTime: 80 }, 119_040],
    [{ octetTime: 8, clockPeriod: 4 }, 11_904],
  ])('the longest frame takes what clock and wire make of it: %j', (clocks, longest) => {
    const { sendInterval, delay } = timingOf(parse(clocks), channel);
    expect(sendInterval.max).toBe(5120 + longest);
    expect(delay.max).toBe(17_760 + 2 * longest);
  });

  it.each([
    [48_000, 8, 6000],
    [48_000, 10, 4800],
    [48_001, 10, 4801],
    [0, 8, 0],
  ])('a timer of %i ns has, at %i ns a cycle, %i cycles: never too few', (ns, clockPeriod, cycles) =>
    expect(cyclesOf(ns, clockPeriod)).toBe(cycles),
  );

  it('0 is never, or as the other', () => {
    const timing = timingOf(
      parse({ rekeyFrames: 0, rekeyInterval: 5, alarmAfter: 6, peerObsoleteTimeout: 7, protection: 'authentication', cSduOctets: 9 }),
      channel,
    );
    expect(timing.rekey).toEqual({ frames: Number.POSITIVE_INFINITY, interval: 5, alarmAfter: 6 });
    expect(timing.obsoleteTimeout).toEqual({ own: 48_000, peer: 7 });
    expect(timing.frameSize).toEqual({ protection: 'authentication', cSduOctets: 9, profile: 'paper' });
  });

  it('the dummy engine has no AEAD bound, AES-GCM has its own', () => {
    expect(timingAsBuilt(parse({}), channel)).toEqual({ ...timingOf(parse({}), channel), aeadBound: 'none' });
    expect(timingAsBuilt({ ...parse({}), engine: 'aes-256-gcm' }, channel).aeadBound).toBe('AES-GCM');
  });

  it('without any trigger nothing is asked of the timing; with either, all that would be unsafe, and not what merely waits', () => {
    const bad = { obsoleteTimeout: 1000 };
    expect(brokenInequalities(parse({ ...bad, rekeyFrames: 0, rekeyInterval: 0 }), channel)).toEqual([]);
    for (const trigger of [{ rekeyFrames: 400 }, { rekeyFrames: 0, rekeyInterval: 1e9 }])
      expect(brokenInequalities(parse({ ...bad, ...trigger }), channel)).toEqual([expect.stringMatching(/^E1: /)]);
    expect(brokenInequalities(parse({ peerObsoleteTimeout: 100_000 }), channel)).toEqual([]);
  });
});
