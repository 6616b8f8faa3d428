import { type AnyBits, type Bits, bits, bool, input, module, mux, output, u } from '../hdl-gen/index.ts';
import { C_SDU_MAX } from '../spec/header.ts';
import { frameFifo } from './frame-fifo.ts';
import { LENGTH_BITS } from './frame-length.ts';

/** Words of the TX and of the RX FIFO: two records of the longest C_SDU and more. */
export const RECORD_FIFO_WORDS = 1024;
export const RECORD_FIFO_LEVEL_BITS = Math.log2(RECORD_FIFO_WORDS) + 1;

/**
 * The TX FIFO: takes records word by word (C_SDU length, APDU status, C_SDU) and hands out only whole ones, so
 * that a slow writer never starves a frame that has begun. A length of 0 or beyond the largest C_SDU begins no
 * record; such a word is refused, as is every word that does not fit.
 * @param depth words, a power of two
 * @param longest octets of the longest C_SDU
 */
export function transmitFifo(depth = RECORD_FIFO_WORDS, longest = C_SDU_MAX) {
  const levelBits = Math.log2(depth) + 1;
  return module(
    `transmit_fifo_${depth}_${longest}`,
    {
      write: input(bool),
      writeData: input(bits(32)),
      /** the word would be refused */
      refuses: output(bool),
      space: output(bits(levelBits)),
      /** the first word of a whole record shows on `readData` */
      recordReady: output(bool),
      readValid: output(bool),
      readData: output(bits(32)),
      read: input(bool),
    },
    (io, m) => {
      const fifo = m.instance('fifo', frameFifo(32, depth));
      const r = m.registers({
        /** words that the record being written still lacks; 0 between records */
        missing: bits(LENGTH_BITS),
        /** words that the record being read still has; 0 between records */
        remaining: bits(LENGTH_BITS),
      });
      const words = (length: AnyBits) => (length as Bits<32>).trunc(LENGTH_BITS).add(3).shr(2);

      const { between } = m.let({ between: r.missing.eq(0) });
      const { badLength } = m.let({ badLength: io.writeData.eq(0).or(io.writeData.gt(longest)) });
      io.refuses.set(fifo.space.eq(0).or(between.and(badLength)));
      const { accept } = m.let({ accept: io.write.and(io.refuses.not()) });
      m.when(accept, () => r.missing.next(mux(between, words(io.writeData).add(1), r.missing.sub(1))));
      fifo.write.set(accept);
      fifo.writeData.set(io.writeData);
      fifo.commit.set(accept.and(r.missing.eq(1)));
      fifo.discard.set(0);
      io.space.set(fifo.space);
      m.unused(fifo.overflow, fifo.level);

      m.when(io.read.and(fifo.readValid), () => r.remaining.next(mux(r.remaining.eq(0), words(fifo.readData).add(1), r.remaining.sub(1))));
      io.recordReady.set(fifo.readValid.and(r.remaining.eq(0)));
      io.readValid.set(fifo.readValid);
      io.readData.set(fifo.readData);
      fifo.read.set(io.read);
      m.assert('record_fits', r.missing.le(u(LENGTH_BITS, Math.ceil(longest / 4) + 1)));
    },
    'TX FIFO: takes records word by word, hands out whole ones.',
  );
}
