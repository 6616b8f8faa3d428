/** `keyturn vectors`: published test vectors through the AEAD engines of the hardware. */
import { Command, Option } from 'commander';
import { SIMULATORS, type SimulationOptions } from '../sim/options.ts';
import { readVectors } from '../sim/vectors/read.ts';
import type { VectorsResult } from '../sim/vectors/run.ts';
import { EXIT } from './exit.ts';
import { print } from './print.ts';
import { Progress } from './progress.ts';
import { interruptible } from './signals.ts';

export function vectorsCommand(setExit: (code: number) => void): Command {
  return new Command('vectors')
    .description(
      'published test vectors through the AEAD engines of the hardware, sealed and opened: exit code 0 if none failed, 1 if one did',
    )
    .argument('<file...>', 'NIST CAVP of GCM (.rsp), Wycheproof JSON of AES-GCM, AES-GMAC or ASCON-AEAD128, LWC KAT of Ascon-AEAD128')
    .addOption(new Option('--simulator <name>', 'what runs the engines').choices([...SIMULATORS]).default('wasm'))
    .action(async (files: readonly string[], { simulator }: Pick<SimulationOptions, 'simulator'>) =>
      setExit(await interruptible((signal) => vectors(files, simulator, signal))),
    )
    .showHelpAfterError('(keyturn vectors --help tells more)')
    .exitOverride();
}

async function vectors(names: readonly string[], simulator: SimulationOptions['simulator'], signal: AbortSignal): Promise<number> {
  const files = await Promise.all(names.map(readVectors));
  const progress = new Progress(true, `vectors of ${files.length === 1 ? 'a file' : `${files.length} files`}, ${simulator}`);
  // the hardware takes longer to load than most commands to run
  const { runVectors } = await import('../sim/vectors/run.ts');
  try {
    const result = await runVectors({
      files,
      simulator,
      signal,
      onProgress: (done, of, failed, rate) => progress.update(done, of, `${failed} failed, ${rate.toFixed(0)} frames a second`),
    });
    progress.end();
    await print(resultText(result));
    return result.failed.length === 0 ? EXIT.done : EXIT.fault;
  } finally {
    progress.end();
  }
}

function resultText({ passed, failed, skipped, engines }: VectorsResult): string {
  const lines = [...engines].map(
    ([engine, { vectors, frames, cycles, seconds }]) =>
      `${engine}: ${vectors} vectors, ${frames} frames in ${cycles} cycles, ${(frames / seconds).toFixed(0)} frames a second`,
  );
  const reasons = [...skipped].map(([why, count]) => `${why}: ${count}`).join(', ');
  const all = [...skipped.values()].reduce((sum, count) => sum + count, 0);
  const last = `${passed} passed, ${failed.length} failed, ${all} skipped${reasons === '' ? '' : ` (${reasons})`}`;
  return [...failed.map((fault) => `FAILED ${fault}`), ...lines, last, ''].join('\n');
}
