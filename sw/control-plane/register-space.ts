/**
 * 32-bit registers at byte offsets: all that the driver knows of the hardware. Implemented by the simulated
 * AXI4-Lite bus, by a fake in memory, and on the board by mapped memory.
 */
export interface RegisterSpace {
  read32(offset: number): Promise<number>;
  write32(offset: number, value: number): Promise<void>;
}

/** An access that no register can answer. */
export class RegisterError extends Error {
  constructor(problem: string, mend: string) {
    super(`${problem}: ${mend}`);
    this.name = 'RegisterError';
  }
}

/** Refuses what would reach beyond the relation's registers, or tear a word. @throws RegisterError */
export function checkedRegisters(space: RegisterSpace, size: number): RegisterSpace {
  const check = (offset: number): void => {
    if (!Number.isInteger(offset) || offset < 0 || offset >= size)
      throw new RegisterError(
        `register offset 0x${offset.toString(16)} is outside the relation`,
        `expected 0 to 0x${(size - 4).toString(16)}`,
      );
    if (offset % 4 !== 0) throw new RegisterError(`register offset 0x${offset.toString(16)} is not on a word`, 'expected a multiple of 4');
  };
  return {
    async read32(offset) {
      check(offset);
      return space.read32(offset);
    },
    async write32(offset, value) {
      check(offset);
      if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff)
        throw new RegisterError(`${value} does not fit a register`, 'expected an integer of 32 bits');
      return space.write32(offset, value);
    },
  };
}
