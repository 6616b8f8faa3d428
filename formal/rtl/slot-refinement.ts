/**
 * The slot manager beside a reference that is made from the transition table in `spec/slot-machine.ts` alone. That both
 * agree in every cycle is proved by induction: the hardware refines the table, for ever.
 */
import { type Bit, type Bits, bits, bool, cat, input, module, u } from '../../hdl-gen/index.ts';
import { slotManager, TIMEOUT_BITS } from '../../hw/slot-manager.ts';
import { allViews, isAllowed, isLegalView, SLOT_STATE_CODE, stepView, type View, type ViewEvent } from '../../spec/slot-machine.ts';
import { anyOf } from './conditions.ts';

const MATERIAL_BITS = 448;

export function slotRefinement(slots: number) {
  return module(
    `slot_refinement_${slots}`,
    {
      push: input(bool),
      pushKeyId: input(bits(4)),
      pushMaterial: input(bits(MATERIAL_BITS)),
      providerSwitch: input(bool),
      consumerSwitch: input(bool),
      withdraw: input(bool),
      obsoleteTimeout: input(bits(TIMEOUT_BITS)),
      openKeyId: input(bits(4)),
      eraseAll: input(bool),
    },
    (io, m) => {
      const dut = m.instance('dut', slotManager(slots, 128));
      dut.push.set(io.push);
      dut.pushKeyId.set(io.pushKeyId);
      dut.pushMaterial.set(io.pushMaterial);
      dut.providerSwitch.set(io.providerSwitch);
      dut.consumerSwitch.set(io.consumerSwitch);
      dut.withdraw.set(io.withdraw);
      dut.obsoleteTimeout.set(io.obsoleteTimeout);
      dut.openKeyId.set(io.openKeyId);
      dut.eraseAll.set(io.eraseAll);

      const view = m.registers({ provider: bits(2 * slots), consumer: bits(2 * slots) });
      const states = (register: Bits<number>, slot: number): Bits<2> => register.bits(2 * slot, 2);
      const free = Array.from({ length: slots }, (_, slot) => states(view.provider, slot).eq(0).and(states(view.consumer, slot).eq(0)));
      const pending = [view.provider, view.consumer].flatMap((register) =>
        Array.from({ length: slots }, (_, slot) => states(register, slot).eq(SLOT_STATE_CODE.Pending)),
      );
      const bothPending = free.map((_, slot) =>
        [view.provider, view.consumer].map((register) => states(register, slot).eq(SLOT_STATE_CODE.Pending)).reduce((a, b) => a.and(b)),
      );
      const { withdraws } = m.let({ withdraws: io.withdraw.and(anyOf(bothPending)).and(io.providerSwitch.or(io.consumerSwitch).not()) });

      // M3, from the rule: the lowest slot Unused in both views, nothing Pending, a KeyId that is not in use
      const { mayPush } = m.let({ mayPush: anyOf(free).and(anyOf(pending).not()) });
      const { pushes } = m.let({ pushes: io.push.and(mayPush).and(dut.pushDuplicate.not()) });
      const pushInto = free.map((isFree, slot) => free.slice(0, slot).reduce((bit, lower) => bit.and(lower.not()), pushes.and(isFree)));

      const follow = (register: typeof view.provider, switches: Bit, keepsObsolete: Bit, expires: readonly Bit[]): void => {
        const table = allViews(slots).filter(isLegalView);
        const arms = table.map((now) => [
          code(now),
          () => {
            const become = (next: View): void => register.next(u(2 * slots, code(next)));
            // Timeout, then Push or Switch; what the table does not allow changes nothing
            for (const [after, when] of afterTimeouts(now, expires)) {
              m.when(when, () => {
                become(after);
                now.forEach((_, slot) => {
                  const event: ViewEvent = { kind: 'push', slot };
                  const into = pushInto[slot];
                  if (into !== undefined && isAllowed(after, event)) m.when(into, () => become(stepView(after, event, false)));
                });
                const target = after.indexOf('Pending');
                if (target < 0) return;
                m.when(withdraws, () => become(stepView(after, { kind: 'withdraw', slot: target }, false)));
                m.when(switches, () => {
                  const event: ViewEvent = { kind: 'switch', slot: target };
                  m.when(keepsObsolete, () => become(stepView(after, event, true))).otherwise(() => become(stepView(after, event, false)));
                });
              });
            }
          },
        ]);
        m.switch(register, Object.fromEntries(arms) as Record<number, () => void>);
        m.when(io.eraseAll, () => register.next(0));
      };
      const never = Array.from({ length: slots }, () => u(1, 0));
      follow(view.provider, io.providerSwitch, u(1, 0), never);
      follow(
        view.consumer,
        io.consumerSwitch,
        io.obsoleteTimeout.ne(0),
        never.map((_, slot) => dut.expiring.bit(slot)),
      );

      m.assert('provider_follows_the_table', dut.providerStates.eq(view.provider));
      m.assert('consumer_follows_the_table', dut.consumerStates.eq(view.consumer));
      m.assert('push_is_ready_when_the_rule_says_so', dut.pushReady.eq(mayPush));
      m.assert(
        'only_obsolete_runs_out',
        all(never.map((_, slot) => dut.expiring.bit(slot).not().or(states(view.consumer, slot).eq(SLOT_STATE_CODE.Obsolete)))),
      );
      m.assert(
        'encrypts_only_with_active',
        dut.encryptValid.eq(anyOf(never.map((_, slot) => states(view.provider, slot).eq(SLOT_STATE_CODE.Active))).and(io.eraseAll.not())),
      );
      for (const kind of ['Pending', 'Obsolete'] as const) {
        m.cover(`consumer_${kind.toLowerCase()}`, anyOf(never.map((_, slot) => states(view.consumer, slot).eq(SLOT_STATE_CODE[kind]))));
      }
      m.unused(
        dut.pushFirst,
        dut.providerPending,
        dut.consumerPending,
        dut.encryptMaterial,
        dut.encryptIv,
        dut.currentKeyId,
        dut.pendingKeyId,
        dut.openHit,
        dut.openSlot,
        dut.openMaterial,
        dut.openIv,
      );
    },
    'The slot manager beside a reference made from the transition table.',
  );
}

/** Every combination of Obsolete slots running out, with the condition for it. */
function afterTimeouts(now: View, expires: readonly Bit[]): [View, Bit][] {
  const obsolete = now.flatMap((state, slot) => (state === 'Obsolete' ? [slot] : []));
  return Array.from({ length: 2 ** obsolete.length }, (_, combination) => {
    let view = now;
    let when: Bit = u(1, 1);
    obsolete.forEach((slot, index) => {
      const runsOut = ((combination >> index) & 1) === 1;
      const bit = expires[slot] ?? u(1, 0);
      when = when.and(runsOut ? bit : bit.not());
      if (runsOut) view = stepView(view, { kind: 'timeout', slot }, true);
    });
    return [view, when];
  });
}

function code(view: View): number {
  return view.reduce((sum, state, slot) => sum | (SLOT_STATE_CODE[state] << (2 * slot)), 0);
}

function all(conditions: readonly Bit[]): Bit {
  return cat(...conditions).allOnes();
}
