/** The AXI4-Lite slave against a list of registers: any order, any pause, every request answered once. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axiLiteSlave } from '../../hw/axi-lite-slave.ts';
import { Bench, compiled } from './bench.ts';

const OKAY = 0;
const SLVERR = 2;
/** Addresses below are registers; from here on there is nothing. */
const MAPPED = 0x40;
const PATIENCE = 2000;
const design = compiled(axiLiteSlave);

const address = fc.oneof(
  fc.nat(MAPPED / 4 - 1).map((index) => 4 * index),
  fc.constantFrom(MAPPED, 0x100, 0xffc),
);
const data = fc.nat(0xffff_ffff);
const strobe = fc.oneof({ weight: 3, arbitrary: fc.constant(0xf) }, { weight: 1, arbitrary: fc.nat(0xe) });
const writes = fc.array(fc.record({ address, data, strobe }), { maxLength: 12 });
const reads = fc.array(address, { maxLength: 12 });
/** Cycles between one beat and the next, on each of the five channels. */
const pauses = fc.array(fc.oneof(fc.constant(0), fc.nat(5)), { minLength: 1, maxLength: 6 });
const channels = fc.record({ aw: pauses, w: pauses, b: pauses, ar: pauses, r: pauses });

/** When a channel may offer (or take) its next beat. */
class Pace {
  readonly #pauses: readonly number[];
  #beat = 0;
  #left: number;

  constructor(list: readonly number[]) {
    this.#pauses = list;
    this.#left = list[0] ?? 0;
  }

  get ready(): boolean {
    return this.#left === 0;
  }

  cycle(transferred: boolean): void {
    if (this.#left > 0) this.#left--;
    else if (transferred) this.#left = this.#pauses[++this.#beat % this.#pauses.length] ?? 0;
  }
}

describe('axi_lite_slave', () => {
  it('answers every request once and in order; what is unmapped or no whole word answers SLVERR and changes nothing', () => {
    fc.assert(
      fc.property(writes, reads, channels, (toWrite, toRead, pace) => {
        const bench = new Bench(design);
        const registers = Array.from({ length: MAPPED / 4 }, (_, index) => 1000 + index);
        const answers: number[] = [];
        const values: (readonly [response: number, value: number])[] = [];
        const expectedValues: (readonly [number, number])[] = [];
        const [aw, w, b, ar, r] = [new Pace(pace.aw), new Pace(pace.w), new Pace(pace.b), new Pace(pace.ar), new Pace(pace.r)];
        let [nextAddress, nextData, nextRead] = [0, 0, 0];
        for (let cycle = 0; answers.length < toWrite.length || values.length < toRead.length; cycle++) {
          expect(cycle, 'every request is answered').toBeLessThan(PATIENCE);
          const offered = {
            aw: aw.ready && nextAddress < toWrite.length,
            w: w.ready && nextData < toWrite.length,
            ar: ar.ready && nextRead < toRead.length,
          };
          bench.set({
            s_axi_awvalid: offered.aw,
            s_axi_awaddr: offered.aw ? (toWrite[nextAddress]?.address ?? 0) : 0xabc,
            s_axi_wvalid: offered.w,
            s_axi_wdata: offered.w ? (toWrite[nextData]?.data ?? 0) : 0xdead,
            s_axi_wstrb: offered.w ? (toWrite[nextData]?.strobe ?? 0) : 0xf,
            s_axi_bready: b.ready,
            s_axi_arvalid: offered.ar,
            s_axi_araddr: offered.ar ? (toRead[nextRead] ?? 0) : 0xabc,
            s_axi_rready: r.ready,
          });
          // the registers answer in the same cycle
          const [writeAddress, readAddress] = [bench.get('access_write_address'), bench.get('access_read_address')];
          bench.set({
            access_write_error: writeAddress >= MAPPED,
            access_read_error: readAddress >= MAPPED,
            access_read_data: registers[readAddress / 4] ?? 0xbad,
          });
          if (bench.get('access_read') === 1)
            expectedValues.push(readAddress < MAPPED ? [OKAY, registers[readAddress / 4] ?? -1] : [SLVERR, 0]);
          if (bench.get('access_write') === 1 && writeAddress < MAPPED) registers[writeAddress / 4] = bench.get('access_write_data');

          const taken = {
            aw: offered.aw && bench.get('s_axi_awready') === 1,
            w: offered.w && bench.get('s_axi_wready') === 1,
            b: b.ready && bench.get('s_axi_bvalid') === 1,
            ar: offered.ar && bench.get('s_axi_arready') === 1,
            r: r.ready && bench.get('s_axi_rvalid') === 1,
          };
          if (taken.b) answers.push(bench.get('s_axi_bresp'));
          if (taken.r) values.push([bench.get('s_axi_rresp'), bench.get('s_axi_rdata')]);
          nextAddress += Number(taken.aw);
          nextData += Number(taken.w);
          nextRead += Number(taken.ar);
          bench.step();
          aw.cycle(taken.aw);
          w.cycle(taken.w);
          b.cycle(taken.b);
          ar.cycle(taken.ar);
          r.cycle(taken.r);
        }
        const good = toWrite.filter((one) => one.address < MAPPED && one.strobe === 0xf);
        expect(answers).toEqual(toWrite.map((one) => (good.includes(one) ? OKAY : SLVERR)));
        expect(values).toEqual(expectedValues);
        expect(values.map(([response]) => response)).toEqual(toRead.map((one) => (one < MAPPED ? OKAY : SLVERR)));
        const after = Array.from(
          { length: MAPPED / 4 },
          (_, index) => good.findLast((one) => one.address === 4 * index)?.data ?? 1000 + index,
        );
        expect(registers).toEqual(after);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    { order: 'address first', first: 'aw', second: 'w' },
    { order: 'data first', first: 'w', second: 'aw' },
  ])('takes $order, waits for the other, and executes once', ({ first, second }) => {
    const bench = new Bench(design);
    const offers = { aw: { s_axi_awvalid: 1, s_axi_awaddr: 0x24 }, w: { s_axi_wvalid: 1, s_axi_wdata: 0x1234_5678, s_axi_wstrb: 0xf } };
    let executed = 0;
    const cycles = (count: number): void => {
      for (let cycle = 0; cycle < count; cycle++) {
        if (bench.get('access_write') === 1) {
          executed++;
          expect([bench.get('access_write_address'), bench.get('access_write_data')]).toEqual([0x24, 0x1234_5678]);
        }
        bench.step();
        bench.set({ s_axi_awvalid: 0, s_axi_wvalid: 0 });
      }
    };
    bench.set(offers[first as 'aw' | 'w']);
    cycles(5);
    expect(executed).toBe(0);
    bench.set(offers[second as 'aw' | 'w']);
    cycles(5);
    expect(executed).toBe(1);
    expect([bench.get('s_axi_bvalid'), bench.get('s_axi_bresp')]).toEqual([1, OKAY]);
    // a key word may have been on the bus: it does not stay
    expect(bench.get('access_write_data')).toBe(0);
    bench.set({ s_axi_bready: 1 });
    cycles(1);
    expect(bench.get('s_axi_bvalid')).toBe(0);
  });
});
