/** GHASH against that of @noble/ciphers, and the intermediate values that McGrew and Viega give. */
import { ghash as nobleGhash } from '@noble/ciphers/_polyval.js';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { ghash } from '../../../hw/aead/ghash.ts';
import { Bench, compiled, octetsOf, vectorOf } from '../bench.ts';

const SEED = Number(process.env['GHASH_SEED'] ?? Date.now() % 2 ** 31);
const design = compiled(ghash);

/** @param pauses whether nothing comes in a cycle */
function hashOf(bench: Bench, subkey: Uint8Array, blocks: Uint8Array, pauses: () => boolean = () => false): string {
  bench.set({ load: 1, subkey: vectorOf(subkey) });
  bench.step();
  bench.set({ load: 0, subkey: 0 });
  blocks.forEach((octet, index) => {
    while (pauses()) bench.step();
    expect(bench.get('aligned')).toBe(index % 16 === 0 ? 1 : 0);
    bench.set({ enable: 1, octet });
    bench.step();
    bench.set({ enable: 0, octet: 0xff });
  });
  bench.step();
  return Buffer.from(octetsOf(bench.big('hash'), 16)).toString('hex');
}

describe('GHASH', () => {
  it('is what McGrew and Viega give in test case 2', () => {
    const subkey = Buffer.from('66e94bd4ef8a2c3b884cfa59ca342b2e', 'hex');
    const blocks = Buffer.from(`0388dace60b6a392f328c2b971b2fe78${'0'.repeat(30)}80`, 'hex');
    expect(hashOf(new Bench(design), subkey, blocks)).toBe('f38cbb1ad69223dcc3457ae5b6b0f885');
  });

  it(`is what @noble/ciphers makes of it, hash after hash, with any pauses; again: GHASH_SEED=${SEED}`, () => {
    const random = new Random(SEED);
    const bench = new Bench(design);
    for (let count = 0; count < 60; count++) {
      const [subkey, blocks] = [random.bytes(16), random.bytes(16 * (1 + random.below(6)))];
      const expected = Buffer.from(nobleGhash(blocks, subkey)).toString('hex');
      const pauses = count % 2 === 0 ? undefined : () => random.below(3) === 0;
      expect(hashOf(bench, subkey, blocks, pauses), `hash ${count}`).toBe(expected);
    }
  });

  it('of single bits is right in every place, so that every wire of the product is', () => {
    const bench = new Bench(design);
    for (let bit = 0; bit < 128; bit++) {
      const one = new Uint8Array(16);
      one[bit >> 3] = 1 << (bit & 7);
      const subkey = new Random(bit).bytes(16);
      expect(hashOf(bench, subkey, one), `bit ${bit}`).toBe(Buffer.from(nobleGhash(one, subkey)).toString('hex'));
    }
  });

  it('keeps nothing when it is cleared', () => {
    const bench = new Bench(design);
    const secrets = ['subkey_now', 'power', 'old_hash', 'sum'];
    hashOf(bench, new Random(1).bytes(16), new Random(2).bytes(40));
    for (const name of secrets) expect(bench.peek(name), name).not.toBe(0n);
    bench.set({ clear: 1 });
    bench.step();
    for (const name of secrets) expect(bench.peek(name), name).toBe(0n);
  });
});
