/** A UART, 8 data bits, no parity, 1 stop bit: a stream whose beats wait, and a synchroniser. */
import { bits, bool, cat, defaultDomain, input, module, output, stream, u } from '../index.ts';
import { synchroniser, toSide } from '../library/index.ts';

const Octets = stream({ octet: bits(8) }, { last: false });
const FRAME_BITS = 10;

/**
 * Sends octets: 8 data bits, no parity, 1 stop bit.
 * @param cyclesPerBit clock frequency / baud rate, 4 to 65535
 */
export const uartTransmitter = (cyclesPerBit: number) =>
  module(
    `uart_transmitter_${cyclesPerBit}`,
    { octets: input(Octets), line: output(bool) },
    (io, m) => {
      const r = m.registers({
        /** what is on the line, and the bits behind it; the line rests at 1 */
        frame: bits(FRAME_BITS, { init: 2 ** FRAME_BITS - 1 }),
        left: bits(4),
        wait: bits(16),
      });
      io.line.set(r.frame.bit(0));
      io.octets.ready.set(r.left.eq(0));
      m.when(io.octets.fire, () => {
        r.frame.next(cat(u(1, 1), io.octets.octet, u(1, 0)));
        r.left.next(FRAME_BITS);
        r.wait.next(cyclesPerBit - 1);
      }).elseWhen(r.left.ne(0), () => {
        m.when(r.wait.ne(0), () => r.wait.next(r.wait.sub(1))).otherwise(() => {
          r.frame.next(cat(u(1, 1), r.frame.bits(1, FRAME_BITS - 1)));
          r.left.next(r.left.sub(1));
          r.wait.next(cyclesPerBit - 1);
        });
      });
    },
    'Octets onto a serial line.',
  );

/** Looks at the middle of each bit. @param cyclesPerBit as that of the transmitter, within a few percent */
export const uartReceiver = (cyclesPerBit: number) =>
  module(
    `uart_receiver_${cyclesPerBit}`,
    {
      line: input(bool),
      octet: output(bits(8)),
      /** one cycle: `octet` has arrived */
      received: output(bool),
      /** one cycle: there was no stop bit */
      broken: output(bool),
    },
    (io, m) => {
      const crossing = m.instance('crossing', synchroniser(2), new Map([[toSide, defaultDomain]]));
      crossing.level.set(io.line);
      const line = crossing.there;
      const r = m.registers({ data: bits(8), left: bits(4), wait: bits(16) });
      const { due } = m.let({ due: r.wait.eq(0) });
      const state = m.fsm('state', {
        reset: 'idle',
        states: {
          idle: (f) => {
            r.wait.next(Math.floor(cyclesPerBit / 2) - 1);
            m.when(line.not(), () => f.goto('start'));
          },
          start: (f) => {
            r.wait.next(r.wait.sub(1));
            m.when(due, () => {
              r.wait.next(cyclesPerBit - 1);
              r.left.next(7);
              // a line that is high again was no start bit
              m.when(line, () => f.goto('idle')).otherwise(() => f.goto('data'));
            });
          },
          data: (f) => {
            r.wait.next(r.wait.sub(1));
            m.when(due, () => {
              r.wait.next(cyclesPerBit - 1);
              r.data.next(cat(line, r.data.bits(1, 7)));
              r.left.next(r.left.sub(1));
              m.when(r.left.eq(0), () => f.goto('stop'));
            });
          },
          stop: (f) => {
            r.wait.next(r.wait.sub(1));
            m.when(due, () => f.goto('idle'));
          },
        },
      });
      const { ends } = m.let({ ends: state.is('stop').and(due) });
      io.octet.set(r.data);
      io.received.set(ends.and(line));
      io.broken.set(ends.and(line.not()));
    },
    'Octets from a serial line.',
  );
