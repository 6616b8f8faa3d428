/** The hardware of a run as simulators take it: of each kind made once in a process, however many runs follow. */
import { lower } from '../hdl-gen/ir/lower.ts';
import type { ModuleIr } from '../hdl-gen/ir/module.ts';
import type { Netlist } from '../hdl-gen/ir/netlist.ts';
import { compileToWasm, type WasmDesign } from '../hdl-gen/sim/wasm/compile.ts';
import type { StationOptions } from '../hw/station/registers.ts';
import { station } from '../hw/station.ts';

export class Hardware {
  readonly design: ModuleIr;
  readonly netlist: Netlist;
  #compiled: WasmDesign | undefined;

  constructor(design: ModuleIr) {
    this.design = design;
    this.netlist = lower(design);
  }

  /** For the embedded simulator; a run on Verilator alone does without. */
  get compiled(): WasmDesign {
    this.#compiled ??= compileToWasm(this.netlist);
    return this.#compiled;
  }
}

const made = new Map<string, Hardware>();

export function stationHardware(options: StationOptions): Hardware {
  const kind = JSON.stringify(options);
  const known = made.get(kind) ?? new Hardware(station(options).elaborate());
  made.set(kind, known);
  return known;
}
