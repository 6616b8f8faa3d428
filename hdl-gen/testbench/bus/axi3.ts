/** AXI3 manager (ARM IHI 0022, part A), as the processing system of a Zynq-7000: bursts, identifiers, stalls on every channel. */
import { Axi3Violation } from '../errors.ts';
import type { Testbench } from '../testbench.ts';
import type { StallOptions } from './axi-stream.ts';

type PortIn<M> = M extends ReadonlyMap<string, infer P> ? P : never;
type InputPort = PortIn<Testbench['simulator']['inputs']>;
type OutputPort = PortIn<Testbench['simulator']['outputs']>;

/** How a burst goes over the bus. */
export interface BurstOptions {
  readonly id?: number;
  /** log2 of the octets of a beat; default 2, a word */
  readonly size?: number;
  /** default INCR */
  readonly burst?: number;
}

/** What one beat of a read burst brought. */
export interface ReadBeat {
  readonly data: number;
  readonly response: number;
}

const SIGNALS = {
  aw: ['addr', 'id', 'len', 'size', 'burst', 'valid', 'ready'],
  w: ['data', 'strb', 'id', 'last', 'valid', 'ready'],
  b: ['id', 'resp', 'valid', 'ready'],
  ar: ['addr', 'id', 'len', 'size', 'burst', 'valid', 'ready'],
  r: ['data', 'resp', 'id', 'last', 'valid', 'ready'],
} as const;
type Channel = keyof typeof SIGNALS;

/** One write and one read can be under way at a time; both at once, from two tasks. */
export class Axi3Manager {
  readonly #bench: Testbench;
  readonly #stalls: number;
  readonly #clock: string | undefined;
  readonly #ports: ReadonlyMap<string, InputPort | OutputPort>;

  /**
   * @param nameOf the port of a signal, `('aw', 'addr')` being AWADDR
   * @throws RangeError where the design has no such port
   */
  constructor(bench: Testbench, nameOf: (channel: Channel, signal: string) => string, { stalls = 0, clock }: StallOptions = {}) {
    this.#bench = bench;
    this.#stalls = stalls;
    this.#clock = clock;
    const { inputs, outputs } = bench.simulator;
    this.#ports = new Map(
      Object.entries(SIGNALS).flatMap(([channel, signals]) =>
        signals.map((signal) => {
          const name = nameOf(channel as Channel, signal);
          const port = inputs.get(name) ?? outputs.get(name);
          if (port === undefined) throw new RangeError(`no AXI3 port ${name}`);
          return [channel + signal, port] as const;
        }),
      ),
    );
  }

  /** @param beats words, with their strobes where not all octets are written. @returns the response */
  async write(
    address: number,
    beats: readonly (number | readonly [data: number, strobe: number])[],
    options: BurstOptions = {},
  ): Promise<number> {
    const { id = 0 } = options;
    const data = this.#bench.fork(`write data of 0x${address.toString(16)}`, async () => {
      for (const [index, beat] of beats.entries()) {
        const [word, strobe] = typeof beat === 'number' ? [beat, 0xf] : beat;
        await this.#offer('w', { data: word >>> 0, strb: strobe, id, last: index === beats.length - 1 ? 1 : 0 });
      }
    });
    await this.#offer('aw', requestOf(address, beats.length, options));
    await this.#bench.join(data);
    await this.#take('b');
    this.#expect('b', 'id', id);
    return this.#sampled('b', 'resp');
  }

  /** @throws Axi3Violation for another identifier, or RLAST with another beat than the last */
  async read(address: number, length: number, options: BurstOptions = {}): Promise<ReadBeat[]> {
    await this.#offer('ar', requestOf(address, length, options));
    const beats: ReadBeat[] = [];
    while (beats.length < length) {
      await this.#take('r');
      this.#expect('r', 'id', options.id ?? 0);
      this.#expect('r', 'last', beats.length === length - 1 ? 1 : 0);
      beats.push({ data: this.#sampled('r', 'data'), response: this.#sampled('r', 'resp') });
    }
    return beats;
  }

  async #offer(channel: 'aw' | 'w' | 'ar', values: Readonly<Record<string, number>>): Promise<void> {
    await this.#stall();
    for (const [signal, value] of Object.entries(values)) this.#drive(channel, signal, value);
    this.#drive(channel, 'valid', 1);
    await this.#until(channel, 'ready');
    this.#drive(channel, 'valid', 0);
  }

  async #take(channel: 'b' | 'r'): Promise<void> {
    await this.#stall();
    this.#drive(channel, 'ready', 1);
    await this.#until(channel, 'valid');
    this.#drive(channel, 'ready', 0);
  }

  async #until(channel: Channel, signal: 'valid' | 'ready'): Promise<void> {
    const what = `${channel}${signal}`;
    for (let left = 2_000; left > 0; left--) {
      await this.#bench.tick(1, this.#clock);
      if (this.#sampled(channel, signal) === 1) return;
    }
    throw new Axi3Violation(what, 'stayed 0 for 2000 cycles');
  }

  async #stall(): Promise<void> {
    while (this.#bench.random.chance(this.#stalls)) await this.#bench.tick(1, this.#clock);
  }

  #expect(channel: Channel, signal: string, expected: number): void {
    const found = this.#sampled(channel, signal);
    if (found !== expected) throw new Axi3Violation(channel + signal, `is ${found} where ${expected} was expected`);
  }

  #drive(channel: Channel, signal: string, value: number): void {
    const port = this.#ports.get(channel + signal);
    if (port !== undefined) (port as InputPort).value = value;
  }

  #sampled(channel: Channel, signal: string): number {
    return (this.#ports.get(channel + signal) as OutputPort | undefined)?.sampled ?? 0;
  }
}

function requestOf(address: number, length: number, { id = 0, size = 2, burst = 1 }: BurstOptions): Record<string, number> {
  return { addr: address, id, len: length - 1, size, burst };
}
