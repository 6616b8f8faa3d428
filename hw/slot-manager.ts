import { type Bit, type Bits, bits, bool, cat, input, module, mux, output, u } from '../hdl-gen/index.ts';
import { KEY_ID_BITS } from '../spec/key-id.ts';
import { allViews, formatView, isLegalView, SLOT_STATE_CODE, slotName } from '../spec/slot-machine.ts';
import { NONCE_BITS } from './aead/aead.ts';
import { allOf, anyOf, chosen } from './one-hot.ts';

const { Unused, Pending, Active, Obsolete } = SLOT_STATE_CODE;

/** What a slot holds: for each direction what the engine takes, and the IV. */
export function slotBitsOf(materialBits: number): number {
  return 2 * (materialBits + NONCE_BITS);
}

/** Bits of the Obsolete timer, in cycles. */
export const TIMEOUT_BITS = 32;

/**
 * The key slots (paper, section IV.B, Fig. 5): for each slot the provider's and the consumer's view of it, the
 * KeyId, the material and IVs, and the Obsolete timer. It does what `key_activation` tells it, one edge a change:
 * Push into a slot Unused in both views (M3), Switch of either view to its Pending slot, withdrawal of a key Pending in
 * both views (M12), Timeout by itself, and
 * `eraseAll`: in its cycle no key opens or encrypts any more, and in the next one none is left.
 *
 * A slot Unused in both views is zero. Material leaves only towards the engines (`encrypt…`, `open…`).
 * Slot vectors are one-hot, slot A in bit 0; state vectors have 2 bits a slot, slot A lowest.
 * @param slots 2 to 4
 * @param materialBits what the engine takes for one direction
 */
export function slotManager(slots: number, materialBits: number) {
  const slotBits = slotBitsOf(materialBits);
  return module(
    `slot_manager_${slots}_${materialBits}`,
    {
      push: input(bool),
      pushKeyId: input(bits(KEY_ID_BITS)),
      /** consumer IV, consumer material, provider IV, provider material, from the top down */
      pushMaterial: input(bits(slotBits)),
      providerSwitch: input(bool),
      consumerSwitch: input(bool),
      /** gives way to a Switch */
      withdraw: input(bool),
      obsoleteTimeout: input(bits(TIMEOUT_BITS)),
      /** goes before everything else */
      eraseAll: input(bool),

      /** a Push would succeed, its KeyId apart */
      pushReady: output(bool),
      /** `pushKeyId` names a slot in use */
      pushDuplicate: output(bool),
      /** this Push makes its key Active at once: there was none */
      pushFirst: output(bool),
      providerPending: output(bool),
      consumerPending: output(bool),
      providerStates: output(bits(2 * slots)),
      consumerStates: output(bits(2 * slots)),
      /** slots whose key runs out this cycle */
      expiring: output(bits(slots)),

      encryptValid: output(bool),
      encryptMaterial: output(bits(materialBits)),
      encryptIv: output(bits(NONCE_BITS)),
      currentKeyId: output(bits(KEY_ID_BITS)),
      /** KeyId of the provider-Pending slot */
      pendingKeyId: output(bits(KEY_ID_BITS)),

      /** consumer look-up */
      openKeyId: input(bits(KEY_ID_BITS)),
      openHit: output(bool),
      openSlot: output(bits(slots)),
      openMaterial: output(bits(materialBits)),
      openIv: output(bits(NONCE_BITS)),
    },
    (io, m) => {
      const slot = Array.from({ length: slots }, (_, index) =>
        m.registers(
          { provider: bits(2), consumer: bits(2), keyId: bits(KEY_ID_BITS), material: bits(slotBits), timer: bits(TIMEOUT_BITS) },
          suffix(index),
        ),
      );
      const is = slot.map((s, index) =>
        m.let(
          {
            free: s.provider.eq(Unused).and(s.consumer.eq(Unused)),
            providerPending: s.provider.eq(Pending),
            providerActive: s.provider.eq(Active),
            consumerPending: s.consumer.eq(Pending),
            expiring: s.consumer.eq(Obsolete).and(s.timer.le(1)),
          },
          suffix(index),
        ),
      );
      // a key that runs out or is erased this very cycle opens nothing any more
      const hit = slot.map(
        (s, index) =>
          m.let(
            { hit: s.consumer.ne(Unused).and(at(is, index).expiring.or(io.eraseAll).not()).and(s.keyId.eq(io.openKeyId)) },
            suffix(index),
          ).hit,
      );
      const { noKey } = m.let({ noKey: allOf(is.map((s) => s.free)) });
      io.providerPending.set(anyOf(is.map((s) => s.providerPending)));
      io.consumerPending.set(anyOf(is.map((s) => s.consumerPending)));

      // Push goes to the lowest free slot, never while a key is Pending (M3)
      io.pushReady.set(anyOf(is.map((s) => s.free)).and(io.providerPending.or(io.consumerPending).not()));
      io.pushDuplicate.set(anyOf(slot.map((s, index) => at(is, index).free.not().and(s.keyId.eq(io.pushKeyId)))));
      const { accept, withdrawal, pushedState, demotedState } = m.let({
        accept: io.push.and(io.pushReady).and(io.pushDuplicate.or(io.eraseAll).not()),
        withdrawal: io.withdraw.and(io.providerSwitch.or(io.consumerSwitch).not()),
        pushedState: mux(noKey, u(2, Active), u(2, Pending)),
        demotedState: mux(io.obsoleteTimeout.eq(0), u(2, Unused), u(2, Obsolete)),
      });

      slot.forEach((s, index) => {
        const now = at(is, index);
        const lower = is.slice(0, index).map((other) => other.free);
        const { pushHere } = m.let({ pushHere: accept.and(now.free).and(anyOf(lower).not()) }, suffix(index));
        const next = m.wires({ providerNext: bits(2), consumerNext: bits(2) }, suffix(index));

        next.providerNext.set(s.provider);
        m.when(pushHere, () => next.providerNext.set(pushedState)).elseWhen(io.providerSwitch.and(io.providerPending), () => {
          // a provider never sends under an old key again: its Obsolete lasts no time
          next.providerNext.set(mux(now.providerPending, u(2, Active), u(2, Unused)));
        });
        const { withdrawHere } = m.let({ withdrawHere: withdrawal.and(now.providerPending).and(now.consumerPending) }, suffix(index));

        next.consumerNext.set(s.consumer);
        m.when(now.expiring, () => next.consumerNext.set(Unused));
        m.when(pushHere, () => next.consumerNext.set(pushedState)).elseWhen(io.consumerSwitch.and(io.consumerPending), () => {
          m.when(now.consumerPending, () => next.consumerNext.set(Active)).elseWhen(s.consumer.eq(Active), () =>
            next.consumerNext.set(demotedState),
          );
        });

        m.when(io.eraseAll.or(withdrawHere), () => {
          next.providerNext.set(Unused);
          next.consumerNext.set(Unused);
        });

        s.provider.next(next.providerNext);
        s.consumer.next(next.consumerNext);
        m.when(io.consumerSwitch.and(io.consumerPending).and(s.consumer.eq(Active)), () => s.timer.next(io.obsoleteTimeout)).elseWhen(
          s.timer.ne(0),
          () => s.timer.next(s.timer.sub(1)),
        );
        m.when(pushHere, () => {
          s.keyId.next(io.pushKeyId);
          s.material.next(io.pushMaterial);
        }).elseWhen(next.providerNext.eq(Unused).and(next.consumerNext.eq(Unused)), () => {
          s.keyId.next(0);
          s.material.next(0);
        });
      });

      io.pushFirst.set(accept.and(noKey));
      io.providerStates.set(cat(...slot.map((s) => s.provider).reverse()));
      io.consumerStates.set(cat(...slot.map((s) => s.consumer).reverse()));
      io.expiring.set(cat(...is.map((s) => s.expiring).reverse()));

      // at most one slot is chosen, so OR of the masked slots selects
      const provider = is.map((s) => s.providerActive);
      const part = (low: number, width: number): Bits<number>[] => slot.map((s) => s.material.bits(low, width));
      io.encryptValid.set(anyOf(provider).and(io.eraseAll.not()));
      io.encryptMaterial.set(chosen(provider, part(0, materialBits)));
      io.encryptIv.set(chosen(provider, part(materialBits, NONCE_BITS)));
      io.currentKeyId.set(
        chosen(
          provider,
          slot.map((s) => s.keyId),
        ),
      );
      io.pendingKeyId.set(
        chosen(
          is.map((s) => s.providerPending),
          slot.map((s) => s.keyId),
        ),
      );
      io.openHit.set(anyOf(hit));
      io.openSlot.set(cat(...[...hit].reverse()));
      io.openMaterial.set(chosen(hit, part(materialBits + NONCE_BITS, materialBits)));
      io.openIv.set(chosen(hit, part(2 * materialBits + NONCE_BITS, NONCE_BITS)));

      for (const view of ['provider', 'consumer'] as const) {
        for (const illegal of allViews(slots).filter((candidate) => !isLegalView(candidate))) {
          const reached = allOf(illegal.map((state, index) => at(slot, index)[view].eq(SLOT_STATE_CODE[state])));
          m.assert(`${view}_never_${formatView(illegal).toLowerCase()}`, reached.not());
        }
      }
      slot.forEach((s, index) =>
        m.assert(`unused_is_zero${suffix(index)}`, at(is, index).free.not().or(s.material.any().or(s.keyId.any()).not())),
      );
      // M9: nothing holds the timer of an Obsolete key up, and nothing restarts it
      slot.forEach((s, index) => {
        const ran = m.past(`was_obsolete${suffix(index)}`, s.consumer.eq(Obsolete).and(at(is, index).expiring.not()));
        const left = m.past(`timer_was${suffix(index)}`, s.timer);
        m.assert(`obsolete_timer_runs${suffix(index)}`, ran.not().or(s.timer.eq(left.sub(1))));
      });
      m.assert('provider_keeps_nothing_obsolete', anyOf(slot.map((s) => s.provider.eq(Obsolete))).not());
      // both views have a key, or neither has
      const inUse = (view: 'provider' | 'consumer'): Bit => anyOf(slot.map((s) => s[view].ne(Unused)));
      m.assert('views_begin_together', inUse('provider').eq(inUse('consumer')));
      const pairs = slot.flatMap((a, i) =>
        slot.slice(i + 1).map((b, k) => ({
          a,
          b,
          bothInUse: at(is, i)
            .free.or(at(is, i + 1 + k).free)
            .not(),
        })),
      );
      m.assert('key_ids_differ', allOf(pairs.map(({ a, b, bothInUse }) => bothInUse.not().or(a.keyId.ne(b.keyId)))));
      m.cover(
        'third_key',
        io.pushFirst
          .not()
          .and(accept)
          .and(anyOf(slot.map((s) => s.keyId.eq(2)))),
      );
      m.assert('one_slot_opens', anyOf(hit.flatMap((a, index) => hit.slice(index + 1).map((b) => a.and(b)))).not());
    },
    'Key slots: provider and consumer view, KeyId, keys, Obsolete timer (paper, section IV.B).',
  );
}

function suffix(slot: number): string {
  return `_${slotName(slot).toLowerCase()}`;
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`there is no slot ${index}`);
  return item;
}
