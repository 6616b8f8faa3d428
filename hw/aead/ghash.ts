import { bits, bool, cat, input, module, mux, output, u } from '../../hdl-gen/index.ts';
import { swapOctets } from '../octets.ts';
import { timesOctet, timesX8 } from './gf128.ts';

/**
 * GHASH (SP 800-38D, section 6.4), an octet a cycle. A block X makes Y of Y' by (Y' + X)·H, whose octets come first to last, each
 * of a degree 8 higher than the one before: so the sum of octets times H·x^0, H·x^8, … is the product when its last octet was
 * added, and nothing has to wait for a multiplication.
 *
 * `load` takes the subkey H and begins anew, behind a whole block. `enable` takes an octet; `aligned` is 1 where the next one begins a block. `digest` has
 * the value two cycles after the last octet of a block. `clear` comes behind a whole block, and zeroes all of it. Octet 0 of subkey and digest in bits 7..0.
 */
export const ghash = module(
  'ghash',
  {
    load: input(bool),
    subkey: input(bits(128)),
    enable: input(bool),
    octet: input(bits(8)),
    aligned: output(bool),
    digest: output(bits(128)),
    clear: input(bool),
  },
  (io, m) => {
    const r = m.registers({
      /** place in the block of the octet that comes */
      lane: bits(4),
      taken: bits(1),
      takenOctet: bits(8),
      takenFirst: bits(1),
      takenLast: bits(1),
      subkeyNow: bits(128),
      /** H times x^8 for each octet of this block so far */
      power: bits(128),
      /** the hash before this block; its octet that is wanted next on top */
      oldHash: bits(128),
      /** the sum of this block so far; before its first octet, the hash */
      sum: bits(128),
    });
    r.taken.next(io.enable);
    m.when(io.enable, () => {
      r.lane.next(r.lane.add(1));
      r.takenOctet.next(io.octet);
      r.takenFirst.next(r.lane.eq(0));
      r.takenLast.next(r.lane.eq(15));
    });

    const { previous } = m.let({ previous: mux(r.takenFirst, r.sum, r.oldHash) });
    const { factor } = m.let({ factor: r.takenOctet.xor(previous.bits(120, 8)) });
    m.when(r.taken, () => {
      r.sum.next(mux(r.takenFirst, u(128, 0), r.sum).xor(timesOctet(r.power, factor)));
      r.oldHash.next(cat(previous.take(120), u(8, 0)));
      r.power.next(mux(r.takenLast, r.subkeyNow, timesX8(r.power)));
    });

    m.when(io.load, () => {
      r.subkeyNow.next(swapOctets(io.subkey));
      r.power.next(swapOctets(io.subkey));
      r.sum.next(0);
    });
    m.when(io.clear, () => {
      for (const secret of [r.subkeyNow, r.power, r.oldHash, r.sum]) secret.next(0);
      r.takenOctet.next(0);
    });
    io.aligned.set(r.lane.eq(0));
    io.digest.set(swapOctets(r.sum));
    m.assert('begins_with_all_octets_taken', io.load.and(r.taken).not());
  },
  'GHASH of GCM (SP 800-38D, section 6.4), an octet a cycle.',
);
