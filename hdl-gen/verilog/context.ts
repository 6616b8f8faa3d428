/** What the parts of a printed module share: its names, the wires made for expressions, what is read and how it is driven. */

import { driversOf, isDriven } from '../ir/drivers.ts';
import { type Enumeration, labelOf } from '../ir/enumeration.ts';
import type { SourceLocation } from '../ir/location.ts';
import type { Expression, Memory, ModuleIr, Signal } from '../ir/module.ts';
import type { Wires } from './declaration.ts';
import { type Constant, printConstant, printExpression } from './expression.ts';
import { decidesBySignals } from './flatten.ts';
import { folding } from './folded.ts';
import type { Line } from './line.ts';
import { LongExpressions } from './long.ts';
import { type PlainPins, plainPins } from './plain-pins.ts';
import { bitsRead, signalsRead } from './reads.ts';
import { type Print, printStatements, type Targets } from './statements.ts';

export class Context {
  readonly module: ModuleIr;
  /** wires made for expressions that Verilog can't index, by their text */
  readonly hoisted: Wires = new Map();
  /** the same for properties, which may read what exists for them alone */
  readonly hoistedForProperties: Wires = new Map();
  /** of the module's signals, and where the first of them is declared */
  readonly enumerations = new Map<Enumeration, SourceLocation>();
  /** localparams that the text so far mentions */
  readonly namesUsed = new Set<string>();
  readonly #long = new LongExpressions();
  readonly #fold = folding();
  readonly #plain: PlainPins;
  readonly #read: ReadonlyMap<Signal, bigint>;
  readonly #names: Set<string>;

  constructor(module: ModuleIr) {
    this.module = module;
    this.#read = bitsRead(module);
    for (const { enumeration, location } of [...module.ports, ...module.signals])
      if (enumeration !== undefined && !this.enumerations.has(enumeration)) this.enumerations.set(enumeration, location);
    this.#plain = plainPins(module);
    this.#findOpenPins();
    this.#names = new Set(
      [...module.ports, ...module.signals, ...module.memories, ...module.instances, ...module.externals, ...module.properties].map(
        ({ name }) => name,
      ),
    );
  }

  /** The statements that drive the targets, as text. */
  body(targets: Targets, indent: string, { reads = false } = {}): Line[] {
    const print: Print = (expression, near, at) => this.expression(expression, near, at, { reads });
    return printStatements(this.module.statements, targets, print, indent);
  }

  /** An expression near a signal; what Verilog can't index gets a wire. */
  expression(expression: Expression, near: string, at: SourceLocation, { reads = false, wires = this.hoisted } = {}): string {
    const hoist = (inner: Expression, text: string): string => {
      const known = this.hoisted.get(text) ?? wires.get(text);
      if (known !== undefined) return known.name;
      const name = this.freeName(`${near}_part`);
      wires.set(text, { name, width: inner.width, at });
      return name;
    };
    const how = Object.assign(hoist, {
      reads,
      nameOf: (constant: Constant) => this.nameOf(constant),
      signalName: (signal: Signal) => this.nameAtPin(signal),
      standsFor: this.#long.names,
    });
    const short = this.#fold(expression);
    this.#long.shorten(short, (part) => hoist(part, printExpression(part, how)));
    return printExpression(short, how);
  }

  /** The localparam of a member of an enumeration that a signal of the module has. */
  nameOf({ enumeration, value }: Constant): string | undefined {
    const label = enumeration !== undefined && this.enumerations.has(enumeration) ? labelOf(enumeration, value) : undefined;
    if (label !== undefined) this.namesUsed.add(label);
    return label;
  }

  /** A value of a signal by its name, where it has one. */
  valueText({ enumeration, width }: Signal, value: bigint): string {
    const name = enumeration && this.nameOf({ kind: 'constant', width, value, enumeration });
    return name ?? printConstant(width, value);
  }

  /** The name, or one like it that nothing has. */
  freeName(wanted: string): string {
    let name = wanted;
    for (let count = 2; this.#names.has(name); count++) name = `${wanted}_${count}`;
    this.#names.add(name);
    return name;
  }

  /** The first statement that drives the signal; where none does (a fallback), its declaration. */
  drivenAt(signal: Signal): SourceLocation {
    const [first] = driversOf(this.module.statements, signal);
    if (first === undefined) return signal.location;
    return first.kind === 'if' ? (first.arms[0]?.location ?? signal.location) : first.location;
  }

  combinationalSignals(): Signal[] {
    const { ports, signals } = this.module;
    return [...ports, ...signals].filter(
      (signal) =>
        signal.kind === 'output' ||
        signal.kind === 'wire' ||
        signal.kind === 'instanceInput' ||
        // the output of an instance that a test bench plays
        (signal.kind === 'instanceOutput' && driversOf(this.module.statements, signal).length > 0),
    );
  }

  readonly #openPins = new Map<Signal, string>();

  /** What stands at the pin of a foreign module that is left open: its fallback, or nothing; undefined for all other signals. */
  openPin(signal: Signal): string | undefined {
    return this.#openPins.get(signal);
  }

  #findOpenPins(): void {
    const { externals, statements } = this.module;
    if (externals.length === 0) return;
    const read = signalsRead(this.module);
    for (const { signal } of externals.flatMap(({ connections }) => connections)) {
      if (signal.kind === 'instanceOutput' && !read.has(signal)) this.#openPins.set(signal, '');
      if (signal.kind === 'instanceInput' && !isDriven(statements, signal) && !read.has(signal))
        this.#openPins.set(signal, printConstant(signal.width, signal.fallback ?? 0n));
    }
  }

  /** What stands at the pin of an instance. */
  pin(signal: Signal): string {
    const value = this.#plain.inputs.get(signal);
    if (value !== undefined) return this.expression(value, signal.name, signal.location);
    return this.openPin(signal) ?? this.nameAtPin(signal);
  }

  /** Whether the signal has no wire: what is at the pin stands there itself. */
  hasNoWire(signal: Signal): boolean {
    return this.#plain.inputs.has(signal) || this.#plain.outputs.has(signal) || this.openPin(signal) !== undefined;
  }

  /** Whether an instance drives the signal at its pin. */
  isDrivenAtPin(signal: Signal): boolean {
    return this.#plain.driven.has(signal);
  }

  /** The name that an output of an instance has here. */
  nameAtPin(signal: Signal): string {
    return (this.#plain.outputs.get(signal) ?? signal).name;
  }

  isWritten(memory: Memory): boolean {
    return driversOf(this.module.statements, memory).length > 0;
  }

  readonly #procedural = new Map<Signal, boolean>();

  /** Whether the signal needs an always block: it has control flow, and signals decide there. */
  isProcedural(signal: Signal): boolean {
    if (signal.kind !== 'output' && signal.kind !== 'wire' && signal.kind !== 'instanceInput') return false;
    let known = this.#procedural.get(signal);
    if (known === undefined) {
      const targets = { signals: new Set([signal]) };
      const statements = driversOf(this.module.statements, signal);
      const areAssigns = statements.every(({ kind }) => kind === 'assign');
      known = !areAssigns && statements.length > 0 && statements.every((statement) => decidesBySignals(statement, targets));
      this.#procedural.set(signal, known);
    }
    return known;
  }

  isPartlyUnread(signal: Signal): boolean {
    return this.#read.get(signal) !== (1n << BigInt(signal.width)) - 1n;
  }
}
