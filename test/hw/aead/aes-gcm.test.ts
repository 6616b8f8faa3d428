/** AES-GCM in hardware: published cases, OpenSSL for all lengths, and what must not depend on a secret or outlive its frame. */
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
import { aesGcm } from '../../../hw/aead/aes-gcm.ts';
import { isInstalled } from '../../hdl-gen/verilog/tools.ts';
import { gcmMaterial, gcmSealed } from '../../vectors/gcm-oracle.ts';
import { anyFlow, anyFrame } from './any-frame.ts';
import { EngineBench } from './engine-bench.ts';
import { GCM_CASES } from './gcm-cases.ts';

const SEED = Number(process.env['GCM_SEED'] ?? Date.now() % 2 ** 31);
const modules = { 128: aesGcm(128), 256: aesGcm(256) };
const designs = { 128: EngineBench.compile(modules[128]), 256: EngineBench.compile(modules[256]) };
const folder = mkdtempSync(join(tmpdir(), 'keyturn-gcm-'));
afterAll(() => rmSync(folder, { recursive: true }));

const octets = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const sizes = [128, 256] as const;

/** Registers that hold what is secret, or made of it: what they hold may differ, and is gone when a frame is done. */
const SECRET = [
  'ghash.hash',
  'ghash.hash_octet',
  'ghash.power',
  'ghash.subkey_now',
  'ghash.sum',
  'ghash.taken_octet',
  'held_octet',
  'keystream.cipher.key_now',
  'keystream.cipher.state',
  'keystream.cipher.window',
  'keystream.current',
  'length_block.sum',
];
/** What a register of these has when it tells nothing: of the state, octets that SubBytes makes zeros of (FIPS 197, table 4). */
const cleared = (name: string): bigint => (name === 'keystream.cipher.state' ? BigInt(`0x${'52'.repeat(16)}`) : 0n);
/** Registers of data that are public. */
const PUBLIC = ['keystream.nonce_now'];

function engineOf(size: 128 | 256): EngineBench {
  return new EngineBench(designs[size], gcmMaterial);
}

describe.each(sizes)('AES-%i-GCM', (size) => {
  const keyOctets = size / 8;
  const frame = anyFrame(keyOctets);

  it.each(GCM_CASES.filter(({ key }) => key.length === 2 * keyOctets))('seals and opens test case $number of McGrew and Viega', (one) => {
    const engine = engineOf(size);
    const sealed = { text: octets(one.enciphered), icv: octets(one.icv) };
    const input = { key: octets(one.key), nonce: octets(one.nonce), aad: octets(one.aad), encrypt: true };
    expect(engine.process({ ...input, text: octets(one.text), open: false })).toEqual(sealed);
    engine.bench.step();
    expect(engine.process({ ...input, text: sealed.text, open: true })).toEqual({ text: octets(one.text), icv: sealed.icv });
  });

  it('seals and opens as OpenSSL does, frame after frame, each under its own key, with any pauses', () => {
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 3 }), anyFlow, (frames, pauses) => {
        const engine = engineOf(size);
        for (const one of frames) {
          const { text, icv } = gcmSealed(one);
          const expected = one.open ? { text: one.text, icv } : { text, icv };
          expect(engine.process(one.open ? { ...one, text } : one, pauses)).toEqual(expected);
          engine.bench.step();
        }
      }),
      { numRuns: 60 },
    );
  });

  it(`every length of AAD to 64 octets and every remainder of text, sealed and opened; again: GCM_SEED=${SEED}`, () => {
    const engine = engineOf(size);
    const random = new Random(SEED);
    for (let length = 0; length <= 64; length++) {
      for (const encrypt of [true, false]) {
        const one = {
          key: random.bytes(keyOctets),
          nonce: random.bytes(12),
          aad: random.bytes(length),
          text: random.bytes(2 * length),
          encrypt,
        };
        const sealed = gcmSealed(one);
        const what = `${length} and ${2 * length} octets, ${encrypt ? 'encryption' : 'authentication'}`;
        expect(engine.process({ ...one, open: false }), what).toEqual(sealed);
        engine.bench.step();
        const odd = { ...one, text: random.bytes(length + 1) };
        expect(engine.process({ ...odd, ...gcmSealed(odd), open: true }), what).toEqual({ text: odd.text, icv: gcmSealed(odd).icv });
        engine.bench.step();
      }
    }
  });

  it('computes another ICV where one bit of key, nonce, AAD or text is another', () => {
    const engine = engineOf(size);
    fc.assert(
      fc.property(frame, fc.constantFrom('key', 'nonce', 'aad', 'text'), fc.nat(), (one, part, place) => {
        fc.pre(one[part].length > 0);
        const changed = one[part].slice();
        const bit = place % (8 * changed.length);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const { icv } = engine.process({ ...one, [part]: changed, open: true });
        engine.bench.step();
        expect(icv).not.toEqual(engine.process({ ...one, open: true }).icv);
        engine.bench.step();
      }),
      { numRuns: 60 },
    );
  });

  it('takes an octet of text in each cycle, waits for its first keystream alone, and has the ICV 2 cycles behind a whole block', () => {
    const engine = engineOf(size);
    const random = new Random(1);
    const cycles = (aad: number, text: number): number => {
      const before = engine.bench.cycle;
      engine.process({
        key: random.bytes(keyOctets),
        nonce: random.bytes(12),
        aad: random.bytes(aad),
        text: random.bytes(text),
        encrypt: true,
        open: false,
      });
      const taken = engine.bench.cycle - before;
      engine.bench.step();
      return taken;
    };
    // start, AAD, the first text not before its keystream, then 2 cycles; not before the product of the lengths
    const expected = (aad: number, text: number, short: number): number =>
      Math.max(43, Math.max(size === 128 ? 13 : 17, 1 + aad) + text + short + 1);
    for (const text of [1, 16, 32, 160, 1440]) expect(cycles(0, text), `${text} octets`).toBe(expected(0, text, -text & 15));
    // AAD in front of text is filled at no cost
    for (const aad of [1, 16, 17, 24, 25, 40, 48, 49]) expect(cycles(aad, 64), `${aad} octets of AAD`).toBe(expected(aad, 64, 0));
    // of a block that is not whole, what is short
    expect(cycles(48, 33)).toBe(expected(48, 33, 15));
  });

  it('moves in time with the lengths alone: with many keys and data the trace of every control signal is one', () => {
    const names = designs[size].netlist.registers.map(({ name }) => name);
    const control = names.filter((name) => !SECRET.includes(name) && !PUBLIC.includes(name));
    expect(names).toEqual(expect.arrayContaining([...SECRET, ...PUBLIC]));
    const trace = (key: Uint8Array, seed: number, open: boolean): string => {
      const engine = engineOf(size);
      const random = new Random(seed);
      const lines: string[] = [];
      engine.onCycle = (bench) =>
        lines.push(
          [...['in_ready', 'out_valid', 'icv_valid'].map((name) => bench.get(name)), ...control.map((name) => bench.peek(name))].join(' '),
        );
      engine.process({ key, nonce: random.bytes(12), aad: random.bytes(25), text: random.bytes(45), encrypt: true, open });
      return lines.join('\n');
    };
    for (const open of [false, true]) {
      const first = trace(new Uint8Array(keyOctets), 1, open);
      expect(first.split('\n').length).toBeGreaterThan(60);
      for (let seed = 2; seed < 12; seed++)
        expect(trace(new Random(seed).bytes(keyOctets), seed, open) === first, `seed ${seed}`).toBe(true);
    }
  });

  it(`ends a frame that has less text than it said, and the next one is as if it had not been; again: GCM_SEED=${SEED}`, () => {
    const engine = engineOf(size);
    const random = new Random(SEED);
    const any = (text: number, encrypt: boolean) => {
      const [key, nonce, aad] = [random.bytes(keyOctets), random.bytes(12), random.bytes(24)];
      return { key, nonce, aad, text: random.bytes(text), encrypt, open: false };
    };
    for (const encrypt of [true, false]) {
      for (let text = 1; text <= 70; text++) {
        const cut = any(text, encrypt);
        expect(engine.process({ ...cut, saysOctets: text + 1 + random.below(60) }).text, `${text} octets`).toEqual(gcmSealed(cut).text);
        engine.bench.step();
        for (const name of SECRET) expect(engine.bench.peek(name), name).toBe(cleared(name));
        const whole = any(40, true);
        expect(engine.process(whole), `behind ${text} octets`).toEqual(gcmSealed(whole));
        engine.bench.step();
      }
    }
  });

  it('keeps nothing of a key, nor of what was made of it, once the ICV was there', () => {
    const engine = engineOf(size);
    const random = new Random(9);
    for (const encrypt of [true, false]) {
      const held = new Set<string>();
      engine.onCycle = (bench) => {
        for (const name of SECRET) if (bench.peek(name) !== cleared(name)) held.add(name);
      };
      engine.process({
        key: random.bytes(keyOctets),
        nonce: random.bytes(12),
        aad: random.bytes(20),
        text: random.bytes(40),
        encrypt,
        open: false,
      });
      expect([...held].sort()).toEqual(SECRET);
      engine.bench.step();
      for (const name of SECRET) expect(engine.bench.peek(name), name).toBe(cleared(name));
      expect(engine.bench.big('icv')).toBe(0n);
    }
  });
});

it.skipIf(!isInstalled('iverilog')).each(sizes)(
  `the Verilog of AES-%i-GCM does the same in Icarus in every cycle (skipped where it is not installed); again: GCM_SEED=${SEED}`,
  async (size) => {
    const { netlist } = designs[size];
    const icarus = await simulateIcarus(await buildWithIcarus(modules[size].elaborate(), netlist, folder));
    const both = lockstep(simulateWasm(netlist, { seed: SEED }), icarus, netlist, 2);
    const engine = new EngineBench(both, gcmMaterial);
    const random = new Random(SEED);
    for (const [aad, text, encrypt] of [
      [25, 64, true],
      [3, 17, true],
      [25, 40, false],
      [0, 0, true],
    ] as const) {
      const one = { key: random.bytes(size / 8), nonce: random.bytes(12), aad: random.bytes(aad), text: random.bytes(text), encrypt };
      expect(engine.process({ ...one, open: false })).toEqual(gcmSealed(one));
      engine.bench.step();
    }
    both.flush();
    expect(both.bits.compared).toBeGreaterThan(10_000);
    both.close();
  },
);
