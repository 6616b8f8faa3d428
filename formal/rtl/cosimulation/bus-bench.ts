/** A design on a bench: its clock, its reset, what can be seen inside, and its registers over AXI4-Lite. */
import assert from 'node:assert/strict';
import type { InputPort, OutputPort } from '../../../hdl-gen/sim/simulator.ts';
import { compileToWasm, type WasmDesign } from '../../../hdl-gen/sim/wasm/compile.ts';
import { simulateWasm, type WasmSimulator } from '../../../hdl-gen/sim/wasm/simulator.ts';

export const SLVERR = 2;
/** Cycles within which the hardware answers, or hangs. */
const PATIENCE = 10_000;
/** The same of the bus. */
const BUS_PATIENCE = 60;
/** Several times what the longest check takes: one that asks over and over what never comes has hung. */
const LONGEST = 300_000;

export class BusBench {
  readonly simulator: WasmSimulator;
  cycle = 0;
  readonly #name: string;

  /** @param start values of registers at power-up, which then takes the place of the reset */
  constructor(design: WasmDesign, start?: Readonly<Record<string, bigint>>) {
    this.#name = design.netlist.name;
    this.simulator = simulateWasm(start === undefined ? design : startedAt(design, start));
    if (start === undefined) {
      this.input('rst').value = 1;
      this.simulator.step(2);
      this.input('rst').value = 0;
    }
  }

  /** An input, to be set. */
  input(name: string): InputPort {
    return this.#port(this.simulator.inputs, name);
  }

  /** The present value of an output. */
  output(name: string): OutputPort {
    return this.#port(this.simulator.outputs, name);
  }

  #port<P>(ports: ReadonlyMap<string, P>, name: string): P {
    const found = ports.get(name);
    if (found === undefined) throw new RangeError(`${this.#name} has no port ${name}; there are ${[...ports.keys()].join(', ')}`);
    return found;
  }

  /** A register or wire inside. */
  peek(name: string): bigint {
    const value = this.simulator.peek?.(name);
    if (value === undefined) throw new RangeError(`nothing to see of ${name}`);
    return value;
  }

  // ---- time

  step(cycles = 1): void {
    assert.ok(this.cycle < LONGEST, `no end within ${LONGEST} cycles`);
    for (let count = 0; count < cycles; count++) {
      this.tick();
      this.cycle++;
    }
  }

  /** A cycle: who has other ports than those of the bus drives them before it, and looks at them behind it. */
  protected tick(): void {
    this.simulator.step();
  }

  until(what: string, holds: () => boolean): void {
    for (let waited = 0; !holds(); waited++) {
      assert.ok(waited < PATIENCE, `${what}: nothing within ${PATIENCE} cycles`);
      this.step();
    }
  }

  // ---- registers

  readAt(offset: number): { readonly response: number; readonly value: number } {
    this.input('s_axi_araddr').value = offset;
    this.input('s_axi_arvalid').value = 1;
    this.#stepUntil('s_axi_arready');
    this.input('s_axi_arvalid').value = 0;
    // the master takes some answers at once, and lets others wait
    this.step(this.cycle % 3);
    this.input('s_axi_rready').value = 1;
    this.#stepUntil('s_axi_rvalid');
    this.input('s_axi_rready').value = 0;
    return { response: this.output('s_axi_rresp').sampled, value: this.output('s_axi_rdata').sampled };
  }

  /** @returns the response; address and data come together, or one before the other */
  writeAt(offset: number, value: number, strobe = 0xf): number {
    const [address, data] = [this.input('s_axi_awvalid'), this.input('s_axi_wvalid')];
    this.input('s_axi_awaddr').value = offset;
    this.input('s_axi_wdata').value = value >>> 0;
    this.input('s_axi_wstrb').value = strobe;
    const first = this.cycle % 3;
    address.value = Number(first !== 1);
    data.value = Number(first !== 2);
    for (let beat = 0; beat < 2; beat++) {
      this.step();
      if (address.value === 1 && this.output('s_axi_awready').sampled === 1) address.value = 0;
      if (data.value === 1 && this.output('s_axi_wready').sampled === 1) data.value = 0;
      if (beat === 0 && first === 1) address.value = 1;
      if (beat === 0 && first === 2) data.value = 1;
    }
    assert.equal(address.value + data.value, 0, 'address and data are taken at once while no write is under way');
    this.input('s_axi_wdata').value = 0;
    this.step(this.cycle % 2);
    this.input('s_axi_bready').value = 1;
    this.#stepUntil('s_axi_bvalid');
    this.input('s_axi_bready').value = 0;
    return this.output('s_axi_bresp').sampled;
  }

  /** A read and a write that begin in one cycle, or the write up to two cycles later. */
  readAndWriteAt(
    from: number,
    to: number,
    value: number,
  ): { readonly read: { readonly response: number; readonly value: number }; readonly written: number } {
    const request = (values: Readonly<Record<string, number>>): void => {
      for (const [name, set] of Object.entries(values)) this.input(`s_axi_${name}`).value = set;
    };
    request({ araddr: from, arvalid: 1, rready: 1, bready: 1 });
    const later = this.cycle % 3;
    let read: { readonly response: number; readonly value: number } | undefined;
    let written: number | undefined;
    for (let waited = 0; read === undefined || written === undefined; waited++) {
      assert.ok(waited < BUS_PATIENCE, `a read and a write at once: nothing within ${BUS_PATIENCE} cycles`);
      if (waited === later) request({ awaddr: to, awvalid: 1, wdata: value >>> 0, wstrb: 0xf, wvalid: 1 });
      this.step();
      for (const channel of ['ar', 'aw', 'w'])
        if (this.output(`s_axi_${channel}ready`).sampled === 1) this.input(`s_axi_${channel}valid`).value = 0;
      if (this.output('s_axi_rvalid').sampled === 1)
        read = { response: this.output('s_axi_rresp').sampled, value: this.output('s_axi_rdata').sampled };
      if (this.output('s_axi_bvalid').sampled === 1) written = this.output('s_axi_bresp').sampled;
    }
    request({ rready: 0, bready: 0 });
    return { read, written };
  }

  #stepUntil(handshake: string): void {
    for (let waited = 0; ; waited++) {
      assert.ok(waited < BUS_PATIENCE, `${handshake}: nothing within ${BUS_PATIENCE} cycles`);
      this.step();
      if (this.output(handshake).sampled === 1) return;
    }
  }
}

function startedAt({ netlist }: WasmDesign, start: Readonly<Record<string, bigint>>): WasmDesign {
  const unknown = Object.keys(start).find((name) => !netlist.registers.some((register) => register.name === name));
  if (unknown !== undefined) throw new RangeError(`${netlist.name} has no register ${unknown}`);
  return compileToWasm({ ...netlist, registers: netlist.registers.map((one) => ({ ...one, init: start[one.name] ?? one.init })) });
}
