/** Synthesis with Yosys, and what became of a design. @module hdl-gen/synthesis */
export { type InferredMemory, inferredMemories } from './memories.ts';
export { type Cell, cellCounts, cellModels, type Synthesis, synthesiseForXilinx } from './xilinx.ts';
