/** Frames of every kind for an engine, and every way in which both sides may hold it up. */
import fc from 'fast-check';
import type { Flow } from '../../../sim/vectors/engine-driver.ts';
import type { EngineFrame } from './engine-bench.ts';

export function anyFrame(keyOctets: number): fc.Arbitrary<EngineFrame> {
  const sized = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  const some = (maxLength: number) => fc.uint8Array({ maxLength, size: 'max' });
  return fc.record({
    key: sized(keyOctets),
    nonce: sized(12),
    aad: some(64),
    text: fc.oneof({ weight: 8, arbitrary: some(70) }, { weight: 1, arbitrary: some(1500) }),
    encrypt: fc.boolean(),
    open: fc.boolean(),
  });
}

/** Not only pauses: somebody moves once in a while. */
const flags = fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }).map((list) => [...list, true]);

export const anyFlow: fc.Arbitrary<Flow> = fc.record({ offers: flags, takes: flags });
