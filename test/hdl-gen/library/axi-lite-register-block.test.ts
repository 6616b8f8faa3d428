/** Registers behind AXI4-Lite against a list of values, and with the register map of this project. */
import { describe, expect, it } from 'vitest';
import { axiLiteRegisterBlock } from '../../../hdl-gen/library/axi-lite-register-block.ts';
import type { RegisterDescription } from '../../../hdl-gen/library/register-map.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import type { Simulator } from '../../../hdl-gen/sim/simulator.ts';
import { Clock } from '../../../hdl-gen/sim/testbench.ts';
import { AxiLiteMaster } from '../../../sim/bus/axi-lite-master.ts';
import { ADDRESS_BITS, REGISTERS, type Register } from '../../../spec/registers.ts';
import { into, out, set } from '../sim/contract.ts';
import { replay, SEED, SIMULATORS, started } from './stream-bench.ts';

const OKAY = 0;
const SLVERR = 2;
const DECERR = 3;
const PATIENCE = 100;

const MAP = {
  state: { offset: 0x00, access: 'ro', onRead: true, fields: [{ name: 'low', low: 0, bits: 20 }] },
  control: { offset: 0x04, access: 'rw', reset: 0x105, fields: [{ name: 'mode', low: 0, bits: 9 }] },
  limit: { offset: 0x08, access: 'rw' },
  events: { offset: 0x10, access: 'w1c', fields: [{ name: 'all', low: 4, bits: 12 }] },
  key: { offset: 0x14, access: 'wo' },
} as const satisfies Record<string, RegisterDescription>;
const ADDRESSES = [0x00, 0x04, 0x08, 0x10, 0x14, 0x0c, 0x1c, 0x05];

/** One request of a master who pauses as it likes, and what the hardware side saw meanwhile. */
class Bus {
  readonly #sim: Simulator;
  readonly #random: Random;
  keys: number[] = [];
  reads = 0;

  constructor(sim: Simulator, random: Random) {
    this.#sim = sim;
    this.#random = random;
  }

  write(address: number, data: number, strobe: number): number {
    const beats = { aw: { awaddr: address }, w: { wdata: data, wstrb: strobe } };
    return this.#request(beats, 'b', () => out(this.#sim, 's_axi_bresp').value);
  }

  read(address: number): readonly [response: number, value: number] {
    return this.#request({ ar: { araddr: address } }, 'r', () => [
      out(this.#sim, 's_axi_rresp').value,
      out(this.#sim, 's_axi_rdata').value,
    ]);
  }

  #request<T>(beats: Readonly<Record<string, Readonly<Record<string, number>>>>, answer: 'b' | 'r', result: () => T): T {
    const [sim, random] = [this.#sim, this.#random];
    const waiting = new Set(Object.keys(beats));
    const offered = new Set<string>();
    for (let cycle = 0; cycle < PATIENCE; cycle++) {
      for (const channel of waiting) if (random.chance(0.5)) offered.add(channel);
      for (const channel of Object.keys(beats)) {
        set(sim, `s_axi_${channel}valid`, offered.has(channel) ? 1 : 0);
        for (const [name, value] of Object.entries(beats[channel] ?? {}))
          into(sim, `s_axi_${name}`).value = offered.has(channel) ? value : 0;
      }
      const takes = random.chance(0.5);
      set(sim, `s_axi_${answer}ready`, takes ? 1 : 0);
      for (const channel of [...offered]) {
        if (out(sim, `s_axi_${channel}ready`).value === 0) continue;
        waiting.delete(channel);
        offered.delete(channel);
      }
      const isAnswered = out(sim, `s_axi_${answer}valid`).value === 1;
      const value = result();
      if (out(sim, 'key_written').value === 1) this.keys.push(out(sim, 'key').value);
      else expect(out(sim, 'key').value).toBe(0);
      this.reads += out(sim, 'state_read').value;
      sim.step();
      if (isAnswered && takes) {
        set(sim, `s_axi_${answer}ready`, 1);
        expect(waiting.size).toBe(0);
        expect(out(sim, `s_axi_${answer}valid`).value, 'one answer').toBe(0);
        return value;
      }
    }
    return expect.fail(`no answer; ${replay}`);
  }
}

const octetsOf = (strobe: number): number =>
  [0, 1, 2, 3].reduce((mask, octet) => mask + ((strobe >> octet) & 1) * 0xff * 2 ** (8 * octet), 0);

describe.each(SIMULATORS)('a register block, $simulator', ({ start }) => {
  it('is what a list of values is, with any pauses, strobes and addresses', () => {
    const sim = started(axiLiteRegisterBlock('test_registers', MAP), start);
    const random = new Random(SEED);
    const bus = new Bus(sim, random);
    const model = { control: 0x105, limit: 0, events: 0 };
    const keys: number[] = [];
    let stateReads = 0;
    for (let request = 0; request < 400; request++) {
      const address = ADDRESSES[random.below(ADDRESSES.length)] ?? 0;
      const state = random.next();
      into(sim, 'state').value = state;
      // events come between the requests here; the proofs have them at any time
      const events = random.chance(0.3) ? random.next() : 0;
      into(sim, 'events_set').value = events;
      sim.step();
      into(sim, 'events_set').value = 0;
      model.events |= events & 0xfff0;
      if (random.chance(0.5)) {
        const shown: Readonly<Record<number, number>> = { 0: state & 0xf_ffff, 4: model.control, 8: model.limit, 16: model.events };
        const value = shown[address];
        expect(bus.read(address), `0x${address.toString(16)}, request ${request}, ${replay}`).toEqual(
          value !== undefined ? [OKAY, value] : [address === 0x14 ? SLVERR : DECERR, 0],
        );
        if (address === 0) stateReads++;
      } else {
        const [data, strobe] = [random.next(), random.chance(0.4) ? 0xf : random.below(16)];
        const mask = octetsOf(strobe);
        const replaced = (old: number): number => ((old & ~mask) | (data & mask)) >>> 0;
        if (address === 4) model.control = replaced(model.control) & 0x1ff;
        if (address === 8) model.limit = replaced(model.limit);
        if (address === 0x10) model.events &= ~(data & mask);
        if (address === 0x14 && strobe !== 0) keys.push((data & mask) >>> 0);
        const expected = address === 0 ? SLVERR : [4, 8, 0x10, 0x14].includes(address) ? OKAY : DECERR;
        expect(bus.write(address, data, strobe), `0x${address.toString(16)}, request ${request}, ${replay}`).toBe(expected);
      }
      expect([out(sim, 'control').value, out(sim, 'limit').value, out(sim, 'events').value], replay).toEqual([
        model.control,
        model.limit,
        model.events,
      ]);
    }
    expect(bus.keys).toEqual(keys);
    expect(bus.reads).toBe(stateReads);
    expect(keys.length).toBeGreaterThan(5);
  });

  it('keeps an event that comes while it is cleared', () => {
    const sim = started(axiLiteRegisterBlock('test_registers', MAP), start);
    set(sim, 'events_set', 0x30);
    for (const [name, value] of Object.entries({ awvalid: 1, awaddr: 0x10, wvalid: 1, wdata: 0x30, wstrb: 0xf }))
      set(sim, `s_axi_${name}`, value);
    sim.step();
    for (const channel of ['aw', 'w']) set(sim, `s_axi_${channel}valid`, 0);
    expect(out(sim, 'events').value).toBe(0x30);
    // the cycle of the write
    set(sim, 'events_set', 0x10);
    sim.step();
    set(sim, 'events_set', 0);
    expect(out(sim, 'events').value).toBe(0x10);
    sim.step();
    expect(out(sim, 'events').value).toBe(0x10);
  });
});

describe("the project's registers", () => {
  /** Key staging has several words, each a register of its own here. */
  const map: Record<string, RegisterDescription> = Object.fromEntries(
    Object.entries<Register>(REGISTERS).flatMap(([name, register]) => {
      const { words } = register;
      if (words === undefined) return [[name, register]];
      return Array.from({ length: words }, (_, word) => [`${name}${word}`, { ...register, offset: register.offset + 4 * word }]);
    }),
  );
  const port = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();

  it('behind an AXI4-Lite master: each is read and written as its access says, no key can be read', async () => {
    const block = axiLiteRegisterBlock('relation_map', map, { addressBits: ADDRESS_BITS, unmapped: 'SLVERR' });
    const sim = started(block, SIMULATORS[1].start);
    const clock = new Clock();
    const master = new AxiLiteMaster(sim, clock);
    const random = new Random(SEED);
    let done = false;
    const readable = new Set<number>();
    clock.fork(async () => {
      for (const [name, register] of Object.entries(map)) {
        const given = random.next();
        const shown = given & (register.fields?.reduce((mask, { low, bits }) => mask | (((2 ** bits - 1) << low) >>> 0), 0) ?? ~0);
        const [read, write] = [() => master.read32(register.offset), () => master.write32(register.offset, given)];
        if (register.access === 'ro') {
          into(sim, port(name)).value = given;
          expect(await read(), `${name}, ${replay}`).toBe(shown >>> 0);
          await expect(write()).rejects.toThrow(/SLVERR/);
        }
        if (register.access === 'rw') {
          await write();
          expect(await read(), `${name}, ${replay}`).toBe(shown >>> 0);
          expect(out(sim, port(name)).value).toBe(shown >>> 0);
        }
        if (register.access === 'w1c') {
          into(sim, `${port(name)}_set`).value = 0xffff_ffff;
          await clock.until(clock.cycle + 1);
          into(sim, `${port(name)}_set`).value = 0;
          await write();
          expect(await read()).toBe(0xf & ~given);
        }
        if (register.access === 'wo') {
          await write();
          await expect(read()).rejects.toThrow(/SLVERR/);
        }
      }
      for (let offset = 0; offset < 2 ** ADDRESS_BITS; offset += 4) {
        const value = await master.read32(offset).catch(() => undefined);
        if (value !== undefined) readable.add(offset);
      }
      done = true;
    });
    for (let cycle = 0; !done; cycle++) {
      expect(cycle).toBeLessThan(20_000);
      await clock.settle();
      master.drive();
      sim.step();
      master.sample();
      clock.advance();
    }
    const expected = Object.values(map).filter(({ access }) => access !== 'wo');
    expect([...readable].toSorted((a, b) => a - b)).toEqual(expected.map(({ offset }) => offset).toSorted((a, b) => a - b));
  });
});
