/** hdl-gen: a typed hardware description language in TypeScript. @module hdl-gen */
export type { Build, Registers, Wires } from './build/builder.ts';
export { type OctetOrder, pack, packOctets, unpack, unpackOctets } from './build/codec.ts';
export type { Chain, Fsm } from './build/control.ts';
export { type External, type ExternalOptions, external, type Model } from './build/external.ts';
export {
  type BundleShape,
  bundle,
  flipped,
  inout,
  input,
  output,
  type PortShape,
  type Ports,
  type StreamOptions,
  type StreamShape,
  stream,
} from './build/interface.ts';
export type { MemoryOptions, MemoryPorts } from './build/memory.ts';
export { type MemoryFileOptions, memoryWords } from './build/memory-file.ts';
export { type Module, module } from './build/module.ts';
export type { Observed } from './build/observe.ts';
export type { Pad, PadPin } from './build/pad.ts';
export { parametric } from './build/parametric.ts';
export { type ClockInput, type ClockOutput, clocked, clockInput, clockOutput, type ForeignOutside, type Pins } from './build/pins.ts';
export type { LiteralOf, PlainOf } from './build/plain.ts';
export type {
  Aggregate,
  AnyAggregate,
  AnyValue,
  BundleSink,
  BundleSource,
  EnumValue,
  Inside,
  OperandOf,
  Outside,
  Register,
  RegisterOf,
  SignedRegister,
  SignedWire,
  Sink,
  Source,
  StreamSink,
  StreamSource,
  StructValue,
  ValueOf,
  VecValue,
  Wire,
  WireOf,
} from './build/ports.ts';
export {
  type BitsShape,
  bits,
  bool,
  type EnumShape,
  enumeration,
  type Literal,
  like,
  type Payload,
  type Shape,
  type ShapeOptions,
  type SignedShape,
  type StructShape,
  signed,
  struct,
  type VecShape,
  vec,
} from './build/shape.ts';
export { type AnySigned, type Signed, type SignedOperand, s } from './build/signed.ts';
export type { Arms } from './build/switch.ts';
export { type AnyBits, type Bit, type Bits, cat, mux, type Operand, repeat, u } from './build/value.ts';
export { warnings } from './check/check.ts';
export type { Attributes } from './ir/attributes.ts';
export { asynchronous, clockDomain, DEFAULT_DOMAIN as defaultDomain, type Domain, type DomainOptions } from './ir/domain.ts';
