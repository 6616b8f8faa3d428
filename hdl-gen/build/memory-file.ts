/** Contents of a memory as text: the format of Verilog's `$readmemh` and `$readmemb` (IEEE 1364-2005, 17.2.9). */
import { BadMemoryFile } from '../errors/memory-errors.ts';

/** How the text of a file is read. */
export interface MemoryFileOptions {
  /** the words that the memory has */
  readonly depth: number;
  /** what messages call the text */
  readonly name?: string;
  /** of the digits; default: 16 */
  readonly radix?: 2 | 16;
  /** of a word that the text does not have; default: 0 */
  readonly fill?: bigint;
}

/**
 * The words of a text, for `init` of a memory: `memoryWords(readFileSync('boot.hex', 'utf8'), { depth: 1024 })`. An address
 * behind `@` is always hexadecimal. @throws BadMemoryFile
 */
export function memoryWords(text: string, { depth, name = 'contents', radix = 16, fill = 0n }: MemoryFileOptions): readonly bigint[] {
  const words = Array.from({ length: depth }, () => fill);
  const digits = radix === 16 ? /^[0-9a-f_]*[0-9a-f]$/i : /^[01_]*[01]$/;
  let at = 0;
  for (const { token, line } of tokensOf(text)) {
    const address = /^@([0-9a-f]+)$/i.exec(token)?.[1];
    if (address !== undefined) at = Number.parseInt(address, 16);
    else if (!digits.test(token))
      throw new BadMemoryFile(name, line, `'${token}' is no word of ${radix === 16 ? 'hexadecimal' : 'binary'} digits`);
    else if (at >= depth) throw new BadMemoryFile(name, line, `a word at address ${at} of a memory of ${depth} words`);
    else words[at++] = BigInt(`${radix === 16 ? '0x' : '0b'}${token.replaceAll('_', '')}`);
  }
  return words;
}

function* tokensOf(text: string): Generator<{ readonly token: string; readonly line: number }> {
  // a comment leaves its line ends, so that lines keep their numbers
  const bare = text.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]+/g, ' '));
  for (const [index, line] of bare.split('\n').entries())
    for (const token of line.split(/\s+/)) if (token !== '') yield { token, line: index + 1 };
}
