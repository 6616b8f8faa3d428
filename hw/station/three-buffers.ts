/**
 * Which of an image's three buffers is whose: one is written, one is read, and the third is what was published last, or free. Neither
 * side ever waits, and neither touches the other's buffer.
 */
import { type AnyBits, type Bits, bits, bool, mux, struct, u, type ValueOf, type WireOf } from '../../hdl-gen/index.ts';

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

/** The one that is read where the newest is. */
export function newestOf(buffers: Buffers): Bits<2> {
  return mux(buffers.fresh, third(buffers), buffers.read);
}

/** What was written is the newest, and another buffer is written from now on: that changes of them. */
export function publish(after: WireOf<typeof ThreeBuffers>, before: Buffers): void {
  after.written.set(third(before));
  after.fresh.set(1);
  after.filled.set(1);
}

/** The newest is read from now on: that changes of them. */
export function acquire(after: WireOf<typeof ThreeBuffers>, before: Buffers): void {
  after.read.set(newestOf(before));
  after.fresh.set(0);
}

/** First word of a buffer: those of an image stand one behind the other from `offset` on. */
export function bufferStart(buffer: Bits<2>, offset: AnyBits, words: Bits<number>): Bits<number> {
  const wide = words.zext(offset.width);
  const before = mux(buffer.bit(1), wide.shl(1), mux(buffer.bit(0), wide, u(offset.width, 0)));
  return offset.as(bits(offset.width)).add(before);
}
