import { type Bit, bits, bool, input, module, mux, output } from '../hdl-gen/index.ts';
import { COUNTER_LAST } from '../spec/header.ts';
import { KEY_ID_BITS } from '../spec/key-id.ts';
import { SLOT_STATE_CODE } from '../spec/slot-machine.ts';
import { anyOf } from './one-hot.ts';
import { type PeerOptions, variantName } from './peer-options.ts';
import { isSuccessor } from './successor.ts';

const { Active, Pending } = SLOT_STATE_CODE;

/**
 * Decides on Push and Switch (paper, sections IV.D and V; rules M1 to M8, M12), and makes the nextKeyId.
 *
 * Signalling is level-triggered and made from installed slot state alone: a provider-Pending key is announced
 * (initiator) or signalled ready (follower) in every frame, until it is switched to. A received header takes
 * effect in the one cycle of `verdict`, and only when the frame is authentic and newer than all before it
 * under its key; the counter of the newest frame is kept for the consumer-Active key.
 */
export function keyActivation(options: PeerOptions) {
  const { role, slots } = options;
  const initiator = role === 'initiator';
  return module(
    variantName('key_activation', options),
    {
      /** one cycle a frame: what the ICV said of it, and what stands in it */
      verdict: input(bool),
      authentic: input(bool),
      /** slot whose key opened the frame, one-hot */
      slot: input(bits(slots)),
      /** currentKeyId and nextKeyId of the frame */
      frameKeyId: input(bits(KEY_ID_BITS)),
      nextKeyId: input(bits(KEY_ID_BITS)),
      counter: input(bits(32)),
      /** authentic and newest: deliver the payload */
      fresh: output(bool),

      consumerStates: input(bits(2 * slots)),
      providerPending: input(bool),
      consumerPending: input(bool),
      pendingKeyId: input(bits(KEY_ID_BITS)),
      currentKeyId: input(bits(KEY_ID_BITS)),
      providerSwitch: output(bool),
      consumerSwitch: output(bool),
      /** the Pending key is to go */
      withdraw: output(bool),
      announcedKeyId: output(bits(KEY_ID_BITS)),

      /** software asks for a Push, until it is settled in a cycle without verdict, Timeout coming first */
      pushRequest: input(bool),
      pushReady: input(bool),
      pushDuplicate: input(bool),
      pushFirst: input(bool),
      timeout: input(bool),
      /** no key is left after this cycle: forgets the request and the counters, and refuses a Push that waits */
      eraseAll: input(bool),
      push: output(bool),
      pushAccepted: output(bool),
      pushRefused: output(bool),

      /** follower: the rekey that was asked for */
      requestValid: output(bool),
      requestKeyId: output(bits(KEY_ID_BITS)),
      requestArrived: output(bool),

      /** a frame goes out under the provider's key: takes the next counter */
      transmit: input(bool),
      transmitCounter: output(bits(32)),
      transmitExhausted: output(bool),
    },
    (io, m) => {
      const r = m.registers({ newest: bits(32), sent: bits(32) });

      const stateOfSlot = (state: number): Bit => {
        const matches = Array.from({ length: slots }, (_, index) => io.slot.bit(index).and(io.consumerStates.bits(2 * index, 2).eq(state)));
        return anyOf(matches);
      };
      const { underPending, underActive } = m.let({ underPending: stateOfSlot(Pending), underActive: stateOfSlot(Active) });
      const { trusted } = m.let({ trusted: io.verdict.and(io.authentic) });
      const { newer } = m.let({ newer: trusted.and(io.counter.ne(0)).and(underPending.or(underActive.and(io.counter.gt(r.newest)))) });
      io.fresh.set(newer.and(io.authentic));
      // after an erase the first key is Active at once, and its frames count from 1
      m.when(io.eraseAll, () => r.newest.next(0)).elseWhen(newer, () => r.newest.next(io.counter));

      io.consumerSwitch.set(newer.and(underPending));

      if (initiator) {
        // M6: the follower says in an authentic frame that it holds the key
        io.providerSwitch.set(io.providerPending.and(newer).and(io.nextKeyId.eq(io.pendingKeyId)));
        io.requestValid.set(0);
        io.requestKeyId.set(0);
        io.requestArrived.set(0);
        io.withdraw.set(0);
        m.unused(io.consumerPending, io.frameKeyId);
      } else {
        // M7: the provider follows the consumer, in the same edge
        io.providerSwitch.set(io.consumerSwitch);

        // M12: the newest frame under the Active key announces another one
        const holdsReady = io.providerPending.and(io.consumerPending);
        io.withdraw.set(newer.and(underActive).and(holdsReady).and(io.nextKeyId.ne(io.pendingKeyId)));

        // M5: asked for under the Active key, a valid successor, and nothing is Pending
        const request = m.registers({ requested: bits(1), requestedKeyId: bits(KEY_ID_BITS) });
        const { successor } = m.let({ successor: isSuccessor(io.frameKeyId, io.nextKeyId) });
        const { settled } = m.let({ settled: io.consumerSwitch.or(io.withdraw).or(io.consumerPending.or(io.providerPending).not()) });
        const { listens } = m.let({ listens: newer.and(settled) });
        m.when(listens, () => {
          request.requested.next(successor);
          request.requestedKeyId.next(mux(successor, io.nextKeyId, 0));
        }).elseWhen(io.pushAccepted.or(io.eraseAll), () => {
          request.requested.next(0);
          request.requestedKeyId.next(0);
        });
        io.requestValid.set(request.requested);
        io.requestKeyId.set(request.requestedKeyId);
        io.requestArrived.set(listens.and(successor).and(request.requested.not()));
      }
      io.announcedKeyId.set(mux(io.providerPending, io.pendingKeyId, io.currentKeyId));

      // Push waits for a cycle in which nothing else can change a slot: Timeout, erase, Push, in this order.
      // One that meets the erase of all is settled by it: the staged keys are erased too
      io.push.set(io.pushRequest.and(io.verdict.or(io.timeout).or(io.eraseAll).not()));
      io.pushAccepted.set(io.push.and(io.pushReady).and(io.pushDuplicate.not()));
      io.pushRefused.set(io.push.and(io.pushAccepted.not()).or(io.pushRequest.and(io.eraseAll)));

      // the counter restarts with each key, and stops before it wraps
      m.when(io.providerSwitch.and(io.providerPending).or(io.pushFirst).or(io.eraseAll), () => r.sent.next(0)).elseWhen(io.transmit, () =>
        r.sent.next(r.sent.add(1)),
      );
      io.transmitCounter.set(r.sent);
      io.transmitExhausted.set(r.sent.eq(COUNTER_LAST));

      m.assert('no_change_without_verdict', io.consumerSwitch.not().or(io.verdict.and(io.authentic)));
      // a key that is being erased opens and encrypts nothing
      m.assume('no_frame_while_erasing', io.eraseAll.and(io.verdict.or(io.transmit)).not());
      m.assume('no_frame_beyond_the_last_counter', io.transmit.not().or(io.transmitExhausted.not()));
    },
    initiator
      ? 'Initiator: announces a Pending key, switches when the follower is ready.'
      : 'Follower: signals a Pending key ready, switches when the initiator has.',
  );
}
