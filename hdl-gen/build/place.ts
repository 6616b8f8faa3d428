/** Signals of a module: values that can also be assigned. */
import { OutsideModule, WrongVerb } from '../errors/build-errors.ts';
import { SourceLocation } from '../ir/location.ts';
import type { Signal, SignalKind, Statement } from '../ir/module.ts';
import type { Register, Wire } from './ports.ts';
import { type Operand, operand, Value } from './value.ts';

/** Whoever collects the statements of a running module body. */
export interface StatementSink {
  readonly name: string;
  add(statement: Statement): void;
}

/** Modules whose bodies run, innermost last: an instance elaborates its module inside the parent's body. */
const running: StatementSink[] = [];

export function runBody(sink: StatementSink, body: () => void): void {
  running.push(sink);
  try {
    body();
  } finally {
    running.pop();
  }
}

/** @throws OutsideModule unless `owner`'s body is the one that runs */
export function requireOpen(owner: StatementSink, what: string): void {
  const open = running.at(-1);
  if (open !== owner) throw new OutsideModule(what, owner.name, open?.name);
}

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

  constructor(signal: Signal, owner: StatementSink) {
    super({ kind: 'signal', width: signal.width, signal });
    this.signal = signal;
    this.#owner = owner;
  }

  set(value: Operand<W>): void {
    const { kind } = this.signal;
    if (kind !== 'output' && kind !== 'wire' && kind !== 'instanceInput') throw new WrongVerb('set', this.signal.name, KIND_IN_WORDS[kind]);
    this.#assign(value);
  }

  next(value: Operand<W>): void {
    if (this.signal.kind !== 'register') throw new WrongVerb('next', this.signal.name, KIND_IN_WORDS[this.signal.kind]);
    this.#assign(value);
  }

  #assign(value: Operand<W>): void {
    requireOpen(this.#owner, `signal ${this.signal.name}`);
    this.#owner.add({
      kind: 'assign',
      target: this.signal,
      value: operand(value, this, `assignment to ${this.signal.name}`),
      location: SourceLocation.capture(),
    });
  }
}
