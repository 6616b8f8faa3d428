/** What a proof engine does: Yosys makes the solver's language of a design, a solver answers. */
import type { VerilogModule } from '../verilog/design.ts';

export interface Task {
  /** name of the top module, and all modules */
  readonly top: string;
  readonly modules: readonly VerilogModule[];
  readonly mode: 'bounded' | 'induction';
  readonly depth: number;
  /** bounded: the first cycle that is looked at */
  readonly from: number;
  /** bounded: a counterexample is looked for to each assertion; without, to one of them */
  readonly each: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  /** assertions that reached the solver */
  readonly obligations: number;
  /** undefined: proved. `properties` are paths as in the Verilog (`fifo.a_never_full`) */
  readonly refuted?: Refutation;
}

export interface Refutation {
  readonly properties: readonly string[];
  readonly log: string;
}

/** @throws ToolMissing, ToolFailed */
export type Engine = (task: Task) => Promise<Answer>;

/** The Yosys commands from Verilog to one flat module of plain cells, with its assertions. */
export function flatDesign({ top, modules }: Task): readonly string[] {
  return [
    `read_verilog -formal -sv -DFORMAL ${modules.map(({ name }) => `${name}.v`).join(' ')}`,
    `prep -top ${top} -flatten`,
    'memory_map',
    'async2sync',
    'dffunmap',
    'opt_clean',
  ];
}

/** The assertions of an SMT-LIB description by Yosys: number there → path. */
export function obligationsOf(smt: string): ReadonlyMap<number, string> {
  const lines = smt.matchAll(/^; yosys-smt2-assert (\d+) (\S+)/gm);
  return new Map([...lines].map(([, number, path = '']) => [Number(number), path]));
}
