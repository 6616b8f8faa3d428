/** The dummy engine in hardware against the one of the reference model. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { xorEngine } from '../../../hw/aead/xor.ts';
import type { Flow } from '../../../sim/vectors/engine-driver.ts';
import { xorAead } from '../../../sw/aead/xor.ts';
import { EngineBench, type EngineFrame } from './engine-bench.ts';

const design = EngineBench.compile(xorEngine);
const octets = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength, size: 'max' });
const frame: fc.Arbitrary<EngineFrame> = fc.record({
  key: octets(16),
  nonce: octets(12),
  aad: octets(0, 40),
  text: fc.oneof({ weight: 6, arbitrary: octets(0, 70) }, { weight: 1, arbitrary: octets(1440) }),
  encrypt: fc.boolean(),
  open: fc.boolean(),
});
/** Not only pauses: somebody moves once in a while. */
const flags = fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }).map((list) => [...list, true]);
const flow: fc.Arbitrary<Flow> = fc.record({ offers: flags, takes: flags });

describe('xor engine', () => {
  it('seals and opens as the reference model does, frame after frame, each under its own key, with any pauses, with and without AAD and text', () => {
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 4 }), flow, (frames, pauses) => {
        const engine = new EngineBench(design);
        for (const one of frames) {
          const { text, icv } = engine.process(one, pauses);
          if (one.open) {
            expect(text).toEqual(xorAead.open({ ...one, icv }));
          } else expect({ text, icv }).toEqual(xorAead.seal(one));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('opens what it sealed', () => {
    fc.assert(
      fc.property(frame, flow, (one, pauses) => {
        const engine = new EngineBench(design);
        const sealed = engine.process({ ...one, open: false }, pauses);
        expect(engine.process({ ...one, text: sealed.text, open: true }, pauses)).toEqual({ text: one.text, icv: sealed.icv });
      }),
      { numRuns: 50 },
    );
  });

  it('keeps no key once the ICV was there', () => {
    const engine = new EngineBench(design);
    const key = new Uint8Array(16).fill(0xa5);
    const one: EngineFrame = { key, nonce: new Uint8Array(12), aad: Uint8Array.of(1), text: Uint8Array.of(2), encrypt: true, open: false };
    engine.process(one);
    expect(engine.bench.peek('key_now')).not.toBe(0n);
    engine.bench.step();
    expect(engine.bench.peek('key_now')).toBe(0n);
    expect(engine.bench.peek('sum')).toBe(0n);
  });
});
