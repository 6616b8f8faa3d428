/** A filter of finite impulse response, transposed: signed products, of which each becomes a multiplier of the device. */
import { bool, input, module, output, s, signed, vec } from '../index.ts';

/**
 * y[n] = sum of taps[k] * x[n - k], in full width: nothing overflows or is rounded.
 * @param taps whole numbers of 12 bits, at most 256 of them
 */
export const firFilter = (name: string, taps: readonly number[]) => {
  const widthOfSum = 12 + 12 + Math.ceil(Math.log2(taps.length + 1));
  const Sum = signed(widthOfSum);
  return module(
    `fir_${name}`,
    { sample: input(signed(12)), valid: input(bool), filtered: output(Sum), ready: output(bool) },
    (io, m) => {
      const r = m.registers({ sums: vec(Sum, taps.length), isNew: bool });
      r.isNew.next(io.valid);
      m.when(io.valid, () =>
        taps.forEach((tap, index) => {
          const product = io.sample.mul(s(12, tap)).extend(widthOfSum);
          // what waits behind the last tap is nothing
          const sum = index === taps.length - 1 ? product : product.add(r.sums.at(index + 1));
          r.sums.at(index).next(sum);
        }),
      );
      io.filtered.set(r.sums.at(0));
      io.ready.set(r.isNew);
    },
    `A filter with ${taps.length} taps.`,
  );
};
