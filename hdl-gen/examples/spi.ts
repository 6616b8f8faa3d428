/** A controller of the serial peripheral interface, mode 0: a bundle of pins, connected as one. */
import { bits, bool, bundle, cat, input, module, output, stream } from '../index.ts';

/** The pins of one peripheral; an output of the controller. */
export const SpiPins = bundle({ sclk: output(bool), copi: output(bool), cipo: input(bool), csN: output(bool) });

/**
 * Exchanges a word for each that is asked for, highest bit first.
 * @param width bits of a word, 1 to 32
 * @param half cycles of half a period of SCLK, 1 to 256
 */
export const spiController = (width: number, half: number) =>
  module(
    `spi_controller_${width}_${half}`,
    {
      pins: output(SpiPins),
      send: input(stream({ word: bits(width) }, { last: false })),
      /** what came back */
      word: output(bits(width)),
      /** one cycle: `word` is whole */
      done: output(bool),
    },
    (io, m) => {
      const r = m.registers({ shifted: bits(width), left: bits(6), wait: bits(8), clock: bool, busy: bool, seen: bool, whole: bool });
      const { pins, send } = io;
      pins.sclk.set(r.clock);
      pins.copi.set(r.shifted.bit(width - 1));
      pins.csN.set(r.busy.not());
      send.ready.set(r.busy.not());
      io.word.set(r.shifted);
      io.done.set(r.whole);
      r.whole.next(0);
      m.when(send.fire, () => {
        r.shifted.next(send.word);
        r.left.next(width);
        r.wait.next(half - 1);
        r.busy.next(1);
      }).elseWhen(r.busy, () => {
        m.when(r.wait.ne(0), () => r.wait.next(r.wait.sub(1))).otherwise(() => {
          r.wait.next(half - 1);
          m.when(r.left.eq(0), () => {
            r.busy.next(0);
            r.whole.next(1);
          })
            // the peripheral looks at a rising edge, and so do we; a falling one brings the next bit
            .elseWhen(r.clock.not(), () => {
              r.clock.next(1);
              r.seen.next(pins.cipo);
            })
            .otherwise(() => {
              r.clock.next(0);
              r.shifted.next(width === 1 ? r.seen.zext(width) : cat(r.shifted.take(width - 1), r.seen).as(bits(width)));
              r.left.next(r.left.sub(1));
            });
        });
      });
    },
    'A controller of the serial peripheral interface, mode 0.',
  );
