/** `switch`: by numbers, by patterns of bits, by the members of an enumeration. */
import { ShapeMismatch } from '../errors/aggregate-errors.ts';
import { ArmNeverTaken, BadPattern, RoundedArm } from '../errors/control-errors.ts';
import { SourceLocation } from '../ir/location.ts';
import { equals, masked, not } from '../ir/logic.ts';
import type { Expression, SwitchArm } from '../ir/module.ts';
import { leavesIn, shapeIn } from './aggregate.ts';
import { codeOf } from './codec.ts';
import { describeValue } from './describe.ts';
import type { AnyAggregate } from './ports.ts';
import { requireOpen } from './running.ts';
import type { Scope } from './scope.ts';
import type { EnumShape } from './shape.ts';
import { type AnyBits, constantValue } from './value.ts';

/**
 * What is done for which value. In an object, for numbers; in a `Map`, also for bigints and for patterns as `'1??0'`, the
 * highest bit first, where `?` is either. The first arm that fits is taken.
 */
export type Arms = Readonly<Record<number, () => void>> | ReadonlyMap<number | bigint | string, () => void>;

/** Which values an arm is for. */
type Choice = Omit<SwitchArm, 'body'>;

/** @throws ShapeMismatch, LiteralDoesNotFit, NoSuchMember, BadPattern, RoundedArm, ArmNeverTaken */
export function switchOn(
  scope: Scope,
  on: AnyBits | AnyAggregate,
  arms: Arms | { readonly [value: string]: (() => void) | undefined },
  otherwise?: () => void,
): void {
  requireOpen(scope, 'switch');
  const location = SourceLocation.capture();
  const shape = shapeIn(on);
  if (shape.kind !== 'bits' && shape.kind !== 'enum') throw new ShapeMismatch('switch', 'bits or an enumeration', describeValue(on));
  const [subject] = leavesIn(on);
  if (subject === undefined) return;
  const exact = new Map<bigint, string>();
  const patterns: { readonly key: string; readonly choice: Choice }[] = [];
  const chosen: { readonly key: string; readonly choice: Choice; readonly body: () => void }[] = [];
  for (const [key, body] of arms instanceof Map ? arms : Object.entries(arms)) {
    if (body === undefined) continue;
    const choice = choiceOf(subject.width, arms instanceof Map ? key : numberOf(key), shape.kind === 'enum' ? shape : undefined);
    const same = choice.care === undefined ? exact.get(choice.value) : undefined;
    const earlier = same ?? patterns.find((pattern) => covers(pattern.choice, choice))?.key;
    if (earlier !== undefined) throw new ArmNeverTaken(String(key), earlier);
    if (choice.care === undefined) exact.set(choice.value, String(key));
    else patterns.push({ key: String(key), choice });
    chosen.push({ key: String(key), choice, body });
  }
  const fits = ({ value, care }: Choice): Expression => equals(masked(subject.expression, care), value);
  const bodies = chosen.map(({ choice, body }) => ({ ...choice, body: scope.collect(body, [fits(choice)]) }));
  const none = chosen.map(({ choice }) => not(fits(choice)));
  scope.add({
    kind: 'switch',
    subject: subject.expression,
    arms: bodies,
    otherwise: otherwise && scope.collect(otherwise, none),
    ...(shape.kind === 'enum' ? { enumeration: shape.enumeration } : {}),
    location,
  });
}

/** The key of an object: it was a number, and what is above 2^53 was rounded before anybody here saw it. @throws RoundedArm */
function numberOf(key: string): string | number {
  const value = Number(key);
  if (value > Number.MAX_SAFE_INTEGER) throw new RoundedArm(key);
  return Number.isNaN(value) ? key : value;
}

function choiceOf(width: number, key: unknown, shape: EnumShape<string> | undefined): Choice {
  if (shape !== undefined) return { value: codeOf(shape, String(key), 'arm of a switch') };
  if (typeof key === 'number' || typeof key === 'bigint') return { value: constantValue(width, key) };
  const pattern = String(key).replaceAll('_', '');
  if (!/^[01?]+$/.test(pattern) || pattern.length !== width) throw new BadPattern(String(key), width);
  const care = BigInt(`0b${pattern.replace(/[01?]/g, (bit) => (bit === '?' ? '0' : '1'))}`);
  const value = BigInt(`0b${pattern.replaceAll('?', '0')}`);
  return pattern.includes('?') ? { value, care } : { value };
}

/** Whether every value of `other` is one of `choice`. */
function covers(choice: Choice, other: Choice): boolean {
  const care = choice.care ?? -1n;
  return (care & ~(other.care ?? -1n)) === 0n && (other.value & care) === choice.value;
}
