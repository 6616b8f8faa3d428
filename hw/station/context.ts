/**
 * What a relation remembers, as one record: the word that a station keeps for each. The provider and the consumer view of
 * each slot (paper, section IV.B), its KeyId, and when its key stops being Obsolete; counters; and what was asked for or
 * withdrawn. The keys themselves are elsewhere.
 */
import { type Bits, bits, bool, mux, struct, u, type ValueOf, vec } from '../../hdl-gen/index.ts';
import { COUNTER_OCTETS } from '../../spec/header.ts';
import { KEY_ID_BITS } from '../../spec/key-id.ts';

/** Bits of a time, in cycles. Differences are signed: two times are compared rightly while they are less than 2^31 apart. */
export const TIME_BITS = 32;
/** The longest time that a key can be Obsolete. */
const LONGEST_TIME = 2 ** (TIME_BITS - 1) - 1;

/** A time that software has written: more than the longest count as that many. */
export function noLongerThanCounted(cycles: Bits<typeof TIME_BITS>): Bits<typeof TIME_BITS> {
  return mux(cycles.bit(TIME_BITS - 1), u(TIME_BITS, LONGEST_TIME), cycles);
}

export const COUNTER_BITS = 8 * COUNTER_OCTETS;

/** A KeyId or none; none is 0. */
const OptionalKeyId = struct({ valid: bool, keyId: bits(KEY_ID_BITS) });

const SlotContext = struct({
  /** states as in `SLOT_STATE_CODE` */
  provider: bits(2),
  consumer: bits(2),
  /** 0 while the slot is Unused in both views */
  keyId: bits(KEY_ID_BITS),
  /** the first cycle in which the key is Obsolete no longer; 0 in every other state of the consumer view */
  until: bits(TIME_BITS),
});

/** @param slots 2 to 4 */
export function relationContext(slots: number) {
  return struct({
    slots: vec(SlotContext, slots),
    /** counter of the newest frame received under the consumer-Active key, and of the last one sent under the provider's */
    newest: bits(COUNTER_BITS),
    sent: bits(COUNTER_BITS),
    /** follower: the rekey that the newest frame asks for (M5) */
    request: OptionalKeyId,
    /** initiator: the announcement that was withdrawn under the Active key (M12) */
    withdrawn: OptionalKeyId,
  });
}

export type ContextShape = ReturnType<typeof relationContext>;
export type ContextValue = ValueOf<ContextShape>;
export type SlotValue = ValueOf<typeof SlotContext>;
