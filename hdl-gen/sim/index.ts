/** Simulators of hdl-gen that need no toolchain. @module hdl-gen/sim */
export { lower } from '../ir/lower.ts';
export { PropertyFailure, WasmLimitError } from './failures.ts';
export { interpret } from './interpreter.ts';
export type { AxiLiteHandshakes, Movers, OctetSink, OctetSource } from './movers.ts';
export type { InputPort, OutputPort, Simulator } from './simulator.ts';
export { Clock } from './testbench.ts';
export { VcdWriter, vcdPorts } from './vcd.ts';
export { type VcdState, vcdState } from './vcd-state.ts';
export { simulateWasm, type WasmSimulator } from './wasm/simulator.ts';
