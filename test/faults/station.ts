/** Faults of the hardware of a station: what is one relation's is taken for another's, or comes a cycle early. */
import type { Fault } from './fault.ts';

const WHOLE_STATION = 'test/hw/station/station.test.ts';

export const STATION_FAULTS: readonly Fault[] = [
  {
    id: 'station-1',
    what: 'a Push takes the keys that another page has staged',
    file: 'hw/station/commands.ts',
    find: 'to.push.and(foreign.or(',
    replace: 'to.push.and(foreign.and(busy).or(',
    seenBy: { file: WHOLE_STATION, test: 'stages for one page at a time' },
  },
  {
    id: 'station-2',
    what: 'the words of another page stay in the staging beside those of this one',
    file: 'hw/station/commands.ts',
    find: 'm.when(to.stages.and(foreign).or(io.pushDone)',
    replace: 'm.when(io.pushDone',
    seenBy: { file: WHOLE_STATION, test: 'stages for one page at a time' },
  },
  {
    id: 'station-3',
    what: 'a write of a parameter breaks into a read of another page that has begun',
    file: 'hw/station/registers.ts',
    find: 'bus.writing.and(isParameter).and(r.readsParameter.not())',
    replace: 'bus.writing.and(isParameter)',
    seenBy: { file: WHOLE_STATION, test: 'answers a read and a write that come at once' },
  },
  {
    id: 'station-4',
    what: 'a payload is read in any page',
    file: 'hw/station/registers.ts',
    find: 'mayPop: io.receiveValid.and(ofPage(headOf))',
    replace: 'mayPop: io.receiveValid',
    seenBy: { file: WHOLE_STATION, test: 'delivers a payload to the page of its relation' },
  },
  {
    id: 'station-5',
    what: 'a verdict goes to the relation of the frame that comes in now',
    file: 'hw/station.ts',
    find: 'contexts.verdictRelation.set(opener.relation);',
    replace: 'contexts.verdictRelation.set(table.relation);',
    seenBy: { file: WHOLE_STATION, test: 'delivers a payload to the page of its relation' },
  },
  {
    id: 'station-6',
    what: 'the source of a frame is not compared',
    file: 'hw/station/frame-id-table.ts',
    find: 'io.ours.set(stands.and(isAssigned).and(isPartner));',
    replace: 'io.ours.set(stands.and(isAssigned));',
    seenBy: { file: WHOLE_STATION, test: 'hands on a frame from another source' },
  },
  {
    id: 'station-7',
    what: 'frames sent are counted for the relation that receives',
    file: 'hw/station.ts',
    find: 'statistics.generatorRelation.set(generator.relation);',
    replace: 'statistics.generatorRelation.set(opener.relation);',
    seenBy: { file: WHOLE_STATION, test: 'sends each record under key, KeyIds, counter' },
  },
  {
    id: 'station-8',
    what: 'the opener waits a cycle too few for its key',
    file: 'hw/frame-opener.ts',
    find: 'const LOOK_UP_CYCLES = 2;',
    replace: 'const LOOK_UP_CYCLES = 1;',
    seenBy: { file: WHOLE_STATION, test: 'delivers a payload to the page of its relation' },
  },
  {
    id: 'station-9',
    what: 'the TCI of a tag is shifted into the source',
    file: 'hw/packet-parser.ts',
    find: '.and(r.place.lt(2 * ADDRESS_OCTETS))\n      .and(r.sawTag.not())',
    replace: '.and(r.place.lt(2 * ADDRESS_OCTETS))',
    seenBy: { file: WHOLE_STATION, test: 'delivers a payload to the page of its relation' },
  },
  {
    id: 'station-10',
    what: 'a key is pushed of which words are missing',
    file: 'hw/station/commands.ts',
    find: 'foreign.or(r.stagedWords.allOnes().not())',
    replace: 'foreign',
    seenBy: { file: WHOLE_STATION, test: 'refuses a key of which not every word was staged' },
  },
];
