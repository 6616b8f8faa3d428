import { bits, bool, cat, input, module, mux, output, parametric, u } from '../../hdl-gen/index.ts';
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
 * goes on to the next. A block is enciphered while the one before is used, and is there before its last octet is taken, so octets come
 * without a gap. The mask comes last, since nothing waits for it before; `ended` says that no more octets are taken, as many as there may
 * be left. `clear` leaves nothing of key and keystream.
 */
export const gcmKeystream = parametric((keyBits: AesKeyBits) => {
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
        /** in the cycle behind `start`, and from the next one on, when the cipher has its key, until `clear` */
        starting: bits(1),
        active: bits(1),
        nonceNow: bits(NONCE_BITS),
        /** of the block of text that is enciphered next, if there is one more, and of the last one */
        counter: bits(COUNTER_BITS),
        lastCounter: bits(COUNTER_BITS),
        more: bits(1),
        /** the cipher works on a block, or holds one that nobody has taken; and it is the mask, behind which none is begun */
        begun: bits(1),
        masks: bits(1),
        masked: bits(1),
        /** the mask, or keystream, of which `some` is left: the octet that comes is the lowest, and `place` of the block */
        current: bits(128),
        some: bits(1),
        place: bits(4),
      });
      const { lastTaken } = m.let({ lastTaken: r.place.eq(15).and(io.take) });
      const { usedUp } = m.let({ usedUp: r.some.not().or(lastTaken) });
      const { taken } = m.let({ taken: cipher.done.and(usedUp.or(io.ended)) });
      const { go } = m.let({ go: r.active.and(r.begun.not()) });
      const { makesText } = m.let({ makesText: r.more.and(io.ended.not()) });

      cipher.load.set(io.start);
      cipher.key.set(io.key);
      cipher.go.set(go);
      cipher.block.set(cat(swapOctets(mux(makesText, r.counter, u(COUNTER_BITS, 1)).zext(16)), u(16, 0), r.nonceNow));
      cipher.take.set(taken);
      cipher.clear.set(io.clear);
      m.when(go, () => {
        r.begun.next(1);
        r.masks.next(makesText.not());
        r.counter.next(r.counter.add(1));
        r.more.next(r.counter.ne(r.lastCounter));
      });
      m.when(io.take, () => {
        r.current.next(r.current.shr(8));
        r.place.next(r.place.add(1));
      });
      m.when(taken, () => {
        r.current.next(cipher.result);
        r.some.next(r.masks.not());
        r.begun.next(r.masks);
        r.masked.next(r.masks);
      });

      r.starting.next(io.start);
      m.when(r.starting, () => r.active.next(1));
      m.when(io.start, () => {
        r.nonceNow.next(io.nonce);
        r.counter.next(2);
        // a block for each 16 octets, the first of which has counter 2
        r.lastCounter.next(
          io.textOctets
            .zext(COUNTER_BITS + 4)
            .add(31)
            .bits(4, COUNTER_BITS),
        );
        r.more.next(io.textOctets.any());
        r.place.next(0);
      });
      m.when(io.clear, () => {
        r.active.next(0);
        r.begun.next(0);
        r.masked.next(0);
        r.current.next(0);
      });
      io.mask.set(r.current);
      io.maskValid.set(r.masked);
      io.octet.set(r.current.take(8));
      io.valid.set(r.some);
      m.assert('takes_what_is_there', io.take.not().or(io.valid));
      m.cover('block_used_up', taken.and(io.take));
    },
    `Keystream of AES-${keyBits}-GCM (SP 800-38D, section 6.5), an octet a cycle.`,
  );
});
