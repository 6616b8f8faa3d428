/** The word that a register reads, from the values of its fields. */
import { type AnyBits, type Bits, bits, cat, u } from '../hdl-gen/index.ts';
import { fieldOf, type Register, withField } from '../spec/registers.ts';

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
