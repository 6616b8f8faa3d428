import { type Bits, bits, cat, input, module, output } from '../../hdl-gen/index.ts';

/** Bits of the state: the words x0 to x4 of 64 bits, x0 lowest, octet 0 of each in its bits 7..0 (SP 800-232, section 3.1 and appendix A.1). */
export const ASCON_STATE_BITS = 320;
/** Of the rounds 0 to 11; the permutation of so many begins that many before the end. */
export const LAST_ROUND = 11;

/** How far the linear diffusion layer rotates each word to the right, twice (SP 800-232, section 3.4). */
const ROTATIONS = [
  [19, 28],
  [61, 39],
  [1, 6],
  [10, 17],
  [7, 41],
] as const;

/** One round of Ascon-p[12] (SP 800-232, section 3), the number of the round on `round`; the result in the same cycle. */
export const asconRound = module(
  'ascon_round',
  { state: input(bits(ASCON_STATE_BITS)), round: input(bits(4)), result: output(bits(ASCON_STATE_BITS)) },
  (io, m) => {
    const word = (index: number): Bits<64> => io.state.bits(64 * index, 64);
    // constants 0xf0, 0xe1, 0xd2, … (table 5)
    const { constant } = m.let({ constant: cat(io.round.not(), io.round) });

    const { a0 } = m.let({ a0: word(0).xor(word(4)) });
    const { a2 } = m.let({ a2: word(2).xor(constant.zext(64)).xor(word(1)) });
    const { a4 } = m.let({ a4: word(4).xor(word(3)) });
    const [a1, a3] = [word(1), word(3)];
    const { b0 } = m.let({ b0: a0.xor(a1.not().and(a2)) });
    const { b1 } = m.let({ b1: a1.xor(a2.not().and(a3)) });
    const { b2 } = m.let({ b2: a2.xor(a3.not().and(a4)) });
    const { b3 } = m.let({ b3: a3.xor(a4.not().and(a0)) });
    const { b4 } = m.let({ b4: a4.xor(a0.not().and(a1)) });
    const { s0, s1, s2, s3, s4 } = m.let({ s0: b0.xor(b4), s1: b1.xor(b0), s2: b2.not(), s3: b3.xor(b2), s4: b4 });

    const diffused = [s0, s1, s2, s3, s4].map((x, index) => {
      const [first, second] = ROTATIONS[index] ?? [0, 0];
      return x.xor(rotatedRight(x, first)).xor(rotatedRight(x, second));
    });
    io.result.set(cat(...diffused.toReversed()));
  },
  'A round of the permutation of Ascon (SP 800-232, section 3).',
);

function rotatedRight(x: Bits<64>, by: number): Bits<64> {
  return cat(x.take(by), x.bits(by, 64 - by)).as(bits(64));
}
