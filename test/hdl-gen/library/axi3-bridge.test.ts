/** The bridge from AXI3 to AXI4-Lite with a memory behind it, against the pseudocode of the standard. */
import { describe, expect, it } from 'vitest';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { axi3Bridge } from '../../../hdl-gen/library/axi3-bridge.ts';
import { interpret } from '../../../hdl-gen/sim/interpreter.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';
import { Axi3Manager, type ReadBeat, type Testbench, testbench } from '../../../hdl-gen/testbench/index.ts';
import { SEED } from './stream-bench.ts';

const bridge = axi3Bridge({ addressBits: 16, idBits: 12 });
const nameOf = (channel: string, signal: string): string => `s_axi_${channel}${signal}`;

const OKAY = 0;
const SLVERR = 2;
const DECERR = 3;
const WORDS = 64;
/** What the memory answers, by the address of a word: two holes in it. */
const responseAt = (address: number): number => (address >= 4 * WORDS ? DECERR : address === 0x40 ? SLVERR : OKAY);

/** ARM IHI 0022, A3.4.2: the address of every beat. */
function addressesOf(start: number, numberBytes: number, burstLength: number, mode: number): number[] {
  const aligned = Math.floor(start / numberBytes) * numberBytes;
  const total = numberBytes * burstLength;
  const lower = Math.floor(start / total) * total;
  let address = start;
  let isAligned = aligned === start;
  const all: number[] = [];
  for (let n = 1; n <= burstLength; n++) {
    all.push(address);
    if (mode === 0) continue;
    if (isAligned) {
      address += numberBytes;
      if (mode === 2 && address >= lower + total) address = lower;
    } else {
      address = aligned + numberBytes;
      isAligned = true;
    }
  }
  return all;
}

/** A memory behind AXI4-Lite, which takes its time on every channel; what it was asked, in order. */
function memoryBehind({ simulator, random, fork, tick }: Testbench, words: Uint32Array, stalls: number): { readonly asked: string[] } {
  const asked: string[] = [];
  const out = (name: string): number => simulator.outputs.get(`m_axi_${name}`)?.sampled ?? 0;
  const set = (name: string, value: number): void => {
    const port = simulator.inputs.get(`m_axi_${name}`);
    if (port !== undefined) port.value = value;
  };
  const take = async (channel: string): Promise<void> => {
    while (random.chance(stalls)) await tick();
    set(`${channel}ready`, 1);
    do await tick();
    while (out(`${channel}valid`) === 0);
    set(`${channel}ready`, 0);
  };
  const offer = async (channel: string, values: Readonly<Record<string, number>>): Promise<void> => {
    while (random.chance(stalls)) await tick();
    for (const [name, value] of Object.entries({ ...values, valid: 1 })) set(channel + name, value);
    do await tick();
    while (out(`${channel}ready`) === 0);
    set(`${channel}valid`, 0);
  };
  fork('reads of the memory', async () => {
    for (;;) {
      await take('ar');
      const address = out('araddr');
      asked.push(`read ${address}`);
      await offer('r', { data: words[address / 4] ?? 0, resp: responseAt(address) });
    }
  });
  fork('writes of the memory', async () => {
    for (;;) {
      let address = 0;
      const [one, other] = random.chance(0.5) ? ['aw', 'w'] : ['w', 'aw'];
      let [data, strobe] = [0, 0];
      for (const channel of [one, other]) {
        await take(channel as string);
        if (channel === 'aw') address = out('awaddr');
        else [data, strobe] = [out('wdata'), out('wstrb')];
      }
      asked.push(`write ${address}`);
      if (responseAt(address) === OKAY) words[address / 4] = merged(words[address / 4] ?? 0, data, strobe);
      await offer('b', { resp: responseAt(address) });
    }
  });
  return { asked };
}

function merged(old: number, data: number, strobe: number): number {
  const mask = [0, 1, 2, 3].reduce((sum, lane) => sum + ((strobe >> lane) & 1) * 0xff * 2 ** (8 * lane), 0);
  return ((old & ~mask) | (data & mask)) >>> 0;
}

const wordOf = (address: number): number => address - (address % 4);
const worst = (responses: readonly number[]): number => Math.max(...responses);

const SIMULATORS = [
  { simulator: 'interpreter', start: interpret, bursts: 60 },
  { simulator: 'WebAssembly', start: simulateWasm, bursts: 400 },
];

describe.each(SIMULATORS)('the bridge from AXI3, $simulator', ({ start, bursts }) => {
  it.each([0, 0.5, 0.9])('makes of random bursts the accesses that the standard says, with stalls of %d on every channel', (stalls) =>
    testbench(
      bridge,
      async (bench) => {
        const { random } = bench;
        const words = Uint32Array.from({ length: WORDS }, () => random.next());
        const model = words.slice();
        const { asked } = memoryBehind(bench, words, stalls);
        const manager = new Axi3Manager(bench, nameOf, { stalls });
        for (let burst = 0; burst < bursts * (stalls > 0.8 ? 0.3 : 1); burst++) {
          const [id, size, mode] = [random.below(4096), random.below(3), random.below(3)];
          const length = mode === 2 ? 2 ** (1 + random.below(4)) : 1 + random.below(16);
          const unaligned = random.below(4 * WORDS + 8);
          const address = mode === 2 ? unaligned - (unaligned % 2 ** size) : unaligned;
          const addresses = addressesOf(address, 2 ** size, length, mode).map(wordOf);
          const shown = `burst ${burst}: ${length} beats of ${2 ** size} from ${address}, type ${mode}, seed ${bench.seed}`;
          if (random.chance(0.5)) {
            const beats = addresses.map(() => [random.next(), random.below(16)] as const);
            const response = await manager.write(address, beats, { id, size, burst: mode });
            expect(asked.splice(0), shown).toEqual(addresses.map((at) => `write ${at}`));
            expect(response, shown).toBe(worst(addresses.map(responseAt)));
            addresses.forEach((at, index) => {
              const [data, strobe] = beats[index] ?? [0, 0];
              if (responseAt(at) === OKAY) model[at / 4] = merged(model[at / 4] ?? 0, data, strobe);
            });
            expect(words, shown).toEqual(model);
          } else {
            const wanted = addresses.map((at): ReadBeat => ({ data: model[at / 4] ?? 0, response: responseAt(at) }));
            expect(await manager.read(address, length, { id, size, burst: mode }), shown).toEqual(wanted);
            expect(asked.splice(0), shown).toEqual(addresses.map((at) => `read ${at}`));
          }
        }
      },
      { seed: SEED, history: 0, simulator: (seed) => start(lower(bridge.elaborate()), { seed }) },
    ),
  );
});

describe('the bridge from AXI3', () => {
  it('reads and writes at the same time', () =>
    testbench(bridge, async (bench) => {
      const words = new Uint32Array(WORDS);
      memoryBehind(bench, words, 0.3);
      const manager = new Axi3Manager(bench, nameOf, { stalls: 0.3 });
      let done = 0;
      const writes = bench.fork('a long write', async () => {
        for (let n = 0; n < 10; n++)
          await manager.write(
            0x80,
            Array.from({ length: 16 }, (_, index) => 16 * n + index),
            { id: n },
          );
        done = 1;
      });
      for (let n = 0; n < 10; n++) expect(await manager.read(0, 16, { id: 0x800 + n })).toHaveLength(16);
      expect(done, 'the reads end among the writes').toBe(0);
      await bench.join(writes);
      expect([...words.slice(32, 48)]).toEqual(Array.from({ length: 16 }, (_, index) => 144 + index));
    }));

  it.each([
    { what: 'a reserved type of burst', burst: 3, size: 2, length: 4 },
    { what: 'beats wider than a word', burst: 1, size: 3, length: 2 },
    { what: 'a burst that wraps after three beats', burst: 2, size: 2, length: 3 },
  ])('answers $what with SLVERR in every beat, and asks nobody', ({ burst, size, length }) =>
    testbench(bridge, async (bench) => {
      const { asked } = memoryBehind(bench, new Uint32Array(WORDS), 0);
      const manager = new Axi3Manager(bench, nameOf, { stalls: 0.3 });
      const answers = await manager.read(0x10, length, { burst, size, id: 5 });
      expect(answers).toEqual(Array.from({ length }, () => ({ data: 0, response: SLVERR })));
      expect(
        await manager.write(
          0x10,
          Array.from({ length }, () => 1),
          { burst, size, id: 6 },
        ),
      ).toBe(SLVERR);
      expect(asked).toEqual([]);
      expect(await manager.read(0, 1), 'and works on').toEqual([{ data: 0, response: OKAY }]);
    }),
  );

  it('ends a write at the first of WLAST and AWLEN, and answers SLVERR', () =>
    testbench(bridge, async (bench, io) => {
      const { asked } = memoryBehind(bench, new Uint32Array(WORDS), 0);
      const manager = new Axi3Manager(bench, nameOf);
      const faulty = async (len: number, lasts: readonly number[]): Promise<number> => {
        io.sAxi.aw.len.set(len);
        io.sAxi.aw.size.set(2);
        io.sAxi.aw.burst.set(1);
        io.sAxi.aw.valid.set(1);
        await bench.until(() => io.sAxi.aw.ready.value === 0);
        io.sAxi.aw.valid.set(0);
        for (const last of lasts) {
          io.sAxi.w.last.set(last);
          io.sAxi.w.strb.set(15);
          io.sAxi.w.valid.set(1);
          await bench.until(() => io.sAxi.w.ready.value === 1, { within: 100, what: 'wready' });
          await bench.tick();
          io.sAxi.w.valid.set(0);
        }
        io.sAxi.b.ready.set(1);
        await bench.until(() => io.sAxi.b.valid.value === 1, { within: 100, what: 'bvalid' });
        const response = io.sAxi.b.resp.value;
        await bench.tick();
        io.sAxi.b.ready.set(0);
        return response;
      };
      expect(await faulty(3, [0, 1]), 'WLAST too early').toBe(SLVERR);
      expect(await faulty(1, [0, 0]), 'no WLAST').toBe(SLVERR);
      expect(await faulty(1, [0, 1])).toBe(OKAY);
      expect(asked).toHaveLength(6);
      expect(await manager.read(0, 2)).toHaveLength(2);
    }));
});
