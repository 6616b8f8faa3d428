/** Samples that come with a clock of their own, averaged in ours: two clocks, a FIFO between them, signed numbers. */
import { bits, bool, clockDomain, defaultDomain, input, module, output, signed, stream } from '../index.ts';
import { asyncFifo, readSide, writeSide } from '../library/index.ts';

const adc = clockDomain('adc');
const Sample = { level: signed(12) };

/**
 * Averages samples that come with a clock of their own.
 * @param count samples of an average, a power of two from 2 to 256
 */
export const averager = (count: number) =>
  module(
    `averager_${count}`,
    { samples: input(stream(Sample), adc), average: output(signed(12)), ready: output(bool) },
    (io, m) => {
      const fifo = m.instance(
        'fifo',
        asyncFifo(Sample, 8),
        new Map([
          [writeSide, adc],
          [readSide, defaultDomain],
        ]),
      );
      m.connect(io.samples, fifo.from);
      fifo.to.ready.set(1);
      m.unused(fifo.to.last);

      const r = m.registers({ sum: signed(20), taken: bits(8), mean: signed(12), isNew: bool });
      const { total } = m.let({ total: r.sum.add(fifo.to.level.extend(20)) });
      r.isNew.next(0);
      m.when(fifo.to.fire, () => {
        r.sum.next(total);
        r.taken.next(r.taken.add(1));
        m.when(r.taken.eq(count - 1), () => {
          r.sum.next(0);
          r.taken.next(0);
          r.mean.next(total.shr(Math.log2(count)).trunc(12));
          r.isNew.next(1);
        });
      });
      io.average.set(r.mean);
      io.ready.set(r.isNew);
    },
    'The average of samples that have a clock of their own, rounded down.',
  );
