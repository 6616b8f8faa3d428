/** A whole design on a bench: beside its registers, frames into and out of its streams, and what its trace ports say. */
import type { OutputPort } from '../../../hdl-gen/sim/simulator.ts';
import type { WasmDesign } from '../../../hdl-gen/sim/wasm/compile.ts';
import { BusBench } from './bus-bench.ts';
import { offer, type Seen, type StreamIn, StreamOut, streamIn } from './streams.ts';

export class WireBench<Trace extends string> extends BusBench {
  readonly sent: Seen[] = [];
  readonly passed: Seen[] = [];
  /** cycles in which a trace port was 1 */
  readonly traced: Readonly<Record<Trace, number[]>>;
  /** whether the wire takes an octet in a cycle */
  wireReady: (cycle: number) => boolean = () => true;
  hostReady: (cycle: number) => boolean = () => true;
  #arriving: (readonly [octet: number, last: boolean] | undefined)[] = [];
  #arrived = 0;
  readonly #fromHost: (readonly [octet: number, last: boolean])[] = [];
  readonly #rx: StreamIn;
  readonly #hostTx: StreamIn;
  readonly #tx: StreamOut;
  readonly #hostRx: StreamOut;
  readonly #traces: readonly { readonly port: OutputPort; readonly cycles: number[] }[];

  /** @param start values of registers at power-up, which then takes the place of the reset */
  constructor(design: WasmDesign, traces: readonly Trace[], start?: Readonly<Record<string, bigint>>) {
    super(design, start);
    this.traced = Object.fromEntries(traces.map((trace) => [trace, []])) as unknown as Record<Trace, number[]>;
    this.#traces = traces.map((trace) => ({ port: this.output(`trace_${trace}`), cycles: this.traced[trace] }));
    this.#rx = streamIn(this, 'rx');
    this.#hostTx = streamIn(this, 'host_tx');
    this.#tx = new StreamOut(this, 'tx');
    this.#hostRx = new StreamOut(this, 'host_rx');
  }

  protected override tick(): void {
    const arriving = this.#arriving[this.#arrived];
    if (this.#arrived < this.#arriving.length) this.#arrived++;
    offer(this.#rx, arriving);
    offer(this.#hostTx, this.#fromHost[0]);
    this.#tx.ready.value = Number(this.wireReady(this.cycle));
    this.#hostRx.ready.value = Number(this.hostReady(this.cycle));
    super.tick();
    if (this.#fromHost.length > 0 && this.#hostTx.ready.sampled === 1) this.#fromHost.shift();
    this.#tx.take(this.cycle, this.sent);
    this.#hostRx.take(this.cycle, this.passed);
    for (const { port, cycles } of this.#traces) if (port.sampled === 1) cycles.push(this.cycle);
  }

  get irq(): number {
    return this.output('irq').value;
  }

  // ---- frames

  /** Octets on their way in; undefined is a pause. */
  arrive(frame: Uint8Array, pauseEvery = 0): void {
    frame.forEach((octet, index) => {
      if (pauseEvery > 0 && index % pauseEvery === 0) this.#arriving.push(undefined);
      this.#arriving.push([octet, index === frame.length - 1]);
    });
  }

  /** Until everything on its way in has arrived. */
  allArrive(): void {
    this.step(this.#arriving.length - this.#arrived);
    [this.#arriving, this.#arrived] = [[], 0];
  }

  fromHost(frame: Uint8Array): void {
    frame.forEach((octet, index) => {
      this.#fromHost.push([octet, index === frame.length - 1]);
    });
  }

  get hostWaits(): number {
    return this.#fromHost.length;
  }
}
