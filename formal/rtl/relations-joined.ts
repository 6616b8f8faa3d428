/**
 * Contexts and keys of many relations, joined: the copy of the slots that look-ups read is what the store has, a slot that the context says is
 * in use holds what was pushed into it, and any other slot is zero, or is about to be. The store never waits for the keys. One
 * relation is followed; which one is the solver's choice. What the store and the keys do alone is `store-isolation.ts`'s and
 * `key-memory-contents.ts`'s.
 */

import { type Bits, bits, bool, cat, input, module, mux, u, vec } from '../../hdl-gen/index.ts';
import type { ModuleIr } from '../../hdl-gen/ir/module.ts';
import { NONCE_BITS } from '../../hw/aead/aead.ts';
import { variantName } from '../../hw/peer-options.ts';
import { relationContext, TIME_BITS } from '../../hw/station/context.ts';
import { OpenedFrame } from '../../hw/station/frame-keys.ts';
import { slotBitsOf } from '../../hw/station/key-store.ts';
import { lawsOf } from '../../hw/station/legal.ts';
import { manyRelations } from '../../hw/station/relations.ts';
import { relationBits, type StoreOptions } from '../../hw/station/store.ts';
import { columnsOf } from '../../hw/station/wide-memory.ts';
import { KEY_ID_BITS } from '../../spec/key-id.ts';
import { implies } from './conditions.ts';
import { at } from './follow-word.ts';
import { withPartsTrusted } from './trusted-parts.ts';

/** Each bit of the material is treated like the others. */
const KEY_BITS = 1;
const WORD_BITS = KEY_BITS + NONCE_BITS;
const NAMES = ['verdict', 'transmit', 'erase', 'cancel', 'push', 'inspect'] as const;

export function relationsJoined(options: StoreOptions): { elaborate(): ModuleIr } {
  const { relations, slots } = options;
  const width = relationBits(relations);
  const number = bits(width);
  const Context = relationContext(slots);
  const joined = module(
    `${variantName('relations_joined', options)}_of_${relations}`,
    {
      requests: input(bits(NAMES.length)),
      relation: input(number),
      frame: input(OpenedFrame),
      pushKeyId: input(bits(KEY_ID_BITS)),
      pushMaterial: input(bits(slotBitsOf(KEY_BITS))),
      obsoleteTimeout: input(bits(TIME_BITS)),
      openRelation: input(number),
      openKeyId: input(bits(KEY_ID_BITS)),
      /** of the solver's choice */
      followed: input(number),
    },
    (io, m) => {
      const dut = m.instance('dut', manyRelations(options, KEY_BITS));
      NAMES.forEach((name, index) => {
        dut[name].request.set(io.requests.bit(index));
        dut[name].relation.set(io.relation);
      });
      dut.frame.set(io.frame);
      dut.pushKeyId.set(io.pushKeyId);
      dut.pushMaterial.set(io.pushMaterial);
      dut.obsoleteTimeout.set(io.obsoleteTimeout);
      dut.pinned.set(0);
      dut.pinnedRelation.set(0);
      dut.openRelation.set(io.openRelation);
      dut.lookUp.keyId.set(io.openKeyId);
      dut.event.take.set(0);
      dut.reached.set(0);
      dut.intoImage.set(0);
      dut.lapse.request.set(0);
      dut.lapse.relation.set(0);
      dut.event.enable.set(0);
      const wide = (value: unknown): Bits<number> => value as Bits<number>;
      for (const name of ['relation', 'openRelation', 'followed'] as const) m.assume(`${name}_there_is`, wide(io[name]).le(relations - 1));
      const { begun } = m.registers({ begun: bool });
      begun.next(1);
      m.assume('follows_one', begun.not().or(wide(io.followed).eq(wide(m.past('followed_before', io.followed)))));

      const store = m.observe('dut.store', {
        happens: bool,
        relation: number,
        current: Context,
        next: Context,
        filled: bits(slots),
        emptied: bits(slots),
        cleared: bool,
        reading: bool,
      });
      const keys = m.observe('dut.keys', {
        toZero: bits(slots),
        emptying: number,
        toClear: bits(width + 1),
        cleared: bool,
        empty: bool,
        writesWritten: bool,
        placeWritten: bits(width + 1),
        sealWritten: bits(WORD_BITS),
        openWritten: bits(WORD_BITS),
      });

      // ---- what the store promises: each event begins with what the one before left, which is legal; and behind a reset, with nothing
      const { left } = m.registers({ left: Context });
      const ofFollowed = wide(store.relation).eq(wide(io.followed));
      const { happens } = m.observe('dut', { happens: bool });
      m.when(happens.and(ofFollowed), () => left.next(store.next));
      m.assume('begins_with_what_was_left', implies(happens.and(ofFollowed), store.current.eq(left)));
      m.assume('an_erase_leaves_nothing', store.cleared.or(wide(store.next.asBits()).any().not()));
      m.assume('a_relation_there_is', wide(store.relation).le(relations - 1));
      for (const { name, holds } of lawsOf(store.current, options.role)) m.assume(`${name}_before`, implies(happens, holds));
      for (const { name, holds } of lawsOf(left, options.role)) m.assert(`${name}_behind`, holds);

      // ---- the copy
      const copies = columnsOf(Context.fields.slots.width).map((columnBits, column) => {
        const { copies: held } = m.observe('dut', { copies: vec(bits(columnBits), relations) }, `_${column}`);
        return at([...(held as Iterable<Bits<number>>)], io.followed);
      });
      const copied = cat(...copies.toReversed());
      m.assert('the_copy_is_what_was_left', implies(dut.ready, copied.eq(wide(left.slots.asBits()))));
      m.assert('nothing_is_left_before_it_is_ready', implies(dut.ready.not(), wide(left.asBits()).any().not()));
      // behind a reset, a context is made empty in the cycle in which it is named
      const isPast = store.cleared.or(wide(store.relation).gt(wide(io.followed)));
      m.assert('made_empty_before_it_is_ready', implies(dut.ready.not().and(isPast), copied.any().not()));
      m.assert('cleared_before_it_is_empty', implies(keys.empty, keys.cleared));
      m.assert('clears_a_word_there_is', implies(keys.cleared.not(), wide(keys.toClear).le(2 * relations - 1)));

      // ---- the keys
      const columns = columnsOf(WORD_BITS).flatMap((columnBits, column) => {
        const words = vec(bits(columnBits), 2 * relations);
        const held = m.observe('dut.keys', { seal_keys: words, open_keys: words }, `_${column}`);
        return [{ seal: [...(held.seal_keys as Iterable<Bits<number>>)], open: [...(held.open_keys as Iterable<Bits<number>>)] }];
      });
      const wordOf = (side: 'seal' | 'open', slot: number): Bits<number> =>
        cat(...columns.map((column) => at(column[side], cat(wide(io.followed), u(1, slot)))).toReversed());
      for (let slot = 0; slot < slots; slot++) {
        const place = cat(wide(io.followed), u(1, slot));
        // or is to hold in the next cycle
        const isWritten = keys.writesWritten.and(wide(keys.placeWritten).eq(place));
        const word = mux(isWritten, cat(keys.openWritten, keys.sealWritten), cat(wordOf('open', slot), wordOf('seal', slot)));
        const { pushed } = m.registers({ pushed: bits(slotBitsOf(KEY_BITS)) }, `_${slot}`);
        m.when(happens.and(ofFollowed).and(wide(store.filled).bit(slot)), () => pushed.next(io.pushMaterial));
        const held = left.slots.at(slot);
        const inUse = held.provider.any().or(held.consumer.any());
        const waits = wide(keys.emptying).eq(wide(io.followed)).and(wide(keys.toZero).bit(slot));
        m.assert(`holds_what_was_pushed_${slot}`, implies(inUse, word.eq(wide(pushed)).and(waits.not())));
        m.assert(`zero_where_nothing_is_${slot}`, implies(keys.cleared.and(inUse.not()).and(waits.not()), word.any().not()));
        const cleared = keys.cleared.not().and(wide(keys.toClear).gt(place));
        m.assert(`zeroed_before_it_is_ready_${slot}`, implies(cleared, word.any().not()));
      }
      m.assert('one_slot_waits_at_most', wide(keys.toZero).and(wide(keys.toZero).sub(1)).any().not());
      m.assert('in_the_cycle_behind_an_event', implies(keys.toZero.any(), store.reading.not()));
      m.assert('nothing_waits_before_it_is_ready', implies(dut.ready.not(), keys.toZero.any().not()));
      m.cover('a_key_goes', m.past('was_in_use', left.slots.at(0).provider.any()).and(left.slots.at(0).provider.any().not()));
    },
    'Contexts and keys of many relations, joined, beside what is left of one.',
  );
  return {
    elaborate: () => withPartsTrusted(joined.elaborate(), (part, { name }) => part.name.startsWith('relations_') && name.includes('hold')),
  };
}
