/**
 * A mailbox keeps frames apart, whatever software and wire do. Received: the lengths that wait are those of the words that wait, so
 * a reader who takes a frame of the length that it is told ends at its last word, and the next begins at the first of its own; a
 * frame that found no room has left neither words nor a length. Sent: the last word of each frame that may leave is marked, no word
 * before it is, and nothing may leave of a frame that has not been committed whole. That its FIFOs lose, turn round and change
 * nothing, and drop whole what did not fit, is their own proof's concern (`frame-fifo-integrity.ts`, and that of the library).
 */
import { type AnyBits, type Bits, bits, bool, cat, input, module, mux, output, u } from '../../hdl-gen/index.ts';
import { axiLite } from '../../hdl-gen/library/index.ts';
import { frameMailboxOf } from '../../hw/frame-mailbox.ts';
import { FrameStream } from '../../hw/frame-stream.ts';
import { MAILBOX_REGISTERS } from '../../spec/mailbox-registers.ts';
import { ADDRESS_BITS } from '../../spec/registers.ts';
import { wordsInOrder } from './frame-fifo-integrity.ts';

const LENGTH_BITS = MAILBOX_REGISTERS.receiveLength.bits;
const COUNT_BITS = LENGTH_BITS - 1;
/** Of a sum of words of all lengths that wait. */
const SUM_BITS = LENGTH_BITS + 3;
const SENT_BITS = 35;
/** The mark of the last word of a frame. */
const LAST = 34;

/** @param words of each way, and  @param frames that can wait: powers of two, the control logic is the same at every size */
export function mailboxFrames(words: number, frames: number) {
  const pointerBits = Math.log2(words) + 1;
  const framePointerBits = Math.log2(frames) + 1;
  return module(
    `mailbox_frames_${words}x${frames}`,
    { sAxi: input(axiLite(ADDRESS_BITS)), irq: output(bool), received: input(FrameStream), sent: output(FrameStream) },
    (io, m) => {
      const dut = m.instance('dut', frameMailboxOf(words, frames));
      m.connect(io.sAxi, dut.sAxi);
      m.connect(io.received, dut.received);
      m.connect(dut.sent, io.sent);
      io.irq.set(dut.irq);
      const inside = m.observe('dut', {
        wordsArrived: bits(COUNT_BITS),
        left: bits(LENGTH_BITS),
        holds: bits(1),
        wordsWritten: bits(COUNT_BITS),
      });
      const fifo = (width: number) =>
        ({
          writePointer: bits(pointerBits),
          committed: bits(pointerBits),
          readPointer: bits(pointerBits),
          valid: bits(1),
          lost: bits(1),
          words: bits(width * words),
        }) as const;
      const arrived = m.observe('dut.arrived', fifo(32));
      const leaving = m.observe('dut.leaving', {
        ...fifo(SENT_BITS),
        toLast: bits(1),
        toOctetsLessOne: bits(SENT_BITS - 33),
        toWord: bits(32),
      });
      const lengths = m.observe('dut.lengths', {
        count: bits(framePointerBits),
        readAddress: bits(framePointerBits - 1),
        words: bits(LENGTH_BITS * frames),
      });

      // ---- received
      const wordsOf = (length: AnyBits): Bits<number> => (length as Bits<number>).zext(SUM_BITS).add(3).shr(2) as Bits<number>;
      const waiting = lengths.count;
      const stored = Array.from({ length: frames }, (_, index) => lengths.words.bits(LENGTH_BITS * index, LENGTH_BITS));
      const first = lengths.readAddress;
      const inOrder = Array.from({ length: frames }, (_, place) =>
        stored.reduce<Bits<number>>(
          (chosen, length, index) => mux(first.add(place % frames).eq(index), length as Bits<number>, chosen),
          u(LENGTH_BITS, 0) as AnyBits as Bits<number>,
        ),
      );
      const told = inOrder.reduce<Bits<number>>(
        (sum, length, place) => sum.add(mux(waiting.gt(place), wordsOf(length), 0)),
        wordsOf(inside.left),
      );
      const there = arrived.committed.sub(arrived.readPointer).zext(SUM_BITS).add(arrived.valid.zext(SUM_BITS));
      m.assert('lengths_are_those_of_the_words', told.eq(there));
      inOrder.forEach((length, place) => {
        m.assert(`no_frame_without_octets_${place}`, waiting.le(place).or(length.ne(0)));
      });
      const arriving = arrived.writePointer.sub(arrived.committed);
      m.assert('counts_the_words_that_arrive', arrived.lost.bit(0).or(arriving.zext(COUNT_BITS).eq(inside.wordsArrived)));

      // ---- sent
      const shows = { readValid: leaving.valid.bit(0), readData: cat(leaving.toLast, leaving.toOctetsLessOne, leaving.toWord) };
      const contents = wordsInOrder(shows, leaving, SENT_BITS, words);
      const unread = leaving.valid.zext(pointerBits + 1);
      const finished = leaving.committed
        .sub(leaving.readPointer)
        .zext(pointerBits + 1)
        .add(unread);
      const all = leaving.writePointer
        .sub(leaving.readPointer)
        .zext(pointerBits + 1)
        .add(unread);
      contents.forEach((word, place) => {
        m.assert(`what_may_leave_ends_with_a_last_word_${place}`, finished.ne(place + 1).or(word.bit(LAST)));
        m.assert(`none_is_marked_before_its_frame_is_whole_${place}`, all.le(place).or(finished.gt(place)).or(word.bit(LAST).not()));
      });
      const written = leaving.writePointer.sub(leaving.committed).zext(COUNT_BITS).add(inside.holds.zext(COUNT_BITS));
      m.assert('counts_the_words_that_software_wrote', leaving.lost.bit(0).or(written.eq(inside.wordsWritten)));
      m.cover('a_frame_waits', waiting.ne(0));
    },
    'Frames of a mailbox stay whole and apart.',
  );
}
