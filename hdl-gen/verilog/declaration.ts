/** Declarations of ports, wires and registers, and what a linter has to know about them. */
import type { Attributes } from '../ir/attributes.ts';
import type { SourceLocation } from '../ir/location.ts';
import type { Memory } from '../ir/module.ts';
import { from, type Line } from './line.ts';

const LINT_OFF = '  /* verilator lint_off UNUSED */';
const LINT_ON = '  /* verilator lint_on UNUSED */';

/** Wires made for expressions that Verilog can't index, by their text; `at` is the statement that needed it first. */
export type Wires = Map<string, { readonly name: string; readonly width: number; readonly at: SourceLocation }>;

/** `[7:0]`, or nothing for one bit. */
export function vector(width: number): string {
  return width === 1 ? '' : `[${width - 1}:0]`;
}

export function hoistedWires(wires: Wires): Line[] {
  return [...wires].flatMap(([text, { name, width, at }]) => lint(true, from(at, `  wire ${vector(width)} ${name} = ${text};`)));
}

/** ` // what its author says of it`, at the end of a declaration. */
export function remark({ comment }: { readonly comment?: string | undefined }): string {
  return comment === undefined ? '' : ` // ${comment.replace(/\s+/g, ' ').trim()}`;
}

/** Tells Verilator that not every bit of these declarations is read, and that this is known. */
export function lint(unread: boolean, declarations: readonly Line[]): Line[] {
  return unread ? [LINT_OFF, ...declarations, LINT_ON] : [...declarations];
}

/** `(* ASYNC_REG = "TRUE" *)`; nothing where there are no attributes. */
export function attributeLines(attributes: Attributes | undefined, indent: string): string[] {
  const texts = Object.entries(attributes ?? {}).map(([name, value]) => {
    if (typeof value === 'number') return `${name} = ${value}`;
    return `${name} = "${typeof value === 'boolean' ? String(value).toUpperCase() : value}"`;
  });
  return texts.length === 0 ? [] : [`${indent}(* ${texts.join(', ')} *)`];
}

/** What the synthesiser should make of a memory. Yosys has no LUT RAM that is never written: such a ROM is logic to it. */
export function styleAttribute({ style }: Memory, isWritten: boolean): string[] {
  if (isWritten) return [`  (* ram_style = "${style}" *)`];
  if (style === 'block') return ['  (* rom_style = "block" *)'];
  return ['`ifdef YOSYS', '  (* logic_block *)', '`else', '  (* rom_style = "distributed" *)', '`endif'];
}

/** One pair of comments around neighbours, instead of one around each. */
export function mergeLint(lines: readonly Line[]): Line[] {
  return lines.filter(
    (line, index) => !(line === LINT_ON && lines[index + 1] === LINT_OFF) && !(line === LINT_OFF && lines[index - 1] === LINT_ON),
  );
}
