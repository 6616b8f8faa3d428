/** The keys of relations with more than two slots. */
import { bool, module, mux, parametric } from '../../hdl-gen/index.ts';
import { keyMemory, keyPorts } from './key-memory.ts';

/** Slots of one memory: an event comes every other cycle at the most, and by then as many are zero. */
const BANK_SLOTS = 2;

/**
 * As `key_memory`, of two of them, the first with slots A and B: each zeroes its own slots, so that events two cycles apart never wait,
 * whatever they empty.
 * @param relations 2 to 256
 * @param slots 3 or 4
 * @param materialBits what the engine takes for one direction
 */
export const keyBanks = parametric((relations: number, slots: number, materialBits: number) =>
  module(
    `key_banks_${relations}x${slots}_${materialBits}`,
    keyPorts(relations, slots, materialBits),
    (io, m) => {
      const bank = keyMemory(relations, BANK_SLOTS, materialBits);
      const lower = m.instance('lower', bank);
      const upper = m.instance('upper', bank);
      for (const one of [lower, upper]) {
        one.relation.set(io.relation);
        one.pushMaterial.set(io.pushMaterial);
        one.sealRelation.set(io.sealRelation);
        one.openRelation.set(io.openRelation);
      }
      for (const name of ['filled', 'emptied', 'sealSlot', 'openSlot'] as const) {
        lower[name].set(io[name].take(BANK_SLOTS));
        upper[name].set(
          io[name]
            .shr(BANK_SLOTS)
            .take(slots - BANK_SLOTS)
            .zext(BANK_SLOTS),
        );
      }
      io.ready.set(lower.ready);
      m.assert('ready_at_once', upper.ready.eq(lower.ready));
      io.busy.set(lower.busy.or(upper.busy));
      for (const side of ['seal', 'open'] as const) {
        /** where the slot is that was chosen last */
        const { isUpper } = m.registers({ isUpper: bool }, `_${side}`);
        m.when(io[`${side}Slot`].any(), () => isUpper.next(upper[`${side}Slot`].any()));
        for (const what of ['Material', 'Iv'] as const)
          io[`${side}${what}`].set(mux(isUpper, upper[`${side}${what}`], lower[`${side}${what}`]));
      }
    },
    'The keys of many relations, in a memory for every two slots.',
  ),
);
