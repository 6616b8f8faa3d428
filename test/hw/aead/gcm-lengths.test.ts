/** What the block of lengths adds to a hash of GCM, against GHASH of @noble/ciphers. */
import { ghash as nobleGhash } from '@noble/ciphers/_polyval.js';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { LENGTH_BITS } from '../../../hw/aead/aead.ts';
import { gcmLengths } from '../../../hw/aead/gcm-lengths.ts';
import { Bench, compiled } from '../bench.ts';

const SEED = Number(process.env['LENGTHS_SEED'] ?? Date.now() % 2 ** 31);
const design = compiled(gcmLengths);
const MOST = 2 ** LENGTH_BITS - 1;

const numberOf = (octets: Uint8Array): bigint => BigInt(`0x${Buffer.from(octets).toString('hex')}`);

/** GHASH of the one block: the product with H. */
function expected(subkey: Uint8Array, aad: number, text: number): bigint {
  const block = Buffer.alloc(16);
  block.writeBigUInt64BE(8n * BigInt(aad), 0);
  block.writeBigUInt64BE(8n * BigInt(text), 8);
  return numberOf(nobleGhash(block, subkey));
}

function product(bench: Bench, subkey: Uint8Array, aad: number, text: number): bigint {
  bench.set({ start: 1, aad_octets: aad, text_octets: text });
  bench.step();
  bench.set({ start: 0, aad_octets: 0, text_octets: 0, element: numberOf(subkey) });
  for (let cycle = 1; cycle < 42; cycle++) {
    expect(bench.get('ready'), `cycle ${cycle}`).toBe(0);
    bench.step();
  }
  expect(bench.get('ready')).toBe(1);
  bench.step();
  return bench.big('product');
}

function cleared(bench: Bench): void {
  bench.set({ clear: 1 });
  bench.step();
  bench.set({ clear: 0 });
}

describe('the product of the lengths', () => {
  it(`is there 42 cycles behind the start, for every bit of each length, and any; again: LENGTHS_SEED=${SEED}`, () => {
    const random = new Random(SEED);
    const bench = new Bench(design);
    const single = Array.from({ length: LENGTH_BITS }, (_, bit) => 2 ** bit);
    const any = Array.from({ length: 30 }, () => [random.below(MOST + 1), random.below(MOST + 1)] as const);
    const cases = [
      [0, 0],
      [MOST, MOST],
      ...single.map((one) => [one, 0] as const),
      ...single.map((one) => [0, one] as const),
      ...any,
    ] as const;
    for (const [aad, text] of cases) {
      const subkey = random.bytes(16);
      expect(product(bench, subkey, aad, text), `${aad} and ${text} octets`).toBe(expected(subkey, aad, text));
      cleared(bench);
      expect(bench.peek('sum')).toBe(0n);
    }
  });
});
