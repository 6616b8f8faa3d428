/**
 * The S-box against what we did not write: a whole AES-128 with it in place, against Node's (OpenSSL). A block looks up
 * 200 octets, so every entry of the table is used many times, and one wrong entry makes nearly every block wrong.
 */
import { createCipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';
import { aesSbox, aesSboxTower } from '../../../hw/aead/aes-sbox.ts';
import { fromTower, inverse, multiply, toTower, towerMultiply } from '../../../hw/aead/gf256.ts';

const SEED = Number(process.env['AES_SEED'] ?? Date.now() % 2 ** 31);
const octets = Array.from({ length: 256 }, (_, octet) => octet);

function tableOf(design: typeof aesSbox): number[] {
  const simulator = simulateWasm(lower(design.elaborate()));
  try {
    return octets.map((octet) => {
      const port = simulator.inputs.get('octet');
      if (port !== undefined) port.value = octet;
      return simulator.outputs.get('substituted')?.value ?? -1;
    });
  } finally {
    simulator.close();
  }
}

const at = (list: ArrayLike<number>, index: number): number => list[index] ?? 0;
const xtime = (octet: number): number => ((octet << 1) ^ (octet & 0x80 ? 0x11b : 0)) & 0xff;

/** FIPS 197, sections 5.1 and 5.2, every look-up made with `look`. */
function encrypt(key: Uint8Array, block: Uint8Array, look: (octet: number) => number): number[] {
  const schedule = [...key];
  for (let constant = 1; schedule.length < 176; constant = xtime(constant)) {
    const last = schedule.slice(-4);
    const word = [1, 2, 3, 0].map((index) => look(at(last, index)));
    word[0] = at(word, 0) ^ constant;
    for (const octet of word) schedule.push(octet ^ at(schedule, schedule.length - 16));
    for (let count = 0; count < 12; count++) schedule.push(at(schedule, schedule.length - 4) ^ at(schedule, schedule.length - 16));
  }
  let state = [...block].map((octet, index) => octet ^ at(schedule, index));
  for (let round = 1; round <= 10; round++) {
    const shifted = state.map((_, index) => look(at(state, (index + 4 * (index % 4)) % 16)));
    const mixed =
      round === 10
        ? shifted
        : shifted.map((octet, index) => {
            const below = (by: number): number => at(shifted, index - (index % 4) + ((index + by) % 4));
            return xtime(octet) ^ xtime(below(1)) ^ below(1) ^ below(2) ^ below(3);
          });
    state = mixed.map((octet, index) => octet ^ at(schedule, 16 * round + index));
  }
  return state;
}

describe.each([aesSbox, aesSboxTower])('$name', (design) => {
  it(`makes AES-128 what OpenSSL's is, all 256 entries used; again: AES_SEED=${SEED}`, () => {
    const table = tableOf(design);
    const random = new Random(SEED);
    const used = new Set<number>();
    for (let count = 0; count < 100; count++) {
      const [key, block] = [random.bytes(16), random.bytes(16)];
      const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
      const mine = encrypt(key, block, (octet) => {
        used.add(octet);
        return at(table, octet);
      });
      expect(Buffer.from(mine).toString('hex')).toBe(cipher.update(block).toString('hex'));
    }
    expect(used.size).toBe(256);
  });

  it('has the entry that FIPS 197 gives as an example (section 5.1.1): 53 becomes ed', () => {
    expect(tableOf(design)[0x53]).toBe(0xed);
  });
});

describe('the fields', () => {
  it('an octet times its inverse is 1', () => {
    expect(octets.slice(1).filter((octet) => multiply(octet, inverse(octet)) !== 1)).toEqual([]);
    expect(inverse(0)).toBe(0);
  });

  it('the tower is the field of AES by another name: sums, products and the way back', () => {
    expect(octets.filter((octet) => fromTower(toTower(octet)) !== octet)).toEqual([]);
    const wrong = octets.flatMap((a) =>
      octets.filter(
        (b) => toTower(multiply(a, b)) !== towerMultiply(toTower(a), toTower(b), 8) || toTower(a ^ b) !== (toTower(a) ^ toTower(b)),
      ),
    );
    expect(wrong).toEqual([]);
  });
});
