/** What stays of a run that ends: all files of one that found something, nothing of one that failed otherwise, and no simulator. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bits, input, module, output } from '../../hdl-gen/index.ts';
import { SimulationAborted } from '../../sim/aborted.ts';
import { Hardware } from '../../sim/hardware.ts';
import { OutputFiles } from '../../sim/output/output-files.ts';
import { type Results, runRecorded, type Scenario } from '../../sim/recorded-run.ts';
import { SafetyViolation } from '../../sim/safety-violation.ts';
import { StationMismatch } from '../../sim/station-mismatch.ts';
import { CONNECTION, resultOf } from './report/results.ts';

const place = mkdtempSync(join(tmpdir(), 'keyturn-recorded-'));
afterAll(() => rmSync(place, { recursive: true }));

const WIRE = new Hardware(
  module('wire_through', { x: input(bits(8)), y: output(bits(8)) }, (io) => {
    io.y.set(io.x);
  }).elaborate(),
);
const FOUND: Results = [resultOf({ framesSent: 11 }), resultOf({ framesSent: 22 })];

interface Ending {
  readonly signal?: AbortSignal;
  readonly hasFiles?: boolean;
}

let runs = 0;
/** A run of two relations on two simulators of one design that ends as it is told. */
async function recorded(end: (out: string) => ReturnType<Scenario['run']>, { signal, hasFiles = true }: Ending = {}) {
  const out = join(place, `run${runs++}`);
  const told: unknown[] = [];
  const notes: string[] = [];
  let closed = 0;
  const outcome = await runRecorded({
    simulator: 'wasm',
    hardware: [
      { hardware: WIRE, seed: 1 },
      { hardware: WIRE, seed: 2 },
    ],
    ...(hasFiles ? { files: await OutputFiles.open(out, [CONNECTION, CONNECTION], false, 8) } : {}),
    isJudged: false,
    scenarioOf: (simulators) => {
      for (const simulator of simulators) {
        const { close } = simulator;
        simulator.close = () => {
          closed++;
          close.call(simulator);
        };
      }
      return { run: () => end(out), result: () => FOUND };
    },
    onNote: (note) => notes.push(note),
    onFailure: (results, written) =>
      told.push(
        results.map(({ failure }) => failure?.kind),
        written,
      ),
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => error);
  return { out, told, notes, closed, outcome };
}

describe('a run', () => {
  it('that ends well leaves its files and its results, the hardware once', async () => {
    const { out, told, closed, outcome } = await recorded(async () => FOUND);
    expect(outcome).toEqual(FOUND);
    expect([told, closed]).toEqual([[], 2]);
    expect(JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8'))).toMatchObject({ framesSent: 33, relations: [{}, {}] });
    expect(readFileSync(join(out, 'verilog/wire_through.v'), 'utf8')).toContain('module wire_through');
  });

  it.each([
    new StationMismatch('initiator', 5, 'a frame', 1, 2),
    new SafetyViolation('follower', 5, 'a frame was accepted', 'again with …'),
  ])('that finds $name keeps what was until then, of every relation, and says why it ended', async (finding) => {
    const { out, told, closed, outcome } = await recorded(() => Promise.reject(finding));
    expect(outcome).toBe(finding);
    expect(told).toEqual([[finding.name, finding.name], true]);
    expect(closed).toBe(2);
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain(`relation 1: ended by ${finding.name}`);
    expect(existsSync(join(out, 'capture.pcapng'))).toBe(true);
  });

  it('whose finding is written nowhere, or can not be, still ends by it', async () => {
    const finding = new SafetyViolation('follower', 5, 'a frame was accepted', 'again with …');
    const nowhere = await recorded(() => Promise.reject(finding), { hasFiles: false });
    expect([nowhere.outcome, nowhere.told, nowhere.notes]).toEqual([finding, [[finding.name, finding.name], false], []]);
    const lost = await recorded((out) => {
      rmSync(out, { recursive: true });
      return Promise.reject(finding);
    });
    expect([lost.outcome, lost.told]).toEqual([finding, [[finding.name, finding.name], false]]);
    expect(lost.notes).toEqual([expect.stringMatching(/^nothing was written: .*run\d+/)]);
  });

  it('that fails otherwise leaves nothing', async () => {
    const { out, told, closed, outcome } = await recorded(() => Promise.reject(new RangeError('a fault of our own')));
    expect(outcome).toEqual(new RangeError('a fault of our own'));
    expect([told, closed, existsSync(out)]).toEqual([[], 2, false]);
  });

  it('that is interrupted says that alone, whatever it failed with then', async () => {
    const { out, outcome } = await recorded(() => Promise.reject(new RangeError('cut off')), { signal: AbortSignal.abort() });
    expect(outcome).toBeInstanceOf(SimulationAborted);
    expect(existsSync(out)).toBe(false);
  });
});
