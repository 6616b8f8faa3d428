/** A device of a run: what the scenario asks of one, and one in hardware. */
import type { Lane } from './lanes.ts';
import type { Compared } from './report/result.ts';
import { StationEnd, type StationEndOptions, type StationRelation } from './station-end.ts';
import type { Origin } from './tally.ts';

/** In hardware, or a reference model. */
export interface Device extends Lane {
  readonly payloadsSent: number;
  /** whether its software has keys */
  readonly associated: boolean;
  /** whether every payload was handed over, and nothing is under way in it */
  readonly idle: boolean;
  /** A frame comes from the network. */
  receive(frame: Uint8Array, origin: Origin): void;
  /** The host sends a frame of its own. */
  sendHostFrame(frame: Uint8Array): void;
  start(): void;
  stop(): void;
  /** of hardware: its software is ended, and starts again */
  restart?(): void;
  /** of hardware: its registers say what its model says  @throws StationMismatch */
  finish?(): Promise<void>;
  readonly compared?: Compared;
}

export interface HardwareDeviceOptions extends StationRelation, Omit<StationEndOptions, 'side' | 'relations'> {}

/** A station of one relation. */
export class HardwareDevice implements Device {
  readonly #end: StationEnd;

  constructor({ connection, options, firstAt, ...end }: HardwareDeviceOptions) {
    this.#end = new StationEnd({ ...end, side: 'follower', relations: [{ connection, options, firstAt }] });
  }

  get payloadsSent(): number {
    return this.#end.payloadsSent(0);
  }
  get associated(): boolean {
    return this.#end.associated(0);
  }
  get idle(): boolean {
    return this.#end.idle;
  }
  get compared(): Compared {
    return this.#end.comparedOf(0);
  }

  receive(frame: Uint8Array, origin: Origin): void {
    this.#end.receive(frame, origin);
  }

  sendHostFrame(frame: Uint8Array): void {
    this.#end.sendHostFrame(0, frame);
  }

  step(cycle: number, atMost: number, isWatched: boolean): number {
    return this.#end.step(cycle, atMost, isWatched);
  }

  sample(cycle: number, cycles: number): void {
    this.#end.sample(cycle, cycles);
  }

  start(): void {
    this.#end.start();
  }

  stop(): void {
    this.#end.stop();
  }

  restart(): void {
    this.#end.restart(0);
  }

  finish(): Promise<void> {
    return this.#end.finish();
  }
}
