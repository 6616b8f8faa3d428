/** The peer as it is built, driven by AXI4-Lite and frames alone; what must come out is written down independently. */
import { describe, expect, it } from 'vitest';
import { PEER_CHECKS } from '../../formal/rtl/cosimulation/peer/checks.ts';
import { PeerBench } from '../../formal/rtl/cosimulation/peer/peer-bench.ts';
import { peer } from '../../hw/peer.ts';
import { compiled } from './bench.ts';

for (const role of ['initiator', 'follower'] as const) {
  describe(`a whole peer, ${role}`, () => {
    const design = compiled(peer({ role, slots: 2 }));
    for (const { claim, run } of PEER_CHECKS) {
      it(claim, () => {
        let opened = 0;
        run((start) => {
          opened++;
          return new PeerBench(design, role, start);
        });
        expect(opened).toBeGreaterThan(0);
      });
    }
  });
}
