/** A trace as text of two rows a signal, in ASCII, for snapshots in tests. */
import type { Trace } from './trace.ts';

/** Columns of a cycle. */
const CYCLE = 4;

/**
 * ```
 * valid      ___/-------\___
 * data     X 0 X 5     X 6
 * ```
 * Bits are high or low lines; words stand after an X where they change, cut where they do not fit.
 */
export function waveText({ signals }: Trace): string {
  const widest = Math.max(...signals.map(({ name }) => name.length));
  return signals
    .map(({ name, width, values }) => `${name.padEnd(widest)}  ${width === 1 ? line(values) : words(values)}`.trimEnd())
    .join('\n');
}

function line(values: readonly string[]): string {
  return values
    .map((value, index) => {
      const before = values[index - 1] ?? value;
      const edge = value === before ? (value === '1' ? '-' : '_') : value === '1' ? '/' : '\\';
      return edge + (value === '1' ? '-' : '_').repeat(CYCLE - 1);
    })
    .join('');
}

function words(values: readonly string[]): string {
  let text = '';
  for (let index = 0; index < values.length; ) {
    const value = values[index] ?? '';
    let end = index + 1;
    while (end < values.length && values[end] === value) end++;
    const room = (end - index) * CYCLE - 1;
    text += `X${` ${value}`.slice(0, room).padEnd(room)}`;
    index = end;
  }
  return text;
}
