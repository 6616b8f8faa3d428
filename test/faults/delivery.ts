/** Faults of what is delivered of late frames, and how often. */
import type { Fault } from './fault.ts';

const SPEC = 'test/spec/delivery.test.ts';
const WINDOWS = 'test/hw/station/windows.test.ts';
const RELATIONS = 'test/hw/station/relations.test.ts';
const MODEL = 'test/sw/reference-model/delivery.test.ts';

export const DELIVERY_FAULTS: readonly Fault[] = [
  {
    id: 'delivery-1',
    what: 'the window reaches a counter further than it has bits',
    file: 'spec/delivery.ts',
    find: 'if (index >= window || ',
    replace: 'if (index > window || ',
    seenBy: { file: SPEC, test: 'reaches 64 counters behind the newest' },
  },
  {
    id: 'delivery-2',
    what: 'a move by the whole window forgets that the newest so far was delivered',
    file: 'spec/delivery.ts',
    find: 'steps > window) return',
    replace: 'steps >= window) return',
    seenBy: { file: SPEC, test: 'stays delivered while the window moves' },
  },
  {
    id: 'delivery-3',
    what: 'the next key in a slot goes on with the window of the one before',
    file: 'sw/reference-model/peer.ts',
    find: '      this.#delivered[index] = NOTHING_DELIVERED;\n',
    replace: '',
    seenBy: { file: MODEL, test: 'begins with an empty window' },
  },
  {
    id: 'delivery-4',
    what: 'a late frame is obeyed',
    file: 'sw/reference-model/peer.ts',
    find: 'fresh: newest }',
    replace: 'fresh: delivered }',
    seenBy: { file: MODEL, test: 'nothing that a late frame says is obeyed' },
  },
  {
    id: 'delivery-5',
    what: 'the window moves before the ICV is verified',
    file: 'sw/reference-model/peer.ts',
    find: '    if (text === undefined) return',
    replace:
      "    const { after: early } = verdictOn(frame.counter, 'Active', this.#delivered[slot] ?? NOTHING_DELIVERED, 'window');\n    this.#delivered[slot] = early;\n    if (text === undefined) return",
    seenBy: { file: MODEL, test: 'a forged frame moves no window' },
  },
  {
    id: 'delivery-6',
    what: 'SPIN: a window of one counter less',
    file: 'formal/promela/model.ts',
    find: '(age) <= NEWEST(s) +',
    replace: '(age) < NEWEST(s) +',
    seenBy: { file: 'test/formal/promela/spin.test.ts', test: 'D = 2, late frames' },
  },
  {
    id: 'delivery-7',
    what: 'the devices and the controller of a run are not told how to deliver',
    file: 'sim/relations/parties.ts',
    find: '        delivery: options.delivery,\n',
    replace: '',
    seenBy: { file: 'test/sim/relations/run.test.ts', test: 'delivers each that the channel lets through, once' },
  },
  {
    id: 'delivery-8',
    what: 'hardware: a late frame is delivered again',
    file: 'hw/station/windows.ts',
    find: 'isNear.and(before.and(bit).any().not())',
    replace: 'isNear',
    seenBy: { file: 'test/formal/rtl/claims.test.ts', test: 'windows, 2 slots' },
  },
  {
    id: 'delivery-9',
    what: 'hardware: a key begins with the window of the one before it',
    file: 'hw/station/windows.ts',
    find: '          window.newest.next(0);\n',
    replace: '',
    seenBy: { file: WINDOWS, test: 'of 2 slots' },
  },
  {
    id: 'delivery-10',
    what: 'hardware: a forged frame moves the window',
    file: 'hw/station/windows.ts',
    find: 'io.verdict.and(io.authentic)',
    replace: 'io.verdict',
    seenBy: { file: WINDOWS, test: 'of 2 slots' },
  },
  {
    id: 'delivery-11',
    what: 'a driver asks hardware without windows for late frames, and nobody says so',
    file: 'sw/control-plane/driver.ts',
    find: 'if (deliverLate && !(',
    replace: 'if (deliverLate && (',
    seenBy: { file: 'test/sw/control-plane/driver-words.test.ts', test: 'late frames' },
  },
  {
    id: 'delivery-12',
    what: 'the judge takes a second delivery for a first one',
    file: 'judge/receiving.ts',
    find: 'return !this.#delivered.has(number) && ',
    replace: 'return ',
    seenBy: { file: 'test/judge/judge.test.ts', test: 'the second time it is a replay' },
  },
  {
    id: 'delivery-13',
    what: 'hardware of many relations: the window that is looked at is that of the event before',
    file: 'hw/station/windows.ts',
    find: ', verdictRelation).as(DeliveryWindow)',
    replace: ', relation).as(DeliveryWindow)',
    seenBy: { file: WINDOWS, test: 'of 2 slots and 5 relations' },
  },
  {
    id: 'delivery-14',
    what: 'hardware of many relations: a key that comes leaves the window of its slot as it was',
    file: 'hw/station/relations.ts',
    find: 'delivery.filled.set(where(happens, store.filled));',
    replace: 'delivery.filled.set(where(happens, store.emptied));',
    seenBy: { file: RELATIONS, test: 'follower, 3, delivery window' },
  },
  {
    id: 'delivery-15',
    what: 'hardware of many relations: software hears nothing of a late payload',
    file: 'hw/station/relations.ts',
    find: 'io.fresh.and(io.intoImage.and(isNewest).not())',
    replace: 'isNewest.and(io.intoImage.not())',
    seenBy: { file: RELATIONS, test: 'follower, 3, delivery window' },
  },
  {
    id: 'delivery-16',
    what: 'hardware of many relations: late frames are delivered of those relations too that want the newest alone',
    file: 'hw/station.ts',
    find: 'contexts.deliverLate?.set(deliverLate);',
    replace: 'contexts.deliverLate?.set(deliverLate.or(1));',
    seenBy: { file: 'test/hw/station/on-the-wire.test.ts', test: 'delivers late frames once where a relation wants it' },
  },
];
