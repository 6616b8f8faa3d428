/** Bus models of the frame streams: a source that plays frames into a port, and a sink that collects them. */
import type { OctetSink, OctetSource } from '../../hdl-gen/sim/movers.ts';
import type { InputPort, OutputPort, Simulator } from '../../hdl-gen/sim/simulator.ts';
import { portOf } from './axi-lite-master.ts';

/** Octet times between two frames: FCS 4, interframe gap 12, preamble and SFD 8 (IEEE 802.3). */
export const FRAME_GAP_OCTETS = 24;

/** Called when the last octet of a frame was taken, with the cycle in which the first one was. */
type Done = (firstAt: number) => void;

/** @param at as the simulator counts  @param cycle the one that it has simulated last, as the clock counts */
function cycleOf(at: number, simulator: Simulator, cycle: number): number {
  // movers count 32 bits of it
  return cycle - ((simulator.cycle - 1 - at) | 0);
}

/** Plays frames, one octet a cycle while the port is ready, with a gap between them. */
export class FrameSource {
  readonly #data: InputPort;
  readonly #valid: InputPort;
  readonly #last: InputPort;
  readonly #ready: OutputPort;
  readonly #simulator: Simulator;
  /** where the simulator has one */
  readonly #mover: OctetSource | undefined;
  readonly #waiting: { readonly frame: Uint8Array; readonly done: Done | undefined }[] = [];
  #frame: Uint8Array | undefined;
  #done: Done | undefined;
  #next = 0;
  #firstAt = 0;
  /** the gap behind the last frame ends before this cycle */
  #freeAt = 0;

  constructor(simulator: Simulator, port: string) {
    this.#data = portOf(simulator.inputs, `${port}_data`);
    this.#valid = portOf(simulator.inputs, `${port}_valid`);
    this.#last = portOf(simulator.inputs, `${port}_last`);
    this.#ready = portOf(simulator.outputs, `${port}_ready`);
    this.#simulator = simulator;
    this.#mover = simulator.movers?.source(port);
  }

  send(frame: Uint8Array, done?: Done): void {
    this.#waiting.push({ frame, done });
  }

  get idle(): boolean {
    return this.#frame === undefined && this.#waiting.length === 0;
  }

  /** Whether `sample` has to be called only when the simulator says that something has happened. */
  get isMoved(): boolean {
    return this.#mover !== undefined;
  }

  /** Whether an octet goes in the next cycle. */
  get isMoving(): boolean {
    return this.#frame !== undefined && this.#ready.sampled === 1;
  }

  /** Cycles in which nothing is to be done unless an output changes; what is moved needs nothing. */
  quietFor(cycle: number): number {
    if (this.#frame !== undefined) return this.isMoving && !this.isMoved ? 1 : Number.POSITIVE_INFINITY;
    return this.#waiting.length > 0 ? Math.max(1, this.#freeAt - cycle) : Number.POSITIVE_INFINITY;
  }

  /** Whether the last octet of a frame has been taken in the cycle that was sampled last. */
  get endsFrame(): boolean {
    return this.#frame !== undefined && this.#next === this.#frame.length - 1 && this.#ready.sampled === 1;
  }

  drive(cycle: number): void {
    if (this.#frame !== undefined || this.#waiting.length === 0 || cycle < this.#freeAt) return;
    const next = this.#waiting.shift();
    this.#frame = next?.frame;
    this.#done = next?.done;
    if (this.#mover !== undefined && next !== undefined) return this.#mover.play(next.frame);
    this.#next = 0;
    this.#valid.value = 1;
    this.#offer();
  }

  sample(cycle: number): void {
    const frame = this.#frame;
    if (frame === undefined || (this.#mover === undefined ? !this.#move(frame, cycle) : this.#mover.left > 0)) return;
    this.#frame = undefined;
    this.#freeAt = cycle + 1 + FRAME_GAP_OCTETS;
    this.#done?.(this.#mover === undefined ? this.#firstAt : cycleOf(this.#mover.firstAt, this.#simulator, cycle));
  }

  /** Offers the next octet where one was taken. Returns whether it was the last one. */
  #move(frame: Uint8Array, cycle: number): boolean {
    if (this.#ready.sampled !== 1) return false;
    if (this.#next === 0) this.#firstAt = cycle;
    this.#next++;
    if (this.#next < frame.length) {
      this.#offer();
      return false;
    }
    this.#valid.value = 0;
    this.#last.value = 0;
    return true;
  }

  #offer(): void {
    const frame = this.#frame;
    if (frame === undefined) return;
    this.#data.value = frame[this.#next] ?? 0;
    this.#last.value = this.#next === frame.length - 1 ? 1 : 0;
  }
}

/** Collects frames; always ready, or as a line is that wants a gap behind each. */
export class FrameSink {
  readonly #data: OutputPort;
  readonly #valid: OutputPort;
  readonly #last: OutputPort;
  readonly #onFrame: (frame: Uint8Array, firstAt: number) => void;
  readonly #octets: number[] = [];
  readonly #ready: InputPort;
  readonly #simulator: Simulator;
  /** where the simulator has one */
  readonly #mover: OctetSink | undefined;
  readonly #gap: number;
  #firstAt = 0;
  #freeAt = 0;

  /**
   * @param onFrame called with the last octet, and with the cycle of the first one
   * @param gap cycles behind a frame in which nothing is taken; `drive` has to be called where it isn't 0
   */
  constructor(simulator: Simulator, port: string, onFrame: (frame: Uint8Array, firstAt: number) => void, gap = 0) {
    this.#data = portOf(simulator.outputs, `${port}_data`);
    this.#valid = portOf(simulator.outputs, `${port}_valid`);
    this.#last = portOf(simulator.outputs, `${port}_last`);
    this.#onFrame = onFrame;
    this.#gap = gap;
    this.#ready = portOf(simulator.inputs, `${port}_ready`);
    this.#ready.value = 1;
    this.#simulator = simulator;
    this.#mover = simulator.movers?.sink(port);
  }

  /** Whether `sample` has to be called only when the simulator says that something has happened. */
  get isMoved(): boolean {
    return this.#mover !== undefined;
  }

  /** Whether an octet comes, unless an output changes. */
  get isMoving(): boolean {
    return this.#valid.sampled === 1;
  }

  /** Cycles in which nothing is to be done unless an output changes; what is moved needs nothing. */
  quietFor(cycle: number): number {
    if (this.isMoving && !this.isMoved) return 1;
    return cycle < this.#freeAt ? this.#freeAt - cycle : Number.POSITIVE_INFINITY;
  }

  drive(cycle: number): void {
    if (this.#gap > 0) this.#ready.value = cycle >= this.#freeAt ? 1 : 0;
  }

  /** Whether the last octet of a frame has come in the cycle that was sampled last. */
  get endsFrame(): boolean {
    return this.#valid.sampled === 1 && this.#last.sampled === 1;
  }

  sample(cycle: number): void {
    if (!(this.#mover === undefined ? this.#move(cycle) : this.#take(this.#mover, cycle))) return;
    const frame = Uint8Array.from(this.#octets);
    this.#octets.length = 0;
    this.#freeAt = cycle + 1 + this.#gap;
    this.#onFrame(frame, this.#firstAt);
  }
  /** Keeps the octet that has come. Returns whether it was the last one. */
  #move(cycle: number): boolean {
    if (this.#valid.sampled !== 1 || this.#ready.value !== 1) return false;
    if (this.#octets.length === 0) this.#firstAt = cycle;
    this.#octets.push(this.#data.sampled);
    return this.#last.sampled === 1;
  }

  /** Keeps what the simulator has collected of a frame. Returns whether the last octet is among it. */
  #take(mover: OctetSink, cycle: number): boolean {
    if (!mover.isDue) return false;
    const { isWhole, firstAt } = mover;
    if (this.#octets.length === 0) this.#firstAt = cycleOf(firstAt, this.#simulator, cycle);
    for (const octet of mover.take()) this.#octets.push(octet);
    return isWhole;
  }
}
