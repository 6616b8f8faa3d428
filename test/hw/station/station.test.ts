/** A station as it is built, driven by AXI4-Lite and frames alone; what must come out is written down independently. */
import { describe, expect, it } from 'vitest';
import { STATION_CHECKS } from '../../../formal/rtl/cosimulation/station/checks.ts';
import { RELATIONS, StationBench } from '../../../formal/rtl/cosimulation/station/station-bench.ts';
import { station } from '../../../hw/station.ts';
import { compiled } from '../bench.ts';

for (const role of ['initiator', 'follower'] as const) {
  describe(`a whole station, ${role}`, () => {
    const design = compiled(station({ role, slots: 2, relations: RELATIONS }));
    for (const { claim, run } of STATION_CHECKS) {
      it(claim, () => {
        let opened = 0;
        run(() => {
          opened++;
          return new StationBench(design, role);
        });
        expect(opened).toBeGreaterThan(0);
      });
    }
  });
}
