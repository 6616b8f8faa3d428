/** `keyturn regs export`: the register map for other languages and tools. */
import { Command, Option } from 'commander';
import { loadBoard } from '../boards/board.ts';
import { AtomicFile } from '../sim/output/atomic-file.ts';
import { cHeader } from '../sw/register-map/c-header.ts';
import { deviceTreeOverlay } from '../sw/register-map/device-tree.ts';
import { registerJson } from '../sw/register-map/json.ts';
import { registerPage } from '../sw/register-map/markdown.ts';
import { systemRdl } from '../sw/register-map/systemrdl.ts';
import { print } from './print.ts';

const FORMATS: Readonly<Record<string, (board: string) => string>> = {
  c: () => cHeader(),
  systemrdl: () => systemRdl(),
  'device-tree': (board) => deviceTreeOverlay(loadBoard(board).registers),
  markdown: () => registerPage(),
  json: () => `${JSON.stringify(registerJson(), null, 2)}\n`,
};

export function exportCommand(): Command {
  return new Command('export')
    .description('the register map as a C header, in SystemRDL, as a device-tree overlay, as a page, or as JSON')
    .addOption(new Option('--format <format>', 'what it becomes').choices(Object.keys(FORMATS)).makeOptionMandatory())
    .option('--board <name>', 'device-tree: a known board, or a folder with a board.json', 'zybo-z7-20')
    .option('--out <file>', 'where it goes (default: standard output)')
    .action(async ({ format, board, out }: { readonly format: string; readonly board: string; readonly out?: string }) => {
      const text = FORMATS[format]?.(board) ?? '';
      if (out === undefined) await print(text);
      else await AtomicFile.write(out, text);
    });
}
