/** The timing of a picture: counters that follow from a table, and a generator for any mode. */
import { bits, bool, input, module, output } from '../index.ts';

/** One direction of a mode, in pixels or lines. */
export interface Timing {
  readonly visible: number;
  readonly frontPorch: number;
  readonly sync: number;
  readonly backPorch: number;
}

/** 640 x 480 at 60 Hz (VESA DMT 04): a pixel each 39.7 ns, both synchronisations active low. */
export const VGA: { readonly name: string; readonly horizontal: Timing; readonly vertical: Timing } = {
  name: '640x480',
  horizontal: { visible: 640, frontPorch: 16, sync: 96, backPorch: 48 },
  vertical: { visible: 480, frontPorch: 10, sync: 2, backPorch: 33 },
};

const total = ({ visible, frontPorch, sync, backPorch }: Timing): number => visible + frontPorch + sync + backPorch;

/** Counts through the lines of a mode, and says when to sync and what to show. */
export const videoTiming = ({ name, horizontal, vertical }: typeof VGA) =>
  module(
    `video_timing_${name}`,
    {
      /** a pixel is due */
      pixel: input(bool),
      hsyncN: output(bool),
      vsyncN: output(bool),
      visible: output(bool),
      x: output(bits(12)),
      y: output(bits(12)),
    },
    (io, m) => {
      const r = m.registers({ column: bits(12), line: bits(12) });
      const { endOfLine } = m.let({ endOfLine: r.column.eq(total(horizontal) - 1) });
      m.when(io.pixel, () => {
        r.column.next(r.column.add(1));
        m.when(endOfLine, () => {
          r.column.next(0);
          m.when(r.line.eq(total(vertical) - 1), () => r.line.next(0)).otherwise(() => r.line.next(r.line.add(1)));
        });
      });
      const syncs = (at: typeof r.column, { visible, frontPorch, sync }: Timing) =>
        at.ge(visible + frontPorch).and(at.lt(visible + frontPorch + sync));
      io.hsyncN.set(syncs(r.column, horizontal).not());
      io.vsyncN.set(syncs(r.line, vertical).not());
      io.visible.set(r.column.lt(horizontal.visible).and(r.line.lt(vertical.visible)));
      io.x.set(r.column);
      io.y.set(r.line);
    },
    `Timing of a picture of ${name}.`,
  );
