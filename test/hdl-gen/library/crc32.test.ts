import { crc32 as zlibCrc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type BitsShape, bits, input, module, output } from '../../../hdl-gen/index.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { CRC32_WIDTHS, crc32, crc32Step } from '../../../hdl-gen/library/crc32.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import type { Simulator } from '../../../hdl-gen/sim/simulator.ts';
import { into, out, set } from '../sim/contract.ts';
import { replay, SEED, SIMULATORS, started } from './stream-bench.ts';

/** A frame, `perCycle()` octets a cycle. */
function send(sim: Simulator, frame: Uint8Array, perCycle: () => number): void {
  for (let at = 0; at === 0 || at < frame.length; ) {
    const octets = frame.subarray(at, at + perCycle());
    set(sim, 'first', at === 0 ? 1 : 0);
    set(sim, 'octets', octets.length);
    into(sim, 'data').big = octets.reduceRight((word, octet) => (word << 8n) | BigInt(octet), 0n);
    sim.step();
    at += octets.length;
    if (frame.length === 0) break;
  }
  set(sim, 'first', 0);
  set(sim, 'octets', 0);
}

const fcsOctets = (fcs: number): number[] => [0, 8, 16, 24].map((low) => (fcs >>> low) & 0xff);

describe.each(SIMULATORS)('a CRC-32, $simulator', ({ start }) => {
  describe.each(CRC32_WIDTHS)('%d bits a cycle', (width) => {
    const most = width / 8;

    it('has the check value of the catalogue', () => {
      const sim = started(crc32(width), start);
      send(sim, new TextEncoder().encode('123456789'), () => most);
      expect(out(sim, 'fcs').value).toBe(0xcbf43926);
    });

    it('agrees with zlib on frames of every length, in pieces of every size', () => {
      const sim = started(crc32(width), start);
      const random = new Random(SEED);
      for (let length = 0; length < 80; length++) {
        const frame = random.bytes(length);
        send(sim, frame, () => (random.chance(0.6) ? most : 1 + random.below(most)));
        const fcs = out(sim, 'fcs').value;
        expect(fcs, `${length} octets, ${replay}`).toBe(zlibCrc32(frame));
        // kept while nothing comes
        sim.step(1 + random.below(3));
        expect(out(sim, 'fcs').value).toBe(fcs);
      }
    });

    it('knows a frame with its FCS, and one with a bit turned over', () => {
      const sim = started(crc32(width), start);
      const random = new Random(SEED);
      for (let frames = 0; frames < 20; frames++) {
        const frame = random.bytes(60 + random.below(20));
        const sent = Uint8Array.of(...frame, ...fcsOctets(zlibCrc32(frame)));
        send(sim, sent, () => most);
        expect(out(sim, 'intact').value, replay).toBe(1);
        const bit = random.below(8 * sent.length);
        sent[bit >> 3] = (sent[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        send(sim, sent, () => most);
        expect(out(sim, 'intact').value, replay).toBe(0);
      }
    });
  });

  // the step is a parity of its inputs, so what it does to each of them alone is what it does
  it.each([1, 2, 3, 5, 8])('steps over %d octets as the shift register does over their bits, bit by bit', (octets) => {
    const data: BitsShape<number> = bits(8 * octets);
    const step = module('step', { state: input(bits(32)), data: input(data), after: output(bits(32)) }, (io) =>
      io.after.set(crc32Step(io.state, io.data)),
    );
    // logic alone: there is nothing to reset
    const sim = start(lower(step.elaborate()));
    const singles = Array.from({ length: 32 + 8 * octets }, (_, bit) => 1n << BigInt(bit));
    for (const single of [0n, ...singles]) {
      const state = Number(single & 0xffff_ffffn);
      into(sim, 'state').value = state;
      into(sim, 'data').big = single >> 32n;
      expect(out(sim, 'after').value).toBe(serial(state, single >> 32n, 8 * octets));
    }
  });
});

it.each([0, 4, 24, 128])('a CRC-32 of %d bits a cycle is refused', (width) => {
  expect(() => crc32(width as 8)).toThrow(/HG010 width of a CRC-32 is .*, expected 8, 16, 32, 64/);
});

/** IEEE 802.3, 3.2.9, one bit at a time: x^31 of the register in bit 0. */
function serial(state: number, data: bigint, count: number): number {
  let register = state;
  for (let bit = 0; bit < count; bit++) {
    const feedback = (register & 1) ^ Number((data >> BigInt(bit)) & 1n);
    register >>>= 1;
    if (feedback === 1) for (const power of [26, 23, 22, 16, 12, 11, 10, 8, 7, 5, 4, 2, 1, 0]) register ^= 1 << (31 - power);
  }
  return register >>> 0;
}
