/** The processing system's side of a board's top: registers by M_AXI_GP0, and frames by the mailboxes, as software does it. */
import { Axi3Manager, type Testbench } from '../../../hdl-gen/testbench/index.ts';
import { type PageName, pageBase } from '../../../spec/pages.ts';
import { FrameMailbox } from '../../../sw/control-plane/frame-mailbox.ts';
import type { RegisterSpace } from '../../../sw/control-plane/register-space.ts';

export const BASE = 0x43c0_0000;

/** Of the logic, behind its reset: the memories of the station are emptied, and writes of parameters wait. */
const EMPTYING = 2100;

export class Processor {
  readonly gp0: Axi3Manager;
  readonly #bench: Testbench;
  readonly #prefix: string;
  #id = 0;
  #held = false;

  /** @param prefix before the pins of the primitive: its path in the design */
  constructor(bench: Testbench, prefix = '', stalls = 0.2) {
    this.#bench = bench;
    this.#prefix = prefix;
    const clock = `${prefix}ps7_fclkclk_0`;
    this.gp0 = new Axi3Manager(bench, (channel, signal) => `${prefix}ps7_MAXIGP0${(channel + signal).toUpperCase()}`, { stalls, clock });
  }

  /** Ends the reset of the logic. */
  release(): void {
    const resets = this.#bench.simulator.inputs.get(`${this.#prefix}ps7_FCLKRESETN`);
    if (resets !== undefined) resets.value = 0xf;
  }

  /** Ends the reset, and waits until nothing comes of it any more. */
  async boot(): Promise<void> {
    this.release();
    await this.#bench.tick(EMPTYING, `${this.#prefix}ps7_fclkclk_0`);
  }

  /** IRQ_F2P. */
  get interrupts(): number {
    return this.#bench.simulator.outputs.get(`${this.#prefix}ps7_IRQF2P`)?.value ?? 0;
  }

  async read(address: number): Promise<number> {
    return this.#alone(async () => {
      const [beat] = await this.gp0.read(address, 1, { id: this.#nextId() });
      if (beat === undefined || beat.response !== 0) throw new RangeError(`a read at 0x${address.toString(16)} answers ${beat?.response}`);
      return beat.data;
    });
  }

  async write(address: number, value: number): Promise<void> {
    await this.#alone(async () => {
      const response = await this.gp0.write(address, [value], { id: this.#nextId() });
      if (response !== 0) throw new RangeError(`a write at 0x${address.toString(16)} answers ${response}`);
    });
  }

  page(name: PageName): RegisterSpace {
    const base = pageBase(BASE, name);
    return { read32: (offset) => this.read(base + offset), write32: (offset, value) => this.write(base + offset, value) };
  }

  mailbox(name: 'host' | 'network'): FrameMailbox {
    return new FrameMailbox(this.page(name));
  }

  #nextId(): number {
    this.#id = (this.#id + 0x123) % 4096;
    return this.#id;
  }

  /** Tasks share the bus, so they go one after the other. */
  async #alone<T>(access: () => Promise<T>): Promise<T> {
    while (this.#held) await this.#bench.tick(1, `${this.#prefix}ps7_fclkclk_0`);
    this.#held = true;
    try {
      return await access();
    } finally {
      this.#held = false;
    }
  }
}
