/**
 * The contexts of all relations of a station, and the one way to change them: one event at a time, read, stepped and written
 * without anything between. With one relation the memory is a register and an event takes one cycle; else it takes two.
 */
import {
  type Bit,
  type Bits,
  type Build,
  bits,
  bool,
  bundle,
  cat,
  input,
  module,
  mux,
  output,
  parametric,
  u,
} from '../../hdl-gen/index.ts';
import { roundRobinArbiter } from '../../hdl-gen/library/round-robin-arbiter.ts';
import { KEY_ID_BITS } from '../../spec/key-id.ts';
import { SLOT_STATE_CODE, slotName } from '../../spec/slot-machine.ts';
import { anyOf } from '../one-hot.ts';
import { type PeerOptions, variantName } from '../peer-options.ts';
import { type ContextShape, type ContextValue, relationContext, TIME_BITS } from './context.ts';
import { OpenedFrame } from './frame-keys.ts';
import { lawsOf } from './legal.ts';
import { RelationEvent, relationStep } from './step.ts';
import { wideMemory } from './wide-memory.ts';

export interface StoreOptions extends PeerOptions {
  /** 1 to 256 */
  readonly relations: number;
}

/** Bits of the number of a relation. */
export function relationBits(relations: number): number {
  return Math.max(1, Math.ceil(Math.log2(relations)));
}

/** Who is served, a bit each in a choice: frames first, then the others in turn. */
const FRAMES = ['transmit', 'verdict'] as const;
/** What software asks for. */
export const COMMANDS = ['erase', 'cancel', 'push'] as const;
const IN_TURN = [...COMMANDS, 'visit'] as const;
const SERVED = [...FRAMES, ...IN_TURN, 'inspect'] as const;

/** An event of a relation that is asked for: stays, with what belongs to it, until the cycle of `done`; an output of who asks. @param relations 1 to 256 */
export function eventRequest(relations: number) {
  return bundle({ request: output(bool), relation: output(bits(relationBits(relations))), done: input(bool) });
}

/** What is asked of the contexts of many relations: an event of each kind, with its relation and with what belongs to it. */
export function requestPorts(relations: number) {
  const event = eventRequest(relations);
  return {
    /** cycles that a key stays Obsolete after a switch, below 2^31; counts from the next cycle on */
    obsoleteTimeout: input(bits(TIME_BITS)),
    verdict: input(event),
    frame: input(OpenedFrame),
    transmit: input(event),
    erase: input(event),
    cancel: input(event),
    push: input(event),
    pushKeyId: input(bits(KEY_ID_BITS)),
    /** a frame of this relation is being opened, from its look-up to its verdict */
    pinned: input(bool),
    /** also of the frame that is looked up next */
    pinnedRelation: input(bits(relationBits(relations))),
    /** this relation is visited out of its turn, so that its context is seen */
    inspect: input(event),
  } as const;
}

/**
 * Only in the cycle of `done` of a request its outputs mean something. Frames go
 * first: one that is to be sent, so that it leaves when it is due, then a verdict. The others have their turn, and so has the visit
 * that walks through the relations while a key of any may run out; every other visit at the most is one that was asked for (`inspect`). In
 * one moment the order is time, erase, Push (M3): a Push waits for an erase of its relation that waits too, and is refused by it, since the
 * erase takes the staged keys along.
 *
 * While a frame of a relation is being opened the relation is pinned: erase, cancel and Push of it wait for the verdict, so that
 * between look-up and verdict no slot gets another key. Time doesn't wait: a key may run out meanwhile, and the look at the
 * verdict sees it. A pin begins with no look-up while `commanded`, or commands could wait for one frame after another.
 */
export const contextStore = parametric((options: StoreOptions) => {
  const { role, slots, relations } = options;
  const number = bits(relationBits(relations));
  const Context = relationContext(options.slots);
  return module(
    `${variantName('context_store', options)}_of_${relations}`,
    {
      ...requestPorts(relations),

      /** every context has been made empty after the reset; before, all requests wait */
      ready: output(bool),
      /** an erase, cancel or Push of `pinnedRelation` waits or is under way */
      commanded: output(bool),
      /** with the end of a transmit, a cancel or a Push */
      accepted: output(bool),
      /** with the end of a verdict */
      fresh: output(bool),
      requested: output(bool),
      /** an event happens, to this relation, and this comes of it; also in every visit */
      happens: output(bool),
      what: output(RelationEvent),
      relation: output(number),
      now: output(bits(TIME_BITS)),
      /** before the event; of one relation always */
      current: output(Context),
      next: output(Context),
      filled: output(bits(options.slots)),
      emptied: output(bits(options.slots)),
    },
    (io, m) => {
      const { elapsed, visiting, walks, aging, met } = m.registers({
        elapsed: bits(TIME_BITS),
        visiting: number,
        /** the next visit is not one that is asked for */
        walks: bits(1),
        /** a key may be Obsolete, and so runs out: else nothing changes with time alone, and the walk rests */
        aging: bits(1),
        /** one was, in an event since the walk began with relation 0 */
        met: bits(1),
      });
      elapsed.next(elapsed.add(1));
      const r = m.registers({
        timeout: bits(TIME_BITS),
        /** it is not 0: to see that of 32 bits a step has no time */
        keeps: bits(1),
      });
      r.timeout.next(io.obsoleteTimeout);
      r.keeps.next(io.obsoleteTimeout.any());
      m.assert('keeps_for_a_time_alone', r.keeps.eq(r.timeout.any()));

      // ---- who goes next
      const turns = m.instance('turns', roundRobinArbiter(IN_TURN.length));
      const { eraseComes } = m.let({ eraseComes: io.erase.request.and(io.erase.relation.eq(io.push.relation)) });
      const ofPinned = COMMANDS.map((name) => io[name].request.and(io[name].relation.eq(io.pinnedRelation)));
      io.commanded.set(anyOf(ofPinned));
      const may = (name: (typeof COMMANDS)[number]): Bit =>
        io[name].request.and(io.pinned.and(io[name].relation.eq(io.pinnedRelation)).not());
      const { frames } = m.let({ frames: io.verdict.request.or(io.transmit.request) });
      const visits = aging.or(io.inspect.request);
      turns.request.set(mux(frames, u(IN_TURN.length, 0), cat(visits, may('push').and(eraseComes.not()), may('cancel'), may('erase'))));
      const { inspects } = m.let({
        inspects: turns.grant.bit(IN_TURN.indexOf('visit')).and(io.inspect.request).and(walks.and(aging).not()),
      });
      const inTurn = turns.grant.and(cat(inspects.not(), u(COMMANDS.length, 2 ** COMMANDS.length - 1)));
      const { chosen } = m.let({
        chosen: cat(inspects, inTurn, io.verdict.request.and(io.transmit.request.not()), io.transmit.request),
      });
      const numbers = SERVED.map((name) => (name === 'visit' ? visiting : io[name].relation));
      const { chosenRelation } = m.let({
        chosenRelation: numbers.map((one, index) => mux(chosen.bit(index), one, 0)).reduce((a, b) => a.or(b)),
      });

      const kept =
        relations === 1 ? inRegister(m, Context, chosen, chosenRelation) : inMemory(m, Context, relations, chosen, chosenRelation);
      turns.taken.set(kept.takes);
      const { serves, relation } = kept;
      const served = (name: (typeof SERVED)[number]): Bit => kept.happens.and(serves.bit(SERVED.indexOf(name)));

      // ---- one step
      const step = m.instance('step', relationStep({ role, slots }));
      step.context.set(kept.context);
      step.what.set('visit');
      for (const name of [...FRAMES, ...COMMANDS]) m.when(serves.bit(SERVED.indexOf(name)), () => step.what.set(name));
      step.now.set(elapsed);
      step.obsoleteTimeout.set(r.timeout);
      step.keepsObsolete.set(r.keeps);
      step.authentic.set(io.frame.authentic);
      step.frameKeyId.set(io.frame.keyId);
      step.nextKeyId.set(io.frame.nextKeyId);
      step.counter.set(io.frame.counter);
      step.pushKeyId.set(io.pushKeyId);
      kept.write(step.next);
      m.when(served('visit'), () => visiting.next(mux(visiting.eq(relations - 1), u(number.width, 0), visiting.add(1))));
      m.when(served('inspect'), () => walks.next(1)).elseWhen(served('visit'), () => walks.next(0));
      const { leavesObsolete } = m.let({
        leavesObsolete: kept.happens.and(anyOf([...step.next.slots].map(({ consumer }) => consumer.eq(SLOT_STATE_CODE.Obsolete)))),
      });
      const { walked } = m.let({ walked: served('visit').and(visiting.eq(relations - 1)) });
      met.next(met.or(leavesObsolete).and(walked.not()));
      aging.next(mux(walked, met, aging).or(leavesObsolete));

      const eraseDone = served('erase');
      io.ready.set(kept.ready);
      io.verdict.done.set(served('verdict'));
      io.transmit.done.set(served('transmit'));
      io.erase.done.set(eraseDone);
      io.cancel.done.set(served('cancel'));
      io.inspect.done.set(served('inspect'));
      io.push.done.set(served('push').or(eraseDone.and(io.push.request).and(eraseComes)));
      io.accepted.set(step.accepted);
      io.fresh.set(step.fresh);
      io.requested.set(step.requested);
      io.happens.set(kept.happens);
      io.what.set(step.what);
      io.relation.set(relation);
      io.now.set(elapsed);
      io.current.set(kept.context);
      io.next.set(step.next);
      io.filled.set(step.filled);
      io.emptied.set(step.emptied);

      for (const { name, holds } of lawsOf(kept.context, options.role)) m.assert(name, kept.happens.not().or(holds));
      // M9: nothing holds the time of an Obsolete key up, and no event makes it longer
      m.assert('time_goes_on', elapsed.eq(m.past('next_time', elapsed.add(1))));
      for (const [index, held] of [...kept.context.slots].entries()) {
        const next = step.next.slots.at(index);
        const stays = held.consumer.eq(SLOT_STATE_CODE.Obsolete).and(next.consumer.eq(SLOT_STATE_CODE.Obsolete));
        m.assert(`obsolete_until_the_same_${slotName(index).toLowerCase()}`, kept.happens.and(stays).not().or(next.until.eq(held.until)));
      }
    },
    'The contexts of all relations, changed by one event at a time.',
  );
});

/** Where contexts are kept, and the event that is under way. */
interface Kept {
  readonly ready: Bit;
  /** the choice is taken */
  readonly takes: Bit;
  /** an event happens to `context`, which is that of `relation`; `serves` says whose it is */
  readonly happens: Bit;
  readonly serves: Bits<number>;
  readonly relation: Bits<number>;
  readonly context: ContextValue;
  write(next: ContextValue): void;
}

function inRegister(m: Build, Context: ContextShape, chosen: Bits<number>, relation: Bits<number>): Kept {
  const { context } = m.registers({ context: Context });
  const always = u(1, 1);
  return { ready: always, takes: always, happens: always, serves: chosen, relation, context, write: (next) => context.next(next) };
}

/** Whatever a context holds, an erase makes it empty. */
const CLEARS = 1 << SERVED.indexOf('erase');

/** A cycle for the read, and one for the step and the write. After the reset each context is made empty, one a cycle: by the step, too. */
function inMemory(m: Build, Context: ContextShape, relations: number, chosen: Bits<number>, chosenRelation: Bits<number>): Kept {
  const contexts = wideMemory(m, 'contexts', Context.width, relations);
  const width = chosenRelation.width;
  const r = m.registers({ cleared: bits(1), reading: bits(1), serving: bits(chosen.width, { init: CLEARS }), served: bits(width) });
  const { takes } = m.let({ takes: r.cleared.and(r.reading.not()) });
  const read = contexts.read('read_context', chosenRelation, takes);
  const { context } = m.let({ context: read.as(Context) });
  r.reading.next(takes.and(chosen.any()));
  r.serving.next(chosen);
  r.served.next(chosenRelation);
  m.when(r.cleared.not(), () => {
    r.serving.next(CLEARS);
    r.served.next(r.served.add(1));
    m.when(r.served.eq(relations - 1), () => r.cleared.next(1));
  });
  return {
    ready: r.cleared,
    takes,
    happens: r.reading,
    serves: r.serving,
    relation: r.served,
    context,
    write: (next) => {
      m.when(r.cleared.not().or(r.reading), () => contexts.write(r.served, next.asBits()));
      m.assert('cleared_by_an_erase', r.cleared.or(r.serving.eq(CLEARS)));
      m.assert('an_erase_leaves_nothing', r.cleared.or(next.asBits().any().not()));
    },
  };
}
