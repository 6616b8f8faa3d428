/** A rekey under load between two boards, by each way to the wire: judged by the reference model as it goes, and from outside at its end. */
import { beforeAll, describe, expect, it } from 'vitest';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { simulated } from '../../../hdl-gen/ir/simulated.ts';
import { compileToWasm, type WasmDesign } from '../../../hdl-gen/sim/wasm/compile.ts';
import { simulateWasm, type WasmSimulator } from '../../../hdl-gen/sim/wasm/simulator.ts';
import { type Testbench, testbench } from '../../../hdl-gen/testbench/index.ts';
import { FAULTS, judgeRelations } from '../../../judge/judge.ts';
import type { KeyLog } from '../../../judge/key-log.ts';
import { observe } from '../../../judge/observation.ts';
import { OTHER, SIDES, type Side } from '../../../judge/points.ts';
import { MAC_REGISTERS } from '../../../spec/mac-registers.ts';
import { BY_SAMPLE, oneIn } from '../../one-in.ts';
import { JudgedBoard, type Load, type Seen, streamOf } from './judged-board.ts';
import { clocksOf, periodsOf, phyOf, twoBoards } from './two-boards.ts';

const SEED = Number(process.env['TOP_SEED'] ?? Date.now() % 2 ** 31);
/** Crystals of 100 ppm are alike for so short a time; these come to meet in every phase. */
const SLOWER = 0.003;
/** Of a period, to either side. */
const JITTER = 0.05;
const LOSS = 0.06;
const FORGED = 0.05;

const CASES = [
  { wire: 'fifo', load: { frames: 60, interval: 13_000, rekeyFrames: 12, obsoleteTimeout: 60_000, hostEvery: 9 } },
  { wire: 'gmii', load: { frames: 90, interval: 5_000, rekeyFrames: 16, obsoleteTimeout: 25_000, hostEvery: 9 } },
  { wire: 'rmii', load: { frames: 60, interval: 15_000, rekeyFrames: 12, obsoleteTimeout: 70_000, hostEvery: 9 } },
] as const satisfies readonly { readonly wire: string; readonly load: Load }[];

describe.each(oneIn(3, CASES))(`two boards by $wire (${BY_SAMPLE})`, ({ wire, load }) => {
  const pair = twoBoards(wire);
  let design: WasmDesign;
  beforeAll(() => {
    design = compileToWasm(lower(simulated(pair.elaborate())));
  });

  it('have pins that are caught by the clocks of their own board', () => {
    const clockOf = (name: string): string | undefined => design.netlist.outputs.find((output) => output.name === name)?.clock;
    for (const side of SIDES) {
      const { system, pins } = clocksOf(wire, side);
      expect(clockOf(`${side}_ps7_MAXIGP0RVALID`)).toBe(system);
      if (wire !== 'fifo') expect(clockOf(wire === 'gmii' ? `${side}_ps7_EMIOENET1GMIIRXD` : `${side}_txd`)).toBe(pins);
    }
  });

  it('rekey under load while frames are lost and forged: no payload without a key, none that stalls, none torn', async () => {
    const replay = `TOP_SEED=${SEED}`;
    const periods = periodsOf(wire, SLOWER);
    const record: Seen = { packets: [], keys: [] };
    let made: WasmSimulator | undefined;
    const simulator = (): WasmSimulator => made ?? expect.fail('no simulator');
    await testbench(
      pair,
      async (bench) => {
        const boardOf = (side: Side): JudgedBoard => {
          const { system } = clocksOf(wire, side);
          const periodNs = periods[system] ?? Number.NaN;
          return new JudgedBoard({ bench, simulator: simulator(), side, clock: system, periodNs, load, record, replay });
        };
        const boards = { initiator: boardOf('initiator'), follower: boardOf('follower') };
        // a wire from each to the other
        const damaged = { initiator: 0, follower: 0 };
        for (const from of SIDES) {
          const channel = new Channel(bench, boards[from], boards[OTHER[from]], streamOf(from).frameId);
          if (wire === 'fifo') mailboxWire(bench, boards, from, channel);
          else pinWire(bench, from, wire, channel, damaged);
        }
        const starts = SIDES.toReversed().map((side) => bench.fork(`start of the ${side}`, () => boards[side].start()));
        await bench.join(...starts);
        await bench.join(...SIDES.map((side) => bench.fork(`${side}: application`, () => boards[side].application())));
        // the last frames are sent, opened, read and time out
        await bench.tick(6_000);
        for (const side of SIDES) {
          await boards[side].finish();
          expect(boards[side].installed, 'keys came and went').toBeGreaterThan(3);
          expect(boards[side].changes, 'which showed in the slots').toBeGreaterThan(boards[side].installed);
          const { framesSent, framesReceived, framesOverflowed } = await boards[side].statistics();
          const { stalledCycles } = boards[side];
          const framesRefused = await boards[side].framesRefused();
          expect({ framesSent, framesOverflowed, framesRefused, stalledCycles }, replay).toEqual({
            framesSent: load.frames,
            framesOverflowed: 0,
            framesRefused: 0,
            stalledCycles: 0,
          });
          expect(framesReceived, 'what was not lost arrived').toBeGreaterThan(load.frames / 2);
          if (wire === 'fifo') continue;
          const mac = boards[side].processor.page('mac');
          const { fcsError, overflow, runt } = MAC_REGISTERS;
          expect([await mac.read32(fcsError.offset), await mac.read32(overflow.offset), await mac.read32(runt.offset)]).toEqual([
            damaged[OTHER[side]],
            0,
            0,
          ]);
        }
      },
      { seed: SEED, history: 0, periods, jitter: JITTER, simulator: (seed) => (made = simulateWasm(design, { seed })) },
    );
    const frameId = { initiator: streamOf('initiator').frameId, follower: streamOf('follower').frameId };
    const log: KeyLog = {
      connection: {
        profile: 'paper',
        engine: 'xor',
        protection: 'encryption',
        delivery: 'newest',
        frameId,
        address: { initiator: addressOf('initiator'), follower: addressOf('follower') },
        knownBy: { initiator: 'frame-id', follower: 'frame-id' },
        sendIntervalNs: load.interval,
        obsoleteTimeoutNs: load.obsoleteTimeout,
        longestDelayNs: load.interval,
      },
      keys: record.keys,
      erasures: [],
    };
    const [verdict] = judgeRelations(observe(record.packets, [log], 'two boards'));
    if (verdict === undefined) throw new RangeError('no verdict on the only relation');
    // how late a frame leaves is not the station's alone here: MACs, mailboxes and other clocks are between it and the wire
    for (const name of Object.keys(FAULTS) as (keyof typeof FAULTS)[]) expect(verdict.total[name], `${FAULTS[name]}; ${replay}`).toBe(0);
    expect(verdict.total.sent).toBe(2 * load.frames);
    expect(verdict.finishedRekeys, replay).toBeGreaterThanOrEqual(3);
    expect(verdict.total.lost + verdict.total.forged, 'the channel was not quiet').toBeGreaterThan(0);
  });
});

function addressOf(side: Side): string {
  return Buffer.from(streamOf(side).source).toString('hex');
}

/** What happens to frames on their way. */
class Channel {
  readonly #bench: Testbench;
  readonly #from: JudgedBoard;
  readonly #to: JudgedBoard;
  readonly #frameId: number;

  constructor(bench: Testbench, from: JudgedBoard, to: JudgedBoard, frameId: number) {
    this.#bench = bench;
    this.#from = from;
    this.#to = to;
    this.#frameId = frameId;
  }

  /** A frame that left; what comes of it: itself, a forged one behind it, or nothing. */
  passes(frame: Uint8Array, atNs: number): readonly Uint8Array[] {
    this.#from.sent(frame, atNs);
    const { random } = this.#bench;
    if (random.chance(LOSS)) return [];
    const isOurs = frame[14] === this.#frameId >> 8 && frame[15] === (this.#frameId & 0xff);
    if (!isOurs || !random.chance(FORGED)) return [frame];
    const forged = frame.slice();
    // one bit of the C_SDU
    forged[30] = (forged[30] ?? 0) ^ (1 << random.below(8));
    return [frame, forged];
  }

  arrives(frame: Uint8Array): void {
    this.#to.arrives(frame);
  }
}

/** Software carries the frames from mailbox to mailbox. */
function mailboxWire(bench: Testbench, boards: Readonly<Record<Side, JudgedBoard>>, from: Side, channel: Channel): void {
  const clock = clocksOf('fifo', from).system;
  bench.fork(`wire from the ${from}`, async () => {
    const [source, target] = [boards[from].processor.mailbox('network'), boards[OTHER[from]].processor.mailbox('network')];
    // before the reset ends nothing answers
    await bench.tick(100, clock);
    await source.interruptOnReceive(true);
    for (;;) {
      while (((boards[from].processor.interrupts >> 2) & 1) === 0) await bench.tick(16, clock);
      const atNs = bench.now;
      const frame = await source.receive();
      if (frame === undefined) continue;
      for (const copy of channel.passes(frame, atNs)) {
        channel.arrives(copy);
        expect(await target.send(copy), 'the mailbox has room').toBe(true);
      }
    }
  });
}

/** PHYs, each at the clock of its own board, and a store between them. A frame may come with a wrong FCS. */
function pinWire(bench: Testbench, from: Side, wire: 'gmii' | 'rmii', channel: Channel, damaged: Record<Side, number>): void {
  const to = OTHER[from];
  const waiting: Uint8Array[] = [];
  const octetNs = wire === 'gmii' ? 8 : 80;
  const own = clocksOf(wire, from).pins ?? '';
  const other = clocksOf(wire, to).pins ?? '';
  bench.fork(`PHY of the ${from}`, async () => {
    const { sink } = phyOf(bench, wire, from);
    for (;;) {
      const frame = await sink.receive(1_000_000);
      waiting.push(...channel.passes(frame, bench.now - (frame.length + 4) * octetNs));
      await bench.tick(1, own);
    }
  });
  bench.fork(`PHY towards the ${to}`, async () => {
    const { source } = phyOf(bench, wire, to);
    for (;;) {
      while (waiting.length === 0) await bench.tick(1, other);
      const frame = waiting.shift();
      if (frame === undefined) continue;
      if (bench.random.chance(LOSS)) {
        damaged[from]++;
        await source.send(frame, { badFcs: true });
        continue;
      }
      channel.arrives(frame);
      await source.send(frame);
    }
  });
}
