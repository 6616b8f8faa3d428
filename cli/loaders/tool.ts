/** A tool of the host that loads a bitstream: its output goes through, its exit code is carried on, what it says is explained. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { asBitFile, type Load, NoLoader } from './loader.ts';

export interface Explanation {
  readonly says: RegExp;
  readonly means: string;
}

/** The signal that ended a tool counts as its exit code, as in a shell. */
const SIGNALS: Readonly<Record<string, number>> = { SIGHUP: 129, SIGINT: 130, SIGKILL: 137, SIGSEGV: 139, SIGTERM: 143 };

/**
 * Runs the tool with the bitstream in a file of its own, which is gone afterwards.
 * @throws NoLoader where the tool is not installed
 */
export async function runTool(
  tool: string,
  {
    load,
    args,
    explanations,
    install,
  }: {
    readonly load: Load;
    readonly args: (bitFile: string, folder: string) => readonly string[];
    readonly explanations: readonly Explanation[];
    readonly install: string;
  },
): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-flash-'));
  try {
    const bitFile = join(folder, 'keyturn.bit');
    writeFileSync(bitFile, asBitFile(load));
    const running = execa(tool, [...args(bitFile, folder)], { all: true, reject: false, cancelSignal: load.signal, stdin: 'ignore' });
    running.all.on('data', (chunk: Buffer) => process.stderr.write(chunk));
    const { exitCode, signal, all, code } = await running;
    if (code === 'ENOENT' || code === 'EACCES') throw new NoLoader(`${tool} can't be run (${code})`, install);
    const status = exitCode ?? SIGNALS[signal ?? ''] ?? 1;
    if (status !== 0) {
      const explanation = explanations.find(({ says }) => says.test(all));
      load.say(
        `${tool} ended with exit code ${status}${explanation === undefined ? '; its own words are above' : `: ${explanation.means}`}`,
      );
    }
    return status;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** With JTAG alone nobody connects the processor to the logic again (UG585, level shifters; zynq-fpga.c does it). */
export const AFTER_JTAG =
  'loaded over JTAG: the level shifters and FCLK are as the boot left them; before you read a register from Linux, load through fpga_manager or boot with this bitstream';
