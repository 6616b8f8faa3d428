/** A FIFO between two clocks. */
import { BadSize } from '../errors/width-errors.ts';
import {
  type Bits,
  bits,
  cat,
  clockDomain,
  input,
  type Module,
  module,
  output,
  type Payload,
  type PortShape,
  parametric,
  type StreamShape,
  stream,
} from '../index.ts';
import { nameOf, offer, wordBits, wordOf } from './payload.ts';

/** The clock of what is written. */
export const writeSide = clockDomain('write');
/** The clock of what is read. */
export const readSide = clockDomain('read');

type AsyncFifoPorts<P extends Payload> = {
  readonly from: PortShape<'in', StreamShape<P>>;
  readonly to: PortShape<'out', StreamShape<P>>;
};

const GRAY = 'a Gray code, of which one bit changes at a time, and two flip-flops follow';

/**
 * Carries a stream from one clock to another: no beat is lost, doubled or changed, whatever the clocks. The pointers
 * cross as Gray codes, of which one bit changes at a time, so a pointer caught half changed is the old or the new one.
 * A beat needs two to three cycles of the reader to show, a place two to three cycles of the writer to be free again.
 * Both sides must be reset together.
 * @param payload of the stream
 * @param depth beats, a power of two, at least 4
 * @throws BadSize
 * @function
 */
export const asyncFifo = parametric(<P extends Payload>(payload: P, depth: number): Module<AsyncFifoPorts<P>> => {
  const addressBits = Math.log2(depth);
  if (!Number.isInteger(addressBits) || depth < 4) throw new BadSize('depth of an asynchronous FIFO', depth, 'a power of two, at least 4');
  const pointerBits = addressBits + 1;
  const ports: AsyncFifoPorts<P> = { from: input(stream(payload), writeSide), to: output(stream(payload), readSide) };
  return module(
    `async_fifo_${nameOf(payload)}_${depth}`,
    ports,
    (io, m) => {
      const { from, to } = io;
      const synchronised = bits(pointerBits, { attributes: { ASYNC_REG: true } });
      const w = m.in(writeSide, () =>
        m.registers({ writePointer: bits(pointerBits), writeGray: bits(pointerBits), readHere0: synchronised, readHere: synchronised }),
      );
      const r = m.in(readSide, () =>
        m.registers({ readPointer: bits(pointerBits), readGray: bits(pointerBits), writeHere0: synchronised, writeHere: synchronised }),
      );
      const words = m.in(writeSide, () =>
        m.memory('words', bits(wordBits(payload)), depth, {
          style: 'distributed',
          crossing: 'a word is read only after the pointer behind it has crossed',
        }),
      );

      // full: the pointers differ by the depth, which Gray codes show in their two top bits
      const full = w.writeGray.eq(cat(w.readHere.bits(pointerBits - 2, 2).not(), w.readHere.take(pointerBits - 2)));
      from.ready.set(full.not());
      const { nextWrite } = m.let({ nextWrite: w.writePointer.add(1) });
      m.when(from.fire, () => {
        m.in(writeSide, () => words.write(w.writePointer.take(addressBits), wordOf(from)));
        w.writePointer.next(nextWrite);
        w.writeGray.next(gray(nextWrite));
      });
      w.readHere0.next(m.in(writeSide, () => m.unsafeCross('readCrosses', r.readGray, GRAY)));
      w.readHere.next(w.readHere0);

      const valid = r.readGray.ne(r.writeHere);
      to.valid.set(valid);
      offer(to, payload, words.read(r.readPointer.take(addressBits)));
      const { nextRead } = m.let({ nextRead: r.readPointer.add(1) });
      m.when(to.ready.and(valid), () => {
        r.readPointer.next(nextRead);
        r.readGray.next(gray(nextRead));
      });
      r.writeHere0.next(m.in(readSide, () => m.unsafeCross('writeCrosses', w.writeGray, GRAY)));
      r.writeHere.next(r.writeHere0);

      // what each side knows of the other is old, and never wrong by more than that
      const writeBefore = m.in(readSide, () => {
        const once = m.past('write_once', w.writePointer);
        return [once, m.past('write_twice', once)] as const;
      });
      const readBefore = m.in(writeSide, () => {
        const once = m.past('read_once', r.readPointer);
        return [once, m.past('read_twice', once)] as const;
      });
      const since = (pointer: Bits<number>): Bits<number> => w.writePointer.sub(pointer);
      const order: readonly Bits<number>[] = [writeBefore[0], writeBefore[1], r.readPointer, readBefore[0], readBefore[1]];
      for (const side of [writeSide, readSide]) {
        const at = side === writeSide ? 'write' : 'read';
        m.in(side, () => {
          m.assert(`gray_${at}`, w.writeGray.eq(gray(w.writePointer)).and(r.readGray.eq(gray(r.readPointer))));
          m.assert(`write_pointer_crosses_${at}`, r.writeHere0.eq(gray(writeBefore[0])).and(r.writeHere.eq(gray(writeBefore[1]))));
          m.assert(`read_pointer_crosses_${at}`, w.readHere0.eq(gray(readBefore[0])).and(w.readHere.eq(gray(readBefore[1]))));
          m.assert(`never_more_than_fit_${at}`, since(readBefore[1]).le(depth));
          order.slice(1).forEach((older, index) => {
            const newer = order[index] ?? older;
            m.assert(`in_order_${index}_${at}`, since(newer).le(since(older)));
          });
        });
      }
      m.in(writeSide, () => m.cover('full', full));
      m.in(readSide, () => m.cover('empty_again', valid.not().and(r.readPointer.eq(depth))));
    },
    `A stream from one clock to another, ${depth} beats deep.`,
  );
});

function gray(pointer: Bits<number>): Bits<number> {
  return pointer.xor(pointer.shr(1));
}
