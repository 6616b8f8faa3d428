/** What no register can answer is refused before it reaches the hardware, with what was asked and what would be right. */
import { beforeEach, describe, expect, it } from 'vitest';
import { checkedRegisters, RegisterError, type RegisterSpace } from '../../../sw/control-plane/register-space.ts';

const SIZE = 0x100;
let reached: (readonly [string, number, number?])[];
let space: RegisterSpace;
beforeEach(() => {
  reached = [];
  space = checkedRegisters(
    {
      read32: async (offset) => {
        reached.push(['read', offset]);
        return 42;
      },
      write32: async (offset, value) => {
        reached.push(['write', offset, value]);
      },
    },
    SIZE,
  );
});

describe('accesses', () => {
  it('to the first and the last word pass, with every value of 32 bits', async () => {
    expect(await space.read32(0)).toBe(42);
    expect(await space.read32(SIZE - 4)).toBe(42);
    await space.write32(0, 0);
    await space.write32(SIZE - 4, 0xffff_ffff);
    expect(reached).toEqual([
      ['read', 0],
      ['read', 0xfc],
      ['write', 0, 0],
      ['write', 0xfc, 0xffff_ffff],
    ]);
  });

  it.each([
    [-4, 'register offset 0x-4 is outside the relation: expected 0 to 0xfc'],
    [SIZE, 'register offset 0x100 is outside the relation: expected 0 to 0xfc'],
    [0.5, 'register offset 0x0.8 is outside the relation: expected 0 to 0xfc'],
    [Number.NaN, 'register offset 0xNaN is outside the relation: expected 0 to 0xfc'],
    [2, 'register offset 0x2 is not on a word: expected a multiple of 4'],
    [SIZE - 1, 'register offset 0xff is not on a word: expected a multiple of 4'],
  ])('at %d are refused, reading and writing', async (offset, message) => {
    for (const access of [() => space.read32(offset), () => space.write32(offset, 0)]) {
      await expect(access()).rejects.toThrow(RegisterError);
      await expect(access()).rejects.toMatchObject({ name: 'RegisterError', message });
    }
    expect(reached).toEqual([]);
  });

  it.each([-1, 2 ** 32, 1.5, Number.NaN])('that write %d are refused', async (value) => {
    await expect(space.write32(8, value)).rejects.toMatchObject({
      name: 'RegisterError',
      message: `${value} does not fit a register: expected an integer of 32 bits`,
    });
    expect(reached).toEqual([]);
  });
});
