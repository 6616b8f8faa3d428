/** Many relations: their contexts, their keys and what happened to them, joined. The twin of `oneRelation`. */
import { type AnyBits, type Bit, bits, bool, bundle, cat, input, module, mux, output, parametric, struct } from '../../hdl-gen/index.ts';
import { KEY_ID_BITS } from '../../spec/key-id.ts';
import { windowsVariantName } from '../peer-options.ts';
import { PAGE_BITS } from './commands.ts';
import { COUNTER_BITS, relationContext } from './context.ts';
import { eventQueue } from './event-queue.ts';
import { keyLookUp, sealingKey } from './frame-keys.ts';
import { keyBanks } from './key-banks.ts';
import { keyMemory } from './key-memory.ts';
import { slotBitsOf } from './key-store.ts';
import { contextStore, eventRequest, relationBits, requestPorts, type StoreOptions } from './store.ts';
import { relationStatus, relationView } from './view.ts';
import { wideMemory } from './wide-memory.ts';
import { deliveryWindows } from './windows.ts';

/** What software is told of a relation, a bit each, the lowest first. */
export const RELATION_EVENTS = ['received', 'request', 'slots', 'counter', 'watchdog'] as const;

const REQUESTS = ['verdict', 'transmit', 'erase', 'cancel', 'push', 'inspect'] as const;

/** The queue of events (`event_queue`), read by software; an output of the registers. @param relations 2 to 256 */
export function eventAccess(relations: number) {
  return bundle({
    /** of `RELATION_EVENTS`; those that software doesn't want to hear of are not put there */
    enable: output(bits(RELATION_EVENTS.length)),
    waits: input(bool),
    take: output(bool),
    taken: input(bool),
    /** with `taken` */
    events: input(bits(RELATION_EVENTS.length)),
    relation: input(bits(relationBits(relations))),
  });
}

/** Whose slots changed last, and what they are since: for simulations. Shows in the cycle behind the event. */
export function changedSlots(relations: number, slots: number) {
  const { providerStates, consumerStates, currentKeyId, nextKeyId } = relationStatus(slots).fields;
  return struct({ relation: bits(relationBits(relations)), providerStates, consumerStates, currentKeyId, nextKeyId });
}

/** @throws RangeError for other than 1 to 256 */
export function requireRelations(relations: number): void {
  if (!Number.isInteger(relations) || relations < 1 || relations > 2 ** PAGE_BITS)
    throw new RangeError(`a station of ${relations} relations: there are 1 to ${2 ** PAGE_BITS} in one`);
}

/**
 * Requests are as those of the store (`context_store`). A frame that may be sealed has its key, KeyIds and counter in the cycle
 * behind the end of the `transmit` that was accepted, and they stay until the next one. A received frame has its key, and whether there is
 * one, two cycles after its relation and KeyId are named; both may change in every cycle. The look-up reads a copy of the slots of
 * all contexts, written with them, and sees an event two cycles later: what the frame may do is judged by the store alone.
 * @param options 2 to 256 relations
 * @param materialBits what the engine takes for one direction
 */
export const manyRelations = parametric((options: StoreOptions, materialBits: number) => {
  const { role, relations, slots, windows = false } = options;
  const width = relationBits(relations);
  const number = bits(width);
  const Slots = relationContext(slots).fields.slots;
  return module(
    `${windowsVariantName('relations', options)}_of_${relations}_${materialBits}`,
    {
      ready: output(bool),
      ...requestPorts(relations),
      /** with the verdict, of hardware with windows: late frames of this relation are delivered */
      ...(windows ? { deliverLate: input(bool) } : {}),
      /** as `key_memory` has it; stays with the request */
      pushMaterial: input(bits(slotBitsOf(materialBits))),
      commanded: output(bool),
      accepted: output(bool),
      /** its payload is delivered: of the newest frame, and with windows of a late one where it is wanted */
      fresh: output(bool),
      /** of the newest frame */
      newest: output(bool),
      /** with the end of `inspect` */
      inspected: output(relationStatus(slots)),

      /** of the frame that was accepted last */
      seal: output(sealingKey(materialBits)),

      /** a frame that is to be opened */
      openRelation: input(number),
      lookUp: input(keyLookUp(materialBits)),

      /** the counter of the frame that was accepted last is the one of which software wants to know: in the cycle in which it shows */
      reached: input(bool),
      /** with the end of a verdict: the payload is an image's if the frame is the newest, and none comes into the RX FIFO */
      intoImage: input(bool),
      /** the image of a relation has expired: it is an event that software is told of */
      lapse: input(eventRequest(relations)),
      event: input(eventAccess(relations)),
      changed: output(changedSlots(relations, slots)),
    },
    (io, m) => {
      const store = m.instance('store', contextStore({ role, slots, relations }));
      const keys = m.instance('keys', (slots > 2 ? keyBanks : keyMemory)(relations, slots, materialBits));
      const events = m.instance('events', eventQueue(relations, RELATION_EVENTS.length));
      const sealing = m.instance('sealing', relationView(slots));
      const opening = m.instance('opening', relationView(slots));

      // ---- contexts: the keys are the last to be ready
      io.ready.set(keys.ready.and(store.ready).and(events.ready));
      store.obsoleteTimeout.set(io.obsoleteTimeout);
      for (const name of REQUESTS) {
        store[name].request.set(io[name].request.and(io.ready));
        store[name].relation.set(io[name].relation);
        io[name].done.set(store[name].done);
      }
      store.frame.set(io.frame);
      store.pushKeyId.set(io.pushKeyId);
      store.pinned.set(io.pinned);
      store.pinnedRelation.set(io.pinnedRelation);
      for (const name of ['commanded', 'accepted'] as const) io[name].set(store[name]);

      // ---- keys go with the contexts
      const { happens } = m.let({ happens: store.happens.and(io.ready) });
      const where = (condition: Bit, slotsOf: AnyBits) => mux(condition, slotsOf.as(bits(slots)), 0);
      keys.relation.set(store.relation);
      keys.filled.set(where(happens, store.filled));
      keys.emptied.set(where(happens, store.emptied));
      keys.pushMaterial.set(io.pushMaterial);
      m.assert('keys_never_hold_an_event_up', happens.and(keys.busy).not());

      // ---- what is delivered of a frame: which one is obeyed is the store's to say
      const { isNewest } = m.let({ isNewest: store.fresh.and(store.verdict.done) });
      const delivery = windows ? m.instance('windows', deliveryWindows(slots, relations)) : undefined;
      io.newest.set(isNewest);
      io.fresh.set(delivery === undefined ? isNewest : isNewest.or(delivery.late));
      if (delivery !== undefined) {
        delivery.context.set(store.current);
        delivery.relation.set(store.relation);
        delivery.now.set(store.now);
        delivery.filled.set(where(happens, store.filled));
        delivery.verdict.set(store.verdict.done);
        delivery.verdictRelation.set(io.verdict.relation);
        delivery.authentic.set(io.frame.authentic);
        delivery.frameKeyId.set(io.frame.keyId);
        delivery.counter.set(io.frame.counter);
        if (io.deliverLate !== undefined) delivery.wanted.set(io.deliverLate);
        m.assert('windows_know_the_newest', delivery.newest.eq(isNewest));
        const named = m.past('verdict_relation', io.verdict.relation);
        m.assert('windows_hold_the_relation_that_was_named', store.verdict.done.not().or(store.relation.eq(named)));
        m.assert('windows_hold_between_events', happens.and(m.past('happened', happens)).not());
      }

      // ---- a frame to be sealed: what the event leaves says with which key
      const { seals } = m.let({ seals: store.transmit.done.and(store.accepted) });
      sealing.context.set(store.next);
      sealing.now.set(store.now);
      sealing.openKeyId.set(0);
      keys.sealRelation.set(store.relation);
      keys.sealSlot.set(where(seals, sealing.sealSlot));
      const r = m.registers({ relation: number, keyId: bits(KEY_ID_BITS), next: bits(KEY_ID_BITS), sent: bits(COUNTER_BITS) }, '_sealed');
      m.when(seals, () => {
        r.relation.next(store.relation);
        r.keyId.next(sealing.status.currentKeyId);
        r.next.next(sealing.status.nextKeyId);
        r.sent.next(store.next.sent);
      });
      io.seal.set({ material: keys.sealMaterial, iv: keys.sealIv, keyId: r.keyId, nextKeyId: r.next, counter: r.sent });

      io.inspected.set(sealing.status);

      // ---- a frame to be opened: its context from the copy, then its key
      const o = m.registers({ relation: number, keyId: bits(KEY_ID_BITS), hit: bits(1) }, '_opened');
      const copies = wideMemory(m, 'copies', Slots.width, relations);
      // behind a reset they become empty with their contexts
      m.when(happens.or(store.ready.not()), () => copies.write(store.relation, store.next.slots.asBits()));
      o.relation.next(io.openRelation);
      o.keyId.next(io.lookUp.keyId);
      opening.context.slots.set(copies.read('copy', io.openRelation).as(Slots));
      // a look-up asks for nothing else
      for (const counter of ['newest', 'sent'] as const) opening.context[counter].set(0);
      for (const keyId of ['request', 'withdrawn'] as const) {
        opening.context[keyId].valid.set(0);
        opening.context[keyId].keyId.set(0);
      }
      opening.now.set(store.now);
      opening.openKeyId.set(o.keyId);
      keys.openRelation.set(o.relation);
      keys.openSlot.set(opening.openSlot);
      o.hit.next(opening.openSlot.any());
      io.lookUp.hit.set(o.hit);
      io.lookUp.material.set(keys.openMaterial);
      io.lookUp.iv.set(keys.openIv);

      // ---- events
      const statesOf = (context: typeof store.current) =>
        cat(...[...context.slots].flatMap(({ provider, consumer }) => [provider, consumer]));
      const { changes } = m.let({ changes: happens.and(statesOf(store.current).ne(statesOf(store.next))) });
      const { changed } = m.registers({ changed: changedSlots(relations, slots) }, '_last');
      m.when(changes, () => {
        const { providerStates, consumerStates, currentKeyId, nextKeyId } = sealing.status;
        changed.next({ relation: store.relation, providerStates, consumerStates, currentKeyId, nextKeyId });
      });
      io.changed.set(changed);
      // no event comes in the cycle behind one
      // a late payload is no image: it would take the place of a newer one
      const received = io.fresh.and(io.intoImage.and(isNewest).not());
      io.lapse.done.set(io.lapse.request.and(io.reached.or(happens).not()).and(io.ready));
      const raised = cat(io.lapse.done, io.reached, changes, store.requested.and(happens), received);
      events.raised.set(raised.and(io.event.enable));
      events.relation.set(mux(io.lapse.done, io.lapse.relation, mux(io.reached, r.relation, store.relation)));
      events.take.set(io.event.take);
      io.event.taken.set(events.taken);
      io.event.events.set(events.takenEvents);
      io.event.relation.set(events.takenRelation);
      io.event.waits.set(events.waiting);
      const { slots: held, newest, sent, request, withdrawn } = store.current;
      for (const { keyId, until } of held) m.unused(keyId, until);
      m.unused(newest, sent, request.valid, request.keyId, withdrawn.valid, withdrawn.keyId);
      m.unused(store.what, sealing.mayTransmit, sealing.openSlot);
      m.unused(opening.status, opening.sealSlot, opening.mayTransmit);
    },
    'Many relations: contexts, keys and events, joined.',
  );
});
