/**
 * A world as a key for sets. With symmetry, worlds that differ only by a shift of the generations and of the master index
 * have one: the rules know neither, so what follows from one follows from the other.
 */
import { SLOT_STATE_CODE } from '../../spec/slot-machine.ts';
import { activeSlot, type Config, type Frame, GENERATIONS, type Key, type Peer, type World } from './world.ts';

/** What is taken off every generation and every master index. */
export interface Shift {
  readonly generation: number;
  readonly master: number;
}

const NO_SHIFT: Shift = { generation: 0, master: 0 };

/**
 * The key that the initiator's provider encrypts with is made the first; the follower's, where the initiator has none; the
 * newest that the initiator had, where both have none.
 */
export function shiftOf(world: World): Shift {
  for (const peer of [world.initiator, world.follower]) {
    const slot = activeSlot(peer);
    const keyId = peer.state.slots[slot]?.keyId;
    const key = peer.keys[slot];
    if (keyId !== undefined && key !== undefined) return { generation: key.generation, master: keyId.master };
  }
  return { generation: world.initiator.newest?.generation ?? 0, master: 0 };
}

export function fingerprint(world: World, { indexBits, delay, window }: Config, symmetry: boolean): string {
  const shift = symmetry ? shiftOf(world) : NO_SHIFT;
  const modulus = 2 ** indexBits;
  const master = (index: number): number => (index - shift.master + modulus) % modulus;
  const wire = (keyId: number): number => master(keyId >> indexBits) * modulus + (keyId & (modulus - 1));
  const key = (held: Key | undefined): number =>
    held === undefined ? 63 : ((held.generation - shift.generation + GENERATIONS) % GENERATIONS) * 4 + held.attempt;
  const mask = (bits: number): number => {
    let shifted = 0;
    for (let bit = 0; bits >> bit !== 0; bit++) if (((bits >> bit) & 1) === 1) shifted |= 1 << wire(bit);
    return shifted;
  };
  const codes: number[] = [];
  const addPeer = ({ state, keys, sent, due, newest, reused, withdrawn, heard, delivered, repeated }: Peer): void => {
    for (const [index, { provider, consumer, keyId, remaining }] of state.slots.entries()) {
      const held = keyId === undefined ? 31 : master(keyId.master) * modulus + keyId.communication;
      codes.push(
        SLOT_STATE_CODE[provider] * 4 + SLOT_STATE_CODE[consumer],
        held,
        key(keys[index]),
        remaining,
        mask(sent[index] ?? 0),
        due[index] ?? 0,
      );
    }
    const optional = (keyId: number | undefined): number => (keyId === undefined ? 31 : wire(keyId));
    codes.push(optional(state.request), optional(state.withdrawn), key(newest) * 2 + (reused ? 1 : 0), key(withdrawn), heard);
    if (window === undefined) return;
    for (const { newest: last, before } of delivered) codes.push(last, Number(before));
    codes.push(repeated ? 1 : 0);
  };
  const addTick = (frames: readonly Frame[]): void => {
    codes.push(frames.length);
    for (const frame of frames) codes.push(key(frame.key), (wire(frame.current) * 16 + wire(frame.next)) * 2 + (frame.delivered ? 1 : 0));
  };
  addPeer(world.initiator);
  addPeer(world.follower);
  // a tick before the beginning is one in which nothing was sent
  for (let age = 0; age <= delay.toFollower; age++) addTick(world.toFollower[age] ?? []);
  for (let age = 0; age <= delay.toInitiator; age++) addTick(world.toInitiator[age] ?? []);
  const { running, committed, confirmed, candidate } = world.agreement;
  codes.push(((running * 3 + committed) * 3 + candidate) * 4 + (confirmed ? 2 : 0) + (world.connected ? 1 : 0));
  return String.fromCharCode(...codes);
}
