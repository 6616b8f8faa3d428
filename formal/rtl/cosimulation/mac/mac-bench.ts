/** A MAC between a PHY and a system, each with a clock of its own. */
import { AssertionError } from 'node:assert';
import { lower } from '../../../../hdl-gen/ir/lower.ts';
import { Random } from '../../../../hdl-gen/sim/random.ts';
import type { InputPort, OutputPort, Simulator } from '../../../../hdl-gen/sim/simulator.ts';
import { compileToWasm, type WasmDesign } from '../../../../hdl-gen/sim/wasm/compile.ts';
import { simulateWasm } from '../../../../hdl-gen/sim/wasm/simulator.ts';
import { gmiiMac } from '../../../../hw/mac/gmii-mac.ts';
import { rmiiMac } from '../../../../hw/mac/rmii-mac.ts';
import { IDLE, type Pins } from './wire.ts';

interface Variant {
  readonly width: 2 | 8;
  readonly clock: string;
  /** ns */
  readonly period: number;
  readonly reset: string;
  readonly pins: { readonly [K in 'rxd' | 'rxDv' | 'rxEr' | 'txd' | 'txEn']: string };
  readonly txEr?: string;
}

export const VARIANTS = {
  rmii: {
    width: 2,
    clock: 'ref_clk',
    period: 20,
    reset: 'ref_rst',
    pins: { rxd: 'rmii_rxd', rxDv: 'rmii_crs_dv', rxEr: 'rmii_rx_er', txd: 'rmii_txd', txEn: 'rmii_tx_en' },
  },
  gmii: {
    width: 8,
    clock: 'gmii_clk',
    period: 8,
    reset: 'gmii_rst',
    pins: { rxd: 'gmii_rxd', rxDv: 'gmii_rx_dv', rxEr: 'gmii_rx_er', txd: 'gmii_txd', txEn: 'gmii_tx_en' },
    txEr: 'gmii_tx_er',
  },
} as const satisfies Record<string, Variant>;

export type Kind = keyof typeof VARIANTS;

export const designs = { rmii: rmiiMac.elaborate(), gmii: gmiiMac.elaborate() };
export const netlists = { rmii: lower(designs.rmii), gmii: lower(designs.gmii) };
export const compiled: Readonly<Record<Kind, WasmDesign>> = { rmii: compileToWasm(netlists.rmii), gmii: compileToWasm(netlists.gmii) };

export const RECEIVE_EVENTS = ['received', 'overflow', 'runt', 'too_long', 'receive_error', 'alignment', 'fcs_error'] as const;
export const EVENTS = [...RECEIVE_EVENTS, 'sent', 'refused'] as const;
export type Event = (typeof EVENTS)[number];

/** Longer than a gap, and than what lies between the clocks. */
const QUIET_OCTETS = 60;
/** Edges after which a bench gives up: several times what the longest check takes. */
const PATIENCE = 2_000_000;

export interface BenchOptions {
  /** ns of a cycle of the system's clock; that of the wire's */
  readonly period?: number;
  /** of a period, by which each edge may be off */
  readonly jitter?: number;
  readonly seed?: number;
  /** how often the system takes an octet, and offers one; 1 */
  readonly takes?: number;
  readonly offers?: number;
  /** in its place: another simulator of the same design, or a design with a fault in it */
  readonly simulator?: Simulator;
  readonly design?: WasmDesign;
}

interface Side {
  readonly clock: string;
  readonly period: number;
  /** the edge without jitter, and with it */
  due: number;
  at: number;
}

export class MacBench {
  /** frames that came out at `rx` */
  readonly frames: Uint8Array[] = [];
  readonly counts = Object.fromEntries(EVENTS.map((event) => [event, 0])) as Record<Event, number>;
  /** the transmitting pins, cycle by cycle */
  readonly sent: Pins[] = [];
  takes: number;
  offers: number;
  readonly #simulator: Simulator;
  readonly #variant: Variant;
  readonly #random: Random;
  readonly #jitter: number;
  readonly #system: Side;
  readonly #wire: Side;
  readonly #receiving: Pins[] = [];
  #received = 0;
  /** cycles of the wire until something moved last */
  #moved = 0;
  readonly #sending: { readonly frame: Uint8Array; at: number }[] = [];
  #octets: number[] = [];
  #edges = 0;
  readonly #in: Record<'rxd' | 'rxDv' | 'rxEr' | 'ready' | 'data' | 'valid' | 'last', InputPort>;
  readonly #out: Record<'rxData' | 'rxValid' | 'rxLast' | 'txReady' | 'txd' | 'txEn', OutputPort>;
  readonly #txEr: OutputPort | undefined;
  readonly #events: readonly (readonly [Event, OutputPort])[];

  constructor(kind: Kind, options: BenchOptions = {}) {
    const { period = VARIANTS[kind].period, jitter = 0.2, seed = 1, takes = 1, offers = 1 } = options;
    const variant: Variant = VARIANTS[kind];
    this.#variant = variant;
    this.#simulator = options.simulator ?? simulateWasm(options.design ?? compiled[kind], { seed });
    this.#random = new Random(seed);
    this.#jitter = jitter;
    this.takes = takes;
    this.offers = offers;
    const input = (name: string): InputPort => found(this.#simulator.inputs, name);
    const output = (name: string): OutputPort => found(this.#simulator.outputs, name);
    const { rxd, rxDv, rxEr, txd, txEn } = variant.pins;
    this.#in = {
      rxd: input(rxd),
      rxDv: input(rxDv),
      rxEr: input(rxEr),
      ready: input('rx_ready'),
      data: input('tx_data'),
      valid: input('tx_valid'),
      last: input('tx_last'),
    };
    this.#out = {
      rxData: output('rx_data'),
      rxValid: output('rx_valid'),
      rxLast: output('rx_last'),
      txReady: output('tx_ready'),
      txd: output(txd),
      txEn: output(txEn),
    };
    this.#txEr = variant.txEr === undefined ? undefined : output(variant.txEr);
    this.#events = EVENTS.map((event) => [event, output(event)]);
    const side = (clock: string, cycle: number): Side => {
      const phase = this.#random.below(1000) / 1000;
      return { clock, period: cycle, due: phase * cycle, at: phase * cycle };
    };
    this.#system = side('clk', period);
    this.#wire = side(variant.clock, variant.period);
    const resets = [input('rst'), input(variant.reset)];
    for (const reset of resets) reset.value = 1;
    for (const clock of ['clk', variant.clock]) this.#simulator.step(2, clock);
    for (const reset of resets) reset.value = 0;
  }

  get width(): 2 | 8 {
    return this.#variant.width;
  }

  /** What the PHY will give, after what it was told before. */
  receive(...pins: readonly (readonly Pins[])[]): void {
    for (const some of pins) this.#receiving.push(...some);
  }

  /** What the system will send. */
  send(...frames: readonly Uint8Array[]): void {
    for (const frame of frames) this.#sending.push({ frame, at: 0 });
  }

  /**
   * Runs until the PHY has given everything, the system has offered everything, and for some octet times nothing moves.
   * @throws AssertionError where that never comes
   */
  run(): void {
    this.#edges = 0;
    while (this.#received < this.#receiving.length || this.#sending.length > 0) this.edge();
    this.#moved = this.sent.length;
    while (this.sent.length - this.#moved < (8 * QUIET_OCTETS) / this.width) this.edge();
  }

  /** The next edge of either clock. */
  edge(): void {
    if (++this.#edges > PATIENCE) throw new AssertionError({ message: `the MAC is not done after ${PATIENCE} edges` });
    const side = this.#wire.at <= this.#system.at ? this.#wire : this.#system;
    if (side === this.#wire) this.#wireEdge();
    else this.#systemEdge();
    side.due += side.period;
    side.at = side.due + this.#jitter * side.period * (this.#random.below(1000) / 1000 - 0.5);
  }

  #wireEdge(): void {
    const { rxd, rxDv, rxEr } = this.#in;
    const { data, valid, error = false } = this.#receiving[this.#received++] ?? IDLE;
    rxd.value = data;
    rxDv.value = valid ? 1 : 0;
    rxEr.value = error ? 1 : 0;
    this.#simulator.step(1, this.#wire.clock);
    if (this.#out.txEn.sampled === 1) this.#moved = this.sent.length;
    this.sent.push({ data: this.#out.txd.sampled, valid: this.#out.txEn.sampled === 1, error: this.#txEr?.sampled === 1 });
  }

  #systemEdge(): void {
    const { ready, data, valid, last } = this.#in;
    const { rxData, rxValid, rxLast, txReady } = this.#out;
    ready.value = this.#random.chance(this.takes) ? 1 : 0;
    const [head] = this.#sending;
    // what was offered stays on offer
    if (valid.value === 0 && head !== undefined && this.#random.chance(this.offers)) {
      valid.value = 1;
      data.value = head.frame[head.at] ?? 0;
      last.value = head.at === head.frame.length - 1 ? 1 : 0;
    }
    this.#simulator.step(1, 'clk');
    if (rxValid.sampled === 1 && ready.value === 1) {
      this.#octets.push(rxData.sampled);
      this.#moved = this.sent.length;
      if (rxLast.sampled === 1) {
        this.frames.push(Uint8Array.from(this.#octets));
        this.#octets = [];
      }
    }
    if (head !== undefined && valid.value === 1 && txReady.sampled === 1) {
      valid.value = 0;
      head.at++;
      if (head.at === head.frame.length) this.#sending.shift();
    }
    for (const [event, port] of this.#events) if (port.sampled === 1) this.counts[event]++;
  }
}

function found<P>(ports: ReadonlyMap<string, P>, name: string): P {
  const port = ports.get(name);
  if (port === undefined) throw new RangeError(`no port ${name}; there are ${[...ports.keys()].join(', ')}`);
  return port;
}
