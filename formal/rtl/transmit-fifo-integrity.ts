/**
 * The TX FIFO loses, invents and changes nothing, and hands out whole records only: once the first word of a record shows,
 * every other one follows without a gap. Whoever reads it is never left in the middle of a record.
 */
import { type AnyBits, type Bit, type Bits, bits, bool, input, module, mux, u } from '../../hdl-gen/index.ts';
import { transmitFifo } from '../../hw/transmit-fifo.ts';
import { followWord } from './follow-word.ts';
import { wordsInOrder } from './frame-fifo-integrity.ts';

const LEFT_BITS = 11;

/**
 * @param depth words, a power of two
 * @param longest octets of the longest C_SDU; its record must fit
 */
export function transmitFifoIntegrity(depth: number, longest: number) {
  const pointerBits = Math.log2(depth) + 1;
  const countBits = pointerBits + 1;
  return module(
    `transmit_fifo_integrity_${depth}`,
    { write: input(bool), writeData: input(bits(32)), read: input(bool), choose: input(bool) },
    (io, m) => {
      const dut = m.instance('dut', transmitFifo(depth, longest));
      dut.software.write.set(io.write);
      dut.software.data.set(io.writeData);
      dut.record.read.set(io.read);
      const inside = m.observe('dut', { missing: bits(LEFT_BITS), remaining: bits(LEFT_BITS) });
      const fifo = m.observe('dut.fifo', {
        writePointer: bits(pointerBits),
        committed: bits(pointerBits),
        readPointer: bits(pointerBits),
        lost: bits(1),
        words: bits(32 * depth),
      });
      const shows = dut.record.valid.zext(countBits);
      const finished = fifo.committed.sub(fifo.readPointer).zext(countBits).add(shows);
      const count = fifo.writePointer.sub(fifo.readPointer).zext(countBits).add(shows);
      const contents = wordsInOrder({ readValid: dut.record.valid, readData: dut.record.word }, fifo, 32, depth);

      // a record from its first word to its last, as a reader counts it: words that are left after each word
      const isLength = (word: AnyBits): Bit => (word as Bits<32>).ne(0).and((word as Bits<32>).le(longest));
      const after = (left: Bits<11>, word: AnyBits): Bits<11> =>
        mux(left.eq(0), (word as Bits<32>).trunc(LEFT_BITS).add(3).shr(2).add(1), left.sub(1));
      const leftAfter = [inside.remaining];
      for (const [place, word] of contents.entries()) {
        const left = leftAfter[place] ?? inside.remaining;
        const here = count.gt(place);
        m.assert(`records_begin_with_their_length_${place}`, here.not().or(left.ne(0)).or(isLength(word)));
        leftAfter.push(m.let({ left: mux(here, after(left, word), left) }, `_${place}`).left);
      }
      leftAfter.forEach((left, place) => {
        m.assert(`only_whole_records_may_leave_${place}`, finished.ne(place).or(left.eq(0)));
        m.assert(`reader_and_writer_agree_${place}`, count.ne(place).or(left.eq(inside.missing)));
      });
      m.assert('nothing_spoilt', fifo.lost.not());
      m.assert('a_record_shows_to_its_end', inside.remaining.eq(0).or(dut.record.valid));
      m.assert('record_ready_shows_a_length', dut.record.ready.not().or(isLength(dut.record.word)));
      const readBefore = m.past('read', io.read.and(dut.record.ready));
      m.assert('and_its_next_word_follows_at_once', readBefore.not().or(dut.record.valid));
      m.assert(
        'refuses_for_a_reason',
        dut.software.refuses.eq(dut.software.space.eq(0).or(inside.missing.eq(0).and(isLength(io.writeData).not()))),
      );
      const waited = m.past('waited', dut.record.valid.and(io.read.not()));
      m.assert('offer_stays', waited.not().or(dut.record.valid.and(dut.record.word.eq(m.past('offered', dut.record.word)))));

      const { written } = m.let({ written: io.write.and(dut.software.refuses.not()) });
      followWord(m, io.choose, {
        written,
        data: io.writeData as AnyBits as Bits<number>,
        count,
        finished,
        keeps: written.and(inside.missing.eq(1)),
        drops: u(1, 0),
        taken: io.read.and(dut.record.valid),
        first: dut.record.word as AnyBits as Bits<number>,
        contents,
      });
      m.cover('longest_record_read', m.past('last_word', io.read.and(inside.remaining.eq(1))).and(dut.record.ready));
      m.cover('full', dut.software.space.eq(0));
    },
    'Follows one word through the TX FIFO.',
  );
}
