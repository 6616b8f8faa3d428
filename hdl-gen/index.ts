/** hdl-gen: a typed hardware description language in TypeScript. @module */
export type { Build, Registers, Wires } from './build/builder.ts';
export type { Chain, Fsm } from './build/control.ts';
export { type External, type ExternalOptions, external, type Model } from './build/external.ts';
export type { MemoryPorts } from './build/memory.ts';
export { type Module, module } from './build/module.ts';
export type { Observed } from './build/observe.ts';
export type { Pad, PadPin } from './build/pad.ts';
export { type ClockInput, type ClockOutput, clocked, clockInput, clockOutput, type ForeignOutside, type Pins } from './build/pins.ts';
export type { Inside, Outside, Register, SignedRegister, SignedWire, StreamSink, StreamSource, Wire } from './build/ports.ts';
export {
  type BitsShape,
  bits,
  bool,
  inout,
  input,
  type Literal,
  output,
  type Payload,
  type PortShape,
  type Ports,
  type SignedShape,
  type StreamShape,
  signed,
  stream,
} from './build/shape.ts';
export { type AnySigned, type Signed, type SignedOperand, s } from './build/signed.ts';
export { type AnyBits, type Bit, type Bits, cat, mux, type Operand, repeat, u } from './build/value.ts';
export { warnings } from './check/check.ts';
export type { Attributes } from './ir/attributes.ts';
export { asynchronous, clockDomain, DEFAULT_DOMAIN as defaultDomain, type Domain, type DomainOptions } from './ir/domain.ts';
