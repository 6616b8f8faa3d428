/** Attacks that would succeed, and attackers and counts that would not show it. */
import type { Fault } from './fault.ts';

const RUNS = 'test/sim/short/attacks.test.ts';

export const ATTACK_FAULTS: readonly Fault[] = [
  {
    id: 'attack-1',
    what: 'hardware: any ICV will do',
    file: 'hw/frame-opener.ts',
    find: 'io.frame.authentic.set(r.received.eq(r.computed));',
    replace: 'io.frame.authentic.set(r.received.eq(r.computed).or(1));',
    seenBy: { file: RUNS, test: 'frames that have swapped their ICVs are rejected' },
  },
  {
    id: 'attack-2',
    what: 'hardware: the newest counter wins whatever the age of its key',
    file: 'hw/station/step.ts',
    find: 'underActive: openedIn(Active) });',
    replace: 'underActive: openedIn(Active).or(openedIn(Obsolete)) });',
    seenBy: { file: RUNS, test: 'are never delivered where the newest counts' },
  },
  {
    id: 'attack-3',
    what: 'devices in the model: an Obsolete key delivers where the newest counts',
    file: 'spec/delivery.ts',
    find: "return newest || delivery === 'window' ?",
    replace: 'return newest || !newest ?',
    seenBy: { file: RUNS, test: 'a controller rejects both' },
  },
  {
    id: 'attack-4',
    what: 'the attacker gives a frame its own ICV back',
    file: 'sim/network/swapped-icvs.ts',
    find: '[withIcv(one, otherIcv), withIcv(other, icv)]',
    replace: '[withIcv(one, icv), withIcv(other, otherIcv)]',
    seenBy: { file: 'test/sim/network/attacker.test.ts', test: 'differ from two that were sent in nothing else' },
  },
  {
    id: 'attack-5',
    what: 'frames under old keys have counters that were used',
    file: 'sim/network/old-keys.ts',
    find: '    old.counter++;\n',
    replace: '',
    seenBy: { file: 'test/sim/network/old-keys.test.ts', test: 'with a counter that no frame had' },
  },
  {
    id: 'attack-6',
    what: 'the run takes what comes under an old key for allowed, however long that is gone',
    file: 'sim/tally.ts',
    find: ' && cycle - keyIdSince <= this.#options.obsoleteTimeout;',
    replace: ';',
    seenBy: { file: 'test/sim/tally.test.ts', test: 'is no fault where late frames are wanted' },
  },
  {
    id: 'attack-7',
    what: 'the judge lets the owner of an old key through where the newest counts',
    file: 'judge/receiving.ts',
    find: "    if (this.#connection.delivery === 'newest') return undefined;\n",
    replace: '',
    seenBy: { file: 'test/judge/judge.test.ts', test: 'can not where the newest counts' },
  },
];
