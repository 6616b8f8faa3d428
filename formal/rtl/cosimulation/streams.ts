/** The streams of a design on a bench, an octet a cycle. */
import type { InputPort, OutputPort } from '../../../hdl-gen/sim/simulator.ts';
import type { BusBench } from './bus-bench.ts';

/** A frame as it left, with the cycles of its first and last octet. */
export interface Seen {
  readonly octets: Uint8Array;
  readonly from: number;
  readonly to: number;
}

/** A stream into a design. */
export interface StreamIn {
  readonly valid: InputPort;
  readonly data: InputPort;
  readonly last: InputPort;
  readonly ready: OutputPort;
}

export function streamIn(bench: BusBench, name: string): StreamIn {
  return {
    valid: bench.input(`${name}_valid`),
    data: bench.input(`${name}_data`),
    last: bench.input(`${name}_last`),
    ready: bench.output(`${name}_ready`),
  };
}

/** @param beat undefined: nothing in this cycle */
export function offer({ valid, data, last }: StreamIn, beat: readonly [octet: number, last: boolean] | undefined): void {
  valid.value = beat === undefined ? 0 : 1;
  // what stands on a stream that offers nothing means nothing
  data.value = beat?.[0] ?? 0xa5;
  last.value = Number(beat?.[1] ?? true);
}

/** A stream out of it. */
export class StreamOut {
  readonly ready: InputPort;
  readonly #valid: OutputPort;
  readonly #data: OutputPort;
  readonly #last: OutputPort;
  #octets: number[] = [];
  #from = 0;

  constructor(bench: BusBench, name: string) {
    this.ready = bench.input(`${name}_ready`);
    this.#valid = bench.output(`${name}_valid`);
    this.#data = bench.output(`${name}_data`);
    this.#last = bench.output(`${name}_last`);
  }

  /** Takes what was handed over in a cycle; a frame that ends with it goes to the others. */
  take(cycle: number, frames: Seen[]): void {
    if (this.#valid.sampled === 0 || this.ready.value === 0) return;
    if (this.#octets.length === 0) this.#from = cycle;
    this.#octets.push(this.#data.sampled);
    if (this.#last.sampled === 0) return;
    frames.push({ octets: Uint8Array.from(this.#octets), from: this.#from, to: cycle });
    this.#octets = [];
  }
}
