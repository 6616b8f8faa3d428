/** Files of vectors through the engines of the hardware. */
import { join } from 'node:path';
import { lower } from '../../hdl-gen/ir/lower.ts';
import { lockstep } from '../../hdl-gen/sim/lockstep.ts';
import type { Simulator } from '../../hdl-gen/sim/simulator.ts';
import { buildWithVerilator } from '../../hdl-gen/sim/verilator/build.ts';
import { simulateVerilator } from '../../hdl-gen/sim/verilator/simulator.ts';
import { simulateWasm } from '../../hdl-gen/sim/wasm/simulator.ts';
import type { AeadModule } from '../../hw/aead/aead.ts';
import { asconAead128 } from '../../hw/aead/ascon.ts';
import { ENGINES } from '../../hw/aead/engines.ts';
import type { EngineName } from '../../spec/aead-engines.ts';
import { SimulationAborted } from '../aborted.ts';
import type { SimulationOptions } from '../options.ts';
import { faultOf, framesOf, type Process } from './check.ts';
import { EngineDriver } from './engine-driver.ts';
import { type Fit, fitOf } from './fit.ts';
import type { VectorFile } from './vector.ts';

/** Where Verilator's builds are kept. */
const BUILDS = join('build', 'verilator');
const SEED = 1;
const RESET_CYCLES = 2;

export interface EngineTotals {
  vectors: number;
  frames: number;
  cycles: number;
  seconds: number;
}

export interface VectorsResult {
  readonly passed: number;
  /** each with file, number and what is wrong */
  readonly failed: readonly string[];
  /** how many, by the reason */
  readonly skipped: ReadonlyMap<string, number>;
  readonly engines: ReadonlyMap<EngineName, Readonly<EngineTotals>>;
}

export interface VectorsRun {
  readonly files: readonly VectorFile[];
  readonly simulator: SimulationOptions['simulator'];
  readonly signal?: AbortSignal;
  /** frames done and to do, the failed vectors so far, and frames in a second of simulation */
  readonly onProgress?: (done: number, of: number, failed: number, rate: number) => void;
  /** called for each engine before it is simulated; default: the engine itself */
  readonly processOf?: (engine: EngineName, process: Process) => Process;
}

/** @throws ToolMissing, ToolFailed, SimulatorDied, EngineHangs, SimulationAborted */
export async function runVectors({ files, simulator, signal, onProgress, processOf }: VectorsRun): Promise<VectorsResult> {
  const fitted = files.flatMap(({ file, algorithm, vectors }) =>
    vectors.map((vector) => ({ file, algorithm, vector, fit: fitOf(algorithm, vector) })),
  );
  const of = fitted.reduce((sum, { vector, fit }) => sum + ('engine' in fit ? framesOf(vector) : 0), 0);
  const drivers = new Map<EngineName, EngineDriver>();
  const engines = new Map<EngineName, EngineTotals>();
  const skipped = new Map<string, number>();
  const failed: string[] = [];
  let [passed, done, seconds] = [0, 0, 0];
  try {
    for (const { file, algorithm, vector, fit } of fitted) {
      if ('misfit' in fit) {
        skipped.set(fit.misfit, (skipped.get(fit.misfit) ?? 0) + 1);
        continue;
      }
      const { engine } = fit;
      const driver = drivers.get(engine) ?? new EngineDriver(await simulatorOf(simulator, moduleOf(fit), signal));
      drivers.set(engine, driver);
      const process: Process = (frame) => driver.process(frame);
      const [cycle, started] = [driver.simulator.cycle, performance.now()];
      const fault = faultOf(processOf?.(engine, process) ?? process, engine, algorithm, vector);
      const took = (performance.now() - started) / 1000;
      if (fault === undefined) passed++;
      else failed.push(`${file}, ${vector.where} (${engine}): ${fault}`);
      const totals = engines.get(engine) ?? { vectors: 0, frames: 0, cycles: 0, seconds: 0 };
      engines.set(engine, totals);
      totals.vectors++;
      totals.frames += framesOf(vector);
      totals.cycles += driver.simulator.cycle - cycle;
      totals.seconds += took;
      done += framesOf(vector);
      seconds += took;
      onProgress?.(done, of, failed.length, done / seconds);
      // lets a signal in
      await new Promise((go) => setImmediate(go));
      if (signal?.aborted === true) throw new SimulationAborted();
    }
  } finally {
    for (const driver of drivers.values()) driver.simulator.close();
  }
  return { passed, failed, skipped, engines };
}

function moduleOf({ engine, nonceOctets }: Exclude<Fit, { readonly misfit: string }>): AeadModule {
  return engine === 'ascon-aead128' ? asconAead128(8 * nonceOctets) : ENGINES[engine];
}

async function simulatorOf(kind: SimulationOptions['simulator'], engine: AeadModule, signal?: AbortSignal): Promise<Simulator> {
  const design = engine.elaborate();
  const netlist = lower(design);
  const verilator = async (): Promise<ReturnType<typeof simulateVerilator>> =>
    simulateVerilator(await buildWithVerilator(design, netlist, BUILDS, signal), { seed: SEED });
  if (kind === 'verilator') return verilator();
  const wasm = simulateWasm(netlist, { seed: SEED });
  return kind === 'wasm' ? wasm : lockstep(wasm, await verilator(), netlist, RESET_CYCLES);
}
