/** Stations of many relations on a line, each beside a reference station; every frame, verdict, payload, slot and count is compared. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { profileOf, settingsOf } from '../../../sim/line-settings.ts';
import { type Arrival, LineChannel } from '../../../sim/network/line-channel.ts';
import { runStationLine } from '../../../sim/station-line.ts';
import type { EngineName } from '../../../spec/aead-engines.ts';

const SEED = Number(process.env['STATION_SEED'] ?? Date.now() % 2 ** 31);
const REPLAY = `STATION_SEED=${SEED} npx vitest run test/hw/station/on-the-wire.test.ts`;
const LINE = { relations: 4, frames: 40, length: (frame: number) => 20 + (frame % 50), rekeyEvery: 5 };

describe('stations of many relations', () => {
  it.each<EngineName>(['xor', 'aes-128-gcm', 'ascon-aead128'])(
    'with %s: each frame goes under a key of its relation, both ways',
    async (engine) => {
      const result = await runStationLine({ ...LINE, engine });
      expect(result.frames).toEqual({ initiator: 40, follower: 40 });
      expect(result.delivered).toEqual({ initiator: 40, follower: 40 });
      expect(result.refused).toBe(0);
      expect(result.rekeys).toBeGreaterThan(2);
      expect(result.compared).toBeGreaterThan(300);
    },
  );

  it('128 relations, aes-256-gcm, the shortest frames back to back: no cycle of the line is lost, and no frame, through rekeys too', async () => {
    const result = await runStationLine({ engine: 'aes-256-gcm', relations: 128, frames: 384, length: () => 40, rekeyEvery: 4 });
    expect(result.delivered).toEqual({ initiator: 384, follower: 384 });
    expect(result.rekeys).toBeGreaterThan(20);
    expect(result.idle.length).toBeGreaterThan(700);
    // the software writes records a little slower than the line at times
    expect(result.idle.filter((cycles) => cycles === 0).length).toBeGreaterThan(result.idle.length * 0.5);
  });

  it(`on a line that loses, repeats and delays frames, with an attacker on it (${REPLAY})`, async () => {
    const random = new Random(SEED);
    const settings = { loss: 0.1, duplicates: 0.1, reorderChance: 0.1, attacks: 0.5, relations: 5, profileOf };
    const channels = { initiator: new LineChannel(settings, random), follower: new LineChannel(settings, random) };
    channels.initiator.other = channels.follower;
    channels.follower.other = channels.initiator;
    const result = await runStationLine({
      ...LINE,
      relations: 5,
      frames: 200,
      engine: 'ascon-aead128',
      channel: (frame, side) => channels[side].carry(frame),
    });
    const kindsOf = (origin: Arrival['origin']) =>
      new Set(result.verdicts.filter((verdict) => verdict.origin === origin).map(({ kind }) => kind));
    expect(kindsOf('sent')).toEqual(new Set(['delivered']));
    expect(kindsOf('repeated')).toEqual(new Set(['stale']));
    expect(kindsOf('attack')).toContain('icvFailed');
    expect(kindsOf('attack')).not.toContain('delivered');
    expect(channels.initiator.lost).toBeGreaterThan(5);
  });

  it(`delivers late frames once where a relation wants it, those of its old key too (${REPLAY})`, async () => {
    const random = new Random(SEED);
    const settings = { loss: 0, duplicates: 0.2, reorderChance: 0.2, attacks: 0.3, relations: 4, overtakenBy: 8, profileOf };
    const channels = { initiator: new LineChannel(settings, random), follower: new LineChannel(settings, random) };
    channels.initiator.other = channels.follower;
    channels.follower.other = channels.initiator;
    const result = await runStationLine({
      ...LINE,
      frames: 240,
      engine: 'xor',
      delivery: 'window',
      obsoleteTimeout: 20_000,
      settingsOf: (relation) => ({ delivery: relation % 2 === 0 ? 'window' : 'newest' }),
      channel: (frame, side) => channels[side].carry(frame),
    });
    const late = result.verdicts.filter(({ origin }) => origin === 'late');
    const kindsOf = (isWanted: boolean) =>
      new Set(late.filter(({ relation }) => (relation % 2 === 0) === isWanted).map(({ kind }) => kind));
    expect(kindsOf(true)).toEqual(new Set(['delivered']));
    expect(kindsOf(false)).toContain('stale');
    expect(late.length).toBeGreaterThan(20);
    expect(result.verdicts.filter(({ origin, kind }) => origin === 'repeated' && kind !== 'stale')).toEqual([]);
    expect(result.verdicts.filter(({ origin, kind }) => origin === 'attack' && kind === 'delivered')).toEqual([]);
  });

  it('a record whose relation has no key is refused, and holds up none behind it', async () => {
    const result = await runStationLine({ ...LINE, engine: 'xor', withoutKey: [1, 2] });
    expect(result.frames).toEqual({ initiator: 20, follower: 20 });
    expect(result.delivered).toEqual({ initiator: 20, follower: 20 });
    expect(result.refused).toBe(40);
  });

  it.each<EngineName>(['aes-128-gcm', 'ascon-aead128'])(
    'with %s, images at their ticks: the newest published, and the first octet as far behind each tick where the wire is free',
    async (engine) => {
      // units of 400 cycles, in each of which one relation sends; no record goes between
      const images = { length: 40, frames: 14, clockHz: 400 * 32_000 };
      const result = await runStationLine({ ...LINE, engine, frames: 0, images });
      expect(result.ticks.length).toBeGreaterThanOrEqual(28);
      expect(result.frames.initiator + result.frames.follower).toBe(result.ticks.length);
      expect(result.acquired).toBeGreaterThan(15);
      expect(result.delivered).toEqual({ initiator: result.frames.follower, follower: result.frames.initiator });
      for (let relation = 0; relation < LINE.relations; relation++) {
        const cycles = new Set(result.ticks.filter((tick) => tick.relation === relation).map((tick) => tick.cycles));
        expect(cycles.size, `cycles from tick to first octet, relation ${relation}: ${[...cycles]}`).toBe(1);
      }
    },
  );

  it('images go beside records, through rekeys', async () => {
    const images = { length: 13, frames: 20, clockHz: 400 * 32_000 };
    const result = await runStationLine({ ...LINE, engine: 'xor', images });
    expect(result.rekeys).toBeGreaterThan(2);
    expect(result.frames.initiator + result.frames.follower).toBe(80 + result.ticks.length);
    expect(result.delivered).toEqual({ initiator: result.frames.follower, follower: result.frames.initiator });
    expect(result.refused).toBe(0);
  });

  it('runs in lockstep with Verilator on the emitted Verilog', async () => {
    const result = await runStationLine({
      ...LINE,
      relations: 3,
      frames: 12,
      engine: 'xor',
      delivery: 'window',
      simulator: 'lockstep',
      seed: SEED,
    });
    expect(result.delivered).toEqual({ initiator: 12, follower: 12 });
  });

  it('is ended by a signal', async () => {
    const ended = new AbortController();
    const run = runStationLine({ ...LINE, engine: 'xor', signal: ended.signal, onProgress: (given) => given === 3 && ended.abort() });
    await expect(run).rejects.toThrow('the simulation was interrupted; nothing was written');
  });

  it('has another FrameID for each relation and way', () => {
    const all = [0, 1, 2].flatMap((relation) =>
      (['initiator', 'follower'] as const).map((side) => settingsOf(relation, side, 1).receiveFrameId),
    );
    expect(new Set(all).size).toBe(6);
  });
});
