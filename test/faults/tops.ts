/** Faults in what stands between the processing system and the peer. */
import type { Fault } from './fault.ts';

const LIBRARY = 'test/hdl-gen/formal/library.test.ts';
const TOP = 'test/boards/tops/board-top.test.ts';
const TOP_TOOLS = 'test/boards/tops/tools.test.ts';
const REKEY = 'test/boards/tops/rekey.test.ts';
const BRIDGE = 'test/hdl-gen/library/axi3-bridge.test.ts';

export const TOPS_FAULTS: readonly Fault[] = [
  {
    id: 'tops-1',
    what: 'a burst that wraps runs on beyond its boundary',
    file: 'hdl-gen/library/axi3-bridge.ts',
    find: 'r.address.next(r.address.and(moving.not()).or(next.and(moving)));',
    replace: 'r.address.next(mux(moving.any(), next, r.address));',
    seenBy: { file: BRIDGE, test: 'makes of random bursts the accesses that the standard says' },
  },
  {
    id: 'tops-2',
    what: 'the response of a write is that of its last beat',
    file: 'hdl-gen/library/axi3-bridge.ts',
    find: 'r.writeResponse.next(worse(lite.b.resp));',
    replace: 'r.writeResponse.next(lite.b.resp);',
    seenBy: { file: BRIDGE, test: 'makes of random bursts the accesses that the standard says' },
  },
  {
    id: 'tops-3',
    what: 'a write waits for all the beats that its address spoke of, though WLAST came',
    file: 'hdl-gen/library/axi3-bridge.ts',
    find: 'ends: w.last.or(burst.isLast)',
    replace: 'ends: burst.isLast',
    seenBy: { file: BRIDGE, test: 'ends a write at the first of WLAST and AWLEN' },
  },
  {
    id: 'tops-4',
    what: 'an address that a page is ready for in the cycle in which it comes never reaches that page',
    file: 'hdl-gen/library/axi-lite-split.ts',
    find: 'r.addressDue.and(ofPage<1>(r.writeTo, ({ aw: address }) => address.ready, u(1, 1)))',
    replace: 'ofPage<1>(r.writeTo, ({ aw: address }) => address.ready, u(1, 1))',
    seenBy: { file: LIBRARY, test: 'AXI4-Lite split: each access' },
  },
  {
    id: 'tops-5',
    what: 'the length of a frame of a mailbox counts the last word as whole',
    file: 'hw/frame-mailbox.ts',
    find: 'mux(keep.bit(3), u(3, 4), mux(keep.bit(2), u(3, 3), mux(keep.bit(1), u(3, 2), 1)))',
    replace: 'mux(keep.bit(0), u(3, 4), 4)',
    seenBy: { file: TOP, test: 'carry frames of every length' },
  },
  {
    id: 'tops-6',
    what: 'a frame that found no room in a mailbox is not counted',
    file: 'hw/frame-mailbox.ts',
    find: "count('framesReceiveDropped', complete.and(keeps.not()))",
    replace: "count('framesReceiveDropped', complete.and(lengths.full))",
    seenBy: { file: TOP, test: 'drop whole what finds no room' },
  },
  {
    id: 'tops-7',
    what: 'a frame is sent though software said another length than it wrote',
    file: 'hw/frame-mailbox.ts',
    find: '.and(wordsSaid.eq(out.leavingWords))',
    replace: '',
    seenBy: { file: TOP, test: 'drop whole what finds no room' },
  },
  {
    id: 'tops-8',
    what: 'the interrupts of the peer and of the mailbox share a line',
    file: 'boards/tops/board-top.ts',
    find: "line('host', pages.hostIrq)",
    replace: "line('peer', pages.hostIrq)",
    seenBy: { file: TOP, test: 'raise their own interrupt' },
  },
  {
    id: 'tops-9',
    what: 'the PHY of Linux is held in reset',
    file: 'boards/tops/board-top.ts',
    find: 'pins.ethRstB.set(1)',
    replace: 'pins.ethRstB.set(0)',
    seenBy: { file: TOP, test: 'shows each page where it is' },
  },
  {
    id: 'tops-10',
    what: 'a pin of the RMII goes nowhere',
    file: 'boards/tops/board-top.ts',
    find: "          ['rmii_crs_dv', rmii.crsDv],\n",
    replace: '',
    seenBy: { file: TOP_TOOLS, test: 'its pins are the board’s' },
  },
  {
    id: 'tops-11',
    what: 'a write under an identifier is answered under none',
    file: 'boards/tops/buses.ts',
    find: 'ps7.MAXIGP0BID.set(bus.b.id.zext(12));',
    replace: 'ps7.MAXIGP0BID.set(0);',
    seenBy: { file: TOP, test: 'shows each page where it is' },
  },
  {
    id: 'tops-12',
    what: 'the pins of a board within another design are caught by the first clock of all',
    file: 'hdl-gen/ir/simulated.ts',
    find: 'const net = netOf(module, clock);',
    replace: 'const net = clock;',
    seenBy: { file: REKEY, test: 'have pins that are caught by the clocks of their own board' },
  },
  {
    id: 'tops-13',
    what: 'a frame that software gave up is sent',
    file: 'hw/frame-mailbox.ts',
    find: 'leaving.commit.set(asSaid);',
    replace: 'leaving.commit.set(ends);',
    seenBy: { file: TOP, test: 'drop whole what finds no room' },
  },
  {
    id: 'tops-14',
    what: 'the top with RMII is told to run as fast as the one with GMII',
    file: 'boards/tops/clocks.ts',
    find: 'rmii: { systemMhz: 100, octetNs: 80 }',
    replace: 'rmii: { systemMhz: 125, octetNs: 80 }',
    seenBy: { file: 'test/cli/gen-command.test.ts', test: 'says in keyturn.json what the hardware was generated for' },
  },
  {
    id: 'tops-15',
    what: 'every page of a file is that of the peer',
    file: 'cli/register-options.ts',
    find: 'const skipped = PAGES[page].index * PAGE_OCTETS;',
    replace: 'const skipped = 0;',
    seenBy: { file: 'test/cli/regs-command.test.ts', test: 'read takes their names and fields, each page where it stands' },
  },
  {
    id: 'tops-16',
    what: 'a timer of the hardware is a cycle short',
    file: 'spec/configuration.ts',
    find: 'return Math.ceil(ns / clockPeriod);',
    replace: 'return Math.floor(ns / clockPeriod);',
    seenBy: { file: 'test/spec/settings.test.ts', test: 'a timer of 48001 ns' },
  },
];
