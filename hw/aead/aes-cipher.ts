import { type AnyBits, type Bits, type Build, bits, bool, cat, input, module, mux, output, u } from '../../hdl-gen/index.ts';
import { octetsOf } from '../octets.ts';
import { mixColumns, nextRoundConstant, nextWords, rotWord, shiftRows } from './aes-round.ts';
import { aesSbox } from './aes-sbox.ts';

export type AesKeyBits = 128 | 256;

/** Rounds (FIPS 197, table 3). */
export const AES_ROUNDS: Readonly<Record<AesKeyBits, number>> = { 128: 10, 256: 14 };

/**
 * AES, enciphering only (FIPS 197, section 5.1): a round each cycle with 16 S-boxes, and the key expanded along with it by 4 more,
 * so that a key costs nothing but the cycle of `load`, and no round key is kept.
 *
 * `go` takes a block while `busy` is 0; `result` has it enciphered from 1 + rounds cycles later, when `busy` has fallen, until the
 * next `go`. `clear` zeroes the key, every round key, and the state. Octet 0 of key and blocks in bits 7..0.
 */
export function aesCipher(keyBits: AesKeyBits) {
  const rounds = AES_ROUNDS[keyBits];
  return module(
    `aes_cipher_${keyBits}`,
    {
      load: input(bool),
      key: input(bits(keyBits as number)),
      go: input(bool),
      block: input(bits(128)),
      busy: output(bool),
      result: output(bits(128)),
      clear: input(bool),
    },
    (io, m) => {
      const r = m.registers({
        keyNow: bits(keyBits as number),
        /** the Nk words of the expanded key from the one that is added next */
        window: bits(keyBits as number),
        constant: bits(8),
        state: bits(128),
        /** the round of this cycle; 0: none */
        round: bits(4),
      });
      // of the words that come next, the first is only substituted (FIPS 197, algorithm 2, line 14)
      const plain = keyBits === 256 ? m.registers({ plain: bits(1) }).plain : undefined;
      const { running } = m.let({ running: r.round.any() });
      const { last } = m.let({ last: r.round.eq(rounds) });
      const { roundKey } = m.let({ roundKey: r.window.take(128) });

      const { shifted } = m.let({ shifted: shiftRows(substituted(m, r.state, 'state')) });
      const { mixed } = m.let({ mixed: mixColumns(shifted) });
      m.when(io.clear, () => {
        r.state.next(0);
        r.round.next(0);
      })
        .elseWhen(io.go, () => {
          r.state.next(io.block.xor(roundKey));
          r.round.next(1);
        })
        .elseWhen(running, () => {
          r.state.next(mux(last, shifted, mixed).xor(roundKey));
          r.round.next(mux(last, u(4, 0), r.round.add(1)));
        });

      const lastWord = r.window.bits(keyBits - 32, 32);
      const { looked } = m.let({ looked: plain === undefined ? rotWord(lastWord) : mux(plain, lastWord, rotWord(lastWord)) });
      const word = cat(...substituted(m, looked, 'key').toReversed()).as(bits(32));
      const { changed } = m.let({ changed: word.xor((plain === undefined ? r.constant : mux(plain, u(8, 0), r.constant)).zext(32)) });
      const { words } = m.let({ words: nextWords(roundKey, changed) });
      const expanded = keyBits === 128 ? words : cat(words, r.window.bits(128, 128));
      m.when(io.clear, () => {
        r.keyNow.next(0);
        r.window.next(0);
      })
        .elseWhen(io.load, () => {
          r.keyNow.next(io.key);
          r.window.next(io.key);
        })
        .elseWhen(last, () => r.window.next(r.keyNow))
        .elseWhen(io.go.or(running), () => r.window.next(expanded));
      m.when(io.load.or(last), () => {
        r.constant.next(1);
        plain?.next(0);
      }).elseWhen(io.go.or(running), () => {
        if (plain === undefined) r.constant.next(nextRoundConstant(r.constant));
        else {
          plain.next(plain.not());
          // seven constants, none of which needs reducing
          m.when(plain.not(), () => r.constant.next(r.constant.shl(1)));
        }
      });

      io.busy.set(running);
      io.result.set(r.state);
      m.assert('one_block_at_a_time', io.go.and(running).not());
      m.cover('enciphered', last);
    },
    `AES with ${keyBits}-bit keys, enciphering, one round a cycle (FIPS 197).`,
  );
}

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
