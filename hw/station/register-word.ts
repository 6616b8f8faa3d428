import { type AnyBits, type Bits, u } from '../../hdl-gen/index.ts';
import type { Register } from '../../spec/registers.ts';

/** The word of a register from the values of its fields, by name; those without one read 0. */
export function registerWord({ fields = [] }: Register, values: Readonly<Record<string, AnyBits>>): Bits<32> {
  return fields
    .flatMap(({ name, low }) => (values[name] === undefined ? [] : [(values[name] as Bits<number>).zext(32).shl(low)]))
    .reduce((a, b) => a.or(b), u(32, 0)) as Bits<32>;
}
