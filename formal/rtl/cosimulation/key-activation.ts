/**
 * What `key_activation` must do, from the rules in `spec/peer-rules.ts`. Its slots are invented anew in each cycle, so that
 * it is held to the rules in every state that they speak of, not only in those that its own peer reaches.
 */
import { Random } from '../../../hdl-gen/sim/random.ts';
import { COUNTER_FIRST, COUNTER_LAST } from '../../../spec/header.ts';
import { INDEX_MODULUS, nextWireKeyId, wireKeyId } from '../../../spec/key-id.ts';
import {
  announcedKeyId,
  consumerView,
  currentKeyId,
  type PeerState,
  providerView,
  type Role,
  type Slot,
  step,
} from '../../../spec/peer-rules.ts';
import { allViews, isLegalView, SLOT_STATE_CODE, type View } from '../../../spec/slot-machine.ts';
import type { Cycle } from './cosimulate.ts';

/** What the module itself remembers. */
interface Memory {
  /** counter of the newest frame under the consumer-Active key, and of the last one sent */
  readonly newest: number;
  readonly sent: number;
  /** follower: wire KeyId asked for */
  readonly request: number | undefined;
}

const FRESH_MEMORY: Memory = { newest: 0, sent: 0, request: undefined };

/** @param sent where the transmit counter stands; there is no reset then, and else one in the first cycle and now and then */
export function keyActivationCycles(role: Role, slots: number, seed: number, count: number, sent = 0): Cycle[] {
  const random = new Random(seed);
  let memory: Memory = { ...FRESH_MEMORY, sent };
  return Array.from({ length: count }, (_, cycle) => {
    const rst = sent === 0 && (cycle === 0 || random.chance(0.01)) ? 1 : 0;
    const made = oneCycle(random, memory, inventedSlots(random, slots), role);
    memory = rst === 1 ? FRESH_MEMORY : made.after;
    return { inputs: { ...made.inputs, rst }, outputs: made.outputs };
  });
}

function oneCycle(random: Random, memory: Memory, held: readonly Slot[], role: Role) {
  const state: PeerState = { role, indexModulus: INDEX_MODULUS, slots: held, request: memory.request, withdrawn: undefined };
  // a key that is being erased opens and encrypts nothing
  const erase = random.chance(0.03) ? 1 : 0;
  const invented = inventedFrame(random, state, memory.newest);
  const frame = erase === 1 ? { ...invented, verdict: 0, fresh: false } : invented;
  const request = random.chance(0.6) ? 1 : 0;
  const [ready, duplicate, timeout, first] = [0.8, 0.2, 0.2, 0.1].map((probability) => Number(random.chance(probability)));
  // M3: Push waits for a cycle without frame, timeout and erase
  const push = request === 1 && frame.verdict === 0 && timeout === 0 && erase === 0;
  const accepted = push && ready === 1 && duplicate === 0;
  const transmit = Number(erase === 0 && memory.sent !== COUNTER_LAST && random.chance(0.5));

  const { opened, fresh } = frame;
  const after = fresh
    ? step(state, { kind: 'received', slot: opened, nextKeyId: frame.next_key_id, fresh }, { obsoleteTimeout: 1 })
    : state;
  const consumerSwitches = consumerView(state)[opened] === 'Pending' && consumerView(after)[opened] === 'Active';
  const providerSwitches = activeSlot(providerView(state)) !== activeSlot(providerView(after));
  const newKey = providerSwitches || (accepted && first === 1);
  const inputs = {
    verdict: frame.verdict,
    authentic: frame.authentic,
    slot: frame.slot,
    frame_key_id: frame.frame_key_id,
    next_key_id: frame.next_key_id,
    counter: frame.counter,
    consumer_states: consumerView(state).reduce((sum, one, slot) => sum | (SLOT_STATE_CODE[one] << (2 * slot)), 0),
    provider_pending: Number(providerView(state).includes('Pending')),
    consumer_pending: Number(consumerView(state).includes('Pending')),
    pending_key_id: wireOf(held.find(({ provider }) => provider === 'Pending')) ?? 0,
    current_key_id: currentKeyId(state) ?? 0,
    push_request: request,
    push_ready: ready ?? 0,
    push_duplicate: duplicate ?? 0,
    push_first: Number(accepted && first === 1),
    timeout: timeout ?? 0,
    erase_all: erase,
    transmit,
  };
  const outputs = {
    fresh: Number(fresh),
    consumer_switch: Number(consumerSwitches),
    // M7: the follower's provider together with its consumer
    provider_switch: Number(role === 'follower' ? consumerSwitches : providerSwitches),
    withdraw: Number(held.some(isPending) && !consumerSwitches && !providerSwitches && !after.slots.some(isPending)),
    announced_key_id: announcedKeyId(state) ?? 0,
    push: Number(push),
    push_accepted: Number(accepted),
    push_refused: Number((push && !accepted) || (erase === 1 && request === 1)),
    request_valid: Number(memory.request !== undefined),
    request_key_id: memory.request ?? 0,
    request_arrived: Number(memory.request === undefined && after.request !== undefined),
    transmit_counter: memory.sent,
    transmit_exhausted: Number(memory.sent === COUNTER_LAST),
  };
  if (erase === 1) return { inputs, outputs, after: FRESH_MEMORY };
  return {
    inputs,
    outputs,
    after: {
      newest: fresh ? frame.counter : memory.newest,
      sent: newKey ? 0 : memory.sent + transmit,
      request: accepted ? undefined : after.request,
    },
  };
}

/** Two legal views that have nothing to do with each other, but that a Pending key is Pending in one slot. */
function inventedSlots(random: Random, slots: number): Slot[] {
  const legal = allViews(slots).filter(isLegalView);
  const anyView = (): View => legal[random.below(legal.length)] ?? [];
  const consumer = anyView();
  let provider = anyView();
  while (provider.includes('Pending') && consumer.includes('Pending') && provider.indexOf('Pending') !== consumer.indexOf('Pending')) {
    provider = anyView();
  }
  const firstKeyId = random.below(16);
  return consumer.map((state, slot) => {
    const wire = (firstKeyId + slot * (1 + random.below(3))) % 16;
    const keyId = { master: Math.floor(wire / INDEX_MODULUS), communication: wire % INDEX_MODULUS };
    const free = state === 'Unused' && provider[slot] === 'Unused';
    return {
      provider: provider[slot] ?? 'Unused',
      consumer: state,
      keyId: free ? undefined : keyId,
      remaining: state === 'Obsolete' ? 9 : 0,
    };
  });
}

/** A frame under one of the keys that open frames; without a verdict its fields say anything. */
function inventedFrame(random: Random, state: PeerState, newest: number) {
  const opening = state.slots.flatMap(({ consumer }, slot) => (consumer === 'Unused' ? [] : [slot]));
  const opened = opening[random.below(opening.length)] ?? -1;
  const verdict = opened >= 0 && random.chance(0.6) ? 1 : 0;
  const authentic = random.chance(0.8) ? 1 : 0;
  const current = wireOf(state.slots[opened]) ?? random.below(16);
  const announced = [announcedKeyId(state), nextWireKeyId(current, '0-RTT'), nextWireKeyId(current, 'n-RTT'), current];
  const counters = [0, Math.max(0, newest - 1), newest, newest + 1, random.below(1000), random.next()];
  const counter = Math.min(counters[random.below(counters.length)] ?? 0, COUNTER_LAST);
  const consumer = state.slots[opened]?.consumer;
  return {
    verdict,
    authentic,
    opened,
    slot: verdict === 1 ? 1 << opened : random.below(2 ** state.slots.length),
    frame_key_id: verdict === 1 ? current : random.below(16),
    next_key_id: announced[random.below(announced.length + 2)] ?? random.below(16),
    counter,
    /** M1, and the replay rule: newer than all before it under the key */
    fresh:
      verdict === 1 &&
      authentic === 1 &&
      counter >= COUNTER_FIRST &&
      (consumer === 'Pending' || (consumer === 'Active' && counter > newest)),
  };
}

function isPending({ provider, consumer }: Slot): boolean {
  return provider === 'Pending' && consumer === 'Pending';
}

function activeSlot(view: View): number {
  return view.indexOf('Active');
}

function wireOf(slot: Slot | undefined): number | undefined {
  return slot?.keyId === undefined ? undefined : wireKeyId(slot.keyId);
}
