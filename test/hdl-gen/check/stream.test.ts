import { describe, expect, it } from 'vitest';
import { bits, input, module, output, stream } from '../../../hdl-gen/index.ts';
import { errorsOf, marks } from './expectations.ts';

const at = marks(import.meta.url);
const Octets = stream({ data: bits(8) });

describe('valid of an output stream', () => {
  it('may not depend on its own ready', () => {
    const bad = module('bad', { rx: input(Octets), tx: output(Octets) }, (io, m) => {
      const shy = { ...io.rx, valid: io.rx.fire };
      m.connect(shy, io.tx); // connect
    });
    expect(errorsOf(bad)).toEqual([
      `HG025 valid of the output stream tx depends combinationally on its own ready: tx_valid reads rx_ready reads tx_ready
  tx_valid reads rx_ready: ${at('connect')}
  rx_ready reads tx_ready: ${at('connect')}
  advice: offer the beat regardless of ready; where ready decides what comes next, put a register between`,
    ]);
  });

  it('may depend on the valid of an input stream, whose ready may depend on valid', () => {
    const good = module('good', { rx: input(Octets), tx: output(Octets) }, (io, m) => {
      m.connect(io.rx, io.tx);
    });
    const eager = module('eager', { rx: input(Octets), tx: output(Octets) }, (io) => {
      io.tx.valid.set(io.rx.valid);
      io.tx.data.set(io.rx.data);
      io.tx.last.set(io.rx.last);
      io.rx.ready.set(io.tx.ready.and(io.rx.valid));
    });
    expect([...errorsOf(good), ...errorsOf(eager)]).toEqual([]);
  });
});
