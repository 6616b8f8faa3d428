import { bits, bool, cat, input, module, mux, output, u } from '../../hdl-gen/index.ts';
import { swapOctets } from '../octets.ts';
import { squared, timesOctet, timesX8 } from './gf128.ts';

/**
 * GHASH (SP 800-38D, section 6.4), an octet a cycle. A block X makes Y of Y' by (Y' + X)·H, whose octets come first to last, each
 * of a degree 8 higher than the one before: so the sum of octets times H·x^0, H·x^8, … is the product when its last octet was
 * added, and nothing has to wait for a multiplication.
 *
 * Two blocks can be had for less. (Y' + X)·H² + X2·H is what X and X2 make of Y', where X2 needs no octet of Y', so that none has to be
 * put in for those that it is short of. And with (Y' + X)·H² the block behind X is half done: what it adds is a product with H.
 *
 * `load` takes the subkey H and begins anew, behind `clear`. `enable` takes an octet, `ends` with the last one of a block that has
 * less than 16 and needs no more: because it joins the block before, or is the first of all; `aligned` is 1 where the next one begins a
 * block. Of the block that begins `joins` says that it is added to the one before, and `square` that it is multiplied by H² instead of H:
 * they are looked at in the cycle behind the last octet of a block, and behind `load`. `digest` has the value two cycles after the last
 * octet of a block. `clear` comes behind a whole block, and zeroes all of it. Octet 0 of subkey and digest in bits 7..0.
 */
export const ghash = module(
  'ghash',
  {
    load: input(bool),
    subkey: input(bits(128)),
    enable: input(bool),
    octet: input(bits(8)),
    ends: input(bool),
    joins: input(bool),
    square: input(bool),
    aligned: output(bool),
    /** H as an element (`gf128.ts`), from the cycle behind `load` to `clear` */
    element: output(bits(128)),
    digest: output(bits(128)),
    clear: input(bool),
  },
  (io, m) => {
    const r = m.registers({
      /** place in the block of the octet that comes */
      lane: bits(4),
      loaded: bits(1),
      taken: bits(1),
      takenOctet: bits(8),
      /** a block begins behind it */
      takenLast: bits(1),
      subkeyNow: bits(128),
      /** H or H² times x^8 for each octet of this block so far */
      power: bits(128),
      /** the hash before this block, and its octet that is wanted next */
      hash: bits(128),
      hashOctet: bits(8),
      /** of this block so far, and of the one that it joins */
      sum: bits(128),
    });
    const { last } = m.let({ last: r.lane.eq(15).or(io.ends) });
    r.loaded.next(io.load);
    r.taken.next(io.enable);
    m.when(io.load, () => {
      r.subkeyNow.next(swapOctets(io.subkey));
      r.takenLast.next(1);
    }).elseWhen(io.enable, () => {
      r.lane.next(mux(last, u(4, 0), r.lane.add(1)));
      r.takenOctet.next(io.octet);
      r.takenLast.next(last);
    });

    const { begins } = m.let({ begins: r.loaded.or(r.taken).and(r.takenLast) });
    const { added } = m.let({ added: r.sum.xor(timesOctet(r.power, r.takenOctet.xor(r.hashOctet))) });
    m.when(r.taken, () => {
      r.sum.next(added);
      r.power.next(timesX8(r.power));
      r.hashOctet.next(
        swapOctets(r.hash)
          .shr(cat(r.lane, u(3, 0)))
          .take(8),
      );
    });
    m.when(begins, () => {
      r.power.next(mux(io.square, squared(r.subkeyNow), r.subkeyNow));
      r.hash.next(added);
      r.hashOctet.next(added.bits(120, 8));
    });
    // apart from what they take else, so that it becomes the reset of a flip-flop
    m.when(io.clear.or(begins.and(io.joins)), () => {
      r.hash.next(0);
      r.hashOctet.next(0);
    });
    m.when(io.clear.or(begins.and(io.joins.not())), () => r.sum.next(0));
    m.when(io.clear, () => {
      r.subkeyNow.next(0);
      r.power.next(0);
      r.takenOctet.next(0);
    });
    io.aligned.set(r.lane.eq(0));
    io.element.set(r.subkeyNow);
    io.digest.set(swapOctets(r.hash));
    m.assert('begins_from_zero', io.load.and(r.taken.or(r.sum.any()).or(r.hash.any())).not());
  },
  'GHASH of GCM (SP 800-38D, section 6.4), an octet a cycle.',
);
