/** Stations of many relations on a line, each beside a reference station; every frame, verdict, payload, slot and count is compared. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { disturbedChannel, runStationLine, settingsOf } from '../../../sim/station-line.ts';
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

  it(`on a line that loses, repeats, delays and changes frames (${REPLAY})`, async () => {
    const channel = disturbedChannel(new Random(SEED), 0.1);
    const result = await runStationLine({ ...LINE, relations: 5, frames: 200, engine: 'ascon-aead128', channel });
    expect(result.delivered.initiator).toBeGreaterThan(100);
    expect(result.delivered.initiator).toBeLessThan(200);
  });

  it('takes no frame of one relation for one of another, nor one of its own direction, nor from another source', async () => {
    const sent: Uint8Array[] = [];
    // the FrameID is the last of what is in front of the metadata
    const withFrameId = (frame: Uint8Array, relation: number): Uint8Array => {
      const changed = frame.slice();
      changed[frame[12] === 0x81 ? 19 : 15] = relation;
      return changed;
    };
    const channel = (frame: Uint8Array, relation: number): readonly Uint8Array[] => {
      const foreign = frame.slice();
      foreign[11] = 9;
      const reflected = sent.at(-2) ?? frame;
      sent.push(frame);
      return [withFrameId(frame, (relation + 1) % 4), foreign, reflected, frame];
    };
    const result = await runStationLine({ ...LINE, engine: 'aes-128-gcm', channel });
    expect(result.delivered).toEqual({ initiator: 40, follower: 40 });
  });

  it('a record whose relation has no key is refused, and holds up none behind it', async () => {
    const result = await runStationLine({ ...LINE, engine: 'xor', withoutKey: [1, 2] });
    expect(result.frames).toEqual({ initiator: 20, follower: 20 });
    expect(result.delivered).toEqual({ initiator: 20, follower: 20 });
    expect(result.refused).toBe(40);
  });

  it('runs in lockstep with Verilator on the emitted Verilog', async () => {
    const result = await runStationLine({ ...LINE, relations: 3, frames: 12, engine: 'xor', simulator: 'lockstep', seed: SEED });
    expect(result.delivered).toEqual({ initiator: 12, follower: 12 });
  });

  it('has another FrameID for each relation and way', () => {
    const all = [0, 1, 2].flatMap((relation) =>
      (['initiator', 'follower'] as const).map((side) => settingsOf(relation, side, 1).receiveFrameId),
    );
    expect(new Set(all).size).toBe(6);
  });
});
