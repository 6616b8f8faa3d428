import { describe, expect, it } from 'vitest';
import { bits, signed } from '../../../hdl-gen/index.ts';
import { skidBuffer } from '../../../hdl-gen/library/skid-buffer.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { out, set } from '../sim/contract.ts';
import { PACES, pass, replay, SEED, SIMULATORS, started } from './stream-bench.ts';

const part = skidBuffer({ data: bits(40), level: signed(5) });
const random = new Random(SEED);
const beats = Array.from({ length: 150 }, () => ({ data: random.bits(40), level: random.bits(5), last: random.bits(1) }));

describe.each(SIMULATORS)('a skid buffer, $simulator', ({ start }) => {
  it.each(PACES)('hands on every beat (offered $offers, taken $takes)', (pace) => {
    expect(pass(started(part, start), beats, beats.length, pace).taken, replay).toEqual(beats);
  });

  it('passes a beat every cycle, each one cycle later', () => {
    expect(pass(started(part, start), beats, beats.length, { offers: 1, takes: 1 }).cycles).toBe(beats.length + 1);
  });

  it('answers neither side in the same cycle', () => {
    const sim = started(part, start);
    set(sim, 'from_valid', 1);
    expect(out(sim, 'to_valid').value).toBe(0);
    sim.step(2);
    // the reader stops: the writer hears of it one cycle later, and its beat has a place
    expect([out(sim, 'to_valid').value, out(sim, 'from_ready').value]).toEqual([1, 0]);
    set(sim, 'to_ready', 1);
    expect(out(sim, 'from_ready').value).toBe(0);
    sim.step();
    expect(out(sim, 'from_ready').value).toBe(1);
  });
});
