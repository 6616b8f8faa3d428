/** From lines of Verilog to lines of TypeScript: a source map (ECMA-426, "version 3"), as JavaScript tools use them. */
import { relative, resolve } from 'node:path';
import type { SourceLocation } from '../ir/location.ts';

/**
 * The map of one Verilog file, one mapping a line, from its first column.
 * @param file name of the Verilog file
 * @param locations where each of its lines comes from
 * @param directory where file and map are written: the sources are named relative to it
 * @returns JSON text; a line whose place is unknown has no mapping
 */
export function sourceMap(file: string, locations: readonly SourceLocation[], directory: string): string {
  const sources = new Map<string, number>();
  let [source, row] = [0, 0];
  const mappings = locations.map((location) => {
    const position = location.position();
    if (position === undefined) return '';
    const path = relative(resolve(directory), resolve(position.path));
    const index = sources.get(path) ?? sources.size;
    sources.set(path, index);
    // generated column, source, line and column, each as a difference from the one before
    const fields = [0, index - source, position.line - 1 - row, 0];
    [source, row] = [source + (fields[1] ?? 0), position.line - 1];
    return fields.map(vlq).join('');
  });
  return `${JSON.stringify({ version: 3, file, sources: [...sources.keys()], names: [], mappings: mappings.join(';') })}\n`;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** A variable-length quantity: 5 bits a digit, least significant first, the sign in the lowest bit. */
function vlq(value: number): string {
  let rest = value < 0 ? 2 * -value + 1 : 2 * value;
  let text = '';
  do {
    const digit = rest % 32;
    rest = Math.floor(rest / 32);
    text += BASE64.charAt(rest > 0 ? digit + 32 : digit);
  } while (rest > 0);
  return text;
}
