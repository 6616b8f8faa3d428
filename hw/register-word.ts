/** The word that a register reads, from the values of its fields. */
import { type AnyBits, type Bit, type Bits, bits, cat, mux, u } from '../hdl-gen/index.ts';
import { fieldOf, type Register, withField } from '../spec/registers.ts';
import { chosen } from './one-hot.ts';

/** Of a register with fields, each with its value, which may be narrower than the field. @throws RangeError for a field without one */
export function wordOf(register: Register, values: Readonly<Record<string, AnyBits>>): Bits<32> {
  const parts: AnyBits[] = [];
  let width = 0;
  const gap = (to: number): void => {
    if (to > width) parts.unshift(u(to - width, 0));
    width = to;
  };
  for (const { name, low, bits: fieldBits } of register.fields ?? []) {
    const value = values[name];
    if (value === undefined) throw new RangeError(`field ${name} of register ${register.name} has no value`);
    gap(low);
    parts.unshift(value.as(bits(value.width)).zext(fieldBits));
    width += fieldBits;
  }
  gap(32);
  return cat(...parts).as(bits(32));
}

/** The same of what is known when the hardware is generated. @throws RangeError for a field that there is not */
export function constantWordOf(register: Register, values: Readonly<Record<string, number>>): number {
  return Object.entries(values).reduce((word, [name, value]) => withField(fieldOf(register, name), word, value), 0);
}

/** A word at its address, which is a multiple of 4. */
export interface AddressedWord {
  readonly offset: number;
  readonly value: Bits<32>;
}

/** Words that one multiplexer chooses among, by the lowest bits of their addresses. */
const GROUP = 4;

/** What is read, 0 where there is nothing. A bit of the address after the other chooses: a read has no time to compare each address. */
export function wordAt<W extends number>(address: Bits<W>, words: readonly AddressedWord[]): Bits<32> {
  return inGroups(address, new Map(words.map(({ offset, value }) => [offset, value])), u(32, 0));
}

/** Whether an address is one of those. */
export function isAmong<W extends number>(address: Bits<W>, offsets: readonly number[]): Bit {
  return inGroups(address, new Map(offsets.map((offset) => [offset, u(1, 1)])), u(1, 0));
}

function inGroups<A extends number, W extends number>(address: Bits<A>, at: ReadonlyMap<number, Bits<W>>, nothing: Bits<W>): Bits<W> {
  const groups = [...new Set([...at.keys()].map((offset) => Math.floor(offset / (4 * GROUP))))];
  const bitsBelow = Math.log2(4 * GROUP);
  const aligned = address.take(2).any().not();
  return chosen(
    groups.map((group) => address.shr(bitsBelow).eq(group).and(aligned)),
    groups.map((group) =>
      byAddress(
        address,
        Array.from({ length: GROUP }, (_, place) => at.get(4 * (group * GROUP + place)) ?? nothing),
      ),
    ),
  );
}

/** One of two to the power of so many values, by the bits of the address of a word. */
function byAddress<A extends number, W extends number>(address: Bits<A>, values: readonly Bits<W>[]): Bits<W> {
  const [first] = values;
  if (first === undefined) throw new RangeError('no word to choose');
  if (values.length === 1) return first;
  const half = values.length / 2;
  const upper = address.bit(1 + Math.log2(values.length));
  return mux(upper, byAddress(address, values.slice(half)), byAddress(address, values.slice(0, half)));
}
