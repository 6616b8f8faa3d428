import { bits, bool, cat, enumeration, input, module, output } from '../../hdl-gen/index.ts';
import { crc32, frameFifo } from '../../hdl-gen/library/index.ts';
import { FrameStream } from '../frame-stream.ts';
import { FCS_OCTETS, LONGEST_FRAME, SHORTEST_FRAME } from './ethernet-frame.ts';
import { OctetLane } from './octet-lane.ts';

/** What becomes of a frame that has begun. Of several faults the first of this list counts, and `overflow` only where there is no other. */
export const OUTCOMES = ['received', 'overflow', 'runt', 'tooLong', 'receiveError', 'alignment', 'fcsError'] as const;
export const Outcome = enumeration('outcome', OUTCOMES);

/** Octets of the store: two of the longest frame and more; one block of 36 kb. */
const STORE_OCTETS = 4096;
const COUNT_BITS = 11;

/**
 * Takes octets as they come, and hands on whole frames without FCS (IEEE 802.3, 3.4): none that is shorter than 64 octets or
 * longer than 1522, that the PHY has seen an error in, that has bits left over, or whose FCS is wrong. Such a frame is dropped
 * whole, as is one that finds no room; each gives one `outcome`. Bits left over drop a frame even where its FCS is right
 * without them, which 4.2.4.2.1 would let pass.
 */
export const receiveFrame = module(
  'receive_frame',
  {
    octets: input(OctetLane),
    frames: output(FrameStream),
    /** a frame has ended, and `outcome` says how */
    ended: output(bool),
    outcome: output(Outcome),
  },
  ({ octets, frames, ended, outcome }, m) => {
    const crc = m.instance('crc', crc32(8));
    const store = m.instance('store', frameFifo(FrameStream.payload, STORE_OCTETS));
    const r = m.registers({
      /** octets since the start frame delimiter; stops one beyond the longest frame */
      count: bits(COUNT_BITS),
      /** the last octets, the newest on top: an octet is of the frame, and not of its FCS, when so many follow */
      held: bits(8 * (FCS_OCTETS + 1)),
      spoilt: bits(1),
    });
    crc.first.set(octets.begin);
    crc.data.set(octets.octet);
    crc.octets.set(octets.valid);

    m.when(octets.begin, () => r.count.next(0)).elseWhen(octets.valid.and(r.count.le(LONGEST_FRAME)), () => r.count.next(r.count.add(1)));
    m.when(octets.valid, () => r.held.next(cat(octets.octet, r.held.bits(8, 8 * FCS_OCTETS))));
    r.spoilt.next(octets.error.or(r.spoilt.and(octets.begin.not())));

    const { verdict } = m.wires({ verdict: Outcome });
    m.when(r.count.lt(SHORTEST_FRAME), () => verdict.set('runt'))
      .elseWhen(r.count.gt(LONGEST_FRAME), () => verdict.set('tooLong'))
      .elseWhen(r.spoilt, () => verdict.set('receiveError'))
      .elseWhen(octets.misaligned, () => verdict.set('alignment'))
      .elseWhen(crc.intact.not(), () => verdict.set('fcsError'))
      .otherwise(() => verdict.set('received'));
    const { good } = m.let({ good: octets.end.and(verdict.is('received')) });
    const { aboveFcs } = m.let({ aboveFcs: octets.valid.and(r.count.gt(FCS_OCTETS)) });
    store.write.set(aboveFcs.or(good));
    store.beat.set({ data: r.held.take(8), last: octets.end });
    store.commit.set(good);
    store.discard.set(octets.end.and(good.not()));
    m.unused(crc.fcs, store.space, store.level);

    m.connect(store.to, frames);
    ended.set(octets.end);
    m.when(store.overflow, () => outcome.set('overflow')).otherwise(() => outcome.set(verdict));
  },
  'Octets from the wire into frames without FCS; what is no good frame is dropped whole.',
);
