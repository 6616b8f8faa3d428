/** AXI4-Stream: a source, a sink and a monitor, with random stalls. */
import { isDeepStrictEqual } from 'node:util';
import type { PlainOf } from '../../build/plain.ts';
import type { Payload } from '../../build/shape.ts';
import { StreamViolation } from '../errors.ts';
import { type Carries, type Driven, type Observed, sampledOf } from '../ports.ts';
import type { Testbench } from '../testbench.ts';

/** What one beat carries, as the program writes it. */
export type Beat<P extends Payload> = { readonly [K in keyof P]: PlainOf<P[K]> };

/** A stream into the design. Without `last`, every beat is a packet. */
interface Into<P extends Payload> extends Carries<P> {
  readonly valid: Driven<number>;
  readonly ready: Observed<number>;
  readonly last?: Driven<number>;
}

/** A stream out of the design. */
interface OutOf<P extends Payload> extends Carries<P> {
  readonly valid: Observed<number>;
  readonly ready: Driven<number>;
  readonly last?: Observed<number>;
}

const HANDSHAKE = ['valid', 'ready', 'last'];

export interface StallOptions {
  /** probability of a cycle without a beat (default 0) */
  readonly stalls?: number;
  /** default: the design's first clock */
  readonly clock?: string;
}

/** Sends packets; a stall comes before a beat is offered, never after. */
export class StreamSource<P extends Payload> {
  readonly #bench: Testbench;
  readonly #stream: Into<P>;
  readonly #stalls: number;
  readonly #clock: string | undefined;

  constructor(bench: Testbench, stream: Into<P>, { stalls = 0, clock }: StallOptions = {}) {
    this.#bench = bench;
    this.#stream = stream;
    this.#stalls = stalls;
    this.#clock = clock;
  }

  /** Offers the beats one after the other, the last one marked, and returns when that was taken. */
  async send(beats: readonly Beat<P>[]): Promise<void> {
    const fields = this.#stream as unknown as Readonly<Record<string, Driven<unknown>>>;
    for (const [index, beat] of beats.entries()) {
      while (this.#bench.random.chance(this.#stalls)) await this.#bench.tick(1, this.#clock);
      for (const [key, value] of Object.entries(beat as Readonly<Record<string, unknown>>)) fields[key]?.set(value);
      this.#stream.last?.set(index === beats.length - 1 ? 1 : 0);
      this.#stream.valid.set(1);
      do await this.#bench.tick(1, this.#clock);
      while (this.#stream.ready.sampled === 0);
      this.#stream.valid.set(0);
    }
  }
}

/** Takes packets. */
export class StreamSink<P extends Payload> {
  readonly #bench: Testbench;
  readonly #stream: OutOf<P>;
  readonly #stalls: number;
  readonly #clock: string | undefined;
  readonly #keys: readonly string[];

  constructor(bench: Testbench, stream: OutOf<P>, { stalls = 0, clock }: StallOptions = {}) {
    this.#bench = bench;
    this.#stream = stream;
    this.#stalls = stalls;
    this.#clock = clock;
    this.#keys = Object.keys(stream).filter((key) => !HANDSHAKE.includes(key));
  }

  /** The next packet, a beat at a time. @param within cycles for each beat; more is a Timeout */
  async receive(within = 10_000): Promise<Beat<P>[]> {
    const fields = this.#stream as unknown as Readonly<Record<string, Observed<unknown>>>;
    const beats: Beat<P>[] = [];
    for (;;) {
      while (this.#bench.random.chance(this.#stalls)) await this.#bench.tick(1, this.#clock);
      this.#stream.ready.set(1);
      let taken = false;
      const watch = (): boolean => taken;
      for (let left = within; !watch(); left--) {
        if (left === 0) await this.#bench.until(watch, { within: 1, what: `a beat of ${this.#stream.valid.name}` });
        await this.#bench.tick(1, this.#clock);
        taken = this.#stream.valid.sampled === 1;
      }
      this.#stream.ready.set(0);
      beats.push(Object.fromEntries(this.#keys.map((key) => [key, caught(fields, key)])) as unknown as Beat<P>);
      if (this.#stream.last?.sampled !== 0) return beats;
    }
  }
}

/** Watches a stream that leaves the design and keeps what crosses it. @throws StreamViolation at the edge that shows it */
export class StreamMonitor<P extends Payload> {
  readonly beats: Beat<P>[] = [];

  constructor(bench: Testbench, stream: OutOf<P>, clock?: string) {
    const keys = Object.keys(stream).filter((key) => !HANDSHAKE.includes(key));
    const fields = stream as unknown as Readonly<Record<string, Observed<unknown>>>;
    let waiting: readonly unknown[] | undefined;
    bench.onEdge((edge) => {
      if (clock !== undefined && edge !== clock) return;
      const offered = [...keys.map((key) => caught(fields, key)), stream.last?.sampled];
      if (waiting !== undefined) {
        if (stream.valid.sampled === 0) throw new StreamViolation(stream.valid.name, 'valid fell');
        const changed = offered.findIndex((value, index) => !isDeepStrictEqual(value, waiting?.[index]));
        if (changed >= 0) throw new StreamViolation(stream.valid.name, `${keys[changed] ?? 'last'} changed`);
      }
      const isOffered = stream.valid.sampled === 1;
      if (isOffered && stream.ready.value === 1)
        this.beats.push(Object.fromEntries(keys.map((key, index) => [key, offered[index]])) as unknown as Beat<P>);
      waiting = isOffered && stream.ready.value === 0 ? offered : undefined;
    });
  }
}

function caught(fields: Readonly<Record<string, Observed<unknown>>>, key: string): unknown {
  const field = fields[key];
  return field && sampledOf(field);
}
