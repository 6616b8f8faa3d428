/** What the rest of a peer sees of a relation's context: states, KeyIds, and the slots whose keys seal and open. */
import { bits, bool, cat, input, module, mux, output, parametric, struct } from '../../hdl-gen/index.ts';
import { COUNTER_LAST } from '../../spec/header.ts';
import { KEY_ID_BITS } from '../../spec/key-id.ts';
import { SLOT_STATE_CODE } from '../../spec/slot-machine.ts';
import { anyOf, chosen, vectorOf } from '../one-hot.ts';
import { COUNTER_BITS, relationContext, TIME_BITS } from './context.ts';
import { lookAt, pendingKeyId, takesPush } from './look.ts';

/** What is seen of a relation: states have 2 bits a slot, slot A lowest. */
export function relationStatus(slots: number) {
  return struct({
    /** as the context says: a key that runs out now is still Obsolete */
    providerStates: bits(2 * slots),
    consumerStates: bits(2 * slots),
    currentKeyId: bits(KEY_ID_BITS),
    /** of the next frame */
    nextKeyId: bits(KEY_ID_BITS),
    /** a Push would be accepted, its KeyId apart */
    pushReady: bool,
    requestValid: bool,
    requestKeyId: bits(KEY_ID_BITS),
    /** counter of the last frame sent under the Active key */
    sent: bits(COUNTER_BITS),
  });
}

/**
 * Signalling is level-triggered and made from installed slot state alone: a provider-Pending key is announced (initiator) or
 * signalled ready (follower) in every frame, until it is switched to. Slot vectors are one-hot, slot A in bit 0; state vectors
 * have 2 bits a slot, slot A lowest.
 * @param slots 2 to 4
 */
export const relationView = parametric((slots: number) => {
  return module(
    `relation_view_${slots}`,
    {
      context: input(relationContext(slots)),
      now: input(bits(TIME_BITS)),
      /** currentKeyId of a frame that is to be opened */
      openKeyId: input(bits(KEY_ID_BITS)),

      status: output(relationStatus(slots)),
      /** the slot that seals: none, where no key is Active */
      sealSlot: output(bits(slots)),
      /** a frame may be sealed: a key is Active, and its counter is not used up */
      mayTransmit: output(bool),
      /** the slot that opens the frame: none, where no key of that KeyId opens now */
      openSlot: output(bits(slots)),
    },
    (io, m) => {
      const looks = lookAt(m, io.context, io.now);
      const provides = looks.map(({ providerActive }) => providerActive);
      const keyIds = looks.map(({ held }) => held.keyId);
      const { announces } = m.let({ announces: anyOf(looks.map(({ providerPending }) => providerPending)) });
      const { status } = io;
      status.providerStates.set(cat(...looks.map(({ held }) => held.provider).toReversed()));
      status.consumerStates.set(cat(...looks.map(({ held }) => held.consumer).toReversed()));
      status.currentKeyId.set(chosen(provides, keyIds));
      status.nextKeyId.set(mux(announces, pendingKeyId(looks), status.currentKeyId));
      status.pushReady.set(takesPush(looks));
      status.requestValid.set(io.context.request.valid);
      status.requestKeyId.set(io.context.request.keyId);
      status.sent.set(io.context.sent);
      io.sealSlot.set(vectorOf(provides));
      io.mayTransmit.set(anyOf(provides).and(io.context.sent.ne(COUNTER_LAST)));
      io.openSlot.set(vectorOf(looks.map(({ held, consumer }) => consumer.ne(SLOT_STATE_CODE.Unused).and(held.keyId.eq(io.openKeyId)))));
      m.unused(io.context.newest, io.context.withdrawn);
    },
    'What the rest of a peer sees of the context of its relation.',
  );
});
