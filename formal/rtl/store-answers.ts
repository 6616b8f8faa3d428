/**
 * Every request to a store is answered within a number of cycles, and so comes every visit while a key may run out, whatever else is
 * asked for. A command waits for one frame at most that is being opened, and its cycles are counted without those.
 */
import { type Bit, type Bits, bits, bool, module, mux, u } from '../../hdl-gen/index.ts';
import type { ModuleIr } from '../../hdl-gen/ir/module.ts';
import { variantName } from '../../hw/peer-options.ts';
import { requestPorts, type StoreOptions } from '../../hw/station/store.ts';
import { REQUESTERS, storeOf } from './store-requests.ts';
import { withPartsTrusted } from './trusted-parts.ts';

/** Frames of one direction are at least that far apart: the shortest has 64 octets and 20 more between it and the next. */
const FRAME_CYCLES = 84;
const COUNT_BITS = 7;

/** Cycles from a request to its answer, that of the answer included; and from one visit to the next. */
export interface AnswerBounds {
  readonly transmit: number;
  readonly verdict: number;
  readonly others: number;
  readonly push: number;
  readonly visit: number;
  /** from one visit of the walk to the next, where others are asked for between */
  readonly walk: number;
}

/** An event takes one cycle where there is one relation, else two, and one may be under way. */
export function answerBounds(relations: number): AnswerBounds {
  const event = relations === 1 ? 1 : 2;
  const underWay = event - 1;
  return {
    transmit: underWay + event,
    verdict: underWay + 2 * event,
    // two frames and the three others whose turn it is
    others: underWay + 6 * event,
    // an erase of its relation, which settles it, may come when it was its turn
    push: underWay + 9 * event,
    visit: underWay + 6 * event,
    walk: 2 * (underWay + 6 * event),
  };
}

/** What holds of contexts is `store-isolation.ts`'s, and not proved here once more. */
export function storeAnswers(options: StoreOptions): { elaborate(): ModuleIr } {
  const bounds = answerBounds(options.relations);
  const answers = module(
    `${variantName('store_answers', options)}_of_${options.relations}`,
    requestPorts(options.relations),
    (io, m) => {
      const dut = storeOf(m, io, options);
      const counted = (name: string, goes: Bit, restarts: Bit): Bits<number> => {
        const { [name]: count } = m.registers({ [name]: bits(COUNT_BITS) });
        if (count === undefined) throw new RangeError(`no count ${name}`);
        m.when(restarts, () => count.next(0)).elseWhen(goes.and(count.ne(2 ** COUNT_BITS - 1)), () => count.next(count.add(1)));
        return count as unknown as Bits<number>;
      };
      const within: Readonly<Record<(typeof REQUESTERS)[number], number>> = {
        verdict: bounds.verdict,
        transmit: bounds.transmit,
        erase: bounds.others,
        cancel: bounds.others,
        push: bounds.push,
      };
      for (const name of REQUESTERS) {
        const { request, done } = io[name];
        const isCommand = name !== 'verdict' && name !== 'transmit';
        const { relation } = io[name];
        const pinned = isCommand ? io.pinned.and(relation.eq(io.pinnedRelation)) : u(1, 0);
        const waits = counted(`${name}_waits`, request.and(pinned.not()), request.not().or(done).or(dut.ready.not()));
        m.assert(`${name}_is_answered_in_time`, waits.lt(within[name]));
        if (isCommand) {
          m.assert(`${name}_waits_for_one_frame`, pinned.not().or(waits.eq(0)));
          continue;
        }
        const since = counted(`since_${name}`, done.not(), done);
        const { begun } = m.registers({ begun: bits(1) }, `_${name}`);
        m.when(done, () => begun.next(1));
        m.assume(`${name}_is_a_frame_apart`, request.not().or(begun.not()).or(since.ge(FRAME_CYCLES)).or(waits.ne(0)));
      }
      const visited = dut.happens.and(dut.what.is('visit'));
      // where nothing runs out, none is due
      const { walks, aging } = m.observe('dut', { walks: bool, aging: bool });
      const { rests } = m.let({ rests: dut.ready.not().or(aging.not()) });
      const sinceVisit = counted('since_visit', visited.not(), visited.or(rests));
      m.assert('visits_come_in_time', sinceVisit.lt(bounds.visit));
      const { walked } = m.let({ walked: visited.and(io.inspect.done.not()) });
      const sinceWalk = counted('since_walk', walked.not(), walked.or(rests));
      m.assert('the_walk_goes_on', sinceWalk.lt(bounds.walk));
      // what makes it hold for ever
      m.assert('one_visit_between', sinceWalk.le(sinceVisit.add(mux(walks, u(COUNT_BITS, bounds.visit), 0))));
      m.unused(dut.now, dut.current, dut.relation, dut.next, dut.accepted, dut.fresh, dut.requested, dut.filled, dut.emptied);
    },
    'How long a request to a store waits.',
  );
  return { elaborate: () => withPartsTrusted(answers.elaborate()) };
}
