import { bits, cat, module, mux, u } from '../../hdl-gen/index.ts';
import { materialOctets } from '../../spec/aead-engines.ts';
import { aeadPorts, ICV_BITS, isEmpty } from './aead.ts';

const KEY_BITS = 8 * materialOctets('xor');

/**
 * The dummy engine of the paper (section VII): a block is XORed with the key, and the blocks are XORed into the
 * ICV. It finds every wrong key and every single flipped bit, and protects nothing: it is linear, so the same
 * bit flipped in two blocks cancels out, and one known text gives the key away.
 *
 * ICV = key ⊕ nonce ⊕ AAD blocks ⊕ text blocks as on the wire, each zero-padded to 16 octets. The key enters
 * once: chained literally it would cancel for every even number of blocks.
 *
 * Latency: 1 cycle from `in` to `out`, the ICV 1 cycle after the last octet has left, or gone in where it is AAD.
 */
export const xorEngine = module(
  'aead_xor',
  aeadPorts(KEY_BITS),
  (io, m) => {
    const r = m.registers({
      keyNow: bits(KEY_BITS),
      sum: bits(ICV_BITS),
      encrypting: bits(1),
      opening: bits(1),
      /** octet of the block that comes next */
      laneNext: bits(4),
      textSeen: bits(1),
      held: bits(1),
      heldLast: bits(1),
      heldOctet: bits(8),
      done: bits(1),
    });
    const { ready } = m.let({ ready: r.held.not().or(io.out.ready) });
    io.in.ready.set(ready);
    const { take } = m.let({ take: io.in.valid.and(ready) });

    // the first octet of text begins a new block, whatever the length of the AAD
    const { lane } = m.let({ lane: mux(io.in.text.and(r.textSeen.not()), u(4, 0), r.laneNext) });
    const { shift } = m.let({ shift: cat(lane, u(3, 0)) });
    const { keyOctet } = m.let({ keyOctet: r.keyNow.shr(shift).take(8) });
    const { result } = m.let({ result: io.in.data.xor(mux(r.encrypting.and(io.in.text), keyOctet, u(8, 0))) });
    const { wire } = m.let({ wire: mux(r.opening, io.in.data, result) });

    const { textLeft } = m.let({ textLeft: r.held.and(r.heldLast).and(io.out.ready) });
    const { aadAlone } = m.let({ aadAlone: take.and(io.in.last).and(io.in.text.not()) });
    r.done.next(textLeft.or(aadAlone).or(io.start.and(isEmpty(io))));
    m.when(io.out.ready, () => r.held.next(0));
    m.when(take, () => {
      r.sum.next(r.sum.xor(wire.zext(ICV_BITS).shl(shift)));
      r.laneNext.next(lane.add(1));
      r.textSeen.next(io.in.text);
      r.held.next(io.in.text);
      r.heldLast.next(io.in.last);
      r.heldOctet.next(result);
    });
    m.when(io.start, () => {
      r.keyNow.next(io.material);
      r.sum.next(io.material.xor(io.nonce.zext(ICV_BITS)));
      r.encrypting.next(io.encrypt);
      r.opening.next(io.open);
      r.laneNext.next(0);
      r.textSeen.next(0);
    }).elseWhen(r.done, () => {
      r.keyNow.next(0);
      r.sum.next(0);
    });

    io.out.valid.set(r.held);
    io.out.last.set(r.heldLast);
    io.out.data.set(r.heldOctet);
    io.icv.set(r.sum);
    io.icvValid.set(r.done);
  },
  'Dummy AEAD engine of the paper, section VII. INSECURE: for simulation only.',
);
