/** Signals of a module: values that can also be assigned. */
import { WrongVerb } from '../errors/build-errors.ts';
import { SourceLocation } from '../ir/location.ts';
import { read, slice } from '../ir/logic.ts';
import { partName, type Signal, type SignalKind } from '../ir/module.ts';
import { bitsAs } from './aggregate.ts';
import type { Leaf } from './leaf.ts';
import type { Register, RegisterOf, Wire, WireOf } from './ports.ts';
import { requireOpen, type StatementSink } from './running.ts';
import type { Shape } from './shape.ts';
import { checkSlice, type Operand, operand, Value } from './value.ts';

const KIND_IN_WORDS: Readonly<Record<SignalKind, string>> = {
  input: 'an input',
  output: 'an output',
  inout: 'an inout port',
  wire: 'a wire',
  register: 'a register',
  instanceInput: 'the input of an instance',
  instanceOutput: 'the output of an instance',
  memoryOutput: 'the data of a memory read port',
};

export class Place<W extends number> extends Value<W> implements Wire<W>, Register<W> {
  readonly signal: Signal;
  readonly #owner: StatementSink;
  readonly #low: number;

  /** A signal, or `width` of its bits from `low` upwards. */
  constructor(signal: Signal, owner: StatementSink, low = 0, width = signal.width) {
    super(slice(read(signal), low, width));
    this.signal = signal;
    this.#owner = owner;
    this.#low = low;
  }

  /** as it stands in messages */
  get name(): string {
    const { signal, width } = this;
    return signal.width === width ? signal.name : partName(signal, this.#low, width);
  }

  override bits<const N extends number>(low: number, n: N): Place<N> {
    checkSlice(low, n, this.width);
    return new Place<N>(this.signal, this.#owner, this.#low + low, n);
  }
  override take<const N extends number>(n: N): Place<N> {
    return this.bits(0, n);
  }
  override bit(index: number): Place<1> {
    return this.bits(index, 1);
  }
  override byte(index: number): Place<8> {
    return this.bits(8 * index, 8);
  }

  override as<S extends Shape>(shape: S): WireOf<S> & RegisterOf<S> {
    return bitsAs(shape, this as unknown as Leaf, this.name) as WireOf<S> & RegisterOf<S>;
  }

  set(value: Operand<W>): void {
    const { kind } = this.signal;
    if (kind !== 'output' && kind !== 'wire' && kind !== 'instanceInput') throw new WrongVerb('set', this.name, KIND_IN_WORDS[kind]);
    this.#assign(value);
  }

  next(value: Operand<W>): void {
    if (this.signal.kind !== 'register') throw new WrongVerb('next', this.name, KIND_IN_WORDS[this.signal.kind]);
    this.#assign(value);
  }

  #assign(value: Operand<W>): void {
    requireOpen(this.#owner, `signal ${this.name}`);
    this.#owner.add({
      kind: 'assign',
      target: this.signal,
      ...(this.width === (this.signal.width as W) ? {} : { low: this.#low }),
      value: operand(value, this, `assignment to ${this.name}`),
      location: SourceLocation.capture(),
    });
  }
}
