/** A few vectors through the engines of the hardware. */
import { describe, expect, it } from 'vitest';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';
import { ENGINES } from '../../../hw/aead/engines.ts';
import { SimulationAborted } from '../../../sim/aborted.ts';
import { EngineDriver, EngineHangs, FREE } from '../../../sim/vectors/engine-driver.ts';
import { runVectors } from '../../../sim/vectors/run.ts';
import type { AeadVector, VectorFile } from '../../../sim/vectors/vector.ts';
import { materialOf } from '../../../sw/aead/material.ts';
import { asconSample, counting, forged, gcmSample } from './samples.ts';

const valid = (sample: ReturnType<typeof gcmSample>, where: string): AeadVector => ({ ...sample, where, result: 'valid' });
const FILES: readonly VectorFile[] = [
  {
    file: 'gcm',
    algorithm: 'AES-GCM',
    vectors: [
      valid(gcmSample(16, 20, 17), 'one'),
      { ...forged(gcmSample(16, 3, 16), 9), where: 'two', result: 'invalid' },
      { ...valid(gcmSample(16, 0, 0), 'three'), nonce: counting(8, 0) },
      { ...valid(gcmSample(16, 0, 0), 'four'), nonce: counting(8, 0) },
      { ...valid(gcmSample(16, 4, 4), 'five'), result: 'acceptable' },
      valid(forged(gcmSample(16, 5, 5), 1), 'six'),
    ],
  },
  { file: 'ascon', algorithm: 'Ascon-AEAD128', vectors: [valid(asconSample(9, 20), 'one')] },
];

describe('vectors', () => {
  it('are sealed, opened or rejected, each by the engine of its algorithm, and counted', async () => {
    const progress: (readonly [number, number, number])[] = [];
    const rates: number[] = [];
    const { passed, failed, skipped, engines } = await runVectors({
      files: FILES,
      simulator: 'wasm',
      onProgress: (done, of, faults, rate) => {
        progress.push([done, of, faults]);
        rates.push(rate);
      },
    });
    expect(passed).toBe(3);
    expect(failed).toEqual([expect.stringMatching(/^gcm, six \(aes-128-gcm\): opened, the tag is [0-9a-f]{32}, expected [0-9a-f]{32}$/)]);
    expect([...skipped]).toEqual([
      ['IV not of 12 octets', 2],
      ['neither valid nor invalid', 1],
    ]);
    expect([...engines.keys()]).toEqual(['aes-128-gcm', 'ascon-aead128']);
    expect(engines.get('aes-128-gcm')).toMatchObject({ vectors: 3, frames: 5 });
    expect(engines.get('ascon-aead128')).toMatchObject({ vectors: 1, frames: 2 });
    for (const { cycles, seconds } of engines.values()) {
      expect(cycles).toBeGreaterThan(100);
      expect(cycles).toBeLessThan(2000);
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThan(1000);
    }
    expect(progress).toEqual([
      [2, 7, 0],
      [3, 7, 0],
      [5, 7, 1],
      [7, 7, 1],
    ]);
    for (const rate of rates) expect(rate).toBeGreaterThan(0);
  });

  it('go through whatever stands in front of an engine, and end by a signal', async () => {
    const engines: string[] = [];
    const files = FILES.slice(1);
    const run = await runVectors({
      files,
      simulator: 'wasm',
      processOf: (engine, process) => {
        engines.push(engine);
        return (frame) => ({ ...process(frame), icv: new Uint8Array(16) });
      },
    });
    expect(engines).toEqual(['ascon-aead128']);
    expect(run.failed).toHaveLength(1);
    await expect(runVectors({ files, simulator: 'wasm', signal: AbortSignal.abort() })).rejects.toThrow(SimulationAborted);
  });
});

describe('an engine', () => {
  const driver = () => new EngineDriver(simulateWasm(lower(ENGINES['aes-128-gcm'].elaborate()), { seed: 1 }));
  const sample = gcmSample(16, 20, 33);
  const frame = {
    material: materialOf('aes-128-gcm', sample.key),
    nonce: sample.nonce,
    aad: sample.aad,
    text: sample.text,
    encrypt: true,
    open: false,
  };
  const ICV = Buffer.from(sample.icv);

  it('gives the same whatever pauses source and sink make, one frame after another, later with pauses', () => {
    const one = driver();
    const took: number[] = [];
    for (const flow of [FREE, { offers: [true, false, false], takes: [true] }, { offers: [true], takes: [false, true, false] }]) {
      const before = one.simulator.cycle;
      const { text, icv } = one.process(frame, flow);
      took.push(one.simulator.cycle - before);
      expect(Buffer.from(text)).toEqual(sample.enciphered);
      expect(Buffer.from(icv)).toEqual(ICV);
    }
    const [free = 0, slowSource = 0, slowSink = 0] = took;
    expect(free).toBeGreaterThan(53);
    expect(slowSource).toBeGreaterThan(3 * 53);
    expect(slowSink).toBeGreaterThan(free + 33);
    const opened = one.process({ ...frame, text: sample.enciphered, open: true });
    expect(Buffer.from(opened.text)).toEqual(Buffer.from(sample.text));
  });

  it('that never says that it is done hangs', () => {
    const hung = (offers: boolean): unknown => {
      try {
        return driver().process(frame, { offers: [offers], takes: [false] });
      } catch (error) {
        return error;
      }
    };
    expect(hung(true)).toBeInstanceOf(EngineHangs);
    expect(String(hung(false))).toBe('EngineHangs: the engine hangs: 0 of 53 octets went in, 0 of 33 came out, and no ICV');
  });

  it('takes a frame of nothing', () => {
    const empty = gcmSample(16, 0, 0);
    const { text, icv } = driver().process({ ...frame, aad: empty.aad, text: empty.text });
    expect([...text]).toEqual([]);
    expect(Buffer.from(icv)).toEqual(Buffer.from(empty.icv));
  });
});
