/** Verilator on the emitted text. @module */
export { buildWithVerilator, type VerilatorBuild } from './build.ts';
export { simulateVerilator, type VerilatorSimulator } from './simulator.ts';
