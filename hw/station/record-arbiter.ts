import { bits, bool, input, module, mux, output } from '../../hdl-gen/index.ts';
import { LENGTH_BITS } from '../frame-length.ts';
import { recordSource, recordWords } from '../transmit-fifo.ts';

/**
 * Two sources of records for one generator: between records the first goes first. Once a frame is asked for, its record is read to its
 * end, so no frame is broken, and none is made of two records.
 */
export const recordArbiter = module(
  'record_arbiter',
  {
    first: input(recordSource),
    second: input(recordSource),
    record: output(recordSource),
    /** a frame is asked for, of the record that shows: from now on it stays */
    asked: input(bool),
    /** the record is one of the first source */
    onFirst: output(bool),
  },
  (io, m) => {
    const r = m.registers({
      held: bits(1),
      heldFirst: bits(1),
      /** words that the record still has; 0 before its first one is read */
      left: bits(LENGTH_BITS),
    });
    const { takesFirst } = m.let({ takesFirst: mux(r.held, r.heldFirst, io.first.ready) });
    const begins = r.left.eq(0);
    io.record.ready.set(mux(takesFirst, io.first.ready, io.second.ready));
    io.record.valid.set(mux(takesFirst, io.first.valid, io.second.valid));
    io.record.word.set(mux(takesFirst, io.first.word, io.second.word));
    io.first.read.set(io.record.read.and(takesFirst));
    io.second.read.set(io.record.read.and(takesFirst.not()));
    io.onFirst.set(takesFirst);
    m.when(io.asked.or(io.record.read), () => {
      r.held.next(1);
      r.heldFirst.next(takesFirst);
    });
    m.when(io.record.read, () => {
      r.left.next(mux(begins, recordWords(io.record.word).sub(1), r.left.sub(1)));
      m.when(r.left.eq(1), () => r.held.next(0));
    });
    m.assume('asks_for_what_is_there', io.asked.not().or(io.record.ready).or(r.held));
    m.assume('reads_what_is_there', io.record.read.not().or(io.record.valid));
    m.assert('a_record_is_held_to_its_end', begins.or(r.held));
    m.cover('both_wait', io.first.ready.and(io.second.ready).and(io.record.read));
  },
  'Merges two sources of records; the first one has priority between records.',
);
