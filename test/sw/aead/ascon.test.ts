/** Ascon-AEAD128 of the reference model beside the engine of the hardware, which the vectors of NIST judge (`keyturn vectors`). */
import { describe, expect, it } from 'vitest';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';
import { asconAead128 as engine } from '../../../hw/aead/ascon.ts';
import { EngineDriver } from '../../../sim/vectors/engine-driver.ts';
import { asconAead128 } from '../../../sw/aead/ascon.ts';

const driver = new EngineDriver(simulateWasm(lower(engine().elaborate())));
const random = new Random(1);
const frameOf = (aad: number, text: number, encrypt: boolean) => ({
  key: random.bytes(16),
  nonce: random.bytes(12),
  aad: random.bytes(aad),
  text: random.bytes(text),
  encrypt,
});

it('has the name of the engine', () => expect(asconAead128.id).toBe('ascon-aead128'));

describe.each([true, false])('Ascon-AEAD128 of the reference model, encrypt %s', (encrypt) => {
  it.each([
    [0, 0],
    [5, 0],
    [0, 7],
    [21, 40],
    [33, 16],
  ])('seals %i octets of AAD and %i of text as the hardware does, and opens them again', (aad, text) => {
    const frame = frameOf(aad, text, encrypt);
    const before = structuredClone(frame);
    const sealed = asconAead128.seal(frame);
    expect(sealed).toEqual(driver.process({ ...frame, material: frame.key, open: false }));
    expect(frame, 'its input').toEqual(before);
    const opened = asconAead128.open({ ...frame, ...sealed });
    expect(opened).toEqual(frame.text);
    if (text > 0) {
      sealed.text.fill(0);
      expect({ opened, text: frame.text }, 'it shares no memory with what it gives').toEqual({ opened: before.text, text: before.text });
    }
  });

  it('opens nothing with a bit flipped', () => {
    const frame = frameOf(9, 20, encrypt);
    const sealed = { ...frame, ...asconAead128.seal(frame) };
    for (const part of ['key', 'nonce', 'aad', 'text', 'icv'] as const)
      for (let bit = 0; bit < 8 * sealed[part].length; bit++) {
        const flipped = sealed[part].map((octet, index) => (index === bit >> 3 ? octet ^ (1 << (bit & 7)) : octet));
        expect(asconAead128.open({ ...sealed, [part]: flipped }), `bit ${bit} of ${part}`).toBeUndefined();
      }
  });
});
