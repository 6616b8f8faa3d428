/**
 * Whether two descriptions of one design are the same, proved with ABC. Registers with the same name on
 * both sides are taken for each other: with every state and every input, both must give the same outputs and the same
 * next state. As both take the same values in reset, they then do the same for ever after it.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ToolFailed } from '../sim/process-failures.ts';
import { abc, yosys } from '../synthesis/yosys.ts';

/** Both sides, the miter of them as an and-inverter graph, and what the SAT solver says. */
const PAIR = 'pair.il';
const MITER = 'miter.aig';
const PROOF = 'proof.txt';

/** One of the two sides: a design, or its gates as Verilog. */
export interface Description {
  /** Verilog, with everything that is below `top` */
  readonly text: string;
  readonly top: string;
  /** the text instantiates cells of 7 series; Yosys' models say what they do */
  readonly usesCells?: boolean;
}

/** What was proved. */
export interface Equivalence {
  /** registers that were matched by name */
  readonly registers: number;
  readonly seconds: number;
}

/** The two are not the same. `differing` are outputs, and inputs of registers (`name.d`), that differ in the counterexample. */
export class NotEquivalent extends Error {
  readonly differing: readonly string[];
  constructor(gold: string, gate: string, differing: readonly string[], table: string) {
    super(`${gold} and ${gate} are not the same: ${differing.join(', ') || 'see the table'} differ\n${table}`);
    this.name = 'NotEquivalent';
    this.differing = differing;
  }
}

/**
 * @param registers names of all registers, hierarchical, joined with dots
 * @throws NotEquivalent, ToolMissing, ToolFailed when the ports or the registers are not those of the other side
 */
export async function proveEquivalent(
  gold: Description,
  gate: Description,
  registers: readonly string[],
  signal?: AbortSignal,
): Promise<Equivalence> {
  const started = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'hdl-gen-equivalence-'));
  try {
    await writeFile(join(folder, 'gold.v'), gold.text);
    await writeFile(join(folder, 'gate.v'), gate.text);
    const state = registers.map((name) => `*/w:${name}`).join(' ');
    const script = [
      ...prepared('gold', gold),
      ...prepared('gate', gate),
      `design -copy-from gold -as gold ${gold.top}`,
      `design -copy-from gate -as gate ${gate.top}`,
      // registers become pairs of ports, matched by name; other names would be taken for registers too
      ...(registers.length === 0
        ? []
        : [`select -set state ${state}`, 'rename -hide w:* x:* %d @state %d', 'expose -shared -evert-dff gold gate']),
      'opt_clean',
      // no flip-flop may be left: the proof is about one cycle
      'select -assert-none t:$dff* t:$sdff* t:$adff* t:$mem* t:$dlatch*',
      // values before the first edge are no part of that cycle; two that differ would be refused where wires become one
      'setattr -unset init w:*',
      `write_rtlil ${PAIR}`,
      'miter -equiv -flatten gold gate miter',
      'hierarchy -top miter',
      'opt_clean -purge',
      'simplemap',
      'techmap',
      // as Yosys' SAT solver takes them
      'setundef -zero',
      'aigmap',
      `write_aiger ${MITER}`,
    ];
    await yosys(script.join('\n'), folder, signal);
    const equivalent = /Networks are equivalent\./.test(await abc([`&read ${MITER}`, '&cec -m'], folder, signal));
    if (!equivalent) await requireEquivalent(gold, gate, folder, signal);
    return { registers: registers.length, seconds: (performance.now() - started) / 1000 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The same question to Yosys' SAT solver, which is slower and can say what differs. @throws NotEquivalent, ToolMissing, ToolFailed */
async function requireEquivalent(gold: Description, gate: Description, folder: string, signal?: AbortSignal): Promise<void> {
  const script = [
    `read_rtlil ${PAIR}`,
    'miter -equiv -flatten -make_outputs gold gate miter',
    'hierarchy -top miter',
    `tee -q -o ${PROOF} sat -verify -prove trigger 0 -show-inputs -show-outputs miter`,
  ];
  await yosys(script.join('\n'), folder, signal).catch(async (error: unknown) => {
    if (!(error instanceof ToolFailed && error.message.includes('proof did fail'))) throw error;
    throw counterexample(gold.top, gate.top, await readFile(join(folder, PROOF), 'utf8'));
  });
}

/** Flat, with plain flip-flops only, and put aside. */
function prepared(side: 'gold' | 'gate', { top, usesCells = false }: Description): string[] {
  return [
    `read_verilog ${side}.v`,
    ...(usesCells ? ['read_verilog +/xilinx/cells_sim.v'] : []),
    `hierarchy -check -top ${top}`,
    'proc',
    'flatten',
    'opt_clean',
    'memory_map',
    'async2sync',
    'dffunmap',
    'opt_clean',
    `design -stash ${side}`,
  ];
}

function counterexample(gold: string, gate: string, log: string): NotEquivalent {
  const values = new Map([...log.matchAll(/^ +\\(\S+) +\S+ +\S+ +([01x]+)\s*$/gm)].map(([, name = '', bits = '']) => [name, bits]));
  const differing = [...values].flatMap(([name, bits]) => {
    const other = name.startsWith('gold_') ? values.get(`gate_${name.slice(5)}`) : undefined;
    return other === undefined || other === bits ? [] : [name.slice(5)];
  });
  return new NotEquivalent(
    gold,
    gate,
    differing,
    log
      .split('\n')
      .filter((line) => /^ +\\in_/.test(line))
      .join('\n'),
  );
}
