/** Lines of Verilog that know which statement of the user's they come from. */
import type { SourceLocation } from '../ir/location.ts';

/** A line; one that is a bare string comes from the module as a whole. */
export type Line = string | { readonly text: string; readonly at: SourceLocation };

/** Says where lines come from. */
export function from(at: SourceLocation, ...texts: readonly string[]): Line[] {
  return texts.map((text) => ({ text, at }));
}

export function textOf(line: Line): string {
  return typeof line === 'string' ? line : line.text;
}
