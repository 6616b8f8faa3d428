/** Conway's Game of Life on a torus: a vector of cells whose neighbours the host finds. */
import { bits, bool, cat, input, module, output } from '../index.ts';

/**
 * Conway's Game of Life on a torus, a generation each cycle.
 * @param side cells of each side, 3 to 16; cell (x, y) is bit `side * y + x`
 */
export const life = (side: number) => {
  const Cells = bits(side * side);
  return module(
    `life_${side}`,
    { load: input(bool), first: input(Cells), step: input(bool), cells: output(Cells) },
    (io, m) => {
      const { now } = m.registers({ now: Cells });
      const around = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => [dx, dy] as const)).filter(([dx, dy]) => dx !== 0 || dy !== 0);
      const next = Array.from({ length: side * side }, (_, place) => {
        const [x, y] = [place % side, Math.floor(place / side)];
        const neighbours = around.map(([dx, dy]) => now.bit(side * ((y + dy + side) % side) + ((x + dx + side) % side)));
        const count = neighbours.map((one) => one.zext(4)).reduce((a, b) => a.add(b));
        return count.eq(3).or(count.eq(2).and(now.bit(place)));
      });
      m.when(io.load, () => now.next(io.first)).elseWhen(io.step, () => now.next(cat(...next.toReversed()).as(Cells)));
      io.cells.set(now);
    },
    `The Game of Life on a torus of ${side} x ${side} cells.`,
  );
};
