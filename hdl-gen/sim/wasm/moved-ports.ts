/** The movers of a compiled design (`movers.ts`) from outside: their words in its memory. */
import type { AxiLiteHandshakes, Movers, OctetSink, OctetSource } from '../movers.ts';
import type { InputPort } from '../simulator.ts';
import { ACCESS, MOST_OCTETS, type Mover, type MoverPlan, SINK, SOURCE } from './movers.ts';

/** @param run runs the default clock to an event */
export function movedPorts(plan: MoverPlan, memory: ArrayBuffer, inputs: ReadonlyMap<string, InputPort>, run: Movers['run']): Movers {
  const words = new Int32Array(memory);
  const given = new Set<string>();
  const give = <T>(movers: readonly Mover[], port: string, made: (mover: Mover) => T): T | undefined => {
    const mover = movers.find((one) => one.port === port);
    if (mover === undefined || given.has(port)) return undefined;
    given.add(port);
    words[plan.inUse >> 2] = 1;
    return made(mover);
  };
  return {
    run,
    source: (port) => give(plan.sources, port, ({ address }) => new Source(memory, address, port, inputs)),
    sink: (port) => give(plan.sinks, port, ({ address }) => new Sink(memory, address)),
    axiLite: (port) => give(plan.axiLite, port, ({ address }) => new Handshakes(words, address)),
  };
}

class Source implements OctetSource {
  readonly #address: number;
  readonly #port: string;
  readonly #inputs: ReadonlyMap<string, InputPort>;
  readonly #words: Int32Array;
  readonly #octets: Uint8Array;

  constructor(memory: ArrayBuffer, address: number, port: string, inputs: ReadonlyMap<string, InputPort>) {
    this.#address = address;
    this.#port = port;
    this.#inputs = inputs;
    this.#words = new Int32Array(memory, address, SOURCE.octets >> 2);
    this.#octets = new Uint8Array(memory, address + SOURCE.octets, MOST_OCTETS);
  }

  play(frame: Uint8Array): void {
    if (frame.length > MOST_OCTETS)
      throw new RangeError(`a frame of ${frame.length} octets for ${this.#port}, expected at most ${MOST_OCTETS}`);
    this.#octets.set(frame);
    this.#words[SOURCE.left >> 2] = frame.length;
    this.#words[SOURCE.next >> 2] = this.#address + SOURCE.octets;
    this.#set('data', frame[0] ?? 0);
    this.#set('last', frame.length === 1 ? 1 : 0);
    this.#set('valid', 1);
  }

  get left(): number {
    return this.#words[SOURCE.left >> 2] ?? 0;
  }

  get firstAt(): number {
    return this.#words[SOURCE.firstAt >> 2] ?? 0;
  }

  #set(end: string, value: number): void {
    const input = this.#inputs.get(`${this.#port}_${end}`);
    if (input !== undefined) input.value = value;
  }
}

class Sink implements OctetSink {
  readonly #words: Int32Array;
  readonly #octets: Uint8Array;

  constructor(memory: ArrayBuffer, address: number) {
    this.#words = new Int32Array(memory, address, SINK.octets >> 2);
    this.#octets = new Uint8Array(memory, address + SINK.octets, MOST_OCTETS);
    this.#words[SINK.isWanted >> 2] = 1;
  }

  get isDue(): boolean {
    return this.isWhole || this.#words[SINK.count >> 2] === MOST_OCTETS;
  }

  get isWhole(): boolean {
    return this.#words[SINK.isWhole >> 2] === 1;
  }

  get firstAt(): number {
    return this.#words[SINK.firstAt >> 2] ?? 0;
  }

  take(): Uint8Array {
    const octets = this.#octets.slice(0, this.#words[SINK.count >> 2]);
    this.#words[SINK.count >> 2] = 0;
    this.#words[SINK.isWhole >> 2] = 0;
    return octets;
  }
}

class Handshakes implements AxiLiteHandshakes {
  readonly #words: Int32Array;
  readonly #word: number;

  constructor(words: Int32Array, address: number) {
    this.#words = words;
    this.#word = address >> 2;
  }

  begin(access: 'read' | 'write'): void {
    this.#words[this.#word] = ACCESS[access];
  }

  get isBusy(): boolean {
    return this.#words[this.#word] !== ACCESS.none;
  }
}
