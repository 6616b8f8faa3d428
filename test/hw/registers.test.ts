/** The registers of a whole peer over AXI4-Lite: the map, and that no key ever comes back. */
import { beforeEach, describe, expect, it } from 'vitest';
import { Random } from '../../hdl-gen/sim/random.ts';
import { peer } from '../../hw/peer.ts';
import { ADDRESS_BITS, IDENTIFICATION, REGISTERS, type Register } from '../../spec/registers.ts';
import { Bench, compiled } from './bench.ts';

const OKAY = 0;
const SLVERR = 2;
const PATIENCE = 20;
const OFFSETS = Array.from({ length: 2 ** ADDRESS_BITS / 4 }, (_, index) => 4 * index);
/** Registers of several words. */
const WORDS: Readonly<Record<string, number>> = { transmitKey: 4, transmitIv: 3, receiveKey: 4, receiveIv: 3 };
const STAGING = ['transmitKey', 'transmitIv', 'receiveKey', 'receiveIv'] as const;
const MAP = new Map(
  Object.values<Register>(REGISTERS).flatMap((register) =>
    Array.from({ length: WORDS[register.name] ?? 1 }, (_, index): [number, Register] => [register.offset + 4 * index, register]),
  ),
);
const design = compiled(peer({ role: 'initiator', slots: 2 }));

/** One access after another. */
class RegisterBench extends Bench {
  read(offset: number): { readonly response: number; readonly value: number } {
    this.set({ s_axi_arvalid: 1, s_axi_araddr: offset, s_axi_rready: 1 });
    this.step();
    this.set({ s_axi_arvalid: 0 });
    this.#until('s_axi_rvalid');
    const answer = { response: this.get('s_axi_rresp'), value: this.get('s_axi_rdata') };
    this.step();
    return answer;
  }

  write(offset: number, value: number): number {
    this.set({ s_axi_awvalid: 1, s_axi_awaddr: offset, s_axi_wvalid: 1, s_axi_wdata: value, s_axi_wstrb: 0xf, s_axi_bready: 1 });
    this.step();
    this.set({ s_axi_awvalid: 0, s_axi_wvalid: 0, s_axi_wdata: 0 });
    this.#until('s_axi_bvalid');
    const response = this.get('s_axi_bresp');
    this.step();
    return response;
  }

  /** Writes 14 words of key material. */
  stage(words: readonly number[]): void {
    const offsets = STAGING.flatMap((name) => Array.from({ length: WORDS[name] ?? 0 }, (_, index) => REGISTERS[name].offset + 4 * index));
    offsets.forEach((offset, index) => expect(this.write(offset, words[index] ?? 0)).toBe(OKAY));
  }

  push(keyId: number): 'accepted' | 'refused' | 'pending' {
    expect(this.write(REGISTERS.keyPush.offset, keyId)).toBe(OKAY);
    const { value } = this.read(REGISTERS.pushResult.offset);
    return value === 1 ? 'accepted' : value === 2 ? 'refused' : 'pending';
  }

  /** All that the staging registers hold, as one number. */
  get staged(): bigint {
    return STAGING.flatMap((name) => Array.from({ length: WORDS[name] ?? 0 }, (_, index) => `registers.${snake(name)}_${index}`)).reduce(
      (all, name) => all | this.peek(name),
      0n,
    );
  }

  #until(valid: string): void {
    for (let cycle = 0; this.get(valid) !== 1; cycle++) {
      if (cycle === PATIENCE) throw new Error(`no ${valid} within ${PATIENCE} cycles`);
      this.step();
    }
  }
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

let registers: RegisterBench;
beforeEach(() => {
  registers = new RegisterBench(design);
});

describe('the register map', () => {
  it('answers reads as spec/registers.ts says, and SLVERR with 0 for everything else', () => {
    for (const offset of OFFSETS) {
      const register = MAP.get(offset);
      const readable = register !== undefined && register.access !== 'wo';
      const { response, value } = registers.read(offset);
      expect(response, `read of ${register?.name ?? 'nothing'} at 0x${offset.toString(16)}`).toBe(readable ? OKAY : SLVERR);
      if (!readable) expect(value).toBe(0);
    }
    expect(registers.read(REGISTERS.identification.offset).value).toBe(IDENTIFICATION);
  });

  it('answers SLVERR to writes of read-only registers and of nothing, and changes nothing by them', () => {
    const readable = OFFSETS.filter((offset) => !['wo', undefined].includes(MAP.get(offset)?.access));
    const before = readable.map((offset) => registers.read(offset).value);
    for (const offset of OFFSETS) {
      const register = MAP.get(offset);
      if (register === undefined || register.access === 'ro')
        expect(registers.write(offset, 0xffff_ffff), `write of ${register?.name ?? 'nothing'} at 0x${offset.toString(16)}`).toBe(SLVERR);
    }
    expect(readable.map((offset) => registers.read(offset).value)).toEqual(before);
  });

  it('gives back what was written to registers of both ways, each one alone', () => {
    const random = new Random(1);
    const both = [...MAP].filter(([, { access }]) => access === 'rw');
    const written = both.map(([offset]) => {
      const value = random.next();
      expect(registers.write(offset, value)).toBe(OKAY);
      return value;
    });
    both.forEach(([offset, { name }], index) => {
      const value = written[index] ?? 0;
      const read = registers.read(offset).value;
      // narrow ones keep their low bits
      const width = [4, 5, 16, 32].find((bits) => value % 2 ** bits === read);
      expect(width, `${name}: wrote ${value.toString(16)}, read ${read.toString(16)}`).toBeDefined();
    });
  });
});

describe('keys', () => {
  const random = new Random(7);
  // no word is small, so that none can be mistaken for a counter or a state
  const words = Array.from({ length: 14 }, () => (random.next() | 0x8100_0000) >>> 0);

  const expectUnreadable = (when: string): void => {
    for (const offset of OFFSETS) {
      const { value } = registers.read(offset);
      expect(words.includes(value), `0x${offset.toString(16)} reads a key word ${when}`).toBe(false);
    }
  };

  it('are read back nowhere, not while staged, not while installed', () => {
    registers.stage(words);
    expect(registers.staged).not.toBe(0n);
    expectUnreadable('while it is staged');
    expect(registers.push(0)).toBe('accepted');
    expect(registers.peek('slots.material_a')).not.toBe(0n);
    expectUnreadable('while it is installed');
  });

  it('leave the staging and the bus with the Push, accepted or refused', () => {
    registers.stage(words);
    expect(registers.peek('axi.wdata')).toBe(0n);
    expect(registers.push(0)).toBe('accepted');
    expect(registers.staged).toBe(0n);

    registers.stage(words);
    expect(registers.push(0), 'a KeyId is never held twice').toBe('refused');
    expect(registers.staged).toBe(0n);

    registers.stage(words);
    expect(registers.push(1)).toBe('accepted');
    registers.stage(words);
    expect(registers.push(2), 'no slot is free').toBe('refused');
    expect(registers.staged).toBe(0n);
    expectUnreadable('after pushes refused');
  });
});
