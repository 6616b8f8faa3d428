import { describe, expect, it } from 'vitest';
import { axiLiteRegisterBlock } from '../../../hdl-gen/library/axi-lite-register-block.ts';
import type { RegisterDescription } from '../../../hdl-gen/library/register-map.ts';
import { existingBits } from '../../../hdl-gen/library/register-map.ts';

const rw = (rest: Partial<RegisterDescription>): RegisterDescription => ({ offset: 0, access: 'rw', ...rest });
const field = (name: string, low: number, bits: number) => ({ name, low, bits });

describe('a register map', () => {
  it.each([
    ['an offset within a word', { a: rw({ offset: 6 }) }, /register a is at 0x6, which is no multiple of 4/],
    ['an offset beyond the address', { a: rw({ offset: 0x40 }) }, /register a is at 0x40, beyond the 6 bits of the address/],
    ['two registers in one place', { a: rw({ offset: 8 }), b: rw({ offset: 8 }) }, /register b is at 0x8, where a is/],
    ['a field beyond the word', { a: rw({ fields: [field('x', 30, 3)] }) }, /register a has a field x in bits 32..30/],
    ['two fields in one bit', { a: rw({ fields: [field('x', 0, 4), field('y', 3, 1)] }) }, /register a has bit 3 in two fields, x and y/],
    [
      'a reset value outside the fields',
      { a: rw({ fields: [field('x', 0, 4)], reset: 0x10 }) },
      /register a is reset to 16, which its fields/,
    ],
    ['a reset value of what holds none', { a: { offset: 0, access: 'wo', reset: 1 } }, /register a is wo and has a reset value/],
    ['news of reads of what holds its value', { a: rw({ onRead: true }) }, /register a is rw and tells of its reads/],
  ] as const)('with %s is refused, where it was given', (_, map, message) => {
    const build = () => axiLiteRegisterBlock('block', map, { addressBits: 6 });
    expect(build).toThrow(message);
    expect(build).toThrow(/HG030 .*register block: test\/hdl-gen\/library\/register-map.test.ts:\d+\n {2}advice: /s);
  });

  it('without any register is refused', () => {
    expect(() => axiLiteRegisterBlock('block', {})).toThrow(/HG010 number of registers of block is 0, expected at least 1/);
  });

  it('has the bits of its fields, or all', () => {
    expect(existingBits(rw({}))).toBe(0xffff_ffff);
    expect(existingBits(rw({ fields: [field('x', 31, 1), field('y', 4, 4)] }))).toBe(0x8000_00f0);
  });
});
