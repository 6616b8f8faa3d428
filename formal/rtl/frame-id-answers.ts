/**
 * The table of FrameIDs, whatever it is told and asked: every question is answered two cycles later unless another one takes its
 * place, with what the entry was when it was asked for and the partner in the cycle behind. One entry and one partner are
 * followed; which ones is the solver's choice.
 */

import { type Bits, bits, bool, cat, input, module, u, vec } from '../../hdl-gen/index.ts';
import { frameIdEntry, frameIdTable, PARTNER_BITS, PARTNER_MODE_BITS, partnerEntry } from '../../hw/station/frame-id-table.ts';
import { relationBits } from '../../hw/station/store.ts';
import { columnsOf } from '../../hw/station/wide-memory.ts';
import { implies } from './conditions.ts';
import { at } from './follow-word.ts';

const ADDRESS_BITS = 48;

export function frameIdAnswers(relations: number, windowBits: number) {
  const number = bits(relationBits(relations));
  const entryBits = relationBits(relations) + 1;
  return module(
    `frame_id_answers_${relations}x${2 ** windowBits}`,
    {
      base: input(bits(16)),
      drop: input(bool),
      entry: input(frameIdEntry(relations, windowBits)),
      partner: input(partnerEntry(relations)),
      ask: input(bool),
      frameId: input(bits(16)),
      source: input(bits(ADDRESS_BITS)),
      /** of the solver's choice */
      followedOffset: input(bits(windowBits)),
      followedRelation: input(number),
    },
    (io, m) => {
      const dut = m.instance('dut', frameIdTable(relations, windowBits));
      dut.base.set(io.base);
      dut.drop.set(io.drop);
      m.connect(io.entry, dut.entry);
      m.connect(io.partner, dut.partner);
      dut.ask.set(io.ask);
      dut.frameId.set(io.frameId);
      dut.source.set(io.source);
      const wide = (value: unknown): Bits<number> => value as Bits<number>;
      for (const [name, relation] of Object.entries({
        entry: io.entry.relation,
        partner: io.partner.relation,
        followed: io.followedRelation,
      }))
        m.assume(`${name}_there_is`, wide(relation).le(relations - 1));
      const { begun } = m.registers({ begun: bool });
      begun.next(1);
      const stays = (name: 'followedOffset' | 'followedRelation') => wide(io[name]).eq(wide(m.past(`${name}_before`, io[name])));
      m.assume('follows_one', begun.not().or(stays('followedOffset').and(stays('followedRelation'))));

      // ---- what it was told
      const r = m.registers({ entry: bits(entryBits), isKnown: bool, partnerKnown: bits(PARTNER_BITS) });
      m.when(dut.ready.and(io.entry.write).and(wide(io.entry.offset).eq(wide(io.followedOffset))), () => {
        r.entry.next(0);
        m.when(io.entry.valid, () => r.entry.next(cat(io.entry.valid, wide(io.entry.relation)) as never));
      });
      m.when(io.partner.write.and(wide(io.partner.relation).eq(wide(io.followedRelation))), () => {
        r.isKnown.next(1);
        r.partnerKnown.next(cat(io.partner.mode, io.partner.address));
      });
      const inside = m.observe('dut', {
        entries: vec(bits(entryBits), 2 ** windowBits),
        toClear: bits(windowBits),
        entry: bits(entryBits),
      });
      const entry = at([...(inside.entries as Iterable<Bits<number>>)], io.followedOffset);
      const columns = columnsOf(PARTNER_BITS).map((width, column) => {
        const { partners } = m.observe('dut', { partners: vec(bits(width), relations) }, `_${column}`);
        return at([...(partners as Iterable<Bits<number>>)], io.followedRelation);
      });
      const partner = cat(...columns.toReversed());
      m.assert('holds_the_entry', implies(dut.ready, entry.eq(wide(r.entry))));
      m.assert('empty_before_it_is_ready', implies(dut.ready.not(), r.entry.any().not()));
      m.assert(
        'emptied_before_it_is_ready',
        implies(dut.ready.not().and(wide(inside.toClear).gt(wide(io.followedOffset))), entry.any().not()),
      );
      m.assert('holds_the_partner', implies(r.isKnown, partner.eq(wide(r.partnerKnown))));

      // ---- what it was asked, and how old the question is
      const q = m.registers({ isFollowed: bool, isInside: bool, of: bits(entryBits), from: bits(ADDRESS_BITS), age: bits(2) });
      const p = m.registers({ isKnown: bool, partner: bits(PARTNER_BITS) }, '_of_question');
      const offset = io.frameId.sub(io.base);
      m.when(io.ask, () => {
        q.isInside.next(offset.lt(2 ** windowBits).and(dut.ready));
        q.isFollowed.next(
          offset
            .lt(2 ** windowBits)
            .and(dut.ready)
            .and(wide(offset.take(windowBits)).eq(wide(io.followedOffset))),
        );
        q.of.next(r.entry);
        q.from.next(io.source);
        q.age.next(1);
      }).elseWhen(q.age.any().and(q.age.ne(3)), () => q.age.next(q.age.add(1)));
      const ofFollowed = wide(q.of).eq(cat(u(1, 1), wide(io.followedRelation)));
      m.when(q.age.eq(1), () => {
        p.isKnown.next(r.isKnown.and(ofFollowed));
        p.partner.next(r.partnerKnown);
      });
      const stands = q.age.ge(2);
      m.assert('answers_two_cycles_later', dut.answered.eq(q.age.eq(2)));
      const said = [dut.ours, dut.foreign, dut.dropped].map((one) => one.zext(2)).reduce((a, b) => a.add(b));
      m.assert('says_one_thing_while_it_answers', said.eq(stands.zext(2)));
      m.assert('drops_where_it_is_told_to', implies(stands.and(dut.ours.not()), dut.dropped.eq(io.drop)));
      const reasons = [dut.outside, dut.unassigned, dut.otherSource].map((one) => one.zext(2)).reduce((a, b) => a.add(b));
      m.assert('counts_each_frame_once', reasons.eq(dut.answered.and(dut.ours.not()).zext(2)));
      m.assert('outside_is_outside', implies(q.age.eq(2), dut.outside.eq(q.isInside.not())));
      const isAssigned = wide(q.of).bit(entryBits - 1);
      m.assert('none_of_ours_without_an_entry', implies(stands.and(q.isFollowed).and(isAssigned.not()), dut.ours.not()));
      m.assert('unassigned_is_unassigned', implies(q.age.eq(2).and(q.isFollowed), dut.unassigned.eq(isAssigned.not())));
      const isPartner = wide(p.partner).take(ADDRESS_BITS).eq(wide(q.from));
      const known = stands.and(q.isFollowed).and(isAssigned).and(p.isKnown);
      m.assert('ours_from_the_partner_alone', implies(known, dut.ours.eq(isPartner)));
      m.assert('the_relation_of_the_entry', implies(dut.ours.and(q.isFollowed), wide(dut.relation).eq(wide(q.of).take(entryBits - 1))));
      const mode = wide(p.partner).bits(ADDRESS_BITS, PARTNER_MODE_BITS);
      m.assert('its_mode', implies(known.and(dut.ours), wide(dut.mode).eq(mode)));
      m.assert('no_mode_of_another_frame', implies(dut.ours.not(), dut.mode.any().not()));
      m.assert('no_relation_of_another_frame', implies(dut.ours.not(), dut.relation.any().not()));
      m.cover('a_frame_of_ours', known.and(dut.ours));
      m.cover('another_source', known.and(dut.otherSource));

      // ---- what makes it hold for ever
      const parts = columnsOf(PARTNER_BITS).map((width, column) => {
        const { of_partner: part } = m.observe('dut', { of_partner: bits(width) }, `_${column}`);
        return wide(part);
      });
      const d = m.observe('dut', { asked: bool, fetched: bool, stood: bool, isInside: bool, from: bits(ADDRESS_BITS) });
      m.assert(
        'as_old_as_its_question',
        d.asked
          .eq(q.age.eq(1))
          .and(d.fetched.eq(q.age.eq(2)))
          .and(d.stood.eq(q.age.eq(3))),
      );
      m.assert('remembers_the_question', implies(q.age.any(), d.isInside.eq(q.isInside).and(wide(d.from).eq(wide(q.from)))));
      m.assert('followed_is_inside', implies(q.isFollowed, q.isInside));
      m.assert('found_the_entry', implies(q.age.any().and(q.isFollowed), wide(inside.entry).eq(wide(q.of))));
      m.assert('found_the_partner', implies(known, cat(...parts.toReversed()).eq(wide(p.partner))));
    },
    'The table of FrameIDs beside what it was told and asked.',
  );
}
