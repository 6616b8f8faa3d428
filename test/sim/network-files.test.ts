/** What a run of a controller with its devices leaves: whole, judged from outside, and without keys where none are asked for. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { networkTiming } from '../../cli/sim-network.ts';
import { judgeFolder } from '../../judge/folder.ts';
import { faultsOfAll, sumOf } from '../../judge/judge.ts';
import { runNetwork } from '../../sim/network-run.ts';
import { optionsSchema, type SimulationOptions } from '../../sim/options.ts';
import type { Results } from '../../sim/recorded-run.ts';
import { shortcomings } from '../../sim/report/conclusion.ts';
import { sumsOf } from '../../sim/report/sums.ts';

const RELATIONS = 3;
const folder = mkdtempSync(join(tmpdir(), 'keyturn-network-'));
afterAll(() => rmSync(folder, { recursive: true }));
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

const SHAPE = { relations: RELATIONS, rtlDevices: 2, frames: 150, rekeyFrames: 60, attacks: 0.1 };
function options(changes: Partial<SimulationOptions>): SimulationOptions {
  return optionsSchema.parse({ ...networkTiming(SHAPE), ...SHAPE, ...changes });
}

let results: Results;
beforeAll(async () => {
  // an odd number of cycles: what happens in the controller every other cycle is met by its frames now so, now so
  const odd = (RELATIONS * 640 + 1) * 8;
  const settings = { sendInterval: odd, hostFrames: 0, nRttEvery: 0, waves: 100_000 };
  results = await runNetwork({ options: options(settings), out: folder, keyLog: true });
});

describe('a run of a controller with its devices', () => {
  it('leaves its files, as a run of two peers does', () => {
    expect(readdirSync(folder).sort()).toEqual([
      ...['capture.pcapng', 'keys.log', 'report.html', 'summary.json', 'timeline.svg', 'verilog', 'waves.vcd'],
    ]);
    const waves = read('waves.vcd');
    expect([...waves.matchAll(/\$scope module (initiator|follower\w*) \$end/g)].map(([, name]) => name)).toEqual(
      expect.arrayContaining(['initiator', 'follower_0', 'follower_1']),
    );
    expect(waves).toContain('trace_transmit_relation');
    expect(readdirSync(join(folder, 'verilog')).some((name) => name.includes('station_initiator'))).toBe(true);
    expect(JSON.parse(read('summary.json'))).toMatchObject({ shortcomings: [], framesSent: 2 * 3 * 150, relations: { length: RELATIONS } });
  });

  it('comes to the figures of a judge who has only capture and keys, in each relation and in sum', async () => {
    expect(shortcomings(...results)).toEqual([]);
    const verdicts = await judgeFolder(folder);
    expect(verdicts).toEqual(results.map(({ judged }) => judged));
    expect(faultsOfAll(verdicts)).toEqual([]);
    const { total, finishedRekeys } = sumsOf(...results).judged ?? {};
    expect(total).toEqual(sumOf(verdicts.map((verdict) => verdict.total)));
    expect(total?.forged).toBeGreaterThan(0);
    expect(finishedRekeys).toBeGreaterThanOrEqual(2 * RELATIONS);
  });

  it('has every frame of the controller leave as long after its record, whatever is under way in the contexts of others', () => {
    const late = results.flatMap(({ judged }) => [judged?.lateness.initiator.near, judged?.lateness.initiator.away]);
    expect(late.reduce((frames, one) => frames + (one?.frames ?? 0), 0)).toBe(RELATIONS * 150);
    const [first] = late;
    for (const { min, max } of late.flatMap((one) => one ?? [])) expect([min, max]).toEqual([first?.min, first?.min]);
  });

  it('shows all relations in its report', () => {
    const page = read('report.html');
    expect(page).toContain(`a controller’s connections to ${RELATIONS} devices`);
    expect(page).toMatch(/<th>relation 0<\/th><th>relation 1<\/th><th>relation 2<\/th><th>all<\/th>/);
    expect(page).toMatch(/<td>frames sent<\/td><td>300<\/td><td>300<\/td><td>300<\/td><td>900<\/td>/);
    for (let relation = 0; relation < RELATIONS; relation++) {
      expect(page).toMatch(new RegExp(`<option value="\\d+">relation ${relation}, 1: 0\\|0 to 0\\|1, 0-RTT</option>`));
      expect(page).toContain(`<td>follower of relation ${relation}, near rekeys</td>`);
    }
    const drawn = page.match(/<div class="timeline"/g) ?? [];
    expect(drawn).toHaveLength(sumsOf(...results).rekeys.length);
  });

  it('writes no key but into the key log', () => {
    const keys = [...read('keys.log').matchAll(/([0-9a-f]{32}) [0-9a-f]{24}$/gm)].map(([, key = '']) => key);
    expect(keys.length).toBeGreaterThanOrEqual(4 * 2 * RELATIONS);
    for (const name of readdirSync(folder).filter((file) => file !== 'keys.log' && file !== 'verilog')) {
      const octets = readFileSync(join(folder, name));
      expect(
        keys.filter((key) => octets.includes(key) || octets.includes(Buffer.from(key, 'hex'))),
        name,
      ).toEqual([]);
    }
  });

  it('is not judged where its keys were not asked for, and those of an earlier run are gone', async () => {
    const again = await runNetwork({ options: options({ frames: 30, waves: 0 }), out: folder });
    expect(again.map(({ judged }) => judged)).toEqual([undefined, undefined, undefined]);
    expect(readdirSync(folder)).not.toContain('keys.log');
    expect(read('report.html')).toContain('Not judged');
  });
});
