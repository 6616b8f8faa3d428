/** Icarus Verilog on the emitted text. @module hdl-gen/sim/icarus */
export { buildTextWithIcarus, buildWithIcarus, type IcarusBuild } from './build.ts';
export { simulateIcarus } from './simulator.ts';
