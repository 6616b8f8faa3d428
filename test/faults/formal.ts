/** Faults of the protocol's exploration: of its properties, of what it explores, and of the Promela model. */
import type { Fault } from './fault.ts';

const EXPLORED = 'test/formal/explore/exploration.test.ts';
const SPIN = 'test/formal/promela/spin.test.ts';
const TWO_OBSOLETE = '3 slots, 0-RTT, D = 0, T = 6';

export const FORMAL_FAULTS: readonly Fault[] = [
  {
    id: 'J17a',
    what: 'explorer: S4 lets a view have no Active key',
    file: 'formal/explore/properties.ts',
    find: "if (count('Active') !== (isEmpty ? 0 : 1))",
    replace: "if (count('Active') > (isEmpty ? 0 : 1))",
    seenBy: { file: EXPLORED, test: "'S4' is broken by 'C20'" },
  },
  {
    id: 'J17b',
    what: 'explorer: S7 holds while the peers are connected',
    file: 'formal/explore/properties.ts',
    find: 'if (world[role].reused)',
    replace: 'if (world[role].reused && !world.connected)',
    seenBy: { file: EXPLORED, test: "'S7' is broken by 'C13'" },
  },
  {
    id: 'J17c',
    what: 'SPIN: S4 lets a view have no Active key',
    file: 'formal/promela/properties.ts',
    find: "'ACTIVE')} == (",
    replace: "'ACTIVE')} <= (",
    seenBy: { file: SPIN, test: "'S4' is broken by 'C20'" },
  },
  {
    id: 'J17d',
    what: 'SPIN: S7 holds while the peers are connected',
    file: 'formal/promela/properties.ts',
    find: "claim('S7', '!reused')",
    replace: "claim('S7', '!reused || connected')",
    seenBy: { file: SPIN, test: "'S7' is broken by 'C13'" },
  },
  {
    id: 'J10c',
    what: 'a switch ends the timer of an older Obsolete key (OOA becomes UOA)',
    file: 'spec/peer-rules.ts',
    find: 'remaining: demoted ? obsoleteTimeout : held.remaining',
    replace: 'remaining: demoted ? obsoleteTimeout : 0',
    seenBy: { file: EXPLORED, test: TWO_OBSOLETE },
  },
  {
    id: 'J10d',
    what: 'SPIN: a switch starts the timer of an older Obsolete key anew',
    file: 'formal/promela/model.ts',
    find: "const restart = without(role, 'M9: a timer for each key') ?",
    replace: 'const restart = true ?',
    seenBy: { file: SPIN, test: TWO_OBSOLETE },
  },
  {
    id: 'formal-1',
    what: 'the explored channel forgets a frame a tick too early',
    file: 'formal/explore/channel.ts',
    find: '.slice(0, config.delay.toFollower + 1)',
    replace: '.slice(0, config.delay.toFollower)',
    seenBy: { file: EXPLORED, test: "'S2' is broken by 'C2'" },
  },
  {
    id: 'formal-2',
    what: 'a way round on which a process acts counts as unfair to it',
    file: 'formal/explore/fairness.ts',
    find: 'acting.has(process) || part.some(',
    replace: 'part.some(',
    seenBy: { file: EXPLORED, test: "'L1' is broken by 'C18'" },
  },
  {
    id: 'formal-3',
    what: 'explorer: S6 does not see an Obsolete key that is dropped too early',
    file: 'formal/explore/properties.ts',
    find: "if ((consumer === 'Obsolete') === left > 0) continue;",
    replace: "if (consumer !== 'Obsolete' || left > 0) continue;",
    seenBy: { file: EXPLORED, test: "'S6' is broken by 'C3'" },
  },
  {
    id: 'formal-4',
    what: 'SPIN: any frame of the follower is a ready signal (M6)',
    file: 'formal/promela/model.ts',
    find: '] == next)',
    replace: '] != NONE)',
    seenBy: { file: SPIN, test: "'2 slots, both, D = 2'" },
  },
  {
    id: 'formal-5',
    what: 'worlds that differ by the request of the follower are taken for one',
    file: 'formal/explore/fingerprint.ts',
    find: 'codes.push(optional(state.request), ',
    replace: 'codes.push(31, ',
    seenBy: { file: SPIN, test: "'2 slots, both, D = 2'" },
  },
  {
    id: 'formal-6',
    what: 'SPIN: of no world of an agreement it is asked whether both ends come to one key',
    file: 'formal/promela/agreement.ts',
    find: '  assert(ONE_KEY);\n',
    replace: '',
    seenBy: { file: 'test/formal/promela/agreement.test.ts', test: 'what is not answered is sent no more: breaks what it must' },
  },
];
