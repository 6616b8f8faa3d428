/** The MACs in Icarus, from their Verilog, beside the embedded simulator; and what is proved of their receivers. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { designs, MacBench, netlists } from '../../../formal/rtl/cosimulation/mac/mac-bench.ts';
import { asSent, carried, GAP_OCTETS, read, silence, withFcs } from '../../../formal/rtl/cosimulation/mac/wire.ts';
import { prove } from '../../../hdl-gen/formal/prove.ts';
import { buildWithIcarus } from '../../../hdl-gen/sim/icarus/build.ts';
import { simulateIcarus } from '../../../hdl-gen/sim/icarus/simulator.ts';
import { lockstep } from '../../../hdl-gen/sim/lockstep.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';
import { receiveGmii } from '../../../hw/mac/receive-gmii.ts';
import { receiveRmii } from '../../../hw/mac/receive-rmii.ts';
import { isInstalled } from '../../hdl-gen/verilog/tools.ts';

const SEED = Number(process.env['MAC_SEED'] ?? Date.now() % 2 ** 31);
const folder = mkdtempSync(join(tmpdir(), 'keyturn-mac-'));
afterAll(() => rmSync(folder, { recursive: true }));

it.skipIf(!isInstalled('iverilog')).each(['rmii', 'gmii'] as const)(
  'the Verilog of the %s MAC does the same at every edge (skipped where Icarus is not installed)',
  async (kind) => {
    const netlist = netlists[kind];
    const icarus = await simulateIcarus(await buildWithIcarus(designs[kind], netlist, folder));
    // each clock has two edges of reset
    const both = lockstep(simulateWasm(netlist, { seed: SEED }), icarus, netlist, 4);
    const random = new Random(SEED);
    const bench = new MacBench(kind, { seed: SEED, jitter: 0.9, simulator: both });
    const { width } = bench;
    const [there, back] = [0, 1].map(() => Array.from({ length: 3 }, () => random.bytes(64 + random.below(30)))) as [
      Uint8Array[],
      Uint8Array[],
    ];
    bench.send(...there);
    for (const frame of back)
      bench.receive(carried(withFcs(frame), width), silence(GAP_OCTETS, width), carried(frame, width), silence(GAP_OCTETS, width));
    try {
      bench.run();
    } finally {
      both.close();
    }
    expect(
      read(bench.sent, width).map(({ octets }) => octets),
      `MAC_SEED=${SEED}`,
    ).toEqual(there.map(asSent));
    expect(bench.frames).toEqual(back);
    expect([bench.counts.received, bench.counts.fcs_error]).toEqual([3, 3]);
    expect(both.bits.compared).toBeGreaterThan(10_000);
  },
);

it.skipIf(!isInstalled('z3') || !isInstalled('yosys')).each([receiveRmii, receiveGmii])(
  '$name begins and ends each frame once, with its octets between, whatever is on the pins (skipped where z3 is not installed)',
  async (receiver) => {
    expect((await prove(receiver.elaborate(), { mode: 'induction', depth: 2 })).obligations).toBe(4);
  },
);
