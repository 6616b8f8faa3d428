/** Two stations of four relations on a line, for a few frames: what comes of each is counted by hand. */
import { describe, expect, it } from 'vitest';
import { Clock } from '../../../hdl-gen/sim/testbench.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';
import { SimulationAborted } from '../../../sim/aborted.ts';
import { stationHardware } from '../../../sim/hardware.ts';
import { settingsOf } from '../../../sim/line-settings.ts';
import { StationBench } from '../../../sim/station-bench.ts';
import { runStationLine, type StationLine, type Tick } from '../../../sim/station-line.ts';
import { StationMismatch } from '../../../sim/station-mismatch.ts';

const RELATIONS = 4;
const LINE: StationLine = { engine: 'xor', relations: RELATIONS, frames: 12, length: () => 40, obsoleteTimeout: 400 };
const run = (changes: Partial<StationLine> = {}) => runStationLine({ ...LINE, ...changes });

/** Comparisons of one station: what the model says of it at the end, and of each relation slots, counter and seven counts. */
const AT_ITS_END = 1 + RELATIONS * (1 + 1 + 7);
/** By how much each relation is behind the one before, modulo their number. */
const following = (ticks: readonly Tick[]): readonly number[] =>
  ticks.slice(1).map(({ relation }, index) => (relation - (ticks[index]?.relation ?? 0) + RELATIONS) % RELATIONS);

describe('settings of a relation', () => {
  it('differ in profile, protection, tag and FrameID, and are the other side turned round', () => {
    expect(settingsOf(0, 'initiator', 77)).toEqual({
      profile: 'paper',
      encrypt: true,
      vlanTci: undefined,
      source: Uint8Array.of(2, 0, 0, 0, 0, 1),
      destination: Uint8Array.of(2, 0, 0, 0, 1, 2),
      transmitFrameId: 0x8400,
      receiveFrameId: 0x8000,
      passReceived: true,
      obsoleteTimeout: 77,
    });
    const all = [0, 1, 2, 3, 4, 5, 6, 7].map((relation) => settingsOf(relation, 'initiator', 1));
    expect(all.map(({ profile }) => profile)).toEqual(['paper', 'std', 'paper', 'std', 'paper', 'std', 'paper', 'std']);
    expect(all.map(({ encrypt }) => encrypt)).toEqual([true, true, false, true, true, false, true, true]);
    expect(all.map(({ vlanTci }) => vlanTci)).toEqual([undefined, undefined, undefined, 0xc003, undefined, undefined, undefined, 0xc007]);
    for (const [relation, own] of all.entries()) {
      const other = settingsOf(relation, 'follower', 1);
      expect([own.transmitFrameId, own.receiveFrameId]).toEqual([0x8400 + relation, 0x8000 + relation]);
      expect([other.receiveFrameId, other.transmitFrameId]).toEqual([own.transmitFrameId, own.receiveFrameId]);
      expect([other.source, other.destination]).toEqual([own.destination, own.source]);
    }
  });
});

describe('a line', () => {
  it('carries every frame both ways, and all is compared that is to be', async () => {
    const result = await run();
    expect(result).toMatchObject({
      frames: { initiator: 12, follower: 12 },
      delivered: { initiator: 12, follower: 12 },
      refused: 0,
      rekeys: 0,
    });
    // of each frame relation and refusal, its octets on the wire, and at the other side relation, verdict and payload; a key for each relation,
    // and of the slots that it changes whose they are, and they
    expect(result.compared).toBe(2 * (1 + RELATIONS * (1 + 2) + 12 * 6 + AT_ITS_END));
    expect(result.verdicts).toHaveLength(24);
    expect(new Set(result.verdicts.map(({ origin, kind }) => `${origin} ${kind}`))).toEqual(new Set(['sent delivered']));
    // the engine of the paper is done some cycles behind the ICV
    for (const { cycles } of result.verdicts) expect(cycles).toBeGreaterThan(0);
    expect(Math.max(...result.verdicts.map(({ cycles }) => cycles))).toBeLessThan(150);
    // between the frames of either station: at least the gap, which is taken off
    expect(result.idle).toHaveLength(22);
    expect(Math.min(...result.idle)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...result.idle)).toBeLessThan(1000);
    expect(result.cycles).toBeGreaterThan(3000);
    expect(result.cycles).toBeLessThan(30_000);
  });

  it('the frames of both sides are those that were asked for, each of its length', async () => {
    const sent = { initiator: [] as Uint8Array[], follower: [] as Uint8Array[] };
    await run({
      frames: 8,
      length: (frame) => 40 + frame,
      channel: (frame, side) => {
        sent[side].push(frame);
        return [{ frame, origin: 'sent' }];
      },
    });
    // paper: 14 + 2 + 9 and 16 octets around the C_SDU; std has 3 more; a VLAN tag 4
    const around = (relation: number): number => 41 + (relation % 2) * 3 + (relation === 3 ? 4 : 0);
    const lengths = [0, 1, 2, 3, 4, 5, 6, 7].map((frame) => 40 + frame + around(frame % RELATIONS));
    for (const side of ['initiator', 'follower'] as const) {
      expect(sent[side].map(({ length }) => length)).toEqual(lengths);
      // what is only authenticated stands there to be read
      const [third] = sent[side].filter((frame) => frame.length === lengths[2]);
      const first = side === 'initiator' ? 1 : 2;
      const cSdu = Buffer.from(Uint8Array.from({ length: 42 }, (_, at) => (at * 7 + 2 * 13 + first) & 0xff));
      expect(Buffer.from(third ?? []).includes(cSdu)).toBe(true);
    }
  });

  it('carries every frame with slots whose keys are in two memories, through rekeys', async () => {
    const result = await run({ slots: 4, engine: 'aes-128-gcm', frames: 160, rekeyEvery: 8, obsoleteTimeout: 40_000 });
    expect(result).toMatchObject({ delivered: { initiator: 160, follower: 160 }, refused: 0 });
    expect(result.rekeys).toBeGreaterThan(RELATIONS);
  });

  it('rekeys its relations in turn, by both sides, when so many records were given', async () => {
    const progress: (readonly [number, number])[] = [];
    const result = await run({ frames: 52, rekeyEvery: 12, onProgress: (given, rekeys) => progress.push([given, rekeys]) });
    expect(result).toMatchObject({ delivered: { initiator: 52, follower: 52 }, refused: 0, rekeys: RELATIONS });
    expect(progress.map(([given]) => given)).toEqual(Array.from({ length: 52 }, (_, frame) => frame + 1));
    expect(progress.at(-1)?.[1]).toBeGreaterThan(1);
    // and of the slots, that each key makes them Active or Pending, and what switches until the line has nothing more to carry
    const compared = 2 * (1 + 2 * RELATIONS + 52 * 6 + AT_ITS_END);
    expect(result.compared).toBeGreaterThan(compared + 2 * (2 * 2 * RELATIONS));
  });

  it('a record without a key is refused, and none is rekeyed that has none', async () => {
    const result = await run({ frames: 16, withoutKey: [1, 2], rekeyEvery: 3 });
    expect(result).toMatchObject({ frames: { initiator: 8, follower: 8 }, delivered: { initiator: 8, follower: 8 }, refused: 16 });
    // after 3, 6, 9 and 12 records relations 0, 1, 2 and 3 would be
    expect(result.rekeys).toBe(2);
  });

  it('what is lost, comes twice, was overtaken or was changed has its own verdict', async () => {
    let number = 0;
    let held: Uint8Array | undefined;
    const result = await run({
      channel: (frame, side) => {
        if (side === 'follower') return [{ frame, origin: 'sent' }];
        switch (number++) {
          case 1:
            return [];
          case 3:
            return [
              { frame, origin: 'sent' },
              { frame, origin: 'repeated' },
            ];
          case 5:
            held = frame;
            return [];
          // of the same relation
          case 9:
            return [{ frame, origin: 'sent' }, ...(held === undefined ? [] : [{ frame: held, origin: 'late' as const }])];
          case 8: {
            const changed = frame.slice();
            changed[30] = (changed[30] ?? 0) ^ 1;
            return [
              { frame: changed, origin: 'attack' },
              { frame, origin: 'sent' },
            ];
          }
          default:
            return [{ frame, origin: 'sent' }];
        }
      },
    });
    expect(result.frames).toEqual({ initiator: 12, follower: 12 });
    expect(result.delivered).toEqual({ initiator: 12, follower: 10 });
    const odd = result.verdicts.filter(({ origin }) => origin !== 'sent').map(({ origin, kind }) => [origin, kind]);
    expect(odd).toEqual([
      ['repeated', 'stale'],
      ['attack', 'icvFailed'],
      ['late', 'stale'],
    ]);
  });

  it('sends images at their ticks beside records, and acquires them on the other side', async () => {
    // units of 400 cycles: each relation has one of four, in turn
    const images = { length: 13, frames: 6, clockHz: 400 * 32_000 };
    const lengths: number[] = [];
    const result = await run({
      images,
      channel: (frame) => {
        lengths.push(frame.length);
        return [{ frame, origin: 'sent' }];
      },
    });
    expect(result.ticks.length).toBeGreaterThanOrEqual(12);
    expect(new Set(result.ticks.map(({ relation }) => relation))).toEqual(new Set([0, 1, 2, 3]));
    // frames of 100 cycles or so may stand before it
    for (const { cycles } of result.ticks) {
      expect(cycles).toBeGreaterThan(0);
      expect(cycles).toBeLessThan(2 * 400);
    }
    expect(result.frames.initiator + result.frames.follower).toBe(24 + result.ticks.length);
    expect(result.delivered).toEqual({ initiator: result.frames.follower, follower: result.frames.initiator });
    expect(result.refused).toBe(0);
    expect(result.acquired).toBeGreaterThan(4);
    expect(result.acquired).toBeLessThanOrEqual(result.ticks.length);
    // paper: 41 octets around the C_SDU, padded to 60; std has 3 more, a VLAN tag 4
    expect(lengths.filter((length) => length < 70)).toHaveLength(result.ticks.length);
  });

  it('of images alone each relation has its unit in turn, unless the caller says otherwise', async () => {
    const images = { length: 13, frames: 9, clockHz: 400 * 32_000 };
    const { ticks } = await run({ frames: 0, images });
    // the last period of one station
    expect(following(ticks.slice(-4))).toEqual([1, 1, 1]);
    // what stands before the first octet of a frame: the engine, which nothing else keeps
    for (const { cycles } of ticks) expect(cycles).toBeLessThan(100);
    const timing = (relation: number) => ({ sendClockFactor: 2, reductionRatio: 4, phase: RELATIONS - relation });
    expect(following((await run({ frames: 0, images: { ...images, timing } })).ticks.slice(-4))).toEqual([3, 3, 3]);
  });

  it.each([
    { engine: 'xor', length: 13 },
    { engine: 'aes-128-gcm', length: 5 },
    { engine: 'ascon-aead128', length: 40 },
  ] as const)('images of all relations at one tick, frame behind frame under $engine, each go to their own', async ({ engine, length }) => {
    const timing = () => ({ sendClockFactor: 2, reductionRatio: 4, phase: 3 });
    const { ticks } = await run({ engine, frames: 0, images: { length, frames: 3 * RELATIONS, clockHz: 400 * 32_000, timing } });
    // three ticks of each station
    for (let relation = 0; relation < RELATIONS; relation++) expect(ticks.filter((tick) => tick.relation === relation)).toHaveLength(2 * 3);
  });

  it('settings may be those of the caller', async () => {
    const lengths: number[] = [];
    await run({
      frames: 4,
      settingsOf: () => ({ profile: 'std', vlanTci: undefined }),
      channel: (frame) => {
        lengths.push(frame.length);
        return [{ frame, origin: 'sent' }];
      },
    });
    expect(new Set(lengths)).toEqual(new Set([40 + 44]));
  });

  it('ends by a signal', async () => {
    await expect(run({ signal: AbortSignal.abort() })).rejects.toThrow(SimulationAborted);
  });
});

it('a station that says something else than its model ends the run, and both are told', async () => {
  const clock = new Clock();
  const hardware = { role: 'initiator', slots: 2, relations: RELATIONS, engine: 'xor' } as const;
  const bench = new StationBench<string>({
    hardware,
    simulator: simulateWasm(stationHardware(hardware).compiled, { seed: 1 }),
    clock,
    relations: [settingsOf(0, 'initiator', 100)],
    onSent: () => {},
  });
  const failure = bench.begin().catch((error: unknown) => error);
  for (let cycle = 0; cycle < 200; cycle++) {
    await clock.settle();
    bench.step(clock.cycle, 1, true);
    bench.sample(clock.cycle, 1);
    clock.advance();
  }
  expect(await failure).toBeInstanceOf(StationMismatch);
  expect(String(await failure)).toMatch(
    /^StationMismatch: initiator, cycle \d+: number of relations is 4 in the hardware, 1 in the reference model$/,
  );
});
