import { type Bit, type Bits, bits, module, mux, parametric, u } from '../../hdl-gen/index.ts';
import { swapOctets } from '../octets.ts';
import { aeadPorts, isEmpty, LENGTH_BITS } from './aead.ts';
import type { AesKeyBits } from './aes-cipher.ts';
import { gcmKeystream } from './gcm-keystream.ts';
import { gcmLengths } from './gcm-lengths.ts';
import { ghash } from './ghash.ts';

/** Of a block of GCM. */
const BLOCK_OCTETS = 16;

/**
 * AES-GCM (SP 800-38D) with nonces of 96 bits and ICVs of 128, an octet a cycle. It takes the hash subkey H = E_K(0^128) with the
 * key, so that a frame does not begin with enciphering it.
 *
 * With `encrypt` 0 the text is AAD too (GMAC): its octets count as such, with no padding between. AAD in front of text is filled to a
 * whole block at no cost (`ghash.ts`), and the block of lengths costs nothing either (`gcm-lengths.ts`); for the last block of all zero
 * octets go in.
 *
 * Latency: 1 cycle from `in` to `out`. Text can go in from 13 cycles after `start` (AES-128) or 17 (AES-256): at once where AAD goes
 * in so long. From the last octet in to `icvValid`: 2 cycles, and one more for each octet that its last block is short of 16; 43 cycles
 * from `start` on at least.
 */
export const aesGcm = parametric((keyBits: AesKeyBits) => {
  return module(
    `aead_aes_${keyBits}_gcm`,
    aeadPorts(keyBits + 128),
    (io, m) => {
      const keystream = m.instance('keystream', gcmKeystream(keyBits));
      const hash = m.instance('ghash', ghash);
      const lengths = m.instance('length_block', gcmLengths);
      const r = m.registers({
        encrypting: bits(1),
        opening: bits(1),
        /** octets to come that are hashed as they are, and behind them those that are enciphered */
        aadLeft: bits(LENGTH_BITS),
        textLeft: bits(LENGTH_BITS),
        /**
         * whether AAD is left, and there is text behind it; whether they end in this block, or AAD in the next: what GHASH does with
         * 128 bits waits for no comparison
         */
        hasAad: bits(1),
        hasText: bits(1),
        lastOfAad: bits(1),
        nearlyLastOfAad: bits(1),
        lastOfText: bits(1),
        held: bits(1),
        heldLast: bits(1),
        heldOctet: bits(8),
      });
      const to = m.wires({
        take: bits(1, { fallback: 0 }),
        fill: bits(1, { fallback: 0 }),
        done: bits(1, { fallback: 0 }),
        ready: bits(1, { fallback: 0 }),
      });
      io.in.ready.set(to.ready);

      const { enciphered } = m.let({ enciphered: io.in.text.and(r.encrypting) });
      const { canLeave } = m.let({ canLeave: r.held.not().or(io.out.ready) });
      const { canTake } = m.let({
        canTake: io.in.text.not().or(canLeave).and(enciphered.not().or(keystream.valid)),
      });

      const fsm = m.fsm('phase', {
        reset: 'idle',
        states: {
          idle: (f) => m.when(io.start, () => m.when(isEmpty(io), () => f.goto('closing')).otherwise(() => f.goto('data'))),
          data: (f) => {
            to.ready.set(canTake);
            m.when(io.in.valid.and(canTake), () => {
              to.take.set(1);
              m.when(io.in.last, () => f.goto('closing'));
            });
          },
          closing: (f) =>
            m
              .when(hash.aligned.not(), () => to.fill.set(1))
              .elseWhen(lengths.ready.and(keystream.maskValid).and(canLeave), () => f.goto('done')),
          done: (f) => {
            to.done.set(1);
            f.goto('idle');
          },
        },
      });

      // seal hashes what goes out, open what comes in
      const { result } = m.let({ result: io.in.data.xor(mux(enciphered, keystream.octet, u(8, 0))) });
      const { wire } = m.let({ wire: mux(r.opening, io.in.data, result) });
      const { plainOctets } = m.let({ plainOctets: io.aadOctets.add(mux(io.encrypt, u(LENGTH_BITS, 0), io.textOctets)) });
      const { cipherOctets } = m.let({ cipherOctets: mux(io.encrypt, io.textOctets, u(LENGTH_BITS, 0)) });
      lengths.start.set(io.start);
      lengths.aadOctets.set(plainOctets);
      lengths.textOctets.set(cipherOctets);
      lengths.element.set(hash.element);
      lengths.clear.set(to.done);

      // AAD in front of text ends with a block that joins the one before; the last block of all is half done with
      const { squareAad } = m.let({ squareAad: mux(r.hasText, r.lastOfAad.not().and(r.nearlyLastOfAad), r.lastOfAad) });
      hash.load.set(io.start);
      hash.subkey.set(io.material.bits(keyBits, 128));
      hash.enable.set(to.take.or(to.fill));
      hash.octet.set(mux(to.take, wire, u(8, 0)));
      hash.ends.set(r.aadLeft.eq(1).and(r.hasText));
      hash.joins.set(r.lastOfAad.and(r.hasAad).and(r.hasText));
      hash.square.set(mux(r.hasAad, squareAad, r.lastOfText));
      hash.clear.set(to.done);

      keystream.start.set(io.start);
      keystream.key.set(io.material.take(keyBits));
      keystream.nonce.set(io.nonce);
      keystream.textOctets.set(cipherOctets);
      keystream.ended.set(fsm.is('closing'));
      keystream.take.set(to.take.and(enciphered));
      keystream.clear.set(to.done);

      m.when(io.out.ready, () => r.held.next(0));
      m.when(to.take, () => {
        // as they become what they say: to compare the difference would be one of the longest paths
        m.when(enciphered, () => {
          r.textLeft.next(r.textLeft.sub(1));
          m.when(r.textLeft.eq(BLOCK_OCTETS + 1), () => r.lastOfText.next(1));
        }).otherwise(() => {
          r.aadLeft.next(r.aadLeft.sub(1));
          m.when(r.aadLeft.eq(1), () => r.hasAad.next(0));
          m.when(r.aadLeft.eq(BLOCK_OCTETS + 1), () => r.lastOfAad.next(1));
          m.when(r.aadLeft.eq(2 * BLOCK_OCTETS + 1), () => r.nearlyLastOfAad.next(1));
        });
        m.when(io.in.text, () => {
          r.held.next(1);
          r.heldLast.next(io.in.last);
          r.heldOctet.next(result);
        });
      });
      m.when(to.done, () => r.heldOctet.next(0));
      m.when(io.start, () => {
        r.encrypting.next(io.encrypt);
        r.opening.next(io.open);
        r.aadLeft.next(plainOctets);
        r.hasAad.next(mux(io.encrypt, io.aadOctets.any(), isEmpty(io).not()));
        r.lastOfAad.next(mux(io.encrypt, io.aadOctets.le(BLOCK_OCTETS), fitABlock(io.aadOctets, io.textOctets)));
        r.nearlyLastOfAad.next(io.aadOctets.le(2 * BLOCK_OCTETS));
        r.textLeft.next(cipherOctets);
        r.hasText.next(cipherOctets.any());
        r.lastOfText.next(cipherOctets.le(BLOCK_OCTETS));
      });

      io.out.valid.set(r.held);
      io.out.last.set(r.heldLast);
      io.out.data.set(r.heldOctet);
      io.icv.set(hash.digest.xor(swapOctets(lengths.product)).xor(keystream.mask));
      io.icvValid.set(to.done);
      m.assert('one_frame_at_a_time', io.start.not().or(fsm.is('idle')));
      m.assert('no_more_octets_than_were_said', to.take.not().or(mux(enciphered, r.textLeft, r.aadLeft).any()));
      m.assert('aad_is_as_long_as_was_said', to.take.and(enciphered).and(r.aadLeft.any()).not());
      m.cover('icv', to.done);
    },
    `AES-${keyBits}-GCM (SP 800-38D), an octet a cycle.`,
  );
});

/** Without their whole sum, behind which another comparison would be one of the longest paths: none of them has a bit above these five. */
function fitABlock(...numbers: readonly [Bits<typeof LENGTH_BITS>, Bits<typeof LENGTH_BITS>]): Bit {
  const [some, more] = numbers.map((number) => number.take(5).zext(6)) as [Bits<6>, Bits<6>];
  const [large, larger] = numbers.map((number) => number.shr(5).any()) as [Bit, Bit];
  return large.or(larger).not().and(some.add(more).le(BLOCK_OCTETS));
}
