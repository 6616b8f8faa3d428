/** Icarus Verilog on the emitted text. @module */
export { buildTextWithIcarus, buildWithIcarus, type IcarusBuild } from './build.ts';
export { simulateIcarus } from './simulator.ts';
