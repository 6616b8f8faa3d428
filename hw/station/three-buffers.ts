/**
 * Which of an image's three buffers is whose: one is written, one is read, and the third is what was published last, or free. Neither
 * side ever waits, and neither touches the other's buffer.
 */
import { type Bits, bits, bool, mux, struct, u, type ValueOf } from '../../hdl-gen/index.ts';

export const BUFFERS = 3;

export const ThreeBuffers = struct({
  /** 0 to 2, two different ones */
  written: bits(2),
  read: bits(2),
  /** the third was published behind the one that is read */
  fresh: bool,
  /** there was a publication */
  filled: bool,
});
type Buffers = ValueOf<typeof ThreeBuffers>;

/** Nothing was published. */
export const NOTHING_PUBLISHED = { written: u(2, 0), read: u(2, 2), fresh: u(1, 0), filled: u(1, 0) };

/** The third: the numbers of all are 3 in sum. */
function third({ written, read }: Buffers): Bits<2> {
  return written.add(read).not();
}

/** What was written is the newest, and another buffer is written from now on. */
export function published(buffers: Buffers) {
  return { written: third(buffers), read: buffers.read, fresh: u(1, 1), filled: u(1, 1) };
}

/** The newest is read from now on. */
export function acquired(buffers: Buffers) {
  const { written, read, fresh, filled } = buffers;
  return { written, read: mux(fresh, third(buffers), read), fresh: u(1, 0), filled };
}

/** First word of a buffer: those of an image stand one behind the other from `offset` on. */
export function bufferStart(buffer: Bits<2>, offset: Bits<number>, words: Bits<number>): Bits<number> {
  const wide = words.zext(offset.width);
  const before = mux(buffer.bit(1), wide.shl(1), mux(buffer.bit(0), wide, u(offset.width, 0)));
  return offset.add(before);
}
