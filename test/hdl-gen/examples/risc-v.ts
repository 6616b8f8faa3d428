/** RISC-V for the tests of an example: an assembler of what it knows, random programs, and an interpreter written from the manual. */
import type { Random } from '../../../hdl-gen/sim/random.ts';

/** What an instruction did: where it stood, the register that it wrote and with what; register 0 where it wrote none. */
export interface Effect {
  readonly pc: number;
  readonly rd: number;
  readonly value: number;
}

const field = (value: number, low: number, bits: number, to: number): number => (((value >>> low) & (2 ** bits - 1)) << to) >>> 0;
const word = (...parts: readonly number[]): number => parts.reduce((a, b) => (a | b) >>> 0, 0);

/** Instructions by their formats (RISC-V Unprivileged ISA, 2.2 and 2.3). */
export const r = (funct7: number, rs2: number, rs1: number, funct3: number, rd: number): number =>
  word(funct7 << 25, rs2 << 20, rs1 << 15, funct3 << 12, rd << 7, 0b0110011);
export const i = (opcode: number, immediate: number, rs1: number, funct3: number, rd: number): number =>
  word(field(immediate, 0, 12, 20), rs1 << 15, funct3 << 12, rd << 7, opcode);
export const s = (immediate: number, rs2: number, rs1: number): number =>
  word(field(immediate, 5, 7, 25), rs2 << 20, rs1 << 15, 2 << 12, field(immediate, 0, 5, 7), 0b0100011);
export const b = (offset: number, rs2: number, rs1: number, funct3: number): number =>
  word(
    field(offset, 12, 1, 31),
    field(offset, 5, 6, 25),
    rs2 << 20,
    rs1 << 15,
    funct3 << 12,
    field(offset, 1, 4, 8),
    field(offset, 11, 1, 7),
    0b1100011,
  );
export const upper = (opcode: 0b0110111 | 0b0010111, immediate: number, rd: number): number =>
  word(field(immediate, 0, 20, 12), rd << 7, opcode);
export const jal = (offset: number, rd: number): number =>
  word(field(offset, 20, 1, 31), field(offset, 1, 10, 21), field(offset, 11, 1, 20), field(offset, 12, 8, 12), rd << 7, 0b1101111);
export const addi = (rd: number, rs1: number, immediate: number): number => i(0b0010011, immediate, rs1, 0, rd);
export const jalr = (rd: number, rs1: number, offset: number): number => i(0b1100111, offset, rs1, 0, rd);
export const lw = (rd: number, rs1: number, offset: number): number => i(0b0000011, offset, rs1, 2, rd);
export const EBREAK = 0x0010_0073;

/** A program of `length` instructions that jumps forwards only, and ends with an EBREAK. */
export function randomProgram(random: Random, length: number): number[] {
  const register = (): number => random.below(8);
  const value = (): number => random.below(4096);
  return [
    ...Array.from({ length }, (_, at) => {
      const forwards = (): number => 4 * (1 + random.below(Math.min(6, length - at)));
      const kinds: readonly (() => number)[] = [
        () => upper(random.chance(0.5) ? 0b0110111 : 0b0010111, random.below(2 ** 20), register()),
        () => i(0b0010011, value(), register(), [0, 2, 3, 4, 6, 7][random.below(6)] ?? 0, register()),
        () => i(0b0010011, random.below(32), register(), 1, register()),
        () => i(0b0010011, random.below(32) + (random.chance(0.5) ? 0x400 : 0), register(), 5, register()),
        () => r(0, register(), register(), random.below(8), register()),
        () => r(0x20, register(), register(), random.chance(0.5) ? 0 : 5, register()),
        () => lw(register(), register(), value()),
        () => s(value(), register(), register()),
        () => b(forwards(), register(), register(), [0, 1, 4, 5, 6, 7][random.below(6)] ?? 0),
        () => jal(forwards(), register()),
      ];
      return (kinds[random.below(kinds.length)] ?? kinds[0])?.() ?? EBREAK;
    }),
    EBREAK,
  ];
}

/** What a program does until it halts. */
export function execute(program: readonly number[], dataWords: number, most = 10_000): Effect[] {
  const x = new Int32Array(32);
  const data = new Int32Array(dataWords);
  const effects: Effect[] = [];
  for (let pc = 0; effects.length < most; ) {
    const instruction = program[pc / 4];
    if (instruction === undefined) return effects;
    const bitsAt = (low: number, count: number): number => (instruction >>> low) & (2 ** count - 1);
    const [opcode, rd, funct3, rs1, rs2, funct7] = [bitsAt(0, 7), bitsAt(7, 5), bitsAt(12, 3), bitsAt(15, 5), bitsAt(20, 5), bitsAt(25, 7)];
    const [left, right] = [x[rs1] ?? 0, x[rs2] ?? 0];
    const iImmediate = (instruction | 0) >> 20;
    const sImmediate = ((instruction | 0) >> 25) * 32 + rd;
    let next = pc + 4;
    let result: number | undefined;
    if (opcode === 0x37) result = instruction & 0xffff_f000;
    else if (opcode === 0x17) result = pc + (instruction & 0xffff_f000);
    else if (opcode === 0x6f) {
      result = pc + 4;
      next = pc + (bitsAt(31, 1) * -(2 ** 20) + bitsAt(12, 8) * 4096 + bitsAt(20, 1) * 2048 + bitsAt(21, 10) * 2);
    } else if (opcode === 0x67) {
      result = pc + 4;
      next = ((left + iImmediate) & ~1) >>> 0;
    } else if (opcode === 0x63) {
      const offset = bitsAt(31, 1) * -4096 + bitsAt(7, 1) * 2048 + bitsAt(25, 6) * 32 + bitsAt(8, 4) * 2;
      const [unsignedLeft, unsignedRight] = [left >>> 0, right >>> 0];
      const conditions: Readonly<Record<number, boolean>> = {
        0: left === right,
        1: left !== right,
        4: left < right,
        5: left >= right,
        6: unsignedLeft < unsignedRight,
        7: unsignedLeft >= unsignedRight,
      };
      const condition = conditions[funct3];
      if (condition === undefined) return effects;
      if (condition) next = pc + offset;
    } else if (opcode === 0x03 && funct3 === 2) result = data[((left + iImmediate) >>> 2) % dataWords];
    else if (opcode === 0x23 && funct3 === 2) data[((left + sImmediate) >>> 2) % dataWords] = right;
    else if (opcode === 0x13 || opcode === 0x33) {
      const operand = opcode === 0x13 ? iImmediate : right;
      const alternative = funct7 === 0x20 && (opcode === 0x33 || funct3 === 5);
      result = [
        alternative ? left - operand : left + operand,
        left << (operand & 31),
        left < operand ? 1 : 0,
        left >>> 0 < operand >>> 0 ? 1 : 0,
        left ^ operand,
        alternative ? left >> (operand & 31) : left >>> (operand & 31),
        left | operand,
        left & operand,
      ][funct3];
    } else return effects;
    if (result !== undefined && rd !== 0) x[rd] = result;
    effects.push({ pc, rd: result === undefined ? 0 : rd, value: result === undefined || rd === 0 ? 0 : result >>> 0 });
    pc = next >>> 0;
  }
  return effects;
}
