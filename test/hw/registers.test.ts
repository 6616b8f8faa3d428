/** The registers of a whole peer over AXI4-Lite: the map, and that no key ever comes back. */
import { beforeEach, describe, expect, it } from 'vitest';
import { Random } from '../../hdl-gen/sim/random.ts';
import { peer } from '../../hw/peer.ts';
import { ADDRESS_BITS, existingBits, IDENTIFICATION, REGISTER_LIST, REGISTERS, type Register, wordsOf } from '../../spec/registers.ts';
import { Bench, compiled } from './bench.ts';

const OKAY = 0;
const SLVERR = 2;
const PATIENCE = 20;
const OFFSETS = Array.from({ length: 2 ** ADDRESS_BITS / 4 }, (_, index) => 4 * index);
const STAGING = REGISTER_LIST.filter(({ secret }) => secret);
const offsetsOf = (register: Register): number[] =>
  Array.from({ length: wordsOf(register, 'xor') }, (_, index) => register.offset + 4 * index);
const MAP = new Map(REGISTER_LIST.flatMap((register) => offsetsOf(register).map((offset): [number, Register] => [offset, register])));
const BUILD_ID = 0xc0de_1234;
const design = compiled(peer({ role: 'initiator', slots: 2, buildId: BUILD_ID }));
/** What the registers read that depend on what the hardware was generated for: two slots, xor, insecure; a TX FIFO of 1024 words. */
const GENERATED: Readonly<Record<string, number>> = { capabilities: 0x0001_0002, buildId: BUILD_ID, transmitSpace: 1024 };

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
    STAGING.flatMap(offsetsOf).forEach((offset, index) => expect(this.write(offset, words[index] ?? 0)).toBe(OKAY));
  }

  push(keyId: number): 'accepted' | 'refused' | 'pending' {
    expect(this.write(REGISTERS.keyPush.offset, keyId)).toBe(OKAY);
    const { value } = this.read(REGISTERS.pushResult.offset);
    return value === 1 ? 'accepted' : value === 2 ? 'refused' : 'pending';
  }

  /** All that the staging registers hold, as one number. */
  get staged(): bigint {
    return STAGING.flatMap((register) =>
      offsetsOf(register).map((_, index) => this.peek(`registers.${snake(register.name)}_${index}`)),
    ).reduce((all, word) => all | word, 0n);
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

  it('reads after reset what the map says, each register', () => {
    for (const [offset, { name, access, afterReset = 0 }] of MAP) {
      if (access === 'wo') continue;
      expect(registers.read(offset).value, name).toBe(afterReset === 'generated' ? GENERATED[name] : afterReset);
    }
  });

  it('of hardware for another role, more slots and no build id say so', () => {
    const other = new RegisterBench(compiled(peer({ role: 'follower', slots: 3 })));
    expect(other.read(REGISTERS.capabilities.offset).value).toBe(0x0001_0013);
    expect(other.read(REGISTERS.buildId.offset).value).toBe(0);
  });

  it('registers of both ways keep each bit that there is, alone, and nothing in a reserved one', () => {
    const both = [...MAP].filter(([, { access }]) => access === 'rw');
    for (const [offset, register] of both) {
      const reads = (written: number): number => {
        expect(registers.write(offset, written)).toBe(OKAY);
        return registers.read(offset).value;
      };
      expect(reads(0xffff_ffff), `${register.name}, all ones`).toBe(existingBits(register));
      for (let bit = 0; bit < 32; bit++) {
        const there = Math.floor(existingBits(register) / 2 ** bit) % 2 === 1;
        expect(reads(2 ** bit), `${register.name}, bit ${bit}`).toBe(there ? 2 ** bit : 0);
      }
    }
  });

  it('registers of both ways share no bit', () => {
    const random = new Random(1);
    const written = [...MAP]
      .filter(([, { access }]) => access === 'rw')
      .map(([offset, register]) => {
        const value = random.next();
        expect(registers.write(offset, value)).toBe(OKAY);
        return { offset, name: register.name, kept: Number(BigInt(value) & BigInt(existingBits(register))) };
      });
    for (const { offset, name, kept } of written) expect(registers.read(offset).value, name).toBe(kept);
  });

  it('events read in their own bit, are cleared by a one there and by nothing else', () => {
    const { offset } = REGISTERS.interruptStatus;
    const [, , slots] = REGISTERS.interruptStatus.fields;
    expect(registers.read(offset).value).toBe(0);
    registers.stage([]);
    // the first key makes a slot change its state
    expect(registers.push(0)).toBe('accepted');
    const event = 2 ** (slots?.low ?? 0);
    expect(registers.read(offset).value).toBe(event);
    for (let bit = 0; bit < 32; bit++) {
      if (2 ** bit === event) continue;
      expect(registers.write(offset, 2 ** bit)).toBe(OKAY);
      expect(registers.read(offset).value, `after a one in bit ${bit}`).toBe(event);
    }
    expect(registers.write(offset, event)).toBe(OKAY);
    expect(registers.read(offset).value).toBe(0);
  });

  it('no register that the hardware alone writes shows a bit that the map does not have', () => {
    registers.stage([]);
    registers.push(5);
    for (const [offset, register] of MAP) {
      if (register.access === 'wo') continue;
      const { value } = registers.read(offset);
      expect(BigInt(value) & ~BigInt(existingBits(register)), register.name).toBe(0n);
    }
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
    expect(registers.peek('keys.material_a')).not.toBe(0n);
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
