/**
 * The memory of keys, whatever events it is told of: each slot of each relation holds what it was last filled with until it is
 * emptied, is zero a stated number of cycles later, and is shown where it was chosen. One slot is followed; which one is the
 * solver's choice.
 */
import { type Bits, bits, bool, cat, input, module, mux, vec } from '../../hdl-gen/index.ts';
import { NONCE_BITS } from '../../hw/aead/aead.ts';
import { keyMemory } from '../../hw/station/key-memory.ts';
import { slotBitsOf } from '../../hw/station/key-store.ts';
import { relationBits } from '../../hw/station/store.ts';
import { columnsOf } from '../../hw/station/wide-memory.ts';
import { implies } from './conditions.ts';
import { at } from './follow-word.ts';

/** Each bit of the material is treated like the others. */
const KEY_BITS = 8;
const WORD_BITS = KEY_BITS + NONCE_BITS;

export function keyMemoryContents(relations: number, slots: number) {
  const number = bits(relationBits(relations));
  const slotBits = Math.ceil(Math.log2(slots));
  const words = relations * 2 ** slotBits;
  return module(
    `key_memory_contents_${relations}x${slots}`,
    {
      relation: input(number),
      filled: input(bits(slots)),
      emptied: input(bits(slots)),
      pushMaterial: input(bits(slotBitsOf(KEY_BITS))),
      sealRelation: input(number),
      sealSlot: input(bits(slots)),
      openRelation: input(number),
      openSlot: input(bits(slots)),
      /** of the solver's choice */
      followedRelation: input(number),
      followedSlot: input(bits(slotBits)),
    },
    (io, m) => {
      const dut = m.instance('dut', keyMemory(relations, slots, KEY_BITS));
      for (const name of ['relation', 'filled', 'emptied', 'pushMaterial', 'sealRelation', 'sealSlot', 'openRelation', 'openSlot'] as const)
        dut[name].set(io[name] as never);
      const wide = (value: unknown): Bits<number> => value as Bits<number>;
      const atMostOne = (choice: unknown) => wide(choice).and(wide(choice).sub(1)).any().not();
      for (const name of ['filled', 'sealSlot', 'openSlot'] as const) m.assume(`one_is_${name}_at_most`, atMostOne(io[name]));
      for (const name of ['relation', 'sealRelation', 'openRelation', 'followedRelation'] as const)
        m.assume(`${name}_there_is`, wide(io[name]).le(relations - 1));
      const event = io.filled.any().or(io.emptied.any());
      m.assume('no_event_while_it_is_busy', event.and(dut.busy.or(dut.ready.not())).not());
      m.assume('a_slot_there_is', wide(io.followedSlot).le(slots - 1));
      const { begun } = m.registers({ begun: bits(1) });
      begun.next(1);
      const stays = (name: 'followedRelation' | 'followedSlot') => wide(io[name]).eq(wide(m.past(`${name}_before`, io[name])));
      m.assume('follows_one', begun.not().or(stays('followedRelation').and(stays('followedSlot'))));

      // ---- what the slot was told
      const isFollowed = wide(io.relation).eq(wide(io.followedRelation));
      const ofSlot = (mask: unknown) => wide(mask).shr(io.followedSlot).bit(0);
      const { key, since } = m.registers({ key: bits(2 * WORD_BITS), since: bits(3) });
      m.when(since.ne(7), () => since.next(since.add(1)));
      m.when(isFollowed.and(ofSlot(io.filled)), () => {
        key.next(io.pushMaterial);
        since.next(0);
      }).elseWhen(isFollowed.and(ofSlot(io.emptied)), () => {
        key.next(0);
        since.next(0);
      });

      m.assert('is_not_ready_at_first', implies(begun.not(), dut.ready.not()));

      // ---- what it holds
      const inside = m.observe('dut', {
        toZero: bits(slots),
        emptying: number,
        toClear: bits(relationBits(relations) + slotBits),
        cleared: bool,
        sealing: bits(relationBits(relations) + slotBits),
        opening: bits(relationBits(relations) + slotBits),
        writesWritten: bool,
        placeWritten: bits(relationBits(relations) + slotBits),
        sealWritten: bits(WORD_BITS),
        openWritten: bits(WORD_BITS),
      });
      const place = cat(io.followedRelation, io.followedSlot);
      const wordOf = (side: 'seal' | 'open'): Bits<number> => {
        const columns = columnsOf(WORD_BITS).map((columnBits, column) => {
          const { [`${side}_keys`]: held } = m.observe('dut', { [`${side}_keys`]: vec(bits(columnBits), words) }, `_${column}`);
          return at([...(held as Iterable<Bits<number>>)], place);
        });
        return cat(...columns.toReversed());
      };
      const [sealWord, openWord] = [wordOf('seal'), wordOf('open')];
      // or is to hold in the next cycle
      const written = cat(inside.openWritten, inside.sealWritten);
      const held = mux(inside.writesWritten.and(wide(inside.placeWritten).eq(place)), written, cat(openWord, sealWord));
      const waits = wide(inside.emptying).eq(wide(io.followedRelation)).and(ofSlot(inside.toZero));
      m.assert('holds_what_it_was_filled_with', implies(dut.ready.and(waits.not()), held.eq(key)));
      m.assert('zeros_only_what_was_emptied', implies(waits, key.any().not()));
      const left = Array.from({ length: slots }, (_, slot) => wide(inside.toZero).bit(slot).zext(3)).reduce((a, b) => a.add(b));
      m.assert('is_zeroed_in_time', implies(waits, left.add(since).le(slots - 1)));
      m.assert('empty_before_it_is_ready', implies(dut.ready.not(), key.any().not().and(dut.busy.not())));
      m.assert('zeroed_before_it_is_ready', implies(dut.ready.not().and(wide(inside.toClear).gt(place)), held.any().not()));
      m.assert('zeroed_when_it_is_cleared', implies(dut.ready.not().and(inside.cleared), held.any().not()));
      m.assert('cleared_before_it_is_ready', implies(dut.ready, inside.cleared));
      m.assert('keeps_nothing_beside_the_memory', implies(inside.writesWritten.not(), written.any().not()));
      m.assert('clears_a_word_there_is', implies(dut.ready.not(), wide(inside.toClear).le(words - 1)));

      // ---- what it shows: what the slot held a cycle ago, where it was chosen last
      for (const [side, word] of [['seal', sealWord] as const, ['open', openWord] as const]) {
        const { last } = m.registers({ last: bool }, `_${side}`);
        const choice = io[`${side}Slot`];
        const { now } = m.let(
          {
            now: mux(choice.any(), wide(io[`${side}Relation`]).eq(wide(io.followedRelation)).and(ofSlot(choice)), last),
          },
          `_${side}`,
        );
        last.next(now);
        const address = wide(side === 'seal' ? inside.sealing : inside.opening);
        m.assert(`${side}s_nothing_at_first`, implies(begun.not(), last.not()));
        m.assert(`${side}s_where_it_was_chosen_last`, implies(last, address.eq(place)));
        const before = m.past(`held_before_${side}`, word);
        const shown = cat(dut[`${side}Iv`], dut[`${side}Material`]);
        m.assert(`${side}s_with_the_slot_chosen`, implies(begun.and(last), shown.eq(before)));
      }
      m.cover('filled_and_emptied', m.past('was_filled', key.any()).and(key.any().not()));
    },
    'The memory of keys beside what it was told of one slot.',
  );
}
