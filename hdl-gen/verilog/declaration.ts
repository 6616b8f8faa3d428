/** Declarations of ports, wires and registers, and what a linter has to know about them. */

const LINT_OFF = '  /* verilator lint_off UNUSED */';
const LINT_ON = '  /* verilator lint_on UNUSED */';

/** Wires made for expressions that Verilog can't index, by their text. */
export type Wires = Map<string, { readonly name: string; readonly width: number }>;

/** `[7:0]`, or nothing for one bit. */
export function vector(width: number): string {
  return width === 1 ? '' : `[${width - 1}:0]`;
}

export function hoistedWires(wires: Wires): string[] {
  return [...wires].map(([text, { name, width }]) => lint(true, `  wire ${vector(width)} ${name} = ${text};`));
}

/** Tells Verilator that not every bit of this declaration is read, and that this is known. */
export function lint(unread: boolean, declaration: string): string {
  return unread ? `${LINT_OFF}\n${declaration}\n${LINT_ON}` : declaration;
}

/** One pair of comments around neighbours, instead of one around each. */
export function mergeLint(text: string): string {
  return text.replaceAll(`${LINT_ON}\n${LINT_OFF}\n`, '');
}
