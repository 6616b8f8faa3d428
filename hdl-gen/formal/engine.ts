/** What a proof engine does: Yosys makes the solver's language of a design, once; a solver answers what is asked about it. */
import type { VerilogModule } from '../verilog/design.ts';

/** Assertions and covers; a cover is the assertion that it is never reached. */
export interface Design {
  /** name of the top module, and all modules */
  readonly top: string;
  readonly modules: readonly VerilogModule[];
  readonly signal?: AbortSignal | undefined;
}

export interface Question {
  /** paths of the properties that are asked about, as in the Verilog (`fifo.a_never_full`); of an induction, all that it may assume */
  readonly properties: readonly string[];
  readonly mode: 'bounded' | 'induction';
  readonly depth: number;
  /** bounded: the first cycle that is looked at */
  readonly from: number;
  /** bounded: a counterexample is looked for to each property; without, to one of them */
  readonly each: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** A design in the solver's language. */
export interface Prepared {
  /** paths of the properties that reached the solver */
  readonly properties: readonly string[];
  /**
   * Undefined: proved.
   * @throws ToolMissing, ToolFailed
   */
  refute(question: Question): Promise<Refutation | undefined>;
}

export interface Refutation {
  readonly properties: readonly string[];
  readonly log: string;
}

/** @throws ToolMissing, ToolFailed */
export type Engine = (design: Design) => Promise<Prepared>;

/** A file for Yosys' `techmap`: what becomes of a cover. */
const NEVER_REACHED = {
  name: 'never_reached.v',
  text: `(* techmap_celltype = "$cover" *)
module never_reached(input A, input EN);
  \\$assert _TECHMAP_REPLACE_ (.A(!A), .EN(EN));
endmodule
`,
} as const;

/** The files that `flatDesign` reads, by name. */
export function designFiles({ modules }: Design): Readonly<Record<string, string>> {
  const all = [...modules.map(({ name, text }) => ({ name: `${name}.v`, text })), NEVER_REACHED];
  return Object.fromEntries(all.map(({ name, text }) => [name, text]));
}

/** The Yosys commands from Verilog to one flat module of plain cells, with assertions, and covers as such if they are kept. */
export function flatDesign({ top, modules }: Design, covers: 'kept' | 'removed' = 'kept'): readonly string[] {
  return [
    `read_verilog -formal -sv -DFORMAL ${modules.map(({ name }) => `${name}.v`).join(' ')}`,
    `prep -top ${top} -flatten`,
    'memory_map',
    'async2sync',
    'dffunmap',
    covers === 'kept' ? `techmap -map ${NEVER_REACHED.name} t:$cover` : 'chformal -cover -remove',
    'opt_clean',
  ];
}

/** The assertions of an SMT-LIB description by Yosys: number there → path. */
export function obligationsOf(smt: string): ReadonlyMap<number, string> {
  const lines = smt.matchAll(/^; yosys-smt2-assert (\d+) (\S+)/gm);
  return new Map([...lines].map(([, number, path = '']) => [Number(number), path]));
}
