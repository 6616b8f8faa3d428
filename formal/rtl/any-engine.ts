/**
 * An AEAD engine as bad as `hw/aead/aead.ts` allows: it lets the other side wait whenever it likes, for as long as it
 * likes, and takes any time for the ICV. What is proved with it holds for every engine that keeps to that interface.
 */
import { bits, module, mux, u } from '../../hdl-gen/index.ts';
import { aeadPorts, ICV_BITS } from '../../hw/aead/aead.ts';

export const anyEngine = module(
  'aead_any',
  aeadPorts(128),
  (io, m) => {
    const r = m.registers({
      // never reset: the solver chooses it, and with it what happens in the next 64 cycles
      choices: bits(ICV_BITS, { reset: 'none' }),
      held: bits(1),
      heldLast: bits(1),
      heldOctet: bits(8),
      /** the last octet has left, the ICV has not come */
      done: bits(1),
    });
    r.choices.next(r.choices.shr(2).or(r.choices.shl(ICV_BITS - 2)));
    io.in.ready.set(r.choices.bit(0).and(r.held.not().or(io.out.ready)));
    m.when(io.out.ready, () => r.held.next(0));
    m.when(io.in.fire.and(io.in.text), () => {
      r.held.next(1);
      r.heldLast.next(io.in.last);
      r.heldOctet.next(io.in.data);
    });
    io.icvValid.set(r.done.and(r.choices.bit(1)));
    r.done.next(mux(r.held.and(r.heldLast).and(io.out.ready), u(1, 1), r.done.and(io.icvValid.not())));
    io.out.valid.set(r.held);
    io.out.last.set(r.heldLast);
    io.out.data.set(r.heldOctet);
    io.icv.set(r.choices);
    m.unused(io.start, io.material, io.nonce, io.encrypt, io.open, io.aadOctets, io.textOctets);
  },
  'Any engine: waits as it pleases. For proofs.',
);
