/** hdl-gen: a typed hardware description language in TypeScript. @module */
export { type Build, type Chain, type Fsm, type MemoryPorts, type Registers, type Wires } from './build/builder.ts';
export { module, type Module } from './build/module.ts';
export type { Inside, Outside, Register, StreamSink, StreamSource, Wire } from './build/ports.ts';
export { bits, type BitsShape, bool, input, type Literal, output, type Payload, type Ports, stream, type StreamShape } from './build/shape.ts';
export { type AnyBits, type Bit, type Bits, cat, mux, type Operand, repeat, u } from './build/value.ts';
