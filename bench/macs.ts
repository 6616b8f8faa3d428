/**
 * What the MACs take of a Zynq-7000, and how quick they are: `npx tsx bench/macs.ts`. LUT, FF and RAMB as Yosys maps each by itself,
 * its slowest module, and, for frames of some lengths that follow each other at the least gap, each way at the same time: frames a
 * second, how long after its last bit on the pins a received frame begins at the system's side (it is stored until its FCS is known),
 * and how long after its first octet was taken the first frame begins on the pins (it is stored whole, so that it never runs dry).
 */
import type { Module, Ports } from '../hdl-gen/index.ts';
import { PhySink, PhySource, testbench } from '../hdl-gen/testbench/index.ts';
import { gmiiMac } from '../hw/mac/gmii-mac.ts';
import { rmiiMac } from '../hw/mac/rmii-mac.ts';
import { portOf } from '../sim/bus/axi-lite-master.ts';
import { arrivals, synthesised } from './area.ts';

/** Of frames from destination to the end of their data. */
const LENGTHS = [60, 128, 1514];
const FRAMES = 40;
const MACS = {
  gmii: { mac: gmiiMac as unknown as Module<Ports>, width: 8, clock: 'gmii_clk', wireNs: 8, systemNs: 8 },
  rmii: { mac: rmiiMac as unknown as Module<Ports>, width: 2, clock: 'ref_clk', wireNs: 20, systemNs: 10 },
} as const;

for (const [name, variant] of Object.entries(MACS)) {
  const design = variant.mac.elaborate();
  const { luts, flipFlops, blockRams } = await synthesised(design);
  const [slowest] = await arrivals(design);
  process.stdout.write(
    `${name}: LUT ${luts}, FF ${flipFlops}, RAMB36 ${blockRams}; slowest ${slowest?.[0]}, ${((slowest?.[1] ?? 0) / 1000).toFixed(2)} ns\n`,
  );
  for (const length of LENGTHS) {
    const { perSecond, received, sent } = await speed(variant, length);
    const octets = 8 + length + 4 + 12;
    const line = (1e9 * variant.width) / variant.wireNs / 8 / octets;
    process.stdout.write(
      `  ${String(length).padStart(4)} octets: ${perSecond.toFixed(0)} frames/s each way (${((100 * perSecond) / line).toFixed(1)} % of the wire), received after ${received.toFixed(0)} ns, on the wire after ${sent.toFixed(0)} ns\n`,
    );
  }
}

/** @throws where a frame is lost, or another than was sent */
async function speed({ mac, width, clock, wireNs, systemNs }: (typeof MACS)[keyof typeof MACS], length: number) {
  const result = { perSecond: 0, received: 0, sent: 0 };
  await testbench(
    mac,
    async (bench) => {
      const { inputs, outputs } = bench.simulator;
      const driven = (port: string) => {
        const found = portOf(inputs, port);
        return { name: port, value: 0, set: (value: number) => Object.assign(found, { value }) };
      };
      const pin = (short: string): string => (width === 8 ? `gmii_${short}` : `rmii_${short}`);
      const [data, valid, last] = ['tx_data', 'tx_valid', 'tx_last'].map(driven);
      const [taken, offered, ended] = [portOf(outputs, 'tx_ready'), portOf(outputs, 'rx_valid'), portOf(outputs, 'rx_last')];
      portOf(inputs, 'rx_ready').value = 1;
      const frames = Array.from({ length: FRAMES }, () => Uint8Array.from({ length }, () => bench.random.below(256)));
      const source = new PhySource(
        bench,
        { data: driven(pin('rxd')), valid: driven(pin(width === 8 ? 'rx_dv' : 'crs_dv')) },
        { width, clock },
      );
      const enable = portOf(outputs, pin('tx_en'));
      const sink = new PhySink(bench, { data: portOf(outputs, pin('txd')), enable }, { width, clock });
      const at = { last: [] as number[], begun: [] as number[], first: [] as number[], onWire: [] as number[] };
      let inside = false;
      let enabled = 0;
      bench.onEdge((edge) => {
        if (edge === clock) {
          if (enable.sampled === 1 && enabled === 0) at.onWire.push(bench.now);
          enabled = enable.sampled;
        } else if (offered.sampled === 1) {
          if (!inside) at.begun.push(bench.now);
          inside = ended.sampled === 0;
        }
      });
      await bench.tick(8, clock);
      const wire = bench.fork('received', async () => {
        for (const frame of frames) {
          await source.send(frame);
          at.last.push(bench.now - (12 * 8 * wireNs) / width);
        }
      });
      const system = bench.fork('to send', async () => {
        for (const frame of frames)
          for (const [index, octet] of frame.entries()) {
            data?.set(octet);
            last?.set(index === length - 1 ? 1 : 0);
            valid?.set(1);
            do await bench.tick(1, 'clk');
            while (taken.sampled === 0);
            valid?.set(0);
            if (index === 0) at.first.push(bench.now);
          }
      });
      const out = bench.fork('sent', async () => {
        for (const frame of frames) {
          const found = await sink.receive(1_000_000);
          if (Buffer.compare(found, frame) !== 0) throw new Error('a frame left that was not the one to be sent');
        }
      });
      await bench.join(wire, system, out);
      await bench.tick(8 * length + 1000, 'clk');
      if (at.begun.length !== FRAMES) throw new Error(`${at.begun.length} of ${FRAMES} frames were received`);
      const mean = (from: readonly number[], to: readonly number[]): number =>
        to.reduce((sum, time, index) => sum + time - (from[index] ?? Number.NaN), 0) / to.length;
      const [begin = 0, end = 0] = [at.onWire[0], at.onWire.at(-1)];
      const [firstBegun = 0, lastBegun = 0] = [at.begun[0], at.begun.at(-1)];
      result.perSecond = Math.min(((FRAMES - 1) / (end - begin)) * 1e9, ((FRAMES - 1) / (lastBegun - firstBegun)) * 1e9);
      result.received = mean(at.last, at.begun);
      // only the first finds a wire that is idle
      result.sent = (at.onWire[0] ?? Number.NaN) - (at.first[0] ?? Number.NaN);
    },
    { history: 0, periods: { clk: systemNs, [clock]: wireNs } },
  );
  return result;
}
