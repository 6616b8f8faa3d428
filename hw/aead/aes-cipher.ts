import { type AnyBits, type Bits, type Build, bits, bool, cat, input, module, mux, output, parametric, u } from '../../hdl-gen/index.ts';
import { octetsOf } from '../octets.ts';
import { mixColumns, nextRoundConstant, nextWords, rotWord, shiftRows } from './aes-round.ts';
import { aesSbox } from './aes-sbox.ts';
import { SBOX } from './gf256.ts';

export type AesKeyBits = 128 | 256;

/** Rounds (FIPS 197, table 3). */
export const AES_ROUNDS: Readonly<Record<AesKeyBits, number>> = { 128: 10, 256: 14 };

/** A state of which SubBytes makes zeros, and MixColumns leaves them: all octets the one whose substitute is 0. */
const REST = BigInt(`0x${SBOX.indexOf(0).toString(16).padStart(2, '0').repeat(16)}`);

/**
 * AES, enciphering only (FIPS 197, section 5.1): a round each cycle with 16 S-boxes, and the key expanded along with it by 4 more,
 * so that a key costs nothing but two cycles, and no round key is kept.
 *
 * `load` takes a key, and from the second cycle behind it on `go` a block. `done` is 1 from as many cycles later as there are rounds, and
 * `result` has the block enciphered, until `take`; the next `go` can come behind it. `clear` zeroes the key and every round key, and the
 * state tells nothing then. Octet 0 of key and blocks in bits 7..0.
 *
 * Between blocks the state is one that a round makes zeros of: so a block and its first round key come into it by the sum that a round
 * ends with, and what stands behind the S-boxes is that sum alone, with nothing to choose.
 */
export const aesCipher = parametric((keyBits: AesKeyBits) => {
  const rounds = AES_ROUNDS[keyBits];
  return module(
    `aes_cipher_${keyBits}`,
    {
      load: input(bool),
      key: input(bits(keyBits as number)),
      go: input(bool),
      block: input(bits(128)),
      done: output(bool),
      result: output(bits(128)),
      take: input(bool),
      clear: input(bool),
    },
    (io, m) => {
      const r = m.registers({
        keyNow: bits(keyBits as number),
        /** the Nk words of the expanded key from the one that is added next */
        window: bits(keyBits as number),
        constant: bits(8),
        state: bits(128, { init: REST }),
        /** the round of this cycle; 0: none */
        round: bits(4),
      });
      // of the words that come next, the first is only substituted (FIPS 197, algorithm 2, line 14)
      const plain = keyBits === 256 ? m.registers({ plain: bits(1) }).plain : undefined;
      const { last } = m.let({ last: r.round.eq(rounds) });
      const { taken } = m.let({ taken: last.and(io.take) });
      const { resting } = m.let({ resting: r.round.eq(0) });
      const { goesOn } = m.let({ goesOn: io.go.or(resting.or(last).not()) });
      const { roundKey } = m.let({ roundKey: r.window.take(128) });

      const { shifted } = m.let({ shifted: shiftRows(substituted(m, r.state, 'state')) });
      const { added } = m.let({ added: roundKey.xor(mux(io.go, io.block, u(128, 0))) });
      m.when(io.clear.or(taken), () => {
        r.state.next(REST);
        r.round.next(0);
      }).elseWhen(goesOn, () => {
        r.state.next(mixColumns(shifted).xor(added));
        r.round.next(r.round.add(1));
      });

      const { word } = m.let({ word: cat(...substituted(m, r.window.bits(keyBits - 32, 32), 'key').toReversed()).as(bits(32)) });
      const turned = plain === undefined ? rotWord(word) : mux(plain, word, rotWord(word));
      const { changed } = m.let({ changed: turned.xor((plain === undefined ? r.constant : mux(plain, u(8, 0), r.constant)).zext(32)) });
      const { words } = m.let({ words: nextWords(roundKey, changed) });
      const expanded = keyBits === 128 ? words : cat(words, r.window.bits(128, 128));
      m.when(io.clear, () => {
        r.keyNow.next(0);
        r.window.next(0);
      }).otherwise(() => {
        m.when(io.load, () => r.keyNow.next(io.key));
        m.when(goesOn, () => r.window.next(expanded)).elseWhen(resting.or(taken), () => r.window.next(r.keyNow));
      });
      m.when(goesOn, () => {
        if (plain === undefined) r.constant.next(nextRoundConstant(r.constant));
        else {
          plain.next(plain.not());
          // seven constants, none of which needs reducing
          m.when(plain.not(), () => r.constant.next(r.constant.shl(1)));
        }
      }).otherwise(() => {
        r.constant.next(1);
        plain?.next(0);
      });

      io.done.set(last);
      io.result.set(shifted.xor(roundKey));
      m.assert('one_block_at_a_time', io.go.and(resting.not()).not());
      m.cover('enciphered', taken);
    },
    `AES with ${keyBits}-bit keys, enciphering, one round a cycle (FIPS 197).`,
  );
});

/**
 * SubBytes, and SubWord: each octet through an S-box of its own. The boxes stay by themselves: else Yosys takes the state for the
 * address register of a memory, and makes it twice.
 */
function substituted(m: Build, value: AnyBits, name: string): Bits<8>[] {
  return octetsOf(value).map((octet, index) => {
    const box = m.instance(`${name}_box_${index}`, aesSbox, undefined, { attributes: { keep_hierarchy: true } });
    box.octet.set(octet);
    return box.substituted;
  });
}
