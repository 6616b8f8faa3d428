/** A whole design on a bench: its registers over AXI4-Lite, frames into and out of its streams, and what its trace ports say. */
import assert from 'node:assert/strict';
import type { InputPort, OutputPort } from '../../../hdl-gen/sim/simulator.ts';
import { compileToWasm, type WasmDesign } from '../../../hdl-gen/sim/wasm/compile.ts';
import { simulateWasm, type WasmSimulator } from '../../../hdl-gen/sim/wasm/simulator.ts';

export const SLVERR = 2;
/** Cycles within which the hardware answers, or hangs. */
const PATIENCE = 10_000;
/** The same of the bus. */
const BUS_PATIENCE = 60;

/** A frame as it left, with the cycles of its first and last octet. */
export interface Seen {
  readonly octets: Uint8Array;
  readonly from: number;
  readonly to: number;
}

export class WireBench<Trace extends string> {
  readonly simulator: WasmSimulator;
  readonly sent: Seen[] = [];
  readonly passed: Seen[] = [];
  /** cycles in which a trace port was 1 */
  readonly traced: Readonly<Record<Trace, number[]>>;
  cycle = 0;
  /** whether the wire takes an octet in a cycle */
  wireReady: (cycle: number) => boolean = () => true;
  hostReady: (cycle: number) => boolean = () => true;
  #arriving: (readonly [octet: number, last: boolean] | undefined)[] = [];
  #arrived = 0;
  readonly #fromHost: (readonly [octet: number, last: boolean])[] = [];
  readonly #tx = new Collector();
  readonly #hostRx = new Collector();
  readonly #traces: readonly Trace[];
  readonly #in: (name: string) => InputPort;
  readonly #out: (name: string) => OutputPort;

  /** @param start values of registers at power-up, which then takes the place of the reset */
  constructor(design: WasmDesign, traces: readonly Trace[], start?: Readonly<Record<string, bigint>>) {
    this.#traces = traces;
    this.traced = Object.fromEntries(traces.map((trace) => [trace, []])) as unknown as Record<Trace, number[]>;
    this.simulator = simulateWasm(start === undefined ? design : startedAt(design, start));
    const port =
      <P>(ports: ReadonlyMap<string, P>) =>
      (name: string): P => {
        const found = ports.get(name);
        if (found === undefined)
          throw new RangeError(`${design.netlist.name} has no port ${name}; there are ${[...ports.keys()].join(', ')}`);
        return found;
      };
    this.#in = port(this.simulator.inputs);
    this.#out = port(this.simulator.outputs);
    if (start === undefined) {
      this.#in('rst').value = 1;
      this.simulator.step(2);
      this.#in('rst').value = 0;
    }
  }

  // ---- time

  step(cycles = 1): void {
    for (let count = 0; count < cycles; count++) this.#step();
  }

  until(what: string, holds: () => boolean): void {
    for (let waited = 0; !holds(); waited++) {
      assert.ok(waited < PATIENCE, `${what}: nothing within ${PATIENCE} cycles`);
      this.step();
    }
  }

  #step(): void {
    const arriving = this.#arriving[this.#arrived];
    if (this.#arrived < this.#arriving.length) this.#arrived++;
    offer(this.#in, 'rx', arriving);
    offer(this.#in, 'host_tx', this.#fromHost[0]);
    this.#in('tx_ready').value = Number(this.wireReady(this.cycle));
    this.#in('host_rx_ready').value = Number(this.hostReady(this.cycle));
    this.simulator.step();
    if (this.#fromHost.length > 0 && this.#out('host_tx_ready').sampled === 1) this.#fromHost.shift();
    for (const [collector, port, list] of [
      [this.#tx, 'tx', this.sent],
      [this.#hostRx, 'host_rx', this.passed],
    ] as const) {
      const taken = this.#out(`${port}_valid`).sampled === 1 && this.#in(`${port}_ready`).value === 1;
      const frame = taken && collector.take(this.cycle, this.#out(`${port}_data`).sampled, this.#out(`${port}_last`).sampled === 1);
      if (frame) list.push(frame);
    }
    for (const trace of this.#traces) if (this.#out(`trace_${trace}`).sampled === 1) this.traced[trace].push(this.cycle);
    this.cycle++;
  }

  get irq(): number {
    return this.#out('irq').value;
  }

  /** The present value of an output. */
  output(name: string): OutputPort {
    return this.#out(name);
  }

  /** A register or wire inside. */
  peek(name: string): bigint {
    const value = this.simulator.peek?.(name);
    if (value === undefined) throw new RangeError(`nothing to see of ${name}`);
    return value;
  }

  // ---- registers

  readAt(offset: number): { readonly response: number; readonly value: number } {
    this.#in('s_axi_araddr').value = offset;
    this.#in('s_axi_arvalid').value = 1;
    this.#stepUntil('s_axi_arready');
    this.#in('s_axi_arvalid').value = 0;
    // the master takes some answers at once, and lets others wait
    this.step(this.cycle % 3);
    this.#in('s_axi_rready').value = 1;
    this.#stepUntil('s_axi_rvalid');
    this.#in('s_axi_rready').value = 0;
    return { response: this.#out('s_axi_rresp').sampled, value: this.#out('s_axi_rdata').sampled };
  }

  /** @returns the response; address and data come together, or one before the other */
  writeAt(offset: number, value: number, strobe = 0xf): number {
    const [address, data] = [this.#in('s_axi_awvalid'), this.#in('s_axi_wvalid')];
    this.#in('s_axi_awaddr').value = offset;
    this.#in('s_axi_wdata').value = value >>> 0;
    this.#in('s_axi_wstrb').value = strobe;
    const first = this.cycle % 3;
    address.value = Number(first !== 1);
    data.value = Number(first !== 2);
    for (let beat = 0; beat < 2; beat++) {
      this.step();
      if (address.value === 1 && this.#out('s_axi_awready').sampled === 1) address.value = 0;
      if (data.value === 1 && this.#out('s_axi_wready').sampled === 1) data.value = 0;
      if (beat === 0 && first === 1) address.value = 1;
      if (beat === 0 && first === 2) data.value = 1;
    }
    assert.equal(address.value + data.value, 0, 'address and data are taken at once while no write is under way');
    this.#in('s_axi_wdata').value = 0;
    this.step(this.cycle % 2);
    this.#in('s_axi_bready').value = 1;
    this.#stepUntil('s_axi_bvalid');
    this.#in('s_axi_bready').value = 0;
    return this.#out('s_axi_bresp').sampled;
  }

  /** A read and a write that begin in one cycle. */
  readAndWriteAt(
    from: number,
    to: number,
    value: number,
  ): { readonly read: { readonly response: number; readonly value: number }; readonly written: number } {
    const request = { araddr: from, arvalid: 1, awaddr: to, awvalid: 1, wdata: value >>> 0, wstrb: 0xf, wvalid: 1, rready: 1, bready: 1 };
    for (const [name, set] of Object.entries(request)) this.#in(`s_axi_${name}`).value = set;
    let read: { readonly response: number; readonly value: number } | undefined;
    let written: number | undefined;
    for (let waited = 0; read === undefined || written === undefined; waited++) {
      assert.ok(waited < BUS_PATIENCE, `a read and a write at once: nothing within ${BUS_PATIENCE} cycles`);
      this.step();
      for (const channel of ['ar', 'aw', 'w'])
        if (this.#out(`s_axi_${channel}ready`).sampled === 1) this.#in(`s_axi_${channel}valid`).value = 0;
      if (this.#out('s_axi_rvalid').sampled === 1)
        read = { response: this.#out('s_axi_rresp').sampled, value: this.#out('s_axi_rdata').sampled };
      if (this.#out('s_axi_bvalid').sampled === 1) written = this.#out('s_axi_bresp').sampled;
    }
    for (const name of ['rready', 'bready']) this.#in(`s_axi_${name}`).value = 0;
    return { read, written };
  }

  #stepUntil(handshake: string): void {
    for (let waited = 0; ; waited++) {
      assert.ok(waited < BUS_PATIENCE, `${handshake}: nothing within ${BUS_PATIENCE} cycles`);
      this.step();
      if (this.#out(handshake).sampled === 1) return;
    }
  }

  // ---- frames

  /** Octets on their way in; undefined is a pause. */
  arrive(frame: Uint8Array, pauseEvery = 0): void {
    frame.forEach((octet, index) => {
      if (pauseEvery > 0 && index % pauseEvery === 0) this.#arriving.push(undefined);
      this.#arriving.push([octet, index === frame.length - 1]);
    });
  }

  /** Until everything on its way in has arrived. */
  allArrive(): void {
    this.step(this.#arriving.length - this.#arrived);
    [this.#arriving, this.#arrived] = [[], 0];
  }

  fromHost(frame: Uint8Array): void {
    frame.forEach((octet, index) => {
      this.#fromHost.push([octet, index === frame.length - 1]);
    });
  }

  get hostWaits(): number {
    return this.#fromHost.length;
  }
}

class Collector {
  #octets: number[] = [];
  #from = 0;

  take(cycle: number, octet: number, last: boolean): Seen | undefined {
    if (this.#octets.length === 0) this.#from = cycle;
    this.#octets.push(octet);
    if (!last) return undefined;
    const frame = { octets: Uint8Array.from(this.#octets), from: this.#from, to: cycle };
    this.#octets = [];
    return frame;
  }
}

function startedAt({ netlist }: WasmDesign, start: Readonly<Record<string, bigint>>): WasmDesign {
  const unknown = Object.keys(start).find((name) => !netlist.registers.some((register) => register.name === name));
  if (unknown !== undefined) throw new RangeError(`${netlist.name} has no register ${unknown}`);
  return compileToWasm({ ...netlist, registers: netlist.registers.map((one) => ({ ...one, init: start[one.name] ?? one.init })) });
}

function offer(port: (name: string) => InputPort, stream: string, beat: readonly [octet: number, last: boolean] | undefined): void {
  port(`${stream}_valid`).value = beat === undefined ? 0 : 1;
  // what stands on a stream that offers nothing means nothing
  port(`${stream}_data`).value = beat?.[0] ?? 0xa5;
  port(`${stream}_last`).value = Number(beat?.[1] ?? true);
}
