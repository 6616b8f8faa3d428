import { bits, bool, bundle, output } from '../../hdl-gen/index.ts';

/**
 * What a receiver makes of the pins of a PHY, an output of the receiver. `begin` is the cycle of the start frame delimiter;
 * then each octet has one cycle of `valid`, and `end` a cycle after the last of them. No cycle has two of the three.
 */
export const OctetLane = bundle({
  begin: output(bool),
  valid: output(bool),
  octet: output(bits(8)),
  end: output(bool),
  /** with `end`: bits are left over that make no octet */
  misaligned: output(bool),
  /** the PHY has seen an error (RX_ER), in this frame or in its preamble; from `begin` to `end` */
  error: output(bool),
});
