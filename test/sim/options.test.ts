import { describe, expect, it } from 'vitest';
import { channelBounds, flagOf, inFlags, optionsSchema, optionTable, parseOptions } from '../../sim/options.ts';
import { ConfigurationError } from '../../spec/configuration.ts';

const DEFAULTS = optionsSchema.parse({});

describe('the options of a simulation', () => {
  it('are, unless told otherwise, those of a small plant with a poor channel', () => {
    expect(DEFAULTS).toMatchObject({
      frames: 10_000,
      seed: 1,
      simulator: 'wasm',
      loss: 0.01,
      duplicates: 0.01,
      reorder: 3,
      reorderChance: 0.05,
      delay: 1600,
      jitter: 800,
      burstStart: 0,
      burstLength: 10,
      outage: '',
      waves: 2_400_000,
      attacks: 0.01,
      attackKinds: 'forged,flipped,replayed,reflected,swapped,old-key,crossed',
      cSduLengths: 'constant',
      cSduLength: 64,
      vlanTags: 'both',
      hostFrames: 50,
    });
  });

  it.each([
    ['simulator', ['wasm', 'verilator', 'lockstep'], 'wasm, verilator or lockstep'],
    ['cSduLengths', ['constant', 'varied'], 'constant or varied'],
    ['vlanTags', ['both', 'initiator', 'none'], 'both, initiator or none'],
  ] as const)('%s is one of its words', (key, words, expected) => {
    for (const word of words) expect(parseOptions({ [key]: word }, 'plant.json')).toMatchObject({ [key]: word });
    expect(() => parseOptions({ [key]: '' }, 'plant.json')).toThrow(`plant.json:\n  ${key}: expected ${expected}, found `);
  });

  it('have a line each for the help: flag, default, what it may be', () => {
    const lines = new Map(optionTable().map(({ key, flag, fallback, expected, isNumber }) => [key, [flag, fallback, expected, isNumber]]));
    expect([...lines.keys()]).toEqual(Object.keys(DEFAULTS));
    expect(lines.get('reorderChance')).toEqual(['--reorder-chance', '0.05', 'a number from 0 to 1', true]);
    expect(lines.get('frames')).toEqual(['--frames', '10000', 'a whole number from 1 to 100000000', true]);
    expect(lines.get('outage')).toEqual(['--outage', 'none', 'a text', false]);
    expect(lines.get('vlanTags')).toEqual(['--vlan-tags', 'both', 'both, initiator or none', false]);
    expect(lines.get('loss')?.[1]).toBe('0.01');
    expect(lines.get('burstStart')?.[1]).toBe('0');
    for (const { key, description } of optionTable()) expect(description, key).toMatch(/^[\wµ0-9].{5}/);
  });

  it('are named by their flags where the command line is spoken of; a word that is also a name only where it is set', () => {
    expect(flagOf('peerObsoleteTimeout')).toBe('--peer-obsolete-timeout');
    expect(flagOf('cSduLength')).toBe('--c-sdu-length');
    expect(inFlags('set sendInterval to 5 or delay to 3: the delay of sendIntervals')).toBe(
      'set --send-interval to 5 or --delay to 3: the delay of sendIntervals',
    );
    expect(inFlags('resendInterval')).toBe('resendInterval');
    expect(inFlags('cSduLengths, cSduLength')).toBe('--c-sdu-lengths, --c-sdu-length');
  });

  it('are refused where their outage is none, with where they come from', () => {
    expect(() => parseOptions({ outage: '5' }, 'plant.json')).toThrow(/^plant\.json:\n {2}outage: expected FROM:TO/);
  });

  it('are refused where the connection would not be seamless, in the words of where they come from', () => {
    // the old key is gone before a frame that is on its way has come (E1)
    const late = { obsoleteTimeout: 8 };
    expect(() => parseOptions(late, 'plant.json')).toThrow(ConfigurationError);
    expect(() => parseOptions(late, 'plant.json')).toThrow(/^plant\.json: the connection would not be seamless:\n {2}.*obsoleteTimeout/s);
    expect(() => parseOptions(late, 'the command line', inFlags)).toThrow(/^the command line: .*--obsolete-timeout/s);
    expect(parseOptions({}, 'plant.json')).toEqual(DEFAULTS);
  });
});

it('the channel holds a frame for its delay, its jitter and the frames that may overtake it', () => {
  const options = { ...DEFAULTS, delay: 1000, jitter: 200, reorder: 4, sendInterval: 3000 };
  expect(channelBounds(options)).toEqual({ delayMin: 1000, delayMax: 1000 + 200 + 4 * 3000 });
});
