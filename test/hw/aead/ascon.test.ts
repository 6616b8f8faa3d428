/** Ascon-AEAD128 in hardware: js-ascon for all lengths, and what must not depend on a secret or outlive its frame. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { buildWithIcarus } from '../../../hdl-gen/sim/icarus/build.ts';
import { simulateIcarus } from '../../../hdl-gen/sim/icarus/simulator.ts';
import { lockstep } from '../../../hdl-gen/sim/lockstep.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';
import { asconAead128 } from '../../../hw/aead/ascon.ts';
import type { Flow } from '../../../sim/vectors/engine-driver.ts';
import { asconAead128 as model } from '../../../sw/aead/ascon.ts';
import { isInstalled } from '../../hdl-gen/verilog/tools.ts';
import { anyFlow, anyFrame } from './any-frame.ts';
import { EngineBench, type EngineFrame } from './engine-bench.ts';

const SEED = Number(process.env['ASCON_SEED'] ?? Date.now() % 2 ** 31);
const engine96 = asconAead128();
const design = EngineBench.compile(engine96);
const folder = mkdtempSync(join(tmpdir(), 'keyturn-ascon-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Registers that hold what is secret, or made of it. */
const SECRET = ['key_now', 'leaving', 'state', ...Array.from({ length: 16 }, (_, lane) => `block_${lane}`)];

const frame = anyFrame(16);

function randomFrame(random: Random, aad: number, text: number, encrypt = true): EngineFrame {
  const [key, nonce] = [random.bytes(16), random.bytes(12)];
  return { key, nonce, aad: random.bytes(aad), text: random.bytes(text), encrypt, open: false };
}

/** One frame, and the cycle in which the next may start. */
function processed(engine: EngineBench, one: EngineFrame, pauses?: Flow): ReturnType<EngineBench['process']> {
  const result = engine.process(one, pauses);
  engine.bench.step();
  return result;
}

describe('Ascon-AEAD128', () => {
  it('takes whole nonces where it is made for them', () => {
    const engine = new EngineBench(EngineBench.compile(asconAead128(128)));
    const random = new Random(SEED);
    for (const text of [0, 5, 16, 40]) {
      const one = { ...randomFrame(random, 20, text), nonce: random.bytes(16) };
      expect(processed(engine, one)).toEqual(model.seal(one));
    }
  });

  it('seals and opens as js-ascon does, frame after frame, each under its own key, with any pauses', () => {
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 3 }), anyFlow, (frames, pauses) => {
        const engine = new EngineBench(design);
        for (const one of frames) {
          const sealed = model.seal(one);
          const [given, expected] = one.open ? [sealed.text, one.text] : [one.text, sealed.text];
          expect(processed(engine, { ...one, text: given }, pauses)).toEqual({ text: expected, icv: sealed.icv });
        }
      }),
      { numRuns: 60 },
    );
  });

  it(`every length of AAD and every remainder of text, sealed and opened; again: ASCON_SEED=${SEED}`, () => {
    const engine = new EngineBench(design);
    const random = new Random(SEED);
    for (let aad = 0; aad <= 33; aad++)
      for (const text of [aad, 33 - aad, 16 + (aad % 17)])
        for (const encrypt of [true, false]) {
          const one = randomFrame(random, aad, text, encrypt);
          const sealed = model.seal(one);
          const what = `${aad} and ${text} octets, ${encrypt ? 'encryption' : 'authentication'}`;
          expect(processed(engine, one), what).toEqual(sealed);
          expect(processed(engine, { ...one, text: sealed.text, open: true }), what).toEqual({ text: one.text, icv: sealed.icv });
        }
  });

  it('computes another ICV where any one bit of key, nonce, AAD or text is another', () => {
    const engine = new EngineBench(design);
    const one = randomFrame(new Random(SEED), 9, 20);
    const { text, icv } = model.seal(one);
    const sealed: EngineFrame = { ...one, text, open: true };
    expect(processed(engine, sealed).icv).toEqual(icv);
    for (const part of ['key', 'nonce', 'aad', 'text'] as const)
      for (let bit = 0; bit < 8 * sealed[part].length; bit++) {
        const computed = processed(engine, { ...sealed, [part]: flipped(sealed[part], bit) }).icv;
        expect(computed, `bit ${bit} of ${part}`).not.toEqual(icv);
      }
  });

  it('takes an octet in each cycle, and has the ICV 24 cycles behind a whole block, and 18 to 30 behind another', () => {
    const engine = new EngineBench(design);
    const cycles = (aad: number, text: number): number => {
      const before = engine.bench.cycle;
      engine.process(randomFrame(new Random(1), aad, text));
      const taken = engine.bench.cycle - before;
      engine.bench.step();
      return taken;
    };
    expect(cycles(0, 0)).toBe(28);
    for (const blocks of [1, 2, 10, 90]) expect(cycles(0, 16 * blocks)).toBe(16 * blocks + 24);
    // the text of the block before has to leave first
    for (let short = 1; short < 16; short++) expect(cycles(0, 160 + short), `${short}`).toBe(160 + short + Math.max(31 - short, 18));
  });

  it('moves in time with the lengths alone: with many keys and data the trace of every control signal is one', () => {
    const names = design.netlist.registers.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(SECRET));
    const control = names.filter((name) => !SECRET.includes(name));
    const trace = (seed: number, encrypt: boolean, open: boolean): string => {
      const engine = new EngineBench(design);
      const lines: string[] = [];
      engine.onCycle = (bench) =>
        lines.push(
          [
            ...['in_ready', 'out_valid', 'out_last', 'icv_valid'].map((name) => bench.get(name)),
            ...control.map((name) => bench.peek(name)),
          ].join(' '),
        );
      const one = randomFrame(new Random(seed), 25, 45, encrypt);
      engine.process({ ...one, key: seed === 1 ? new Uint8Array(16) : one.key, open });
      return lines.join('\n');
    };
    for (const encrypt of [false, true])
      for (const open of [false, true]) {
        const first = trace(1, encrypt, open);
        expect(first.split('\n').length).toBeGreaterThan(70);
        for (let seed = 2; seed < 12; seed++) expect(trace(seed, encrypt, open) === first, `seed ${seed}`).toBe(true);
      }
  });

  it('keeps nothing of a key, nor of what was made of it, once the ICV was there', () => {
    const engine = new EngineBench(design);
    for (const [aad, text, encrypt] of [
      [20, 40, true],
      [20, 40, false],
      [16, 16, true],
      [0, 0, true],
    ] as const) {
      const held = new Set<string>();
      engine.onCycle = (bench) => {
        for (const name of SECRET) if (bench.peek(name) !== 0n) held.add(name);
      };
      processed(engine, randomFrame(new Random(9), aad, text, encrypt));
      expect([...held]).toEqual(expect.arrayContaining(text === 0 ? ['state', 'key_now'] : SECRET.slice(0, 3)));
      for (const name of SECRET) expect(engine.bench.peek(name), name).toBe(0n);
      expect(engine.bench.big('icv')).toBe(0n);
    }
  });
});

it.skipIf(!isInstalled('iverilog'))(
  `the Verilog of Ascon-AEAD128 does the same in Icarus in every cycle (skipped where it is not installed); again: ASCON_SEED=${SEED}`,
  async () => {
    const { netlist } = design;
    const icarus = await simulateIcarus(await buildWithIcarus(engine96.elaborate(), netlist, folder));
    const both = lockstep(simulateWasm(netlist, { seed: SEED }), icarus, netlist, 2);
    const engine = new EngineBench(both);
    const random = new Random(SEED);
    for (const [aad, text, encrypt] of [
      [25, 64, true],
      [3, 17, true],
      [25, 40, false],
      [0, 0, true],
    ] as const) {
      const one = randomFrame(random, aad, text, encrypt);
      expect(processed(engine, one)).toEqual(model.seal(one));
    }
    both.flush();
    expect(both.bits.compared).toBeGreaterThan(10_000);
    both.close();
  },
);

function flipped(octets: Uint8Array, bit: number): Uint8Array {
  return octets.map((octet, index) => (index === bit >> 3 ? octet ^ (1 << (bit & 7)) : octet));
}
