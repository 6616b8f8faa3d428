/**
 * Which payloads a consumer delivers of the frames that it has opened, and which frame it obeys (rule M13).
 *
 * `newest`: of cyclic data the newest counts, so what was overtaken is dropped, and an Obsolete key delivers nothing. `window`: each
 * payload is delivered once, if it is newer than all of its key or within `WINDOW` counters of the newest of them, whether the key is
 * still in use or Obsolete. A header is obeyed where the frame is newer than all before it, in both.
 */
import { COUNTER_FIRST } from './header.ts';
import type { SlotState } from './slot-machine.ts';

export const DELIVERIES = ['newest', 'window'] as const;
export type Delivery = (typeof DELIVERIES)[number];

/** Counters behind the newest of a key that are still delivered. */
export const WINDOW = 64;

/** What was delivered of the frames under one key. */
export interface Delivered {
  /** counter of the newest; 0: nothing was */
  readonly newest: number;
  /** bit i, of as many as the window has: the frame with the counter `newest - 1 - i` was, too */
  readonly before: bigint;
}

/** Of a key that was just installed. */
export const NOTHING_DELIVERED: Delivered = { newest: 0, before: 0n };

export interface Verdict {
  readonly delivered: boolean;
  /** newer than all before it, so that its header is obeyed */
  readonly newest: boolean;
  /** what was delivered under the key, with this frame */
  readonly after: Delivered;
}

/**
 * The verdict on a frame whose ICV is right.
 * @param consumer state of the slot whose key opened it
 * @param before what was delivered under that key
 * @param window counters, `WINDOW` in all that is built
 */
export function verdictOn(counter: number, consumer: SlotState, before: Delivered, delivery: Delivery, window = WINDOW): Verdict {
  const dropped: Verdict = { delivered: false, newest: false, after: before };
  if (counter < COUNTER_FIRST) return dropped;
  if (counter > before.newest) {
    const newest = consumer !== 'Obsolete';
    return newest || delivery === 'window' ? { delivered: true, newest, after: movedTo(counter, before, window) } : dropped;
  }
  if (delivery === 'newest' || counter === before.newest) return dropped;
  const index = BigInt(before.newest - counter - 1);
  if (index >= window || ((before.before >> index) & 1n) === 1n) return dropped;
  return { delivered: true, newest: false, after: { ...before, before: before.before | (1n << index) } };
}

/** The newest so far is one of those before the new one. */
function movedTo(counter: number, { newest, before }: Delivered, window: number): Delivered {
  const steps = counter - newest;
  if (newest === 0 || steps > window) return { newest: counter, before: 0n };
  return { newest: counter, before: BigInt.asUintN(window, ((before << 1n) | 1n) << BigInt(steps - 1)) };
}
