/** `keyturn regs export`: the register map for other languages and tools. */
import { Command, Option } from 'commander';
import { loadBoard } from '../boards/board.ts';
import { AtomicFile } from '../sim/output/atomic-file.ts';
import { WIRES, type WireName } from '../spec/pages.ts';
import { cHeader } from '../sw/register-map/c-header.ts';
import { deviceTreeOverlay } from '../sw/register-map/device-tree.ts';
import { registerJson } from '../sw/register-map/json.ts';
import { registerPage } from '../sw/register-map/markdown.ts';
import { systemRdl } from '../sw/register-map/systemrdl.ts';
import { placementOn } from './placement.ts';
import { print } from './print.ts';
import { relationsOption } from './register-options.ts';

interface Flags {
  readonly format: string;
  readonly board: string;
  readonly wire: WireName;
  readonly relations: number;
  readonly out?: string;
}

const FORMATS: Readonly<Record<string, (flags: Flags) => string>> = {
  c: () => cHeader(),
  systemrdl: () => systemRdl(),
  'device-tree': ({ board, wire, relations }) => deviceTreeOverlay(placementOn(loadBoard(board), wire, relations)),
  markdown: () => registerPage(),
  json: () => `${JSON.stringify(registerJson(), null, 2)}\n`,
};

export function exportCommand(): Command {
  return new Command('export')
    .description('the register map as a C header, in SystemRDL, as a device-tree overlay, as a page, or as JSON')
    .addOption(new Option('--format <format>', 'what it becomes').choices(Object.keys(FORMATS)).makeOptionMandatory())
    .addOption(new Option('--relations <count>', 'device-tree: of the hardware, each with a page').argParser(relationsOption).default(1))
    .option('--board <name>', 'device-tree: a known board, or a folder with a board.json', 'zybo-z7-20')
    .addOption(
      new Option('--wire <way>', 'device-tree: what carries the frames, which says what pages there are')
        .choices([...WIRES])
        .default('fifo'),
    )
    .option('--out <file>', 'where it goes (default: standard output)')
    .action(async (flags: Flags) => {
      const text = FORMATS[flags.format]?.(flags) ?? '';
      if (flags.out === undefined) await print(text);
      else await AtomicFile.write(flags.out, text);
    });
}
