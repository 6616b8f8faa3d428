/** GHASH against that of @noble/ciphers, and the intermediate values that McGrew and Viega give. */
import { ghash as nobleGhash } from '@noble/ciphers/_polyval.js';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { ghash } from '../../../hw/aead/ghash.ts';
import { Bench, compiled, octetsOf, vectorOf } from '../bench.ts';

const SEED = Number(process.env['GHASH_SEED'] ?? Date.now() % 2 ** 31);
const design = compiled(ghash);

interface Hashing {
  /** whether nothing comes in a cycle */
  readonly pauses?: () => boolean;
  /** octets of the last block but one, and of the last one: they are added, and that one ends with its last octet */
  readonly joined?: number;
  /** the last block is multiplied by H² */
  readonly square?: boolean;
}

/** Of octets in whole blocks, or to the end of a joined one. */
function hashOf(
  bench: Bench,
  subkey: Uint8Array,
  octets: Uint8Array,
  { pauses = () => false, joined = 0, square = false }: Hashing = {},
): string {
  const before = octets.length - joined;
  // what is said of the block that begins is looked at in the cycle behind, and means nothing else
  const begins = (at: number): void => {
    const half = joined > 0 ? at === before - 16 : square && at === octets.length - 16;
    bench.set({ square: Number(half), joins: Number(joined > 0 && at === before) });
  };
  const looksAway = (): void => bench.set({ square: 1, joins: 1 });
  bench.set({ clear: 1 });
  bench.step();
  bench.set({ clear: 0, load: 1, subkey: vectorOf(subkey) });
  bench.step();
  bench.set({ load: 0, subkey: 0 });
  begins(0);
  octets.forEach((octet, index) => {
    while (pauses()) {
      bench.step();
      looksAway();
    }
    expect(bench.get('aligned')).toBe(index % 16 === 0 ? 1 : 0);
    bench.set({ enable: 1, octet, ends: Number(joined > 0 && index === octets.length - 1) });
    bench.step();
    bench.set({ enable: 0, octet: 0xff, ends: 0 });
    if (index % 16 === 15 || index === octets.length - 1) begins(index + 1);
    else looksAway();
  });
  bench.step();
  return Buffer.from(octetsOf(bench.big('digest'), 16)).toString('hex');
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
      expect(hashOf(bench, subkey, blocks, pauses === undefined ? {} : { pauses }), `hash ${count}`).toBe(expected);
    }
  });

  it(`adds a block of any length to the one before, which it multiplies by H²: the hash as if zeros filled it; again: GHASH_SEED=${SEED}`, () => {
    const random = new Random(SEED + 1);
    const bench = new Bench(design);
    for (let joined = 1; joined <= 16; joined++) {
      for (const blocks of [1, 2, 3]) {
        const [subkey, octets] = [random.bytes(16), random.bytes(16 * blocks + joined)];
        const filled = new Uint8Array(16 * (blocks + 1));
        filled.set(octets);
        const expected = Buffer.from(nobleGhash(filled, subkey)).toString('hex');
        const pauses = () => random.below(3) === 0;
        expect(hashOf(bench, subkey, octets, { joined, pauses }), `${blocks} blocks and ${joined} octets`).toBe(expected);
      }
    }
  });

  it(`of a last block times H² is what a block of zeros behind it makes; again: GHASH_SEED=${SEED}`, () => {
    const random = new Random(SEED + 2);
    const bench = new Bench(design);
    for (let blocks = 1; blocks <= 20; blocks++) {
      const [subkey, octets] = [random.bytes(16), random.bytes(16 * blocks)];
      const expected = Buffer.from(nobleGhash(Uint8Array.of(...octets, ...new Uint8Array(16)), subkey)).toString('hex');
      expect(hashOf(bench, subkey, octets, { square: true }), `${blocks} blocks`).toBe(expected);
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
    const secrets = ['subkey_now', 'power', 'hash', 'hash_octet', 'sum'];
    hashOf(bench, new Random(1).bytes(16), new Random(2).bytes(40));
    for (const name of secrets) expect(bench.peek(name), name).not.toBe(0n);
    bench.set({ clear: 1 });
    bench.step();
    for (const name of secrets) expect(bench.peek(name), name).toBe(0n);
  });
});
