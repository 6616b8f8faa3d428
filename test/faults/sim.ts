/** Faults of the simulation's own judges: of what counts, compares and reports. */
import type { Fault } from './fault.ts';

const TALLY = 'test/sim/tally.test.ts';
const SCOREBOARD = 'test/sim/scoreboard.test.ts';
const JUDGE = 'test/judge/judge.test.ts';

export const SIM_FAULTS: readonly Fault[] = [
  {
    id: 'J14a',
    what: 'undecryptable frames are counted as overtaken',
    file: 'sim/tally.ts',
    find: "counts[outside ? 'outsideAssociation' : 'undecryptable']++;",
    replace: 'counts.staleDropped++;',
    seenBy: { file: TALLY, test: 'is overtaken where it is stale, and undecryptable where no key opens it' },
  },
  {
    id: 'J14b',
    what: 'dedicated messages are never counted',
    file: 'sim/tally.ts',
    find: 'if (counts.framesSent > payloads) counts.dedicatedMessages++;',
    replace: 'if (counts.framesSent > payloads + 1e9) counts.dedicatedMessages++;',
    seenBy: { file: TALLY, test: 'a frame beyond the payloads that were given is a dedicated message' },
  },
  {
    id: 'J14c',
    what: 'stalls are never counted',
    file: 'sim/tally.ts',
    find: "this.#counts[side][associated ? 'stalledCycles' : 'unassociatedCycles']++;",
    replace: 'void side;',
    seenBy: { file: TALLY, test: 'every cycle in which a payload waits for a key is counted' },
  },
  {
    id: 'J14d',
    what: 'an attack that gets through is not reported',
    file: 'sim/tally.ts',
    find: 'return delivered;\n    }',
    replace: 'return false;\n    }',
    seenBy: { file: TALLY, test: 'that is forged and delivered is reported' },
  },
  {
    id: 'J14e',
    what: 'payloads that are never read are forgotten',
    file: 'sim/scoreboard.ts',
    find: "      'payloads to read': this.#toRead,\n",
    replace: '',
    seenBy: { file: SCOREBOARD, test: 'a payload that was delivered and never read' },
  },
  {
    id: 'J14f',
    what: 'payloads are not compared',
    file: 'sim/scoreboard.ts',
    find: 'else if (!sameOctets(expected.cSdu, payload.cSdu) || !sameOctets(expected.apduStatus, payload.apduStatus))',
    replace: 'else if (expected.cSdu.length !== payload.cSdu.length)',
    seenBy: { file: SCOREBOARD, test: 'a payload read that differs in its last octet' },
  },
  {
    id: 'scoreboard-1',
    what: 'frames sent are compared by their length alone',
    file: 'sim/scoreboard.ts',
    find: "else if (!sameOctets(expected, frame)) this.#fail('frame sent'",
    replace: "else if (expected.length !== frame.length) this.#fail('frame sent'",
    seenBy: { file: SCOREBOARD, test: 'a frame sent that differs in octet 60 alone' },
  },
  {
    id: 'tally-1',
    what: 'a replay of a frame that was delivered passes for a late one',
    file: 'sim/tally.ts',
    find: 'const again = delivered && this.#mustNotBe(origin.number, reached);',
    replace: 'const again = delivered && origin.number < 0;',
    seenBy: { file: TALLY, test: 'a frame that is delivered a second time got through, whoever brings it' },
  },
  {
    id: 'judge-1',
    what: 'the judge takes the ICV as given',
    file: 'judge/open.ts',
    find: '  } catch {\n    return undefined;',
    replace: '  } catch {\n    return text;',
    seenBy: { file: JUDGE, test: 'a frame with a wrong ICV: unopened' },
  },
  {
    id: 'judge-2',
    what: 'the judge measures lateness from the frame itself',
    file: 'judge/sending.ts',
    find: 'Math.max(ready, wire(seen.atNs))',
    replace: 'seen.atNs',
    seenBy: { file: JUDGE, test: 'is lateness near a rekey that frames of the same length do not have elsewhere' },
  },
  {
    id: 'judge-3',
    what: 'the judge excuses a frame for which a key was missing by an erasure to come',
    file: 'judge/receiving.ts',
    find: "receiver.fromNs <= earliest && latest < receiver.untilNs ? 'open' : 'either'",
    replace: "receiver.untilNs === Number.POSITIVE_INFINITY ? 'open' : 'either'",
    seenBy: { file: JUDGE, test: 'excuses nothing that comes before it' },
  },
  {
    id: 'restart-1',
    what: 'software that is ended goes on',
    file: 'sim/station-software.ts',
    find: 'if (this.#killed) throw new Killed();',
    replace: '',
    seenBy: { file: 'test/sim/restart.test.ts', test: 'touches no register' },
  },
];
