import { describe, expect, it } from 'vitest';
import { isCut, parseOutages } from '../../../sim/network/outage.ts';
import { ConfigurationError } from '../../../spec/configuration.ts';

describe('--outage', () => {
  it('counts frames from 1, both ends included, in both directions or in one', () => {
    const both = parseOutages('3:5', 'the options');
    expect([2, 3, 5, 6].map((number) => isCut(both, 'initiator', number, 0))).toEqual([false, true, true, false]);
    expect(isCut(both, 'follower', 4, 0)).toBe(true);
    const one = parseOutages('follower=3:5', 'the options');
    expect(isCut(one, 'follower', 4, 0)).toBe(true);
    expect(isCut(one, 'initiator', 4, 0)).toBe(false);
  });

  it('counts time in any unit, and takes several', () => {
    const outages = parseOutages('1.5us:2µs, initiator=5ms:7ms', 'the options');
    expect([1499, 1500, 2000, 2001].map((ns) => isCut(outages, 'follower', 1, ns))).toEqual([false, true, true, false]);
    expect(isCut(outages, 'initiator', 1, 6e6)).toBe(true);
    expect(isCut(outages, 'follower', 1, 6e6)).toBe(false);
  });

  it.each([
    ['1ns', 1],
    ['1us', 1e3],
    ['1µs', 1e3],
    ['1ms', 1e6],
    ['2.5ms', 2.5e6],
    ['1s', 1e9],
  ])('%s is %d ns', (text, ns) => {
    const outages = parseOutages(`${text}:${text}`, 'the options');
    expect([ns - 1, ns, ns + 1].map((at) => isCut(outages, 'initiator', 1, at))).toEqual([false, true, false]);
  });

  it('of nothing is none', () => {
    expect(parseOutages('', 'the options')).toEqual([]);
  });

  it.each([
    ['5', 'expected FROM:TO in frames or in time'],
    ['x5:6', 'expected FROM:TO in frames or in time'],
    ['5:6x', 'expected FROM:TO in frames or in time'],
    ['5.:6', 'expected FROM:TO in frames or in time'],
    ['5:6ms', 'both ends are frames, or both have a unit of time'],
    ['5ms:7', 'both ends are frames, or both have a unit of time'],
    ['0:3', 'frames are whole numbers from 1 on'],
    ['1.5:3', 'frames are whole numbers from 1 on'],
    ['1:3.5', 'frames are whole numbers from 1 on'],
    ['5:3', 'it ends before it begins'],
    ['5ms:3ms', 'it ends before it begins'],
  ])('%s is refused, and the message says why', (text, problem) => {
    expect(() => parseOutages(text, 'the options')).toThrow(
      `the options:\n  outage: ${problem}, found "${text}"; for example 1000:1400, initiator=1000:1400, or 5ms:7ms`,
    );
  });

  it.each(['0ms:3ms', '0ns:0.5us', '1ms:10.25ms', '7:7', '10:123'])('%s is taken', (text) => {
    expect(parseOutages(text, 'the options')).toHaveLength(1);
  });

  it.each(['5', '5:', ':5', '5:3', '0:3', '1.5:3', '5ms:7', 'both=1:2', '1:2,', 'a:b'])('%s is refused, with what it should be', (text) => {
    expect(() => parseOutages(text, 'the options')).toThrow(ConfigurationError);
    expect(() => parseOutages(text, 'the options')).toThrow(/^the options:\n {2}outage: .*for example 1000:1400/s);
  });
});
