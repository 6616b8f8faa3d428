/** Images that are received, beside lists of words: verdicts, layouts, acquisitions and the units that pass, in any order. */
import { describe, expect, it } from 'vitest';
import { consumerImagesCycles } from '../../../formal/rtl/cosimulation/consumer-images.ts';
import { cosimulate } from '../../../formal/rtl/cosimulation/cosimulate.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { consumerImages } from '../../../hw/station/consumer-images.ts';

const SEED = Number(process.env['IMAGES_SEED'] ?? Date.now() % 2 ** 31);
const REPLAY = `IMAGES_SEED=${SEED} npx vitest run test/hw/station/consumer-images.test.ts`;
/** A record whose successor begins before it is published comes seldom: of as many cycles, once in a thousand seeds it does not. */
const CYCLES = 24_000;

describe('consumer images', () => {
  it.each([
    [2, 1300],
    [3, 2048],
    [5, 1536],
  ])(`of %i relations in %i words are what was delivered last, and what software has acquired (${REPLAY})`, (relations, words) => {
    const netlist = lower(consumerImages(relations, words).elaborate());
    cosimulate(netlist, { cycles: consumerImagesCycles(relations, words, SEED, CYCLES) });
    cosimulate(netlist, { start: { walked: 65_500n }, cycles: consumerImagesCycles(relations, words, SEED, CYCLES, 65_500) });
  });

  it('come by everything that is told of them', () => {
    const cycles = consumerImagesCycles(3, 1536, 1, 20_000);
    const seen = (output: string): boolean => cycles.some(({ outputs }) => outputs[output] === 1);
    const told = [
      'published',
      'acquired',
      'takes',
      'lapse_request',
      'fails',
      'acquisition_there',
      'acquisition_fresh',
      'acquisition_expired',
    ];
    expect(told.filter((output) => !seen(output))).toEqual([]);
  });
});
