/** hdl-gen: a typed hardware description language in TypeScript. @module */
export type { Build, Chain, Fsm, MemoryPorts, Observed, Registers, Wires } from './build/builder.ts';
export { type Module, module } from './build/module.ts';
export type { Inside, Outside, Register, StreamSink, StreamSource, Wire } from './build/ports.ts';
export {
  type BitsShape,
  bits,
  bool,
  input,
  type Literal,
  output,
  type Payload,
  type Ports,
  type StreamShape,
  stream,
} from './build/shape.ts';
export { type AnyBits, type Bit, type Bits, cat, mux, type Operand, repeat, u } from './build/value.ts';
