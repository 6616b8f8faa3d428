import { bits, bool, cat, input, module, mux, output, u } from '../../hdl-gen/index.ts';
import { LENGTH_BITS } from './aead.ts';
import { timesX, timesX8 } from './gf128.ts';

/** A length is one of bits, in 64: below that of octets stand so many zeros, above it whole octets of them. */
const ZEROS_BELOW = 3;
const OCTETS_ABOVE = (64 - LENGTH_BITS - ZEROS_BELOW) / 8;
/** The coefficients as they are taken, those of the highest degree first; of the zeros above a length eight in a step. */
const TEXT_END = LENGTH_BITS;
const AAD_BEGIN = TEXT_END + OCTETS_ABOVE;
const AAD_END = AAD_BEGIN + ZEROS_BELOW + LENGTH_BITS;
const STEPS = AAD_END + OCTETS_ABOVE;

/**
 * What the block of lengths adds to the hash, which it ends (SP 800-38D, section 7.1): ((Y + X)·H + L)·H is (Y + X)·H² and L·H, and the
 * lengths are known before. L has few bits: with H for each, and x for each or x^8 for eight zeros, L·H is there 42 cycles behind
 * `start`, while the frame goes by, and takes no multiplier.
 *
 * `start` takes both lengths, in octets; `element` is the subkey from the cycle behind it on. `product` stays from `ready` until `clear`,
 * octet 0 of it in the highest bits.
 */
export const gcmLengths = module(
  'gcm_lengths',
  {
    start: input(bool),
    aadOctets: input(bits(LENGTH_BITS)),
    textOctets: input(bits(LENGTH_BITS)),
    element: input(bits(128)),
    product: output(bits(128)),
    ready: output(bool),
    clear: input(bool),
  },
  (io, m) => {
    const r = m.registers({
      /** coefficients of L that are not taken yet, the next one lowest, without the zeros that are skipped */
      lengths: bits(2 * LENGTH_BITS + ZEROS_BELOW),
      step: bits(6, { init: STEPS }),
      sum: bits(128),
    });
    const { zeros } = m.let({ zeros: r.step.ge(TEXT_END).and(r.step.lt(AAD_BEGIN)).or(r.step.ge(AAD_END)) });
    const { through } = m.let({ through: r.step.eq(STEPS) });
    m.when(io.clear, () => r.sum.next(0)).elseWhen(through.not(), () =>
      r.sum.next(mux(zeros, timesX8(r.sum), timesX(r.sum).xor(mux(r.lengths.bit(0), io.element, u(128, 0))))),
    );
    m.when(io.start, () => {
      r.lengths.next(cat(io.aadOctets, u(ZEROS_BELOW, 0), io.textOctets));
      r.step.next(0);
    }).elseWhen(through.not(), () => {
      r.step.next(r.step.add(1));
      m.when(zeros.not(), () => r.lengths.next(r.lengths.shr(1)));
    });
    io.product.set(r.sum);
    io.ready.set(through);
    m.assert('begins_from_zero', io.start.and(r.sum.any()).not());
  },
  'What the block of lengths adds to a hash of GCM (SP 800-38D, section 7.1).',
);
