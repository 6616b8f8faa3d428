/** A trace as WaveJSON, the format of WaveDrom, for drawn documentation. */
import type { Trace } from './trace.ts';

/** A drawing for WaveDrom. */
export interface WaveJson {
  readonly signal: readonly { readonly name: string; readonly wave: string; readonly data?: readonly string[] }[];
  readonly head?: { readonly text: string };
}

/** A trace as a drawing for WaveDrom. `clock` is the name of a clock lane to draw above; there is none without it. */
export function waveJson({ signals }: Trace, { clock, title }: { readonly clock?: string; readonly title?: string } = {}): WaveJson {
  const cycles = Math.max(0, ...signals.map(({ values }) => values.length));
  const lanes = signals.map(({ name, width, values }) => {
    const changes = values.map((value, index) => value !== values[index - 1]);
    if (width === 1) return { name, wave: values.map((value, index) => (changes[index] ? value : '.')).join('') };
    return { name, wave: changes.map((changed) => (changed ? '=' : '.')).join(''), data: values.filter((_, index) => changes[index]) };
  });
  return {
    signal: [...(clock === undefined ? [] : [{ name: clock, wave: `p${'.'.repeat(Math.max(0, cycles - 1))}` }]), ...lanes],
    ...(title === undefined ? {} : { head: { text: title } }),
  };
}
