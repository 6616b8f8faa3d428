/** `keyturn flash`: a bitstream into the logic of a board, over JTAG or on the board itself. */
import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { boardNames, loadBoard } from '../boards/board.ts';
import type { Board } from '../boards/schema.ts';
import { AtomicFile } from '../sim/output/atomic-file.ts';
import { BitstreamError } from '../sw/bitstream/bit-file.ts';
import { type Bitstream, checkPart, readBitstream, swapped } from '../sw/bitstream/bitstream.ts';
import { EXIT } from './exit.ts';
import { fpgaManager, hasFpgaManager } from './loaders/fpga-manager.ts';
import { asBitFile, type Load, type Loader, NoLoader } from './loaders/loader.ts';
import { openFpgaLoader } from './loaders/openfpgaloader.ts';
import { vivado } from './loaders/vivado.ts';
import { onPath } from './on-path.ts';

const LOADERS: readonly Loader[] = [fpgaManager, openFpgaLoader, vivado];

interface Flags {
  readonly board?: string;
  readonly by: string;
  readonly save?: string;
  readonly dryRun?: boolean;
  readonly root: string;
}

export function flashCommand(setExit: (code: number) => void): Command {
  return new Command('flash')
    .description('load a bitstream into the logic of a board: over JTAG, or on the board itself; ends with the exit code of the tool')
    .argument('<file>', 'a .bit as Vivado or openXC7 write it, or a byte-swapped .bin')
    .option('--board <name>', 'refuse a bitstream for another board (default: the known board with its part)')
    .addOption(
      new Option('--by <loader>', 'what loads it')
        .choices(['auto', ...LOADERS.map(({ name }) => name)])
        .default('auto', 'fpga-manager on the board, elsewhere openfpgaloader or vivado, whichever is installed'),
    )
    .option('--save <file>', 'load nothing: write the bitstream there, as byte-swapped .bin for Linux, or as .bit (default: none)')
    .option('--dry-run', 'check the file and print what would be done (default: false)')
    .option('--root <folder>', 'fpga-manager: where sys and lib are', '/')
    .action(async (path: string, flags: Flags) => setExit(await flash(path, flags)))
    .showHelpAfterError('(keyturn flash --help lists the options)')
    .exitOverride();
}

async function flash(path: string, flags: Flags): Promise<number> {
  const bitstream = readBitstream(readFileSync(path), path);
  const board = boardOf(bitstream, flags.board, path);
  checkPart(bitstream, board.part, path);
  const abort = new AbortController();
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const load: Load = { bitstream, board, path, root: flags.root, say, signal: abort.signal };
  say(`${path}: ${bitstream.payload.length} octets for ${board.part.name}, ${board.title}`);
  if (flags.save !== undefined) {
    await save(flags.save, load);
    return EXIT.done;
  }
  const loader = flags.by === 'auto' ? firstThere(flags.root) : LOADERS.find(({ name }) => name === flags.by);
  if (loader === undefined) throw new NoLoader(`there is no loader ${flags.by}`, 'see keyturn flash --help');
  if (flags.dryRun === true) {
    process.stdout.write(`${loader.plan(load).join('\n')}\n`);
    return EXIT.done;
  }
  const interrupt = (): void => abort.abort();
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  try {
    const status = await loader.load(load);
    return abort.signal.aborted ? EXIT.interrupted : status;
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

/** @throws UnknownBoard, BitstreamError where no known board has the part */
function boardOf({ header, idcode }: Bitstream, name: string | undefined, path: string): Board {
  if (name !== undefined) return loadBoard(name);
  for (const known of boardNames()) {
    const board = loadBoard(known);
    try {
      checkPart({ header, idcode, payload: new Uint8Array() }, board.part, path);
      return board;
    } catch (error) {
      if (!(error instanceof BitstreamError)) throw error;
    }
  }
  throw new BitstreamError(
    path,
    `is for ${header === undefined ? `the IDCODE 0x${(idcode ?? 0).toString(16)}` : `the part ${header.part}`}, which no known board has`,
    `known are ${boardNames().join(', ')}; name another with --board`,
  );
}

/** @throws NoLoader */
function firstThere(root: string): Loader {
  if (hasFpgaManager(root)) return fpgaManager;
  if (onPath('openFPGALoader') !== undefined) return openFpgaLoader;
  if (onPath('vivado') !== undefined) return vivado;
  throw new NoLoader(
    'there is nothing to load a bitstream with: no fpga_manager, and neither openFPGALoader nor vivado on the PATH',
    'install openFPGALoader (apt-get install openfpgaloader), run the settings64.sh of Vivado, or run this on the board',
  );
}

async function save(path: string, load: Load): Promise<void> {
  const file = new AtomicFile(path);
  try {
    file.write(path.endsWith('.bit') ? asBitFile(load) : swapped(load.bitstream.payload));
    await file.commit();
  } catch (error) {
    await file.discard();
    throw error;
  }
}
