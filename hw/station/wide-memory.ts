/**
 * Block RAM with words of any width, in columns. A block RAM of 7 series has words of up to 72 bits, but Yosys 0.23 gives those of
 * more than 36 wrong parity bits (`brams_xc6v_map.v` asks for a width of 71), which the gates beside the design showed.
 */
import { type AnyBits, type Bit, type Bits, type Build, bits, cat, u } from '../../hdl-gen/index.ts';

const COLUMN_BITS = 36;
/** They are some 40 look-up tables, 0.2 % of an XC7Z010's; half a block RAM is 0.8 % of what it has of them. */
const FEW_BITS = 1280;

/** Where a memory is to stand: few bits in look-up tables, which a block RAM would be wasted on. */
export function styleOf(width: number, depth: number): 'block' | 'distributed' {
  return width * depth > FEW_BITS ? 'block' : 'distributed';
}

/** Widths of the columns of a word, the lowest first. */
export function columnsOf(width: number): readonly number[] {
  return Array.from({ length: Math.ceil(width / COLUMN_BITS) }, (_, at) => Math.min(COLUMN_BITS, width - at * COLUMN_BITS));
}

/**
 * One port writes, under the `when`s around `write`; one reads at the edges where `enable` is 1, of a word written at that edge the old one.
 * The columns are memories `NAME_0`, `NAME_1`, …, the lowest bits first.
 */
export function wideMemory(m: Build, name: string, width: number, depth: number) {
  const columns = columnsOf(width).map((columnBits, at) => ({
    at,
    columnBits,
    // all but what is left over, so that a small station takes no more look-up tables than a large one
    memory: m.memory(`${name}_${at}`, bits(columnBits), depth, {
      style: columnBits === COLUMN_BITS ? 'block' : styleOf(columnBits, depth),
    }),
  }));
  return {
    write: (address: AnyBits, word: AnyBits): void => {
      for (const { at, columnBits, memory } of columns) memory.write(address, word.as(bits(width)).bits(at * COLUMN_BITS, columnBits));
    },
    read: (port: string, address: AnyBits, enable: Bit = u(1, 1)): Bits<number> => {
      const parts = columns.map(({ at, memory }) => memory.readSync(`${port}_${at}`, address, { enable, onCollision: 'old' }));
      return cat(...parts.toReversed());
    },
  };
}
