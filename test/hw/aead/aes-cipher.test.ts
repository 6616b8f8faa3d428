/** The block cipher: the examples of FIPS 197, and OpenSSL by Node for the rest. */
import { createCipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { type AesKeyBits, aesCipher } from '../../../hw/aead/aes-cipher.ts';
import { Bench, compiled, octetsOf, vectorOf } from '../bench.ts';

const SEED = Number(process.env['AES_SEED'] ?? Date.now() % 2 ** 31);
const octets = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const hex = (list: Uint8Array): string => Buffer.from(list).toString('hex');
const designs = { 128: compiled(aesCipher(128)), 256: compiled(aesCipher(256)) };

class CipherBench extends Bench {
  constructor(keyBits: AesKeyBits) {
    super(designs[keyBits]);
  }

  load(key: Uint8Array): void {
    this.set({ load: 1, key: vectorOf(key) });
    this.step();
    this.set({ load: 0, key: 0 });
    this.step();
  }

  /** Begins with a block; what is on `block` behind that is not looked at. */
  begin(block: Uint8Array): void {
    this.set({ go: 1, block: vectorOf(block) });
    this.step();
    this.set({ go: 0, block: vectorOf(octets('ff'.repeat(16))) });
  }

  /** What becomes of a block, taken so many cycles after it is there, and the cycles until it was. */
  encipher(block: Uint8Array, waits = 0): { readonly result: Uint8Array; readonly cycles: number } {
    this.begin(block);
    let cycles = 1;
    for (; this.get('done') === 0; cycles++) this.step();
    for (let waited = 0; waited < waits; waited++) this.step();
    expect(this.get('done')).toBe(1);
    const result = octetsOf(this.big('result'), 16);
    this.set({ take: 1 });
    this.step();
    this.set({ take: 0 });
    expect(this.get('done')).toBe(0);
    return { result, cycles };
  }
}

describe.each([
  {
    keyBits: 128,
    // FIPS 197, appendix C.1
    key: '000102030405060708090a0b0c0d0e0f',
    result: '69c4e0d86a7b0430d8cdb78070b4c55a',
    cycles: 10,
    // appendix A.1: the last four words of the expanded key
    expanded: { key: '2b7e151628aed2a6abf7158809cf4f3c', last: 'd014f9a8c9ee2589e13f0cc8b6630ca6' },
  },
  {
    keyBits: 256,
    // appendix C.3
    key: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
    result: '8ea2b7ca516745bfeafc49904b496089',
    cycles: 14,
    // appendix A.3
    expanded: { key: '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4', last: 'fe4890d1e6188d0b046df344706c631e' },
  },
] as const)('AES-$keyBits', ({ keyBits, key, result, cycles, expanded }) => {
  it('enciphers the example of FIPS 197, appendix C, a round each cycle', () => {
    const bench = new CipherBench(keyBits);
    bench.load(octets(key));
    expect(bench.encipher(octets('00112233445566778899aabbccddeeff'))).toEqual({ result: octets(result), cycles });
  });

  it('expands the key of FIPS 197, appendix A, to its last words, and begins anew with the next block', () => {
    const bench = new CipherBench(keyBits);
    bench.load(octets(expanded.key));
    bench.begin(octets(result));
    for (let round = 1; round < cycles; round++) bench.step();
    expect(hex(octetsOf(bench.peek('round_key'), 16))).toBe(expanded.last);
    bench.set({ take: 1 });
    bench.step();
    expect(hex(octetsOf(bench.peek('round_key'), 16))).toBe(expanded.key.slice(0, 32));
  });

  it(`enciphers as OpenSSL does, block after block under one key after another; again: AES_SEED=${SEED}`, () => {
    const bench = new CipherBench(keyBits);
    const random = new Random(SEED);
    for (let count = 0; count < 20; count++) {
      const other = random.bytes(keyBits / 8);
      const oracle = createCipheriv(`aes-${keyBits}-ecb`, other, null).setAutoPadding(false);
      bench.load(other);
      for (const [waits, block] of [random.bytes(16), random.bytes(16), random.bytes(16)].entries())
        expect(hex(bench.encipher(block, waits).result)).toBe(oracle.update(block).toString('hex'));
    }
  });

  it('keeps nothing of key and block when it is cleared, in the middle of a block too', () => {
    const bench = new CipherBench(keyBits);
    // a state of octets that SubBytes makes zeros of (FIPS 197, table 4)
    const cleared = { key_now: 0n, window: 0n, state: BigInt(`0x${'52'.repeat(16)}`) };
    for (const rounds of [0, 3, cycles]) {
      bench.load(octets(key));
      bench.begin(octets(result));
      for (let round = 0; round < rounds; round++) bench.step();
      for (const [name, value] of Object.entries(cleared)) expect(bench.peek(name), name).not.toBe(value);
      bench.set({ clear: 1 });
      bench.step();
      bench.set({ clear: 0 });
      for (const [name, value] of Object.entries(cleared)) expect(bench.peek(name), name).toBe(value);
      expect(bench.get('done')).toBe(0);
      bench.load(new Uint8Array(keyBits / 8));
      const oracle = createCipheriv(`aes-${keyBits}-ecb`, Buffer.alloc(keyBits / 8), null);
      expect(hex(bench.encipher(octets(key.slice(0, 32))).result)).toBe(oracle.update(key.slice(0, 32), 'hex', 'hex'));
    }
  });
});
