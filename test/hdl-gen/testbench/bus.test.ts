import { describe, expect, it } from 'vitest';
import { bits, bool, input, type Module, module, output, type Ports, stream } from '../../../hdl-gen/index.ts';
import { AxiLiteMaster, axiLitePorts } from '../../../hdl-gen/testbench/bus/axi-lite.ts';
import { StreamMonitor, StreamSink, StreamSource } from '../../../hdl-gen/testbench/bus/axi-stream.ts';
import { fcsOf, PhySink, PhySource } from '../../../hdl-gen/testbench/bus/ethernet.ts';
import { AxiLiteError, FrameError, StreamViolation } from '../../../hdl-gen/testbench/errors.ts';
import { testbench } from '../../../hdl-gen/testbench/testbench.ts';

const SEED = Number(process.env['HDL_SEED'] ?? Date.now() % 2 ** 31);
const Words = stream({ data: bits(8), user: bits(40) });

/** One register in a stream; `drops` forgets its beat when nobody takes it, `slips` lets it change. */
const stage = (fault: 'none' | 'drops' | 'slips') =>
  module(`stage_${fault}`, { from: input(Words), to: output(Words) }, (io, m) => {
    const r = m.registers({ data: bits(8), user: bits(40), last: bits(1), full: bits(1) });
    io.from.ready.set(r.full.not().or(io.to.ready));
    io.to.valid.set(r.full);
    io.to.data.set(r.data);
    io.to.user.set(r.user);
    io.to.last.set(r.last);
    if (fault === 'slips') m.when(r.full, () => r.data.next(r.data.add(1)));
    m.when(io.from.fire, () => {
      r.data.next(io.from.data);
      r.user.next(io.from.user);
      r.last.next(io.from.last);
      r.full.next(1);
    }).elseWhen(fault === 'drops' ? r.full : io.to.ready, () => r.full.next(0));
  });

describe('AXI4-Stream', () => {
  const packet = (length: number) => Array.from({ length }, (_, index) => ({ data: (7 * index) % 256, user: BigInt(index) << 32n }));

  it('carries packets through stalls on both sides, and the monitor sees what passed', () =>
    testbench(
      stage('none'),
      async (bench, io) => {
        const source = new StreamSource(bench, io.from, { stalls: 0.3 });
        const sink = new StreamSink(bench, io.to, { stalls: 0.5 });
        const monitor = new StreamMonitor(bench, io.to);
        const packets = [packet(20), packet(1), packet(33)];
        bench.fork('source', async () => {
          for (const one of packets) await source.send(one);
        });
        for (const one of packets) expect(await sink.receive()).toEqual(one);
        expect(monitor.beats).toEqual(packets.flat());
      },
      { seed: SEED },
    ));

  it.each([
    ['drops', 'valid fell'],
    ['slips', 'data changed'],
  ] as const)('a stage that %s is caught by the monitor: %s', async (fault, what) => {
    const run = testbench(
      stage(fault),
      async (bench, io) => {
        new StreamMonitor(bench, io.to);
        const source = new StreamSource(bench, io.from);
        io.to.ready.set(0);
        await source.send(packet(1));
        await bench.tick(5);
      },
      { history: 0 },
    );
    await expect(run).rejects.toThrow(StreamViolation);
    await expect(run).rejects.toThrow(`stream to_valid: ${what} before ready took the beat`);
  });

  it('a beat that does not come is a timeout that names the stream', () =>
    expect(
      testbench(stage('none'), async (bench, io) => void (await new StreamSink(bench, io.to).receive(50)), { history: 0 }),
    ).rejects.toThrow('a beat of to_valid did not come within'));
});

/** Frames back to the PHY, an octet or a di-bit a cycle. */
const loop = (width: number): Module<Ports> =>
  module(
    `phy_loop_${width}`,
    { rxd: input(bits(width)), rxDv: input(bool), rxEr: input(bool), txd: output(bits(width)), txEn: output(bool), txEr: output(bool) },
    (io, m) => {
      const r = m.registers({ data: bits(width), valid: bits(1), error: bits(1) });
      r.data.next(io.rxd);
      r.valid.next(io.rxDv);
      r.error.next(io.rxEr);
      io.txd.set(r.data);
      io.txEn.set(r.valid);
      io.txEr.set(r.error);
    },
  );

describe.each([
  ['GMII', 8],
  ['RMII', 2],
] as const)('%s', (_, width) => {
  const run = (
    test: (source: PhySource, sink: PhySink, tick: () => Promise<void>, fork: (body: () => Promise<void>) => void) => Promise<void>,
  ) =>
    testbench(
      loop(width),
      async (bench, io) => {
        const ports = io as unknown as Record<'rxd' | 'rxDv' | 'rxEr', ReturnType<typeof driven>> &
          Record<'txd' | 'txEn' | 'txEr', ReturnType<typeof observed>>;
        const source = new PhySource(bench, { data: ports.rxd, valid: ports.rxDv, error: ports.rxEr }, { width });
        const sink = new PhySink(bench, { data: ports.txd, enable: ports.txEn, error: ports.txEr }, { width });
        await test(
          source,
          sink,
          () => bench.tick(),
          (body) => void bench.fork('source', body),
        );
      },
      { history: 0 },
    );
  const driven = () => ({ name: '', value: 0, set: (_value: number) => {} });
  const observed = () => ({ name: '', value: 0, sampled: 0 });
  const frame = (length: number) => Uint8Array.from({ length }, (_, index) => (31 * index) & 0xff);

  it('sends and receives frames of all lengths, in order', () =>
    run(async (source, sink, _tick, fork) => {
      const frames = [frame(60), frame(64), frame(121)];
      fork(async () => {
        for (const one of frames) await source.send(one);
      });
      for (const one of frames) expect(await sink.receive()).toEqual(one);
    }));

  it('refuses a frame with a wrong FCS, and one with an error in it', async () => {
    const receiving = (options: { readonly badFcs?: boolean; readonly errorAt?: number }) =>
      run(async (source, sink, _tick, fork) => {
        fork(() => source.send(frame(60), options));
        await sink.receive();
      });
    await expect(receiving({ badFcs: true })).rejects.toThrow(/its FCS is .*, expected /);
    await expect(receiving({ errorAt: 17 })).rejects.toThrow(FrameError);
  });
});

it('the FCS is that of IEEE 802.3: the check value of CRC-32 over "123456789"', () => {
  expect([...fcsOf(new TextEncoder().encode('123456789'))]).toEqual([0x26, 0x39, 0xf4, 0xcb]);
});

describe('AXI4-Lite', () => {
  it('has ports of one prefix, or says which are missing', () =>
    expect(() => axiLitePorts({ a_awaddr: 1 }, 'a_')).toThrow(/no AXI4-Lite port a_awvalid, /));

  it('reads and writes through random stalls', () =>
    testbench(
      registers,
      async (bench, io) => {
        const master = new AxiLiteMaster(bench, axiLitePorts(io, 's_'), { stalls: 0.4 });
        const model = new Map<number, number>();
        for (let access = 0; access < 200; access++) {
          const address = 4 * bench.random.below(4);
          if (bench.random.chance(0.5)) {
            const value = bench.random.next();
            await master.write(address, value);
            model.set(address, value);
          } else expect(await master.read(address), `HDL_SEED=${SEED}`).toBe(model.get(address) ?? 0);
        }
        await expect(master.read(16)).rejects.toThrow(AxiLiteError);
        await expect(master.write(20, 1)).rejects.toThrow('AXI4-Lite write at 0x14 was answered with SLVERR');
        expect(io.s_wdata.value).toBe(0);
      },
      { seed: SEED },
    ));

  /** Four registers behind the slowest slave there is: it takes address and data in either order, then answers. */
  const channel = { address: bits(6), data: bits(32) };
  const registers = module(
    'bench_registers',
    {
      s_awaddr: input(channel.address),
      s_awvalid: input(bool),
      s_awready: output(bool),
      s_wdata: input(channel.data),
      s_wstrb: input(bits(4)),
      s_wvalid: input(bool),
      s_wready: output(bool),
      s_bvalid: output(bool),
      s_bresp: output(bits(2)),
      s_bready: input(bool),
      s_araddr: input(channel.address),
      s_arvalid: input(bool),
      s_arready: output(bool),
      s_rvalid: output(bool),
      s_rdata: output(channel.data),
      s_rresp: output(bits(2)),
      s_rready: input(bool),
    },
    (io, m) => {
      const r = m.registers({
        hasAddress: bits(1),
        address: bits(6),
        hasData: bits(1),
        data: bits(32),
        answers: bits(1),
        refused: bits(1),
        reads: bits(1),
        readRefused: bits(1),
        word: bits(32),
      });
      const words = m.memory('words', bits(32), 4, { init: [0, 0, 0, 0], style: 'distributed' });
      m.unused(io.s_wstrb, io.s_awaddr, io.s_araddr);
      io.s_awready.set(r.hasAddress.not());
      io.s_wready.set(r.hasData.not());
      m.when(io.s_awvalid.and(r.hasAddress.not()), () => {
        r.hasAddress.next(1);
        r.address.next(io.s_awaddr);
      });
      m.when(io.s_wvalid.and(r.hasData.not()), () => {
        r.hasData.next(1);
        r.data.next(io.s_wdata);
      });
      m.when(r.hasAddress.and(r.hasData).and(r.answers.not()), () => {
        r.answers.next(1);
        r.refused.next(r.address.ge(16));
        m.when(r.address.lt(16), () => words.write(r.address.bits(2, 2), r.data));
      });
      m.when(r.answers.and(io.s_bready), () => {
        r.answers.next(0);
        r.hasAddress.next(0);
        r.hasData.next(0);
      });
      io.s_bvalid.set(r.answers);
      io.s_bresp.set(r.refused.zext(2).shl(1));
      io.s_arready.set(r.reads.not());
      m.when(io.s_arvalid.and(r.reads.not()), () => {
        r.reads.next(1);
        r.readRefused.next(io.s_araddr.ge(16));
        r.word.next(words.read(io.s_araddr.bits(2, 2)));
      }).elseWhen(io.s_rready, () => r.reads.next(0));
      io.s_rvalid.set(r.reads);
      io.s_rdata.set(r.word);
      io.s_rresp.set(r.readRefused.zext(2).shl(1));
    },
  );
});
