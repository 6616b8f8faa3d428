/** Ways to get a bitstream into the logic. */

import type { Board } from '../../boards/schema.ts';
import { BitstreamError, printBit } from '../../sw/bitstream/bit-file.ts';
import type { Bitstream } from '../../sw/bitstream/bitstream.ts';

export interface Load {
  readonly bitstream: Bitstream;
  readonly board: Board;
  /** the file that was named, for messages */
  readonly path: string;
  /** the root of the file system of the board */
  readonly root: string;
  /** what goes on, a line each */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface Loader {
  readonly name: string;
  /** what would be done, a line for each command or file */
  plan(load: Load): readonly string[];
  /** @returns the exit code of the tool that did it, 0 when the logic is loaded */
  load(load: Load): Promise<number>;
}

/** There is nothing here to load a bitstream with. */
export class NoLoader extends Error {
  constructor(what: string, mend: string) {
    super(`${what}: ${mend}`);
    this.name = 'NoLoader';
  }
}

/** The bitstream as the `.bit` that the tools of a host want. @throws BitstreamError */
export function asBitFile({ bitstream: { header, payload }, board, path }: Load): Uint8Array {
  const part = board.part.name.replace(/^xc/, '').replace(/-.*$/, '');
  if (payload.length === 0) throw new BitstreamError(path, 'is empty', 'generate it again');
  return printBit({ header: header ?? { design: 'keyturn', part, date: '1970/01/01', time: '00:00:00' }, payload });
}
