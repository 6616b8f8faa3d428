/** Value change dumps (IEEE 1364-2005, clause 18), written as the simulation goes. */
import type { Simulator } from './simulator.ts';

/** A signal in the dump: where it stands, and how it is read. Up to 32 bits as number, wider ones as bigint. */
export interface VcdSignal {
  /** from the outermost to the innermost, without the name */
  readonly scope: readonly string[];
  readonly name: string;
  readonly width: number;
  readonly read: () => number | bigint;
  /** written beside the declaration: what the values mean */
  readonly comment?: string;
}

/** Signals from one index to before another. */
export interface VcdRange {
  readonly from: number;
  readonly to: number;
}

/** Ports of a simulator by name, as the last edge caught them. @throws RangeError for a name that is no port */
export function vcdPorts(simulator: Simulator, scope: readonly string[], names: readonly string[]): VcdSignal[] {
  return names.map((name) => {
    const input = simulator.inputs.get(name);
    const output = simulator.outputs.get(name);
    if (input !== undefined) return { scope, name, width: input.width, read: () => (input.width > 32 ? input.big : input.value) };
    if (output !== undefined)
      return { scope, name, width: output.width, read: () => (output.width > 32 ? output.sampledBig : output.sampled) };
    throw new RangeError(`the design has no port ${name}; it has ${[...simulator.inputs.keys(), ...simulator.outputs.keys()].join(', ')}`);
  });
}

/** Writes a Value Change Dump (IEEE 1364-2005, clause 18), a cycle at a time. */
export class VcdWriter {
  readonly #sink: (text: string) => void;
  readonly #refresh: () => void;
  readonly #signals: readonly { readonly id: string; readonly width: number; readonly read: VcdSignal['read']; last: number | bigint }[];

  /**
   * @param sink takes the text, piece by piece; time is in ns
   * @param refresh called before each sample, where the signals need it
   */
  constructor(signals: readonly VcdSignal[], sink: (text: string) => void, refresh: () => void = () => {}) {
    this.#sink = sink;
    this.#refresh = refresh;
    this.#signals = signals.map(({ width, read }, index) => ({ id: identifier(index), width, read, last: -1 }));
    sink(header(signals));
  }

  /**
   * Writes what has changed since the last sample. Times must not go back.
   * @param ranges the signals that may have changed, in their order; all unless given
   */
  sample(timeNs: number, ranges: readonly VcdRange[] = [{ from: 0, to: this.#signals.length }]): void {
    this.#refresh();
    let text = '';
    for (const { from, to } of ranges) for (let index = from; index < to; index++) text += this.#change(index);
    if (text !== '') this.#sink(`#${timeNs}\n${text}`);
  }

  #change(index: number): string {
    const signal = this.#signals[index];
    const value = signal?.read();
    if (signal === undefined || value === undefined || value === signal.last) return '';
    signal.last = value;
    return signal.width === 1 ? `${value}${signal.id}\n` : `b${value.toString(2)} ${signal.id}\n`;
  }
}

/** Declarations; signals of one scope must stand together. */
function header(signals: readonly VcdSignal[]): string {
  const lines = ['$version hdl-gen $end', '$timescale 1ns $end'];
  let open: readonly string[] = [];
  const enter = (scope: readonly string[]): void => {
    let shared = 0;
    while (shared < open.length && shared < scope.length && open[shared] === scope[shared]) shared++;
    for (let level = open.length; level > shared; level--) lines.push('$upscope $end');
    for (const name of scope.slice(shared)) lines.push(`$scope module ${name} $end`);
    open = scope;
  };
  signals.forEach(({ scope, name, width, comment }, index) => {
    enter(scope);
    lines.push(`$var wire ${width} ${identifier(index)} ${name} $end`);
    if (comment !== undefined) lines.push(`$comment ${name}: ${comment} $end`);
  });
  enter([]);
  return `${[...lines, '$enddefinitions $end'].join('\n')}\n`;
}

/** Printable characters from `!` to `~`, as few as are needed. */
function identifier(index: number): string {
  const digit = String.fromCharCode(33 + (index % 94));
  return index < 94 ? digit : digit + identifier(Math.floor(index / 94) - 1);
}
