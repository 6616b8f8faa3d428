/** What software says of the frames of a relation: how they are, and from whom to whom they go. */
import { bits, bool, struct } from '../hdl-gen/index.ts';
import { ADDRESS_OCTETS } from '../spec/header.ts';

export const FrameSettings = struct({
  /** profile `std`, else `paper` */
  std: bool,
  encrypt: bool,
  addTag: bool,
  destination: bits(8 * ADDRESS_OCTETS),
  source: bits(8 * ADDRESS_OCTETS),
  vlanTci: bits(16),
  frameId: bits(16),
});
