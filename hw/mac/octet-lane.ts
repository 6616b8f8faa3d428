import { type Bit, type Build, bits, bool, bundle, type Inside, output, type PortShape } from '../../hdl-gen/index.ts';

/**
 * What a receiver makes of the pins of a PHY, an output of the receiver. `begin` is the cycle of the start frame delimiter;
 * then each octet has one cycle of `valid`, and a later
 * cycle has `end`.
 */
export const OctetLane = bundle({
  begin: output(bool),
  valid: output(bool),
  octet: output(bits(8)),
  end: output(bool),
  /** with `end`: bits are left over that make no octet */
  misaligned: output(bool),
  /** the PHY has seen an error (RX_ER), in this frame or in its preamble; from `begin` to before `end` */
  error: output(bool),
});

type Lane = { readonly octets: PortShape<'out', typeof OctetLane> };

/** What a receiver owes the one who takes its octets. @param inFrame a frame has begun, and has not ended */
export function assertOrder(m: Build, { begin, valid, end }: Inside<Lane>['octets'], inFrame: Bit): void {
  m.assert('begins_outside_of_a_frame', begin.not().or(inFrame.not()));
  m.assert('octets_and_ends_within', inFrame.or(valid.or(end).not()));
  m.assert('ends_after_its_octets', valid.and(end).not());
  const before = m.past('in_frame', inFrame);
  m.assert(
    'a_frame_begins_and_ends',
    m
      .past('begin', begin)
      .or(before.and(m.past('end', end).not()))
      .eq(inFrame),
  );
}
