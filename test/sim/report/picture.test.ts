import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { optionsSchema } from '../../../sim/options.ts';
import { timelineSvg } from '../../../sim/report/timeline.ts';
import { runSimulation } from '../../../sim/run.ts';

const PICTURE = fileURLToPath(new URL('../../../docs/timeline.svg', import.meta.url));

it('the picture in the README is what the program draws (renew it with `npx vitest run picture -u`)', async () => {
  const result = await runSimulation({ options: optionsSchema.parse({ frames: 600, seed: 1 }) });
  await expect(`${timelineSvg(result, 0)}\n`).toMatchFileSnapshot(PICTURE);
});
