/** A processor of one cycle an instruction: RV32I but for octets, halves, FENCE and CSRs. Memories, and decoding by table. */
import { type Bits, bits, bool, cat, module, mux, output, struct, u } from '../index.ts';

/** What an instruction has done: a trace for whoever compares. */
const Retired = struct({ pc: bits(32), rd: bits(5), value: bits(32) });

/** Major opcodes (RISC-V Unprivileged ISA, table 70). */
const OPCODE = {
  load: 0b0000011,
  immediate: 0b0010011,
  auipc: 0b0010111,
  store: 0b0100011,
  register: 0b0110011,
  lui: 0b0110111,
  branch: 0b1100011,
  jalr: 0b1100111,
  jal: 0b1101111,
} as const;

/**
 * Anything that is none of its instructions, EBREAK and ECALL too, halts it. Data addresses count words and wrap.
 * @param program instructions from address 0, at most 1024
 * @param dataWords words of the data memory, a power of two
 */
export const rv32i = (name: string, program: readonly number[], dataWords = 64) =>
  module(
    `rv32i_${name}`,
    { retired: output(Retired), writes: output(bool), halted: output(bool) },
    (io, m) => {
      const r = m.registers({ pc: bits(32), stopped: bool });
      const instructions = m.memory('instructions', bits(32), program.length, { init: program.map((word) => word >>> 0) });
      const registers = m.memory('x', bits(32), 32, { init: Array.from({ length: 32 }, () => 0) });
      const data = m.memory('data', bits(32), dataWords, { init: Array.from({ length: dataWords }, () => 0) });
      const addressBits = Math.max(1, Math.ceil(Math.log2(program.length)));

      // ---- fetch, decode
      const { inst } = m.let({ inst: instructions.read(r.pc.bits(2, addressBits)) });
      const { isThere } = m.let({ isThere: r.pc.lt(4 * program.length) });
      const is = (opcode: keyof typeof OPCODE) => inst.take(7).eq(OPCODE[opcode]);
      const { funct } = m.let({ funct: inst.bits(12, 3) });
      const { a } = m.let({ a: registers.read(inst.bits(15, 5)) });
      const { b } = m.let({ b: registers.read(inst.bits(20, 5)) });
      const sign = inst.bit(31);
      const immediate = {
        i: inst.bits(20, 12).sext(32),
        s: cat(inst.bits(25, 7), inst.bits(7, 5)).sext(32),
        b: cat(sign, inst.bit(7), inst.bits(25, 6), inst.bits(8, 4), u(1, 0)).sext(32),
        u: cat(inst.bits(12, 20), u(12, 0)),
        j: cat(sign, inst.bits(12, 8), inst.bit(20), inst.bits(21, 10), u(1, 0)).sext(32),
      };

      // ---- arithmetic: of a register or of an immediate
      const { other } = m.let({ other: mux(is('register'), b, immediate.i) });
      const amount = other.take(5);
      const { isAlternative } = m.let({ isAlternative: inst.bit(30).and(is('register').or(funct.eq(5))) });
      const { result } = m.wires({ result: bits(32) });
      m.switch(funct, {
        0: () => result.set(mux(isAlternative, a.sub(other), a.add(other))),
        1: () => result.set(a.shl(amount)),
        2: () => result.set(a.asSigned().lt(other.asSigned()).zext(32)),
        3: () => result.set(a.lt(other).zext(32)),
        4: () => result.set(a.xor(other)),
        5: () => result.set(mux(isAlternative, a.asSigned().shr(amount).asBits(), a.shr(amount))),
        6: () => result.set(a.or(other)),
        7: () => result.set(a.and(other)),
      });

      // ---- branches: the lowest bit of `funct` turns a condition round
      const { condition } = m.wires({ condition: bool });
      m.switch(
        funct.bits(1, 2),
        {
          0: () => condition.set(a.eq(b)),
          2: () => condition.set(a.asSigned().lt(b.asSigned())),
          3: () => condition.set(a.lt(b)),
        },
        () => condition.set(funct.bit(0)),
      );
      const { taken } = m.let({ taken: is('branch').and(condition.xor(funct.bit(0))) });

      // ---- what becomes of it
      const { following } = m.let({ following: r.pc.add(4) });
      const wordAt = (offset: Bits<32>) => a.add(offset).bits(2, Math.log2(dataWords));
      const { next, value, hasResult, isKnown } = m.wires({ next: bits(32), value: bits(32), hasResult: bool, isKnown: bool });
      next.set(following);
      value.set(result);
      hasResult.set(1);
      isKnown.set(1);
      m.when(is('lui'), () => value.set(immediate.u))
        .elseWhen(is('auipc'), () => value.set(r.pc.add(immediate.u)))
        .elseWhen(is('jal'), () => {
          value.set(following);
          next.set(r.pc.add(immediate.j));
        })
        .elseWhen(is('jalr').and(funct.eq(0)), () => {
          value.set(following);
          next.set(a.add(immediate.i).and(0xffff_fffe));
        })
        .elseWhen(is('branch').and(funct.bits(1, 2).ne(1)), () => {
          hasResult.set(0);
          m.when(taken, () => next.set(r.pc.add(immediate.b)));
        })
        .elseWhen(is('load').and(funct.eq(2)), () => value.set(data.read(wordAt(immediate.i))))
        .elseWhen(is('store').and(funct.eq(2)), () => hasResult.set(0))
        .elseWhen(is('immediate').or(is('register')).not(), () => {
          hasResult.set(0);
          isKnown.set(0);
        });
      const { runs } = m.let({ runs: r.stopped.not().and(isThere).and(isKnown) });
      const { rd } = m.let({ rd: inst.bits(7, 5) });
      m.when(runs, () => r.pc.next(next)).otherwise(() => r.stopped.next(1));
      m.when(runs.and(hasResult).and(rd.any()), () => registers.write(rd, value));
      m.when(runs.and(is('store')), () => data.write(wordAt(immediate.s), b));
      io.retired.set({ pc: r.pc, rd, value });
      io.writes.set(runs.and(hasResult));
      io.halted.set(r.stopped);
    },
    'A small RISC-V processor, an instruction each cycle.',
  );
