import { bits, bool, cat, input, module, mux, output, u } from '../../hdl-gen/index.ts';
import { swapOctets } from '../octets.ts';
import { LENGTH_BITS, NONCE_BITS } from './aead.ts';
import { type AesKeyBits, aesCipher } from './aes-cipher.ts';

/** Of the block counter, the bits that can be other than 0: 512 blocks of text, and two. */
const COUNTER_BITS = 10;

/**
 * The keystream of GCM (SP 800-38D, sections 6.5 and 7.1) for nonces of 96 bits: the pre-counter block J0 is nonce and counter 1;
 * enciphered it is `mask`, which the ICV is added to, and the counters behind it give the keystream for the text.
 *
 * `start` takes key and nonce, and how many octets of text there are. An octet of keystream stands on `octet` while `valid` is 1; `take`
 * goes on to the next. One block is enciphered while the one before is used, so octets come without a gap. The mask comes last, since
 * nothing waits for it before; `ended` says that no more octets are taken, as many as there may be left. `clear` zeroes all.
 */
export function gcmKeystream(keyBits: AesKeyBits) {
  return module(
    `gcm_keystream_${keyBits}`,
    {
      start: input(bool),
      key: input(bits(keyBits as number)),
      nonce: input(bits(NONCE_BITS)),
      textOctets: input(bits(LENGTH_BITS)),
      ended: input(bool),
      mask: output(bits(128)),
      maskValid: output(bool),
      octet: output(bits(8)),
      valid: output(bool),
      take: input(bool),
      clear: input(bool),
    },
    (io, m) => {
      const cipher = m.instance('cipher', aesCipher(keyBits));
      const r = m.registers({
        active: bits(1),
        nonceNow: bits(NONCE_BITS),
        /** of the block of text that is enciphered next, and how many there are left */
        counter: bits(COUNTER_BITS),
        toMake: bits(COUNTER_BITS),
        /** the cipher works on a block, or holds one that nobody has taken; and it is the mask */
        begun: bits(1),
        masks: bits(1),
        /** keystream, and how many octets of it are left */
        current: bits(128),
        left: bits(5),
      });
      const { finished } = m.let({ finished: r.begun.and(cipher.busy.not()) });
      const { usedUp } = m.let({ usedUp: r.left.eq(0).or(r.left.eq(1).and(io.take)) });
      const { toText } = m.let({ toText: finished.and(r.masks.not()).and(usedUp.or(io.ended)) });
      const { go } = m.let({ go: r.active.and(r.begun.not().or(toText)) });
      const { makesText } = m.let({ makesText: r.toMake.any().and(io.ended.not()) });

      cipher.load.set(io.start);
      cipher.key.set(io.key);
      cipher.go.set(go);
      cipher.block.set(cat(swapOctets(mux(makesText, r.counter, u(COUNTER_BITS, 1)).zext(16)), u(16, 0), r.nonceNow));
      cipher.clear.set(io.clear);
      m.when(go, () => {
        r.begun.next(1);
        r.masks.next(makesText.not());
        m.when(makesText, () => {
          r.counter.next(r.counter.add(1));
          r.toMake.next(r.toMake.sub(1));
        });
      });
      m.when(toText, () => {
        r.current.next(cipher.result);
        r.left.next(16);
      }).elseWhen(io.take, () => r.left.next(r.left.sub(1)));

      m.when(io.start, () => {
        r.active.next(1);
        r.nonceNow.next(io.nonce);
        r.counter.next(2);
        r.toMake.next(io.textOctets.shr(4).take(COUNTER_BITS).add(io.textOctets.take(4).any().zext(COUNTER_BITS)));
        r.left.next(0);
      });
      m.when(io.clear, () => {
        r.active.next(0);
        r.begun.next(0);
        r.current.next(0);
      });
      io.mask.set(cipher.result);
      io.maskValid.set(finished.and(r.masks));
      // octet 0 when 16 are left
      io.octet.set(
        swapOctets(r.current)
          .shr(cat(r.left.sub(1).take(4), u(3, 0)))
          .take(8),
      );
      io.valid.set(r.left.any());
      m.assert('takes_what_is_there', io.take.not().or(io.valid));
      m.cover('block_used_up', toText.and(io.take));
    },
    `Keystream of AES-${keyBits}-GCM (SP 800-38D, section 6.5), an octet a cycle.`,
  );
}
