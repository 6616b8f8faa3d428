/** A board's logic at the pins of the processing system: registers, frames, interrupts, and a rekey between two boards. */
import { describe, expect, it } from 'vitest';
import { loadBoard } from '../../../boards/board.ts';
import { boardTop } from '../../../boards/tops/board-top.ts';
import { module } from '../../../hdl-gen/index.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { simulated } from '../../../hdl-gen/ir/simulated.ts';
import { compileToWasm, type WasmDesign } from '../../../hdl-gen/sim/wasm/compile.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';
import { PhySink, PhySource, type Testbench, testbench } from '../../../hdl-gen/testbench/index.ts';
import { MAC_IDENTIFICATION, MAC_REGISTERS } from '../../../spec/mac-registers.ts';
import { MAILBOX_IDENTIFICATION, MAILBOX_REGISTERS } from '../../../spec/mailbox-registers.ts';
import { PAGE_OCTETS, PAGES, pageBase, type WireName } from '../../../spec/pages.ts';
import { IDENTIFICATION, REGISTERS } from '../../../spec/registers.ts';
import { RelationDriver } from '../../../sw/control-plane/driver.ts';
import { FollowerAgent } from '../../../sw/control-plane/follower.ts';
import type { FrameMailbox } from '../../../sw/control-plane/frame-mailbox.ts';
import { InitiatorAgent } from '../../../sw/control-plane/initiator.ts';
import { KeySchedule } from '../../../sw/keys/key-schedule.ts';
import { BASE, Processor } from './processor.ts';

const SEED = Number(process.env['TOP_SEED'] ?? Date.now() % 2 ** 31);
const replay = `TOP_SEED=${SEED}`;
const board = loadBoard('zybo-z7-20');
const topOf = (wire: WireName, role: 'initiator' | 'follower' = 'initiator') => boardTop({ board, wire, peer: { role, slots: 3 } });
const compiled = new Map<WireName, { readonly top: ReturnType<typeof topOf>; readonly design: WasmDesign }>();

/** Each top is compiled once. */
function designOf(wire: WireName) {
  const known = compiled.get(wire);
  if (known !== undefined) return known;
  const top = topOf(wire);
  const made = { top, design: compileToWasm(lower(simulated(top.elaborate()))) };
  compiled.set(wire, made);
  return made;
}
const DECERR = 3;
const SLVERR = 2;

/** The control register with frames of the host let through both ways. */
const PASS_ALL = 0b11000;

function onBoard(wire: WireName, test: (bench: Testbench, ps: Processor) => Promise<void>, periods = {}): Promise<void> {
  const { top, design } = designOf(wire);
  return testbench(
    top,
    async (bench) => {
      const ps = new Processor(bench);
      await ps.boot();
      await test(bench, ps);
    },
    { seed: SEED, history: 0, periods, simulator: (seed) => simulateWasm(design, { seed }) },
  );
}

const frameOf = (bench: Testbench, length: number): Uint8Array => Uint8Array.from({ length }, () => bench.random.below(256));

describe('a board behind M_AXI_GP0', () => {
  it('shows each page where it is, answers each access under its identifier, and DECERR beside the pages', () =>
    onBoard('fifo', async (bench, ps) => {
      expect(bench.simulator.outputs.get('eth_rst_b')?.value, 'the PHY of Linux is not in reset').toBe(1);
      expect(await ps.page('peer').read32(0)).toBe(IDENTIFICATION);
      expect(await ps.page('host').read32(0)).toBe(MAILBOX_IDENTIFICATION);
      expect(await ps.page('network').read32(0)).toBe(MAILBOX_IDENTIFICATION);
      for (const address of [BASE + PAGES.mac.index * PAGE_OCTETS, BASE - 0x40, pageBase(BASE, 'mac') + PAGE_OCTETS, 0x4000_0000]) {
        expect(await ps.gp0.read(address, 2, { id: 0xabc })).toEqual([
          { data: 0, response: DECERR },
          { data: 0, response: DECERR },
        ]);
        expect(await ps.gp0.write(address, [1, 2, 3], { id: 0xdef })).toBe(DECERR);
      }
      for (const nothing of [BASE + 0xffc, BASE + PAGE_OCTETS]) expect((await ps.gp0.read(nothing, 1))[0]?.response).toBe(SLVERR);
      const burst = await ps.gp0.read(BASE, 4, { id: 7 });
      expect(burst.map(({ response }) => response)).toEqual([0, 0, 0, 0]);
      expect(await ps.gp0.write(BASE + REGISTERS.destinationHigh.offset, [0x1234, 0x5678_9abc], { id: 9 })).toBe(0);
      expect((await ps.gp0.read(BASE + REGISTERS.destinationHigh.offset, 2)).map(({ data }) => data)).toEqual([0x1234, 0x5678_9abc]);
    }));

  it('shows a page for each relation of a station, SLVERR in those of none, and the other pages where they always are', () =>
    testbench(
      boardTop({ board, wire: 'fifo', relations: 5, peer: { role: 'initiator', slots: 2 } }),
      async (bench) => {
        const ps = new Processor(bench);
        await ps.boot();
        const { capabilities, destinationLow } = REGISTERS;
        const pages = [0, 1, 2, 3, 4].map((relation) => BASE + relation * PAGE_OCTETS);
        for (const page of pages) expect(await ps.read(page)).toBe(IDENTIFICATION);
        expect((await ps.read(BASE + capabilities.offset)) >>> 24).toBe(4);
        for (const [relation, page] of pages.entries()) await ps.write(page + destinationLow.offset, 0x100 + relation);
        for (const [relation, page] of pages.entries()) expect(await ps.read(page + destinationLow.offset)).toBe(0x100 + relation);
        for (const page of [5, 7, 255]) expect((await ps.gp0.read(BASE + page * PAGE_OCTETS, 1))[0]?.response).toBe(SLVERR);
        expect(await ps.read(0x43d0_0000)).toBe(MAILBOX_IDENTIFICATION);
        expect(await ps.read(0x43d0_1000)).toBe(MAILBOX_IDENTIFICATION);
        expect((await ps.gp0.read(0x43d0_2000, 1))[0]?.response).toBe(DECERR);
      },
      { seed: SEED, history: 0 },
    ));

  it('has no register that a reset forgets to give back', () =>
    onBoard('fifo', async (bench, ps) => {
      await ps.page('peer').write32(REGISTERS.control.offset, PASS_ALL);
      const resets = bench.simulator.inputs.get('ps7_FCLKRESETN');
      if (resets !== undefined) resets.value = 0;
      await bench.tick(3, 'ps7_fclkclk_0');
      await ps.boot();
      expect(await ps.page('peer').read32(REGISTERS.control.offset)).toBe(0);
    }));
});

describe('the mailboxes', () => {
  it('carry frames of every length from the network to the host and back, whole and in order', () =>
    onBoard('fifo', async (bench, ps) => {
      await ps.page('peer').write32(REGISTERS.control.offset, PASS_ALL);
      const [network, host] = [ps.mailbox('network'), ps.mailbox('host')];
      for (const [from, to] of [
        [network, host],
        [host, network],
      ] as const) {
        const frames = [60, 61, 62, 63, 64, 18, 333].map((length) => frameOf(bench, length));
        for (const frame of frames) expect(await from.send(frame), replay).toBe(true);
        for (const frame of frames) expect(await arrival(bench, to), replay).toEqual(frame);
        expect(await to.receive()).toBeUndefined();
        expect((await to.statistics()).framesReceived).toBe(frames.length);
        expect((await from.statistics()).framesTransmitted).toBe(frames.length);
      }
    }));

  it('drop whole what finds no room, count it, and go on', () =>
    onBoard('fifo', async (bench, ps) => {
      await ps.page('peer').write32(REGISTERS.control.offset, PASS_ALL);
      const [network, host] = [ps.mailbox('network'), ps.mailbox('host')];
      const frames = [1500, 1499, 1400, 64].map((length) => frameOf(bench, length));
      // two fit, the third does not, the fourth does again
      for (const frame of frames) {
        expect(await network.send(frame)).toBe(true);
        await bench.tick(2 * frame.length, 'ps7_fclkclk_0');
      }
      const { framesReceiveDropped, framesTransmitDropped, transmitData, transmitCommit, transmitDrop, receiveDrop } = MAILBOX_REGISTERS;
      expect(await ps.page('host').read32(framesReceiveDropped.offset)).toBe(1);
      expect(await host.receive()).toEqual(frames[0]);
      expect(await host.receive()).toEqual(frames[1]);
      expect(await host.receive()).toEqual(frames[3]);
      // a length that is not that of the words, a frame without words, and a frame that was given up
      await ps.page('network').write32(transmitData.offset, 1);
      await ps.page('network').write32(transmitCommit.offset, 5);
      await ps.page('network').write32(transmitCommit.offset, 4);
      expect(await ps.page('network').read32(framesTransmitDropped.offset)).toBe(2);
      await ps.page('network').write32(transmitData.offset, 1);
      await ps.page('network').write32(transmitDrop.offset, 0);
      const [first, second] = [frameOf(bench, 100), frameOf(bench, 101)];
      await network.send(first);
      await network.send(second);
      // a reader that gives the first up in its midst
      await bench.tick(400, 'ps7_fclkclk_0');
      await ps.page('host').read32(MAILBOX_REGISTERS.receiveData.offset);
      await ps.page('host').write32(receiveDrop.offset, 0);
      expect(await arrival(bench, host)).toEqual(second);
    }));

  it('raise their own interrupt while a frame waits', () =>
    onBoard('fifo', async (bench, ps) => {
      await ps.page('peer').write32(REGISTERS.control.offset, PASS_ALL);
      const [network, host] = [ps.mailbox('network'), ps.mailbox('host')];
      await ps.page('host').write32(MAILBOX_REGISTERS.interruptEnable.offset, 1);
      expect(ps.interrupts).toBe(0);
      await network.send(frameOf(bench, 64));
      await bench.tick(300, 'ps7_fclkclk_0');
      expect(ps.interrupts).toBe(1 << 1);
      await host.receive();
      expect(ps.interrupts).toBe(0);
      await ps.page('network').write32(MAILBOX_REGISTERS.interruptEnable.offset, 2);
      expect(ps.interrupts, 'there is room').toBe(1 << 2);
    }));
});

/** The next frame, which may still be under way. */
async function arrival(bench: Testbench, mailbox: FrameMailbox): Promise<Uint8Array> {
  for (let patience = 0; patience < 500; patience++) {
    const frame = await mailbox.receive();
    if (frame !== undefined) return frame;
    await bench.tick(5);
  }
  return expect.fail(`no frame; ${replay}`);
}

describe.each([
  { wire: 'gmii', width: 8, clock: 'ps7_fclkclk_1', periods: { ps7_fclkclk_0: 8, ps7_fclkclk_1: 8 } },
  { wire: 'rmii', width: 2, clock: 'rmii_ref_clk', periods: { ps7_fclkclk_0: 10, rmii_ref_clk: 20 } },
] as const)('the way by $wire', ({ wire, width, clock, periods }) => {
  it('takes frames from its pins to the host and back, and counts the faulty ones', () =>
    onBoard(
      wire,
      async (bench, ps) => {
        const { inputs, outputs } = bench.simulator;
        const driven = (name: string) => {
          const port = inputs.get(name) ?? expect.fail(name);
          return { name, value: 0, set: (value: number) => Object.assign(port, { value }) };
        };
        const observed = (name: string) => outputs.get(name) ?? expect.fail(name);
        const names =
          wire === 'gmii'
            ? ['ps7_EMIOENET1GMIITXD', 'ps7_EMIOENET1GMIITXEN', 'ps7_EMIOENET1GMIIRXD', 'ps7_EMIOENET1GMIIRXDV']
            : ['rmii_rxd', 'rmii_crs_dv', 'rmii_txd', 'rmii_tx_en'];
        const [data = '', valid = '', sent = '', enable = ''] = names;
        const source = new PhySource(bench, { data: driven(data), valid: driven(valid) }, { width, clock });
        const sink = new PhySink(bench, { data: observed(sent), enable: observed(enable) }, { width, clock });
        await bench.tick(8, clock);
        await ps.page('peer').write32(REGISTERS.control.offset, PASS_ALL);
        if (wire === 'rmii') expect(outputs.get('rmii_rst_n')?.value).toBe(1);
        const host = ps.mailbox('host');
        const frames = [60, 61, 300].map((length) => frameOf(bench, length));
        for (const frame of frames) {
          await source.send(frame);
          expect(await arrival(bench, host), replay).toEqual(frame);
        }
        await source.send(frameOf(bench, 60), { badFcs: true });
        await source.send(frameOf(bench, 59));
        await source.send(frameOf(bench, 1600));
        const left = bench.fork('what is sent', async () => {
          for (const frame of frames) expect(await sink.receive(200_000), replay).toEqual(frame);
        });
        for (const frame of frames) expect(await host.send(frame)).toBe(true);
        await bench.join(left);
        await bench.tick(20, clock);
        const counters = ps.page('mac');
        const { identification, received, fcsError, sent: sentFrames, runt, tooLong } = MAC_REGISTERS;
        expect(await counters.read32(identification.offset)).toBe(MAC_IDENTIFICATION);
        expect(await counters.read32(received.offset)).toBe(frames.length);
        expect(await counters.read32(fcsError.offset)).toBe(1);
        expect(await counters.read32(sentFrames.offset)).toBe(frames.length);
        expect(await counters.read32(runt.offset)).toBe(1);
        expect(await counters.read32(tooLong.offset)).toBe(1);
        expect((await ps.gp0.read(pageBase(BASE, 'network'), 1))[0]?.response, 'no mailbox stands for the wire').toBe(DECERR);
      },
      periods,
    ));
});

describe('two boards with mailboxes for wires', () => {
  const pair = module('pair', {}, (_, m) => {
    m.instance('a', topOf('fifo', 'initiator'));
    m.instance('b', topOf('fifo', 'follower'));
  });

  it('rekey under the control plane as it is, and lose no payload', () =>
    testbench(
      pair,
      async (bench) => {
        const sides = (['a', 'b'] as const).map((name) => {
          const ps = new Processor(bench, `${name}_`, 0);
          return { ps, driver: new RelationDriver(ps.page('peer')), network: ps.mailbox('network') };
        });
        const [a, b] = sides;
        if (a === undefined || b === undefined) return;
        for (const { ps } of sides) await ps.boot();
        const addresses = [Uint8Array.of(2, 0, 0, 0, 0, 1), Uint8Array.of(2, 0, 0, 0, 0, 2)] as const;
        for (const [index, { driver }] of sides.entries()) {
          await driver.identify({ allowInsecure: true });
          await driver.configure({
            encrypt: true,
            vlanTci: undefined,
            source: addresses[index] ?? addresses[0],
            destination: addresses[1 - index] ?? addresses[0],
            transmitFrameId: 0x8000 + index,
            receiveFrameId: 0x8001 - index,
            passReceived: false,
            obsoleteTimeout: 1,
          } as Parameters<RelationDriver['configure']>[0]);
        }
        const master = (): Uint8Array => new Uint8Array(32).fill(7);
        const initiator = new InitiatorAgent(a.driver, new KeySchedule(master()), { frames: 3 }, () => bench.cycle);
        const follower = new FollowerAgent(b.driver, new KeySchedule(master()));
        await follower.start();
        await initiator.start();
        const keyIds = new Set<number>();
        for (let round = 0; round < 14; round++) {
          for (const [from, to] of [
            [a, b],
            [b, a],
          ] as const) {
            const payload = { cSdu: frameOf(bench, 40), apduStatus: Uint8Array.of(0, round, 0x35, 0) };
            await from.driver.sendPayload(payload);
            // software is the wire
            await to.network.send(await arrival(bench, from.network));
            let got = await to.driver.receivePayload();
            for (let patience = 0; got === undefined && patience < 100; patience++) got = await to.driver.receivePayload();
            expect(got, `round ${round}, ${replay}`).toEqual(payload);
          }
          await initiator.service();
          await follower.service();
          keyIds.add((await a.driver.status()).currentKeyId);
        }
        expect(keyIds.size, 'keys came and went').toBeGreaterThan(2);
        for (const { driver } of sides) {
          const statistics = await driver.statistics();
          expect(statistics['framesDelivered']).toBe(14);
          expect(statistics['framesIcvFailed']).toBe(0);
          expect(statistics['framesSent']).toBe(14);
        }
      },
      { seed: SEED, history: 0, periods: { a_ps7_fclkclk_0: 10, b_ps7_fclkclk_0: 10.1 } },
    ));
});
