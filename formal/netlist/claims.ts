/** What is proved of the gates that Yosys makes, and how: each side as it is written, or as `synth_xilinx` leaves it. */
import { type Description, type Equivalence, proveEquivalent } from '../../hdl-gen/formal/equivalence.ts';
import type { Module, Ports } from '../../hdl-gen/index.ts';
import type { ModuleIr } from '../../hdl-gen/ir/module.ts';
import { synthesiseForXilinx } from '../../hdl-gen/synthesis/xilinx.ts';
import { verilogText } from '../../hdl-gen/verilog/design.ts';
import { aesSbox, aesSboxTower } from '../../hw/aead/aes-sbox.ts';
import { keyStore } from '../../hw/station/key-store.ts';
import { relationStep } from '../../hw/station/step.ts';
import { relationView } from '../../hw/station/view.ts';

type Design = Pick<Module<Ports>, 'elaborate'>;

const initiator = (slots: number): Design => relationStep({ role: 'initiator', slots });
const follower = (slots: number): Design => relationStep({ role: 'follower', slots });

export interface NetlistClaim {
  readonly claim: string;
  readonly gold: Design;
  readonly gate: Design;
  /** the other side is the gates of `gate`, not its text */
  readonly synthesised: boolean;
  /** takes longer than all others together: proved when it is asked for */
  readonly long?: boolean;
}

export const NETLIST_CLAIMS: readonly NetlistClaim[] = [
  { claim: 'AES S-box: the composite fields are the table', gold: aesSbox, gate: aesSboxTower, synthesised: false },
  { claim: 'AES S-box: the gates are the table', gold: aesSbox, gate: aesSbox, synthesised: true },
  { claim: 'AES S-box: the gates of the composite fields are the table', gold: aesSbox, gate: aesSboxTower, synthesised: true },
  // each bit of the material is treated like the others
  { claim: 'keys, 2 slots of 16 bits: the gates are the design', gold: keyStore(2, 16), gate: keyStore(2, 16), synthesised: true },
  { claim: 'keys, 2 slots of 128 bits: the same', gold: keyStore(2, 128), gate: keyStore(2, 128), synthesised: true, long: true },
  { claim: 'view of a relation, 2 slots: the same', gold: relationView(2), gate: relationView(2), synthesised: true },
  { claim: 'step of an initiator, 2 slots: the same', gold: initiator(2), gate: initiator(2), synthesised: true },
  { claim: 'step of a follower, 2 slots: the same', gold: follower(2), gate: follower(2), synthesised: true },
  { claim: 'step of a follower, 3 slots: the same', gold: follower(3), gate: follower(3), synthesised: true, long: true },
];

/** What the claim compares the design with: another text, or gates. @throws ToolMissing, ToolFailed */
export async function otherSide({ gate, synthesised }: NetlistClaim): Promise<Description> {
  const design = gate.elaborate();
  if (!synthesised) return { text: verilogText(design), top: design.name };
  return { text: (await synthesiseForXilinx(design)).text, top: design.name, usesCells: true };
}

/** @throws NotEquivalent, ToolMissing, ToolFailed */
export function proveNetlist({ gold }: NetlistClaim, other: Description): Promise<Equivalence> {
  const design = gold.elaborate();
  return proveEquivalent({ text: verilogText(design), top: design.name }, other, registersOf(design));
}

/** Names of the registers that the Verilog has, hierarchical, joined with dots; those of properties alone are not in it. */
export function registersOf(module: ModuleIr, path = ''): string[] {
  return [
    ...module.signals
      .filter(({ kind, formal }) => kind === 'memoryOutput' || (kind === 'register' && formal !== true))
      .map(({ name }) => path + name),
    ...module.instances.flatMap((instance) => registersOf(instance.module, `${path}${instance.name}.`)),
  ];
}

/** The gates with one look-up table inverted, counted from 0. @throws RangeError when there are fewer */
export function withInvertedGate(gates: string, index: number): string {
  const tables = [...gates.matchAll(/LUT[1-6] #\(\s*\.INIT\((\d+)'h([0-9a-f]+)\)/g)];
  const table = tables[index];
  if (table?.[1] === undefined || table[2] === undefined) throw new RangeError(`there are ${tables.length} look-up tables`);
  const [match, bits, init] = table;
  const inverted = (BigInt(`0x${init}`) ^ ((1n << BigInt(bits)) - 1n)).toString(16);
  return gates.slice(0, table.index) + match.replace(`'h${init}`, `'h${inverted}`) + gates.slice(table.index + match.length);
}
