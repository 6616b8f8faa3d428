/** The last cycles of a run, kept so that a failure can be looked at: a ring of states, written as VCD when it is needed. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Simulator } from '../sim/simulator.ts';
import { type VcdSignal, VcdWriter, vcdPorts } from '../sim/vcd.ts';
import { vcdState } from '../sim/vcd-state.ts';
import type { WasmSimulator } from '../sim/wasm/simulator.ts';

export class History {
  readonly #signals: readonly VcdSignal[];
  readonly #refresh: () => void;
  readonly #rows: { readonly time: number; readonly values: readonly (number | bigint)[] }[] = [];
  readonly #cycles: number;

  /** @param cycles that are kept; ports always, what is inside where the simulator shows it */
  constructor(simulator: Simulator, cycles: number) {
    const ports = vcdPorts(simulator, ['bench'], [...simulator.inputs.keys(), ...simulator.outputs.keys()]);
    const inside = 'design' in simulator ? vcdState(simulator as WasmSimulator, ['bench', 'inside']) : undefined;
    this.#signals = [...ports, ...(inside?.signals ?? [])];
    this.#refresh = inside?.refresh ?? (() => {});
    this.#cycles = cycles;
  }

  /** To be called after each edge. */
  record(time: number): void {
    if (this.#cycles === 0) return;
    this.#refresh();
    this.#rows.push({ time, values: this.#signals.map(({ read }) => read()) });
    if (this.#rows.length > this.#cycles) this.#rows.shift();
  }

  /** The kept cycles as VCD. */
  vcd(): string {
    let text = '';
    let row: readonly (number | bigint)[] = [];
    const signals = this.#signals.map((signal, index) => ({ ...signal, read: () => row[index] ?? 0 }));
    const writer = new VcdWriter(signals, (piece) => {
      text += piece;
    });
    for (const { time, values } of this.#rows) {
      row = values;
      writer.sample(time);
    }
    return text;
  }

  /** Writes it, under a temporary name first. It holds whatever the design holds. */
  write(path: string): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.part`, this.vcd());
    renameSync(`${path}.part`, path);
  }
}
