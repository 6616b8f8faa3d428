/** Contents of a memory from a text. */
import { describe, expect, it } from 'vitest';
import { bits, input, memoryWords, module, output } from '../../../hdl-gen/index.ts';
import { inEveryEngine } from '../every-engine.ts';

const text = '// a boot image\n01 02 /* three\nlines */ @4 ff_00\n@0005 A\n';
const rom = module('rom', { at: input(bits(3)), word: output(bits(16)) }, (io, m) => {
  io.word.set(m.memory('contents', bits(16), 8, { init: memoryWords(text, { depth: 8, fill: 0xeeeen }) }).read(io.at));
});

describe('a text in the format of $readmemh', () => {
  inEveryEngine(
    'is what a memory begins with',
    () => rom,
    [0, 1, 2, 4, 5, 7].map((at) => ({ set: { at } })),
    [1, 2, 0xeeee, 0xff00, 0xa, 0xeeee].map((word) => ({ word })),
  );

  it('may have binary digits, as for $readmemb', () => {
    expect(memoryWords('1 01_0\n@3 11', { depth: 4, radix: 2 })).toEqual([1n, 2n, 0n, 3n]);
  });

  it.each([
    ['00 11\n2x', "boot.hex:2: '2x' is no word of hexadecimal digits"],
    ['/* \n */ @3 1 2', 'boot.hex:2: a word at address 4 of a memory of 4 words'],
    ['@x', "boot.hex:1: '@x' is no word"],
    ['_1_', "boot.hex:1: '_1_' is no word"],
  ])('%j is refused', (contents, message) => {
    expect(() => memoryWords(contents, { depth: 4, name: 'boot.hex' })).toThrow(`HG065 ${message}`);
  });

  it('a word that is too wide for the memory is refused', () => {
    const wide = module('wide', { at: input(bits(1)), word: output(bits(8)) }, (io, m) => {
      io.word.set(m.memory('contents', bits(8), 2, { init: memoryWords('1ff 0', { depth: 2 }) }).read(io.at));
    });
    expect(() => wide.elaborate()).toThrow(/HG002 literal 511/);
  });
});
