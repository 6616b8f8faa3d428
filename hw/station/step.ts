/**
 * One step of a relation, as logic without state: the context after an event, the twin of `step` in `spec/peer-rules.ts`.
 * All rules that a peer keeps (M1 to M9, M12) live here. Whatever the event, keys that have run out by `now` are gone first.
 */
import { type Bit, bits, bool, enumeration, input, module, mux, output, parametric, u } from '../../hdl-gen/index.ts';
import { KEY_ID_BITS } from '../../spec/key-id.ts';
import { SLOT_STATE_CODE, slotName } from '../../spec/slot-machine.ts';
import { allOf, anyOf, lowestOf, vectorOf } from '../one-hot.ts';
import { type PeerOptions, variantName } from '../peer-options.ts';
import { isSuccessor } from '../successor.ts';
import { COUNTER_BITS, relationContext, TIME_BITS } from './context.ts';
import { lookAt, pendingKeyId, takesPush } from './look.ts';

const { Unused, Pending, Active, Obsolete } = SLOT_STATE_CODE;

const NO = u(1, 0);
const NONE = { valid: NO, keyId: u(KEY_ID_BITS, 0) };

/** What happens to a relation; `visit` is the passing of time alone. */
export const RelationEvent = enumeration('relation_event', ['visit', 'verdict', 'transmit', 'push', 'cancel', 'erase']);

/** Slot vectors are one-hot or masks, slot A in bit 0. */
export const relationStep = parametric((options: PeerOptions) => {
  const { role, slots: count } = options;
  const Context = relationContext(count);
  return module(
    variantName('relation_step', options),
    {
      context: input(Context),
      what: input(RelationEvent),
      now: input(bits(TIME_BITS)),
      /** cycles that a key stays Obsolete after a switch, below 2^31; 0 drops it at once */
      obsoleteTimeout: input(bits(TIME_BITS)),
      /** it is not 0 */
      keepsObsolete: input(bool),
      /** verdict: whether the ICV matched, and what stands in the frame */
      authentic: input(bool),
      frameKeyId: input(bits(KEY_ID_BITS)),
      nextKeyId: input(bits(KEY_ID_BITS)),
      counter: input(bits(COUNTER_BITS)),
      /** push: the KeyId of the key */
      pushKeyId: input(bits(KEY_ID_BITS)),

      next: output(Context),
      /** push and cancel: done, or refused where not. transmit: the frame may be sealed, its counter is `next.sent` */
      accepted: output(bool),
      /** verdict: authentic and newest, so its payload is delivered */
      fresh: output(bool),
      /** a request stands that did not before */
      requested: output(bool),
      /** the slot that the pushed key goes to */
      filled: output(bits(count)),
      /** slots whose key goes with this event */
      emptied: output(bits(count)),
    },
    (io, m) => {
      const { context, now } = io;
      const slots = lookAt(m, context, now);
      const erases = io.what.is('erase');

      // ---- verdict: M1, and newer than all before it under its key
      const openedIn = (state: number): Bit => anyOf(slots.map(({ held }) => held.consumer.eq(state).and(held.keyId.eq(io.frameKeyId))));
      const { underPending, underActive } = m.let({ underPending: openedIn(Pending), underActive: openedIn(Active) });
      const { trusted } = m.let({ trusted: io.what.is('verdict').and(io.authentic).and(io.counter.ne(0)) });
      const { isNewest } = m.let({ isNewest: trusted.and(underPending.or(underActive.and(io.counter.gt(context.newest)))) });
      const { noKey } = m.let({ noKey: allOf(slots.map(({ free }) => free)) });
      const { consumerSwitch, namesPending } = m.let({
        consumerSwitch: isNewest.and(underPending),
        namesPending: anyOf(slots.map(({ providerPending, held }) => providerPending.and(held.keyId.eq(io.nextKeyId)))),
      });

      // ---- push: M3, M8, M12
      const isHeld = anyOf(slots.map(({ free, held }) => free.not().and(held.keyId.eq(io.pushKeyId))));
      const isWithdrawn = role === 'initiator' ? context.withdrawn.valid.and(context.withdrawn.keyId.eq(io.pushKeyId)) : NO;
      const { pushes } = m.let({ pushes: io.what.is('push').and(takesPush(slots)).and(isHeld.or(isWithdrawn).not()) });
      const fills = lowestOf(slots.map(({ free }) => free)).map(
        (target, index) => m.let({ fills: pushes.and(target) }, `_${slotName(index).toLowerCase()}`).fills,
      );

      // ---- transmit: the counter stops before it wraps
      const provides = anyOf(slots.map(({ providerActive }) => providerActive));
      const { incremented } = m.let({ incremented: context.sent.zext(COUNTER_BITS + 1).add(1) });
      const { transmits } = m.let({ transmits: io.what.is('transmit').and(provides).and(incremented.bit(COUNTER_BITS).not()) });

      // ---- what the role makes of it
      const asInitiator = () => {
        // M6: the follower says that it holds the key
        const { providerSwitch } = m.let({ providerSwitch: isNewest.and(namesPending) });
        // M12: once under each Active key, and not where the consumer has switched to it
        const bothPending = anyOf(slots.map(({ providerPending, consumerPending }) => providerPending.and(consumerPending)));
        const { cancels } = m.let({ cancels: io.what.is('cancel').and(context.withdrawn.valid.not()).and(bothPending) });
        const withdrawn = optional(cancels, { valid: u(1, 1), keyId: pendingKeyId(slots) }, context.withdrawn);
        io.next.request.set(NONE);
        io.next.withdrawn.set(optional(erases.or(providerSwitch), NONE, withdrawn));
        io.requested.set(0);
        io.accepted.set(pushes.or(transmits).or(cancels));
        m.unused(context.request);
        return { providerSwitch, withdraws: cancels };
      };
      const asFollower = () => {
        // M12: the newest frame under the Active key announces another one, or none
        const { drops } = m.let({ drops: isNewest.and(underActive).and(namesPending.not()) });
        // M5: asked for under the Active key, a valid successor, and nothing is Pending
        const announces = anyOf(slots.map(({ providerPending }) => providerPending));
        const { listens, successor } = m.let({
          listens: isNewest.and(consumerSwitch.or(drops).or(announces.not())),
          successor: isSuccessor(io.frameKeyId, io.nextKeyId),
        });
        const asked = { valid: successor, keyId: mux(successor, io.nextKeyId, 0) };
        io.next.request.set(optional(pushes.or(erases), NONE, optional(listens, asked, context.request)));
        io.next.withdrawn.set(NONE);
        io.requested.set(listens.and(successor).and(context.request.valid.not()));
        io.accepted.set(pushes.or(transmits));
        m.unused(context.withdrawn);
        // M7: the provider goes with the consumer
        return { providerSwitch: consumerSwitch, withdraws: drops };
      };
      const { providerSwitch, withdraws } = role === 'initiator' ? asInitiator() : asFollower();

      // ---- the slots
      const { pushedState, demotedState } = m.let({
        pushedState: mux(noKey, u(2, Active), u(2, Pending)),
        demotedState: mux(io.keepsObsolete, u(2, Obsolete), u(2, Unused)),
      });
      const emptied = slots.map((slot, index) => {
        const suffix = `_${slotName(index).toLowerCase()}`;
        const { provider, consumer } = m.wires({ provider: bits(2), consumer: bits(2) }, `_next${suffix}`);
        const filled = fills[index] ?? NO;
        const isActive = slot.held.consumer.eq(Active);
        const { goes } = m.let({ goes: erases.or(withdraws.and(slot.providerPending)) }, suffix);
        // a provider never sends under an old key again: its Obsolete lasts no time
        provider.set(mux(providerSwitch, mux(slot.providerPending, u(2, Active), Unused), slot.held.provider));
        consumer.set(slot.consumer);
        m.when(consumerSwitch, () => {
          m.when(slot.consumerPending, () => consumer.set(Active)).elseWhen(isActive, () => consumer.set(demotedState));
        });
        m.when(filled, () => {
          provider.set(pushedState);
          consumer.set(pushedState);
        });
        m.when(goes, () => {
          provider.set(Unused);
          consumer.set(Unused);
        });
        // the same from what it is made of, so that nothing waits for the states
        const { leftByProvider, leftByConsumer } = m.let(
          {
            leftByProvider: mux(providerSwitch, slot.providerPending.not(), slot.held.provider.eq(Unused)),
            leftByConsumer: mux(isActive, consumerSwitch.and(io.keepsObsolete.not()), slot.consumer.eq(Unused)),
          },
          suffix,
        );
        const { isFree } = m.let({ isFree: goes.or(leftByProvider.and(leftByConsumer)) }, suffix);
        const next = io.next.slots.at(index);
        next.provider.set(provider);
        next.consumer.set(consumer);
        next.keyId.set(mux(filled, io.pushKeyId, mux(isFree, u(KEY_ID_BITS, 0), slot.held.keyId)));
        next.until.set(mux(consumer.eq(Obsolete), mux(isActive, now.add(io.obsoleteTimeout), slot.held.until), 0));
        return isFree.and(filled.not()).and(slot.held.provider.or(slot.held.consumer).any());
      });
      io.filled.set(vectorOf(fills));
      io.emptied.set(vectorOf(emptied));

      // ---- counters: each key has its own
      const { restarts } = m.let({ restarts: erases.or(providerSwitch).or(pushes.and(noKey)) });
      io.next.newest.set(mux(erases, u(COUNTER_BITS, 0), mux(isNewest, io.counter, context.newest)));
      io.next.sent.set(mux(restarts, u(COUNTER_BITS, 0), mux(transmits, incremented.take(COUNTER_BITS), context.sent)));
      io.fresh.set(isNewest);
    },
    role === 'initiator'
      ? 'One step of a relation, initiator: announces a Pending key, switches when the follower is ready.'
      : 'One step of a relation, follower: signals a Pending key ready, switches when the initiator has.',
  );
});

function optional(condition: Bit, then: typeof NONE, otherwise: typeof NONE): typeof NONE {
  return { valid: mux(condition, then.valid, otherwise.valid), keyId: mux(condition, then.keyId, otherwise.keyId) };
}
