import { bits, cat, module, mux, u } from '../../hdl-gen/index.ts';
import { aeadPorts } from './aead.ts';
import type { AesKeyBits } from './aes-cipher.ts';
import { gcmKeystream } from './gcm-keystream.ts';
import { ghash } from './ghash.ts';

/** Octets of AAD, and of text, up to 8191: a length in bits fills two octets. */
const LENGTH_BITS = 13;

/**
 * AES-GCM (SP 800-38D) with nonces of 96 bits and ICVs of 128, an octet a cycle. It takes the hash subkey H = E_K(0^128) with the
 * key, so that a frame does not begin with enciphering it.
 *
 * With `encrypt` 0 the text is AAD too (GMAC): its octets count as such, with no padding between. Zero octets fill the last block of
 * the AAD while the first octet of text waits, and that of the text before the block of lengths.
 *
 * Of a frame without an octet the block of lengths is zero, and adds nothing: it is left out.
 *
 * Latency: 1 cycle from `in` to `out`. Text can go in from 24 cycles after `start` (AES-128) or 32 (AES-256): less where AAD goes
 * in meanwhile. From the last octet in to `icvValid`: 18 cycles, and one more for each octet that its last block is short of 16.
 */
export function aesGcm(keyBits: AesKeyBits) {
  return module(
    `aead_aes_${keyBits}_gcm`,
    aeadPorts(keyBits + 128),
    (io, m) => {
      const keystream = m.instance('keystream', gcmKeystream(keyBits));
      const hash = m.instance('hash', ghash);
      const r = m.registers({
        encrypting: bits(1),
        opening: bits(1),
        aadOctets: bits(LENGTH_BITS),
        textOctets: bits(LENGTH_BITS),
        /** octet of the block of lengths */
        lane: bits(4),
        held: bits(1),
        heldLast: bits(1),
        heldOctet: bits(8),
      });
      const to = m.wires({
        take: bits(1, { fallback: 0 }),
        fill: bits(1, { fallback: 0 }),
        length: bits(1, { fallback: 0 }),
        done: bits(1, { fallback: 0 }),
        ready: bits(1, { fallback: 0 }),
      });
      io.in.ready.set(to.ready);

      const { enciphered } = m.let({ enciphered: io.in.text.and(r.encrypting) });
      const { canLeave } = m.let({ canLeave: r.held.not().or(io.out.ready) });
      const { aligned } = m.let({ aligned: hash.aligned.or(r.textOctets.any()) });
      const { canTake } = m.let({
        canTake: io.in.text
          .not()
          .or(canLeave)
          .and(enciphered.not().or(keystream.valid.and(aligned))),
      });

      const fsm = m.fsm('phase', {
        reset: 'idle',
        states: {
          idle: (f) => m.when(io.start, () => m.when(io.empty, () => f.goto('finish')).otherwise(() => f.goto('data'))),
          data: (f) => {
            to.ready.set(canTake);
            m.when(io.in.valid.and(canTake), () => {
              to.take.set(1);
              m.when(io.in.last, () => f.goto('closing'));
            }).elseWhen(io.in.valid.and(enciphered).and(aligned.not()), () => to.fill.set(1));
          },
          closing: (f) =>
            m
              .when(r.lane.eq(0).and(hash.aligned.not()), () => to.fill.set(1))
              .otherwise(() => {
                to.length.set(1);
                m.when(r.lane.eq(15), () => f.goto('finish'));
              }),
          finish: (f) => m.when(keystream.maskValid.and(canLeave), () => f.goto('done')),
          done: (f) => {
            to.done.set(1);
            f.goto('idle');
          },
        },
      });

      // seal hashes what goes out, open what comes in
      const { result } = m.let({ result: io.in.data.xor(mux(enciphered, keystream.octet, u(8, 0))) });
      const { wire } = m.let({ wire: mux(r.opening, io.in.data, result) });
      const aadBits = cat(r.aadOctets, u(3, 0));
      const textBits = cat(r.textOctets, u(3, 0));
      const { lengthOctet } = m.let({
        lengthOctet: mux(
          r.lane.eq(6),
          aadBits.byte(1),
          mux(r.lane.eq(7), aadBits.byte(0), mux(r.lane.eq(14), textBits.byte(1), mux(r.lane.eq(15), textBits.byte(0), 0))),
        ),
      });
      hash.load.set(io.start);
      hash.subkey.set(io.material.bits(keyBits, 128));
      hash.enable.set(to.take.or(to.fill).or(to.length));
      hash.octet.set(mux(to.take, wire, mux(to.length, lengthOctet, 0)));
      hash.clear.set(to.done);
      m.when(to.length, () => r.lane.next(r.lane.add(1)));

      keystream.start.set(io.start);
      keystream.key.set(io.material.take(keyBits));
      keystream.nonce.set(io.nonce);
      keystream.wanted.set(io.encrypt);
      keystream.take.set(to.take.and(enciphered));
      keystream.clear.set(to.done);

      m.when(io.out.ready, () => r.held.next(0));
      m.when(to.take, () => {
        m.when(enciphered, () => r.textOctets.next(r.textOctets.add(1))).otherwise(() => r.aadOctets.next(r.aadOctets.add(1)));
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
        r.aadOctets.next(0);
        r.textOctets.next(0);
      });

      io.out.valid.set(r.held);
      io.out.last.set(r.heldLast);
      io.out.data.set(r.heldOctet);
      io.icv.set(hash.digest.xor(keystream.mask));
      io.icvValid.set(to.done);
      m.assert('one_frame_at_a_time', io.start.not().or(fsm.is('idle')));
      m.assert('counts_every_octet', to.take.not().or(r.aadOctets.allOnes().or(r.textOctets.allOnes()).not()));
      m.cover('icv', to.done);
    },
    `AES-${keyBits}-GCM (SP 800-38D), an octet a cycle.`,
  );
}
