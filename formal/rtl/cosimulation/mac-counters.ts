/** The counters of a MAC over their registers: each counts its own event, in every cycle, and software changes nothing. */
import assert from 'node:assert/strict';
import { verilogName } from '../../../hdl-gen/build/names.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import type { WasmDesign } from '../../../hdl-gen/sim/wasm/compile.ts';
import { MAC_COUNTERS, MAC_IDENTIFICATION, MAC_REGISTERS } from '../../../spec/mac-registers.ts';
import { MAP_VERSION_REGISTER } from '../../../spec/registers.ts';
import { BusBench, SLVERR } from './bus-bench.ts';

function expectCounts(bench: BusBench, counts: readonly number[]): void {
  MAC_COUNTERS.forEach((name, index) => {
    assert.deepEqual(bench.readAt(MAC_REGISTERS[name].offset), { response: 0, value: counts[index] }, name);
  });
}

export const MAC_COUNTER_CHECKS: readonly { readonly claim: string; readonly run: (design: WasmDesign, seed: number) => void }[] = [
  {
    claim: 'counts each event once, in each cycle, whatever else happens',
    run: (design, seed) => {
      const random = new Random(seed);
      const bench = new BusBench(design);
      const counts = MAC_COUNTERS.map(() => 0);
      const happens = (chance: number): void => {
        MAC_COUNTERS.forEach((name, index) => {
          const event = Number(random.chance(chance));
          bench.input(verilogName(name)).value = event;
          counts[index] = (counts[index] ?? 0) + event;
        });
        bench.step();
      };
      for (let cycle = 0; cycle < 200; cycle++) happens(cycle / 200);
      happens(0);
      expectCounts(bench, counts);
    },
  },
  {
    claim: 'goes on at 0 behind the last number',
    run: (design) => {
      const bench = new BusBench(design, Object.fromEntries(MAC_COUNTERS.map((name) => [`${verilogName(name)}_count`, 2n ** 32n - 1n])));
      for (const name of MAC_COUNTERS) bench.input(verilogName(name)).value = 1;
      bench.step(2);
      for (const name of MAC_COUNTERS) bench.input(verilogName(name)).value = 0;
      expectCounts(
        bench,
        MAC_COUNTERS.map(() => 1),
      );
    },
  },
  {
    claim: 'says what it is, and answers SLVERR to every write and where nothing is',
    run: (design) => {
      const bench = new BusBench(design);
      const there: readonly number[] = Object.values(MAC_REGISTERS).map(({ offset }) => offset);
      assert.deepEqual(bench.readAt(0), { response: 0, value: MAC_IDENTIFICATION });
      assert.deepEqual(bench.readAt(MAP_VERSION_REGISTER.offset), { response: 0, value: MAP_VERSION_REGISTER.afterReset });
      for (let offset = 0; offset < 0x100; offset += 4) {
        assert.equal(bench.writeAt(offset, 0xffff_ffff), SLVERR, `write of 0x${offset.toString(16)}`);
        if (!there.includes(offset))
          assert.deepEqual(bench.readAt(offset), { response: SLVERR, value: 0 }, `read of 0x${offset.toString(16)}`);
      }
      expectCounts(
        bench,
        MAC_COUNTERS.map(() => 0),
      );
    },
  },
];
