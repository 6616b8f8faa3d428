/** `keyturn sim --model`: many relations on reference stations, without hardware. */
import { flagOf, type SimulationOptions } from '../sim/options.ts';
import { EXIT } from './exit.ts';
import { print } from './print.ts';
import { Progress } from './progress.ts';

export interface ModelRun {
  readonly options: SimulationOptions;
  readonly idealAead: boolean;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

export async function simulateModel({ options, idealAead, json, signal }: ModelRun): Promise<number> {
  const { relations, frames, seed, engine } = options;
  const progress = new Progress(
    !json,
    `rekeying in the model: ${relations} relations, ${frames} frames in each direction of each, ${idealAead ? 'ideal AEAD' : engine}, ${flagOf('seed')} ${seed}`,
  );
  const { runRelations } = await import('../sim/relations/run.ts');
  const { relationsShortcomings } = await import('../sim/relations/result.ts');
  const { relationsText } = await import('../sim/relations/text.ts');
  try {
    const result = await runRelations({
      options,
      idealAead,
      signal,
      onProgress: ({ done, of, rekeys }) => progress.update(done, of, `${rekeys} rekeys`),
    });
    progress.end();
    const shortcomings = relationsShortcomings(result);
    await print(json ? `${JSON.stringify({ shortcomings, ...result }, null, 2)}\n` : relationsText(result));
    return shortcomings.length === 0 ? EXIT.done : EXIT.fault;
  } finally {
    progress.end();
  }
}
