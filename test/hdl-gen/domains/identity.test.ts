import { describe } from 'vitest';
import { bits, bool, cat, defaultDomain, input, module, output } from '../../../hdl-gen/index.ts';
import { inEveryEngine } from '../every-engine.ts';

/** Each signal resets two registers, at both levels: one at the edge, one at once. */
const design = module('four_resets', { hold: input(bool), stop: input(bool), y: output(bits(4)) }, (io, m) => {
  const ways = (['sync', 'async'] as const).flatMap((reset) => (['high', 'low'] as const).map((active) => ({ reset, active })));
  const values = ways.map(({ reset, active }) => {
    const own = m.resetBy(defaultDomain, reset === 'sync' ? io.hold : io.stop, { reset, active });
    const r = m.in(own, () => m.registers({ lit: bits(1) }, `_${reset}_${active}`));
    r.lit.next(1);
    return r.lit;
  });
  io.y.set(cat(...values));
});

describe('domains of one clock and one reset signal, which acts in several ways', () => {
  inEveryEngine(
    'have registers of their own',
    () => design,
    [{ set: { hold: 1, stop: 1 } }, {}, { set: { hold: 0, stop: 0 } }, {}],
    // sync high, sync low, async high, async low
    [{}, { y: 0b0101 }, { y: 0b0100 }, { y: 0b1010 }],
  );
});
