/** A run from its options to its files; how one ends otherwise is asked of `runRecorded`. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimulationAborted } from '../../../sim/aborted.ts';
import { optionsSchema } from '../../../sim/options.ts';
import { relationLogged } from '../../../sim/relation-logged.ts';
import type { SimulationResult } from '../../../sim/report/result.ts';
import { type RunOptions, replayCommand, runSimulation, scenarioOptionsOf } from '../../../sim/run.ts';
import { SafetyViolation } from '../../../sim/safety-violation.ts';
import { longestWay } from '../../../sim/scenario.ts';
import { generateTraffic } from '../../../sim/traffic/generate.ts';
import type { Role } from '../../../spec/peer-rules.ts';
import { KeySchedule } from '../../../sw/keys/key-schedule.ts';
import { shortOptions } from './judged-run.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyturn-run-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const out = (): string => join(folder, 'deep', 'out');
const run = (changes: Partial<Parameters<typeof shortOptions>[0]>, more: Partial<RunOptions> = {}) =>
  runSimulation({ options: shortOptions(changes), ...more });

/** The same key both ways: seen when it is installed. */
class OneKey extends KeySchedule {
  override material(role: Role) {
    const { receive } = super.material(role);
    return { transmit: { key: receive.key.slice(), iv: receive.iv.slice() }, receive };
  }
}
const broken = { keysOf: (_: Role, master: Uint8Array) => new OneKey(master) };

describe('a run', () => {
  it('that ends well has every file, is judged, and says what it does', async () => {
    const phases: string[] = [];
    const result = await run({ frames: 45 }, { out: out(), keyLog: true, onPhase: (phase) => phases.push(phase) });
    expect(phases).toEqual(['generating the hardware', 'starting', 'judging capture and keys']);
    expect(readdirSync(out()).sort()).toEqual([
      'capture.pcapng',
      'keys.log',
      'report.html',
      'summary.json',
      'timeline.svg',
      'verilog',
      'waves.vcd',
    ]);
    expect(readdirSync(join(out(), 'verilog'))).toEqual(
      expect.arrayContaining(['keyturn_station_initiator_2_of_1.v', 'keyturn_station_follower_2_of_1.v']),
    );
    expect(result.judged?.total).toMatchObject({ sent: 90, delivered: 90 });
    expect(JSON.parse(readFileSync(join(out(), 'summary.json'), 'utf8'))).toMatchObject({
      shortcomings: [],
      framesSent: 90,
      judged: { finishedRekeys: 1 },
    });
    expect(readFileSync(join(out(), 'waves.vcd'), 'utf8')).toContain('$enddefinitions');
  });

  it('that finds a fault says how it can be run again, and leaves no keys where they are not asked for', async () => {
    const failures: (readonly [SimulationResult, boolean])[] = [];
    const onFailure = (result: SimulationResult, written: boolean): void => void failures.push([result, written]);
    const failure = await run({}, { ...broken, out: out(), onFailure }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SafetyViolation);
    expect(failures).toEqual([
      [expect.objectContaining({ failure: { kind: 'SafetyViolation', message: (failure as Error).message } }), true],
    ]);
    expect((failure as Error).message).toContain('again with: npx keyturn sim --frames 60 --seed 1 ');
    expect(readdirSync(out()).sort()).toEqual(['capture.pcapng', 'report.html', 'summary.json', 'verilog', 'waves.vcd']);
  });

  it('ends by a signal', async () => {
    await expect(run({ frames: 110 }, { signal: AbortSignal.abort() })).rejects.toThrow(SimulationAborted);
  });
});

it('the command that runs it again has what differs from the defaults, and the seed', () => {
  const options = optionsSchema.parse({ seed: 3, frames: 10, vlanTags: 'none', reorderChance: 0.5 });
  expect(replayCommand({ options })).toBe('npx keyturn sim --frames 10 --seed 3 --reorder-chance 0.5 --vlan-tags none');
  expect(replayCommand({ options: optionsSchema.parse({}), trafficFile: 'a.pcap' })).toBe('npx keyturn sim --seed 1 --traffic a.pcap');
});

it('settings become cycles: those of channel and software to the nearest one', () => {
  const options = optionsSchema.parse({
    sendInterval: 5004,
    delay: 1603,
    jitter: 812,
    rekeyInterval: 600_003,
    obsoleteTimeout: 48_000,
    alarmAfter: 9999,
    silence: 100_004,
    clockPeriod: 8,
    frames: 50,
    outage: '3:4',
    restart: 'follower@7',
    hostFrames: 9,
    nRttEvery: 5,
    burstStart: 0.25,
    burstLength: 3,
    attacks: 0.125,
    protection: 'authentication',
    rekeyFrames: 77,
  });
  const traffic = generateTraffic(options);
  expect(scenarioOptionsOf(options, traffic)).toMatchObject({
    seed: 1,
    cycleNs: 8,
    frames: 50,
    slots: 2,
    engine: 'xor',
    encrypt: false,
    delivery: 'newest',
    interval: 626,
    channel: { loss: 0.01, duplicates: 0.01, reorder: 3, reorderChance: 0.05, delay: 200, jitter: 102, interval: 626 },
    bursts: { start: 0.25, length: 3 },
    attacks: 0.125,
    rekeyFrames: 77,
    rekeyCycles: 75_000,
    obsoleteTimeout: 6000,
    alarmAfter: 1250,
    hostEvery: 9,
    nRttEvery: 5,
    silence: 12_501,
    restarts: [{ side: 'follower', frame: 7 }],
    profile: 'paper',
    traffic,
  });
  expect(scenarioOptionsOf({ ...options, protection: 'encryption' }, traffic).encrypt).toBe(true);
  expect(scenarioOptionsOf(options, traffic).outages).toHaveLength(1);
  const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');
  expect(relationLogged(options, traffic, 77)).toEqual({
    profile: 'paper',
    engine: 'xor',
    protection: 'authentication',
    delivery: 'newest',
    frameId: { initiator: traffic.initiatorToFollower.frameId, follower: traffic.followerToInitiator.frameId },
    sendIntervalNs: 5004,
    obsoleteTimeoutNs: 48_000,
    address: { initiator: hex(traffic.initiatorToFollower.source), follower: hex(traffic.followerToInitiator.source) },
    knownBy: { initiator: 'source', follower: 'source' },
    longestDelayNs: 8 * 77,
  });
});

it('a frame is in the channel for delay, jitter and those that overtake it, and waits for two others at the port', () => {
  const channel = { loss: 0, duplicates: 0, reorder: 3, reorderChance: 0, delay: 200, jitter: 102, interval: 626 };
  // the longest has 1440 octets of C_SDU, 44 of std and a tag; 24 are between frames
  expect(longestWay([channel])).toBe(200 + 102 + 3 * 626 + 2 * (1488 + 24));
});
