import { type AnyBits, type Bits, bits, bool, bundle, cat, input, module, mux, output, parametric, struct, u } from '../hdl-gen/index.ts';
import { frameFifo } from '../hdl-gen/library/index.ts';
import { C_SDU_MAX } from '../spec/header.ts';
import { LENGTH_BITS } from './frame-length.ts';
import { RecordWord } from './frame-stream.ts';
import { relationsName } from './peer-options.ts';

/** Words of the TX and of the RX FIFO: two records of the longest C_SDU and more. */
export const RECORD_FIFO_WORDS = 1024;
export const RECORD_FIFO_LEVEL_BITS = Math.log2(RECORD_FIFO_WORDS) + 1;

/** The word that a record begins with: the number of its relation, and octets of its C_SDU. */
export const RecordHead = struct({ relation: bits(16), length: bits(16) });

export function recordHead(relation: AnyBits, length: AnyBits): Bits<32> {
  const { fields } = RecordHead;
  return cat(relation.as(bits(relation.width)).zext(fields.relation.width), length.as(bits(length.width)).zext(fields.length.width));
}

/** Words of a record, by its first one: length, APDU status, C_SDU. */
export function recordWords(first: AnyBits): Bits<typeof LENGTH_BITS> {
  return first.as(bits(32)).trunc(LENGTH_BITS).add(3).shr(2).add(2);
}

/** Records, word by word; an output of what has them. */
export const recordSource = bundle({
  /** the first word of a whole record shows */
  ready: output(bool),
  valid: output(bool),
  word: output(bits(32)),
  read: input(bool),
});

/** Records on their way from software, word by word; an output of the registers. @param levelBits of `space`, in words */
export function recordWrites(levelBits = RECORD_FIFO_LEVEL_BITS) {
  return bundle({
    write: output(bool),
    data: output(bits(32)),
    /** the word would be refused */
    refuses: input(bool),
    /** the next word is the first of a record */
    between: input(bool),
    space: input(bits(levelBits)),
  });
}

/**
 * The TX FIFO: takes records word by word (C_SDU length, APDU status, C_SDU) and hands out only whole ones, so
 * that a slow writer never starves a frame that has begun. A length of 0 or beyond the largest C_SDU begins no
 * record, nor does a relation that there isn't; such a word is refused, as is every word that does not fit.
 * @param depth words, a power of two
 * @param longest octets of the longest C_SDU
 * @param relations 1 to 256
 */
export const transmitFifo = parametric((depth = RECORD_FIFO_WORDS, longest = C_SDU_MAX, relations = 1) => {
  const levelBits = Math.log2(depth) + 1;
  return module(
    relationsName(`transmit_fifo_${depth}_${longest}`, relations),
    {
      software: input(recordWrites(levelBits)),
      record: output(recordSource),
    },
    (io, m) => {
      const { software, record } = io;
      const fifo = m.instance('fifo', frameFifo(RecordWord, depth, { last: false }));
      const r = m.registers({
        /** words that the record being written still lacks; 0 between records */
        missing: bits(LENGTH_BITS),
        /** words that the record being read still has; 0 between records */
        remaining: bits(LENGTH_BITS),
      });
      const { between } = m.let({ between: r.missing.eq(0) });
      software.between.set(between);
      const head = software.data.as(RecordHead);
      const { badLength } = m.let({
        badLength: head.length.eq(0).or(head.length.gt(longest)),
      });
      const nobody = head.relation.ge(relations);
      software.refuses.set(fifo.space.eq(0).or(between.and(badLength.or(nobody))));
      const { accept } = m.let({ accept: software.write.and(software.refuses.not()) });
      m.when(accept, () => r.missing.next(mux(between, recordWords(software.data).sub(1), r.missing.sub(1))));
      fifo.write.set(accept);
      fifo.beat.set({ word: software.data });
      fifo.commit.set(accept.and(r.missing.eq(1)));
      fifo.discard.set(0);
      software.space.set(fifo.space);
      m.unused(fifo.overflow, fifo.level);

      m.when(record.read.and(fifo.to.valid), () =>
        r.remaining.next(mux(r.remaining.eq(0), recordWords(fifo.to.word).sub(1), r.remaining.sub(1))),
      );
      record.ready.set(fifo.to.valid.and(r.remaining.eq(0)));
      record.valid.set(fifo.to.valid);
      record.word.set(fifo.to.word);
      fifo.to.ready.set(record.read);
      m.assert('record_fits', r.missing.le(u(LENGTH_BITS, Math.ceil(longest / 4) + 1)));
    },
    'TX FIFO: takes records word by word, hands out whole ones.',
  );
});
