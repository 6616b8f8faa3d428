/** What a proof engine does: Yosys makes SMT-LIB of a design, a solver answers. */
import type { VerilogModule } from '../verilog/design.ts';

export interface Task {
  /** name of the top module, and all modules */
  readonly top: string;
  readonly modules: readonly VerilogModule[];
  readonly mode: 'bounded' | 'induction' | 'cover';
  readonly depth: number;
  /** bounded: the first cycle that is looked at */
  readonly from: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  /** assertions, or for covers the covers, that reached the solver */
  readonly obligations: number;
  /** undefined: proved, or all covers reached. `properties` are paths as in the Verilog (`fifo.a_never_full`) */
  readonly refuted?: { readonly properties: readonly string[]; readonly log: string };
}

/** @throws ToolMissing, ToolFailed */
export type Engine = (task: Task) => Promise<Answer>;

/** The Yosys commands from Verilog to `design.smt2`. */
export function yosysScript({ top, modules }: Task, flags: string): string {
  return [
    `read_verilog -formal -sv -DFORMAL ${modules.map(({ name }) => `${name}.v`).join(' ')}`,
    `prep -top ${top} -flatten`,
    'memory_map',
    'async2sync',
    'dffunmap',
    'opt_clean',
    `write_smt2 ${flags} design.smt2`,
  ].join('; ');
}

/** The assertions or covers of an SMT-LIB description by Yosys: number there → path. */
export function obligationsOf(smt: string, kind: 'assert' | 'cover'): ReadonlyMap<number, string> {
  const lines = smt.matchAll(new RegExp(`^; yosys-smt2-${kind} (\\d+) (\\S+)`, 'gm'));
  return new Map([...lines].map(([, number, path = '']) => [Number(number), path]));
}
