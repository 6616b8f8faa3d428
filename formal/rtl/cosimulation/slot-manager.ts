/** What the slot manager must do, from the transition table in `spec/slot-machine.ts`: random cycles, sense and nonsense. */
import { Random } from '../../../hdl-gen/sim/random.ts';
import { isAllowed, SLOT_STATE_CODE, type SlotState, stepView, type View, type ViewEvent } from '../../../spec/slot-machine.ts';
import type { Cycle, Values } from './cosimulate.ts';

const KEY_BITS = 128;
const IV_BITS = 96;
const MATERIAL_BITS = 2 * (KEY_BITS + IV_BITS);

const LONG_TIMEOUTS = [100, 2 ** 31, 2 ** 32 - 1];

interface Slot {
  readonly provider: SlotState;
  readonly consumer: SlotState;
  readonly keyId: number;
  readonly material: bigint;
  /** cycles of Obsolete that are left, this one included; 0 in other states */
  readonly left: number;
}

const FREE: Slot = { provider: 'Unused', consumer: 'Unused', keyId: 0, material: 0n, left: 0 };

/** Random inputs, with the outputs that the table asks for. A reset comes first, and now and then. */
export function slotManagerCycles(slots: number, seed: number, count: number): Cycle[] {
  const random = new Random(seed);
  let state: readonly Slot[] = Array.from({ length: slots }, () => FREE);
  return Array.from({ length: count }, (_, cycle) => {
    const inputs = { ...randomInputs(random, state), rst: cycle === 0 || random.chance(0.005) ? 1 : 0 };
    const outputs = outputsOf(state, inputs);
    state = inputs.rst === 1 || inputs.erase_all === 1 ? state.map(() => FREE) : next(state, inputs);
    return { inputs, outputs };
  });
}

type Inputs = ReturnType<typeof randomInputs>;

function randomInputs(random: Random, state: readonly Slot[]) {
  const held = state[random.below(state.length)]?.keyId ?? 0;
  return {
    push: random.chance(0.3) ? 1 : 0,
    push_key_id: random.chance(0.2) ? held : random.below(16),
    push_material: random.bits(MATERIAL_BITS),
    provider_switch: random.chance(0.2) ? 1 : 0,
    consumer_switch: random.chance(0.2) ? 1 : 0,
    withdraw: random.chance(0.05) ? 1 : 0,
    // short ones run out, long ones have another slot switched to meanwhile
    obsolete_timeout: random.chance(0.9) ? random.below(6) : (LONG_TIMEOUTS[random.below(LONG_TIMEOUTS.length)] ?? 0),
    open_key_id: random.chance(0.7) ? held : random.below(16),
    erase_all: random.chance(0.02) ? 1 : 0,
  };
}

const isFree = ({ provider, consumer }: Slot): boolean => provider === 'Unused' && consumer === 'Unused';
const isExpiring = ({ consumer, left }: Slot): boolean => consumer === 'Obsolete' && left === 1;
const isPending = ({ provider, consumer }: Slot): boolean => provider === 'Pending' || consumer === 'Pending';

/** The slot that a Push fills: the lowest free one, while nothing is Pending (M3); -1 where there is none. */
function target(state: readonly Slot[]): number {
  return state.some(isPending) ? -1 : state.findIndex(isFree);
}

function isDuplicate(state: readonly Slot[], keyId: number): boolean {
  return state.some((slot) => !isFree(slot) && slot.keyId === keyId);
}

function accepts(state: readonly Slot[], inputs: Inputs): boolean {
  return inputs.erase_all === 0 && inputs.push === 1 && target(state) >= 0 && !isDuplicate(state, inputs.push_key_id);
}

function outputsOf(state: readonly Slot[], inputs: Inputs): Values {
  const active = state.find(({ provider }) => provider === 'Active');
  const pending = state.find(({ provider }) => provider === 'Pending');
  // a key that runs out this very cycle opens nothing any more
  const opens = (slot: Slot): boolean =>
    inputs.erase_all === 0 && slot.consumer !== 'Unused' && !isExpiring(slot) && slot.keyId === inputs.open_key_id;
  const opening = state.find(opens);
  return {
    push_ready: Number(target(state) >= 0),
    push_duplicate: Number(isDuplicate(state, inputs.push_key_id)),
    push_first: Number(accepts(state, inputs) && state.every(isFree)),
    provider_pending: Number(pending !== undefined),
    consumer_pending: Number(state.some(({ consumer }) => consumer === 'Pending')),
    provider_states: codes(state.map(({ provider }) => provider)),
    consumer_states: codes(state.map(({ consumer }) => consumer)),
    expiring: oneBitEach(state, isExpiring),
    encrypt_valid: Number(active !== undefined && inputs.erase_all === 0),
    encrypt_material: part(active, 0, KEY_BITS),
    encrypt_iv: part(active, KEY_BITS, IV_BITS),
    current_key_id: active?.keyId ?? 0,
    pending_key_id: pending?.keyId ?? 0,
    open_hit: Number(opening !== undefined),
    open_slot: oneBitEach(state, opens),
    open_material: part(opening, KEY_BITS + IV_BITS, KEY_BITS),
    open_iv: part(opening, 2 * KEY_BITS + IV_BITS, IV_BITS),
  };
}

/** Timeouts, and Push or Switch: Push needs that nothing is Pending, Switch that something is. */
function next(state: readonly Slot[], inputs: Inputs): readonly Slot[] {
  const into = target(state);
  const pushes = accepts(state, inputs);
  const expiring = state.flatMap((slot, index): ViewEvent[] => (isExpiring(slot) ? [{ kind: 'timeout', slot: index }] : []));
  const follow = (side: 'provider' | 'consumer', switches: number, keepsObsolete: boolean): View => {
    const before = state.map((slot) => slot[side]);
    const events = [
      ...(side === 'consumer' ? expiring : []),
      ...(pushes ? [{ kind: 'push', slot: into } as const] : []),
      ...(switches === 1 ? [{ kind: 'switch', slot: before.indexOf('Pending') } as const] : []),
    ];
    return events.reduce<View>((view, event) => (isAllowed(view, event) ? stepView(view, event, keepsObsolete) : view), before);
  };
  // a provider never sends under an old key again
  const provider = follow('provider', inputs.provider_switch, false);
  const consumer = follow('consumer', inputs.consumer_switch, inputs.obsolete_timeout > 0);
  const switches = inputs.provider_switch === 1 || inputs.consumer_switch === 1;
  const withdraws = (slot: Slot): boolean =>
    inputs.withdraw === 1 && !switches && slot.provider === 'Pending' && slot.consumer === 'Pending';
  return state.map((slot, index) => {
    if (withdraws(slot)) return FREE;
    const views = { provider: provider[index] ?? slot.provider, consumer: consumer[index] ?? slot.consumer };
    if (pushes && index === into) return { ...views, keyId: inputs.push_key_id, material: inputs.push_material, left: 0 };
    if (isFree({ ...slot, ...views })) return FREE;
    const left = slot.consumer === 'Obsolete' ? slot.left - 1 : inputs.obsolete_timeout;
    return { ...slot, ...views, left: views.consumer === 'Obsolete' ? left : 0 };
  });
}

function codes(view: View): number {
  return view.reduce((sum, state, slot) => sum | (SLOT_STATE_CODE[state] << (2 * slot)), 0);
}

function oneBitEach(state: readonly Slot[], condition: (slot: Slot) => boolean): number {
  return state.reduce((sum, slot, index) => sum | (Number(condition(slot)) << index), 0);
}

function part(slot: Slot | undefined, low: number, width: number): bigint {
  return BigInt.asUintN(width, (slot?.material ?? 0n) >> BigInt(low));
}
