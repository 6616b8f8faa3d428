/** WaveJSON drawn as SVG by WaveDrom: for documentation, and not on the way of a simulation. */
import { createRequire } from 'node:module';
import type { WaveJson } from './wavejson.ts';

interface WaveDrom {
  readonly renderAny: (index: number, source: WaveJson, skin: unknown) => unknown;
  readonly waveSkin: unknown;
}

/** Room left of the names: WaveDrom measures them in a font that is narrower than many that draw them. */
const MARGIN = 48;

/** @returns one `svg` element, the same on every run, on a white ground so that it reads on a dark page too */
export function waveSvg(source: WaveJson): string {
  const require = createRequire(import.meta.url);
  const { renderAny, waveSkin } = require('wavedrom') as WaveDrom;
  const { stringify } = require('onml') as { readonly stringify: (tree: unknown, indent?: number) => string };
  const drawn = `${stringify(renderAny(0, source, waveSkin), 1)}\n`;
  return drawn
    .replace('<svg ', '<svg style="background: white" ')
    .replace(/ width="(\d+)"/, (_, width) => ` width="${Number(width) + MARGIN}"`)
    .replace(/ viewBox="0 0 (\d+) /, (_, width) => ` viewBox="${-MARGIN} 0 ${Number(width) + MARGIN} `);
}
