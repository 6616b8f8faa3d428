/** The scalars of structures and vectors, and how they are assigned together. */
import { WrongVerb } from '../errors/build-errors.ts';
import type { Enumeration } from '../ir/enumeration.ts';
import { SourceLocation } from '../ir/location.ts';
import { slice } from '../ir/logic.ts';
import type { Expression } from '../ir/module.ts';
import { openModule, requireOpen, type StatementSink } from './running.ts';
import { type AnyBits, checkSlice, type Operand, operand, Value } from './value.ts';

export type Verb = 'set' | 'next';

/** A value, or a place; where it is an element selected by a signal, all that it may be. */
export type Leaf = Value<number> & {
  readonly [verb in Verb]?: (value: Operand<number>) => void;
} & { readonly selection?: Selection };

interface Selection {
  readonly module: StatementSink;
  readonly index: AnyBits;
  readonly choices: readonly Leaf[];
}

/** Assigns scalars that belong together; those that one signal selects, in one `switch`. */
export function drive(leaves: readonly Leaf[], values: readonly Expression[], verb: Verb): void {
  const selection = leaves[0]?.selection;
  if (selection !== undefined && leaves.every((leaf) => leaf.selection?.index === selection.index))
    return driveSelected(leaves, values, verb, selection);
  leaves.forEach((leaf, index) => {
    const value = values[index];
    if (leaf[verb] === undefined) throw new WrongVerb(verb, 'a value', 'computed from others');
    if (value !== undefined) leaf[verb](new Value<number>(value));
  });
}

function driveSelected(leaves: readonly Leaf[], values: readonly Expression[], verb: Verb, { module, index, choices }: Selection): void {
  const arms = choices.slice(0, reachable(index, choices.length)).map((_, number) => ({
    value: BigInt(number),
    body: module.collect(() =>
      drive(
        leaves.flatMap((leaf) => leaf.selection?.choices[number] ?? []),
        values,
        verb,
      ),
    ),
  }));
  module.add({ kind: 'switch', subject: index.expression, arms, otherwise: undefined, location: SourceLocation.capture() });
}

/** How many of `count` elements an index can name. */
export function reachable({ width }: { readonly width: number }, count: number): number {
  return Math.min(count, 2 ** width);
}

/** The element of that number: a wire, made when it is read, and a `switch` where it is assigned. */
export function selectedLeaf(
  index: AnyBits,
  choices: readonly Leaf[],
  { name, width, enumeration }: { readonly name: string; readonly width: number; readonly enumeration: Enumeration | undefined },
): Leaf {
  const module = openModule(`element of ${name}`);
  const location = SourceLocation.capture();
  const make = (): Expression =>
    module.choose({
      name,
      index: index.expression,
      choices: choices.slice(0, reachable(index, choices.length)).map(({ expression }) => expression),
      enumeration,
      location,
    });
  return selected(new Value<number>({ width, make }), name, { module, index, choices });
}

function selected(value: Value<number>, name: string, selection: Selection): Leaf {
  const assign = (verb: Verb) => (given: Operand<number>) => {
    requireOpen(selection.module, name);
    const taken = operand(given, leaf, `assignment to ${name}`);
    SourceLocation.standingFor(SourceLocation.capture(), () => drive([leaf], [taken], verb));
  };
  const leaf: Leaf = Object.assign(value, {
    selection,
    set: assign('set'),
    next: assign('next'),
    bits: (low: number, count: number) => {
      checkSlice(low, count, value.width);
      const make = (): Expression => slice(value.expression, low, count);
      const choices = selection.choices.map((choice) => choice.bits(low, count) as Leaf);
      return selected(new Value<number>({ width: count, make }), name, { ...selection, choices });
    },
  }) as Leaf;
  return leaf;
}
