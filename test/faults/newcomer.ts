/** Faults that a new user meets: of the command line, of captures, of files, and of what a run of the tests says. */
import type { Fault } from './fault.ts';

const COMMAND_LINE = 'test/cli/limits-command.test.ts';
const TRAFFIC = 'test/sim/traffic/from-capture.test.ts';

export const NEWCOMER_FAULTS: readonly Fault[] = [
  {
    id: 'N4',
    what: 'settings are coerced to numbers',
    file: 'spec/configuration.ts',
    find: 'z.number().int().min(low).max(high)',
    replace: 'z.coerce.number().int().min(low).max(high)',
    seenBy: { file: COMMAND_LINE, test: 'N4: settings in a file are of the type that is wanted' },
  },
  {
    id: 'N4b',
    what: 'a key twice in a file: the last one wins',
    file: 'cli/config-file.ts',
    find: 'keys.indexOf(key) !== index',
    replace: 'keys.indexOf(key) < 0',
    seenBy: { file: COMMAND_LINE, test: 'N4: settings stand in a file once' },
  },
  {
    id: 'N6a',
    what: 'the answer to a DCP request is taken for one',
    file: 'sim/traffic/cyclic-frame.ts',
    find: 'data[body + SERVICE_TYPE_AT] === DCP_REQUEST',
    replace: 'data.length > body + SERVICE_TYPE_AT',
    seenBy: { file: TRAFFIC, test: 'an answer to Get or Set has the FrameID of the request, and is none' },
  },
  {
    id: 'N6b',
    what: 'a DCP request with a VLAN tag is not seen',
    file: 'sim/traffic/cyclic-frame.ts',
    find: 'DCP_FRAME_IDS.includes(frameId) &&',
    replace: 'tags === 0 && DCP_FRAME_IDS.includes(frameId) &&',
    seenBy: { file: TRAFFIC, test: 'one tagged Identify from A' },
  },
  {
    id: 'N7',
    what: 'the FCS of a pcap file is not cut off',
    file: 'capture/pcap.ts',
    find: '2 * (link >>> FCS_SHIFT)',
    replace: '0 * (link >>> FCS_SHIFT)',
    seenBy: { file: 'test/capture/fcs.test.ts', test: 'pcap, link field 0x24000001' },
  },
  {
    id: 'N8a',
    what: 'frames that are of no use are dropped in silence',
    file: 'sim/traffic/from-capture.ts',
    find: 'leftOut.add(found.what)',
    replace: 'leftOut.add(found.what, 0)',
    seenBy: { file: TRAFFIC, test: 'says what was left out, and how many' },
  },
  {
    id: 'N8b',
    what: 'HSR tags are taken for VLAN tags, of 4 octets',
    file: 'sim/traffic/cyclic-frame.ts',
    find: '[HSR, 6]',
    replace: '[HSR, 4]',
    seenBy: { file: TRAFFIC, test: 'frames with tags of' },
  },
  {
    id: 'N10',
    what: 'SIGHUP ends a run as it is',
    file: 'cli/signals.ts',
    find: "['SIGINT', 'SIGTERM', 'SIGHUP']",
    replace: "['SIGINT', 'SIGTERM']",
    seenBy: { file: 'test/cli/output.test.ts', test: 'SIGHUP leaves nothing of a run' },
  },
  {
    id: 'N14',
    what: 'generated C_SDUs change their length from frame to frame',
    file: 'sim/traffic/generate.ts',
    find: "cSduLengths === 'constant' ?",
    replace: "cSduLengths !== 'constant' ?",
    seenBy: { file: 'test/sim/traffic/generate.test.ts', test: 'N14: has C_SDUs of one length' },
  },
  {
    id: 'N16',
    what: 'skipped tests are not counted',
    file: 'bin/totals.js',
    find: 'numPendingTests + numTodoTests }',
    replace: 'numTodoTests }',
    seenBy: { file: 'test/bin/start.test.ts', test: 'counts those that were skipped' },
  },
  {
    id: 'N18',
    what: 'twice as many forgeries are allowed as the bound allows',
    file: 'spec/aead-limits.ts',
    find: '2 ** (127 - marginBits)',
    replace: '2 ** (128 - marginBits)',
    seenBy: { file: 'test/spec/aead-limits.test.ts', test: 'N18: forgery attempts' },
  },
];
