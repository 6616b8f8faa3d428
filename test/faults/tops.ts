/** Faults in what stands between the processing system and the peer. */
import type { Fault } from './fault.ts';

const LIBRARY = 'test/hdl-gen/formal/library.test.ts';
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
    seenBy: { file: LIBRARY, test: 'AXI4-Lite split: each access to its page' },
  },
];
