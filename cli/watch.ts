/** `keyturn regs watch`: registers as they change, until it is interrupted. */
import { table } from '../judge/table.ts';
import type { Register } from '../spec/registers.ts';
import { hex } from '../sw/register-map/names.ts';
import type { RegisterTarget } from '../sw/register-target/target.ts';
import { valueRows } from './regs-text.ts';

export interface WatchOptions {
  readonly registers: readonly Register[];
  readonly milliseconds: number;
  /** rounds after which it ends */
  readonly rounds: number;
  readonly signal: AbortSignal;
  readonly show: View;
}

/** Shows the values of a round. */
export type View = (values: ReadonlyMap<Register, number>) => void;

export async function watch(target: RegisterTarget, { registers, milliseconds, rounds, signal, show }: WatchOptions): Promise<void> {
  for (let round = 1; round <= rounds && !signal.aborted; round++) {
    const values = new Map<Register, number>();
    for (const register of registers) values.set(register, await target.read32(register.offset));
    show(values);
    if (round < rounds && !signal.aborted) await target.waitForInterrupt(milliseconds, signal);
  }
}

/** A table on a terminal, of which the lines that change are written again. */
export function redrawing(write: (text: string) => void): View {
  let shown: readonly string[] = [];
  return (values) => {
    const lines = table([['offset', 'register', 'value', ''], ...valueRows(values)], 'text')
      .trimEnd()
      .split('\n');
    if (shown.length === 0) write(`${lines.join('\n')}\n`);
    else
      lines.forEach((line, index) => {
        const up = lines.length - index;
        if (line !== shown[index]) write(`\x1b[${up}A\r\x1b[K${line}\x1b[${up}B\r`);
      });
    shown = lines;
  };
}

/** A line for each change; the first round has them all. */
export function changes(line: (name: string, value: number, before: number | undefined) => string, write: (text: string) => void): View {
  const last = new Map<string, number>();
  return (values) => {
    for (const [{ name }, value] of values) {
      const before = last.get(name);
      if (value !== before) write(`${line(name, value, before)}\n`);
      last.set(name, value);
    }
  };
}

export function changeText(name: string, value: number, before: number | undefined): string {
  return before === undefined ? `${name} ${hex(value, 8)}` : `${name} ${hex(before, 8)} -> ${hex(value, 8)}`;
}

export function changeJson(name: string, value: number, before: number | undefined): string {
  return JSON.stringify({ name, value, ...(before === undefined ? {} : { before }) });
}
