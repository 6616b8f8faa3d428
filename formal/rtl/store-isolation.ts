/**
 * A context changes by nothing but its own events, each of which begins with what the one before left; and an event is one
 * that was asked for, or a visit, which come while a key is Obsolete. What an event makes of a context is `step-refinement.ts`'s.
 */
import { type AnyBits, type Bit, type Bits, bits, bool, cat, module, vec } from '../../hdl-gen/index.ts';
import { variantName } from '../../hw/peer-options.ts';
import { relationContext } from '../../hw/station/context.ts';
import { lawsOf } from '../../hw/station/legal.ts';
import { relationBits, requestPorts, type StoreOptions } from '../../hw/station/store.ts';
import { columnsOf } from '../../hw/station/wide-memory.ts';
import { SLOT_STATE_CODE } from '../../spec/slot-machine.ts';
import { implies } from './conditions.ts';
import { REQUESTERS, storeOf } from './store-requests.ts';

export function storeIsolation(options: StoreOptions) {
  const { relations, slots } = options;
  const Context = relationContext(slots);
  return module(
    `${variantName('store_isolation', options)}_of_${relations}`,
    requestPorts(relations),
    (io, m) => {
      const dut = storeOf(m, io, options);
      const same = (a: AnyBits, b: AnyBits): Bit => (a as Bits<number>).eq(b as Bits<number>);
      const all = Array.from({ length: relations }, (_, relation) => {
        const { left } = m.registers({ left: Context }, `_${relation}`);
        const happens = dut.happens.and(dut.relation.eq(relation));
        m.when(happens, () => left.next(dut.next));
        return { left, happens };
      });
      const { context: taken } = m.observe('dut.step', { context: Context });
      for (const [relation, { left, happens }] of all.entries())
        m.assert(`begins_with_what_was_left_${relation}`, implies(happens, taken.eq(left)));
      m.assert('nothing_happens_before_it_is_ready', implies(dut.happens, dut.ready));

      // ---- each event is one that was asked for, and is answered as what it was
      for (const name of REQUESTERS) {
        const { request, relation, done } = io[name];
        const happens = dut.happens.and(dut.what.is(name));
        m.assert(`${name}_is_answered`, implies(happens, done.and(request).and(same(relation, dut.relation))));
        const settled = name === 'push' ? io.erase.done.and(same(io.erase.relation, relation)).and(request) : undefined;
        m.assert(`${name}_is_done_when_it_is`, implies(done, settled === undefined ? happens : happens.or(settled)));
        m.cover(`${name}_done`, done);
      }
      m.assert('a_push_that_an_erase_settles_is_refused', implies(io.push.done.and(io.erase.done), dut.accepted.not()));
      const { eraseWaits } = m.let({ eraseWaits: io.erase.request.and(io.push.request).and(same(io.erase.relation, io.push.relation)) });
      // where an event takes two cycles it is the first in which it was chosen
      const waited = relations === 1 ? eraseWaits : m.past('erase_came_first', eraseWaits);
      m.assert('erase_before_push', implies(dut.happens.and(dut.what.is('push')), waited.not()));
      m.unused(dut.fresh, dut.requested, dut.filled, dut.emptied, dut.now, dut.current);

      // ---- a frame that is being opened has its slots as they were, but for those that run out or that its verdict changes
      const isCommand = REQUESTERS.filter((name) => name !== 'verdict' && name !== 'transmit').map((name) => dut.what.is(name));
      const ofPinned = dut.happens.and(same(dut.relation, io.pinnedRelation)).and(io.pinned);
      m.assert('no_command_to_what_is_pinned', ofPinned.and(isCommand.reduce((a, b) => a.or(b))).not());
      const waiting = io.erase.request.and(same(io.erase.relation, io.pinnedRelation));
      m.assert('commanded_while_one_waits', implies(waiting, dut.commanded));
      m.cover('a_command_waits_for_a_verdict', io.pinned.and(waiting).and(io.verdict.done));

      // ---- what makes it hold for ever: where each context is, and what is under way
      const number = bits(relationBits(relations));
      const { visiting, aging, met } = m.observe('dut', { visiting: number, aging: bool, met: bool });
      m.assert('visits_a_relation_there_is', visiting.le(relations - 1));
      // M9: where a key is Obsolete the walk goes on, and does not end before it has met it
      for (const [relation, { left }] of all.entries()) {
        const isObsolete = [...left.slots].map(({ consumer }) => consumer.eq(SLOT_STATE_CODE.Obsolete)).reduce((a, b) => a.or(b));
        m.assert(`walks_while_one_is_obsolete_${relation}`, implies(isObsolete, aging.and(met.or(visiting.le(relation)))));
      }
      if (relations === 1) {
        const { context } = m.observe('dut', { context: Context });
        for (const { left } of all) m.assert('stands_in_the_register', context.eq(left));
        return;
      }
      const inside = m.observe('dut', {
        cleared: bool,
        reading: bool,
        serving: bits(REQUESTERS.length + 2),
        served: number,
      });
      const columns = columnsOf(Context.width).map((width, column) => {
        const { contexts } = m.observe('dut', { contexts: vec(bits(width), relations) }, `_${column}`);
        return [...(contexts as Iterable<Bits<number>>)];
      });
      for (const [relation, { left }] of all.entries()) {
        for (const { name, holds } of lawsOf(left, options.role)) m.assert(`${name}_in_${relation}`, holds);
        const isEmpty = (word: AnyBits): Bit => (word as Bits<number>).any().not();
        const stored = cat(...columns.flatMap((column) => column.slice(relation, relation + 1)).toReversed());
        m.assert(`stands_in_the_memory_${relation}`, implies(dut.ready, stored.eq(left.asBits())));
        m.assert(`empty_before_it_is_ready_${relation}`, implies(dut.ready.not(), isEmpty(left.asBits())));
        const isPast = inside.served.gt(relation);
        m.assert(`made_empty_${relation}`, implies(dut.ready.not().and(isPast), isEmpty(stored)));
      }
      m.assert('a_relation_there_is', inside.served.le(relations - 1).or(inside.reading.not().and(inside.cleared)));
      m.assert('reads_only_when_ready', implies(inside.reading, inside.cleared));
      const isOne = (word: AnyBits, index: number): Bit => (word as Bits<number>).eq(2 ** index);
      const visits = isOne(inside.serving, REQUESTERS.length).and(same(inside.served, visiting));
      const inspects = isOne(inside.serving, REQUESTERS.length + 1);
      const serves = REQUESTERS.map((name, index) =>
        isOne(inside.serving, index).and(io[name].request).and(same(inside.served, io[name].relation)),
      );
      m.assert(
        'serves_one',
        implies(
          inside.reading,
          [...serves, visits, inspects].reduce((a, b) => a.or(b)),
        ),
      );
      const pushes = isOne(inside.serving, REQUESTERS.indexOf('push')).and(inside.reading);
      m.assert('no_push_was_chosen_before_an_erase', implies(pushes, waited.not()));
    },
    'The contexts of a store, each beside what its own events leave.',
  );
}
