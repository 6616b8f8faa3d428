/** Verilator on the emitted text. @module hdl-gen/sim/verilator */
export { buildWithVerilator, type VerilatorBuild } from './build.ts';
export { simulateVerilator, type VerilatorSimulator } from './simulator.ts';
