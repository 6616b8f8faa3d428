/** A station as it is built, driven by AXI4-Lite and frames alone; what must come out is written down independently. */
import { describe, expect, it } from 'vitest';
import { IMAGE_CHECKS, STATION_CHECKS } from '../../../formal/rtl/cosimulation/station/checks.ts';
import { RELATIONS, StationBench, WITH_IMAGES } from '../../../formal/rtl/cosimulation/station/station-bench.ts';
import { station } from '../../../hw/station.ts';
import { compiled } from '../bench.ts';

const STATIONS = [
  { role: 'initiator', images: {}, checks: STATION_CHECKS },
  { role: 'follower', images: {}, checks: STATION_CHECKS },
  { role: 'follower', images: WITH_IMAGES, checks: [...IMAGE_CHECKS, ...STATION_CHECKS] },
] as const;

for (const { role, images, checks } of STATIONS) {
  const imageWords = 'imageWords' in images ? images.imageWords : 0;
  describe(`a whole station, ${role}${imageWords === 0 ? '' : ', with images'}`, () => {
    const design = compiled(station({ role, slots: 2, relations: RELATIONS, ...images }));
    for (const { claim, run } of checks) {
      it(claim, () => {
        let opened = 0;
        run(() => {
          opened++;
          return new StationBench(design, role, imageWords);
        });
        expect(opened).toBeGreaterThan(0);
      });
    }
  });
}
