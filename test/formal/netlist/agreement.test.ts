import { describe, expect, it } from 'vitest';
import { agreeWithGates } from '../../../formal/netlist/agreement.ts';
import { withInvertedGate } from '../../../formal/netlist/claims.ts';
import { SUBJECTS } from '../../../formal/netlist/subjects.ts';
import { LockstepMismatch } from '../../../hdl-gen/sim/process-failures.ts';
import { inferredMemories } from '../../../hdl-gen/synthesis/memories.ts';
import { synthesiseForXilinx } from '../../../hdl-gen/synthesis/xilinx.ts';
import { isInstalled } from '../../hdl-gen/verilog/tools.ts';
import { oneIn } from '../../one-in.ts';

const CYCLES = 300;
const SEED = Number(process.env['GATES_SEED'] ?? Date.now() % 2 ** 31);
const QUICK = SUBJECTS.filter(({ quick }) => quick);
const subjects = oneIn(4, QUICK, SEED);
const haveTools = isInstalled('yosys') && isInstalled('iverilog');

describe.skipIf(!haveTools)('the gates (skipped where yosys or iverilog is not installed)', () => {
  it.each(subjects.map(({ design }) => design))(
    `of $name do what the design does, and its memories are what they were declared; again: GATES_SEED=${SEED}`,
    async (design) => {
      const module = design.elaborate();
      const gates = await synthesiseForXilinx(module);
      expect(inferredMemories(module, gates.cells).filter(({ asDeclared }) => !asDeclared)).toEqual([]);
      const { comparedBits, unknownBits } = await agreeWithGates(module, gates, { cycles: CYCLES, seed: SEED });
      // what a memory shows is unknown until its first word was written
      expect(comparedBits).toBeGreaterThan(0.9 * (comparedBits + unknownBits));
      // and the comparison sees what is wrong: one look-up table inverted
      const damaged = { text: withInvertedGate(gates.text, 0) };
      await expect(agreeWithGates(module, damaged, { cycles: CYCLES, seed: SEED })).rejects.toThrow(LockstepMismatch);
    },
  );
});
