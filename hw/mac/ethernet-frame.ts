/** Sizes of what goes over the wire around a frame. IEEE 802.3-2018. */

/** Octets of 0x55 before the start frame delimiter (3.2.1). */
export const PREAMBLE_OCTETS = 7;
export const PREAMBLE = 0x55;
/** The start frame delimiter (3.2.2), as it is written: bit 0 goes first. */
export const START_DELIMITER = 0xd5;
export const FCS_OCTETS = 4;
/** Octets of the shortest frame, from destination to FCS (4.4.2, minFrameSize). */
export const SHORTEST_FRAME = 64;
/** Octets of the longest frame, from destination to FCS, that is taken or sent: that of a frame with one tag (3.2.7), whether it has one or not. */
export const LONGEST_FRAME = 1522;
/** Octet times between two frames: 96 bit times (4.4.2, interPacketGap). */
export const GAP_OCTETS = 12;
